//! What people do who sell, buy, ask, back and rate.

use super::{super::book::Book, *};
use crate::{asks, blocks};
use codec::Encode;
use pallet_asks::AskState;
use pallet_escrow::{OrderDetails, OrderState};
use pallet_reputation::{CredentialKind, Deal};
use souk_primitives::{reach::Listings as _, Holder, ListingId, Price};
use souk_proof_primitives::voucher::Voucher;

type Asks_ = pallet_asks::Call<Runtime>;
type Backing_ = pallet_backing::Call<Runtime>;
type Curation_ = pallet_curation::Call<Runtime>;
type Escrow_ = pallet_escrow::Call<Runtime>;
type Reputation_ = pallet_reputation::Call<Runtime>;
type Subscriptions_ = pallet_subscriptions::Call<Runtime>;
type Tabs_ = pallet_tabs::Call<Runtime>;

impl Step {
	fn listing(&self) -> ListingId {
		(self.which % TRADED.len()) as ListingId
	}

	/// One whose curator has a bond.
	fn bonded(&self) -> ListingId {
		[0, 1, 3][self.which % 3]
	}

	pub(super) fn trade(&self) -> Option<Deed> {
		let deed = match self.act {
			Act::Subscribe => {
				let listing = self.listing();
				let call = Subscriptions_::subscribe {
					listing,
					plan: 0,
					holder: None,
					auto_renew: !self.how.is_multiple_of(4),
					period: PERIOD,
					max_price: price_of(listing),
				};
				Deed::new(self.payer(), call)
			}
			Act::Cancel => {
				let all: Vec<_> = pallet_subscriptions::Subscriptions::<Runtime>::iter_keys().collect();
				let (holder, listing) = pick(self.which, &all)?;
				let Holder::Account(payer) = holder else { return None };
				Deed::new(who(&payer), Subscriptions_::cancel { listing, holder: None })
			}
			Act::Order => {
				let listing = [1, 2, 2][self.which % 3];
				let details = OrderDetails::Goods { terms: None };
				let max_price = price_of(listing);
				Deed::new(self.payer(), Escrow_::order { listing, plan: 1, max_price, details })
			}
			Act::GoOnWithOrder => return self.go_on_with_order(),
			Act::OpenTab => {
				let listing = self.listing();
				let price = price_of_query(listing);
				let limit = price.amount * (1 + self.how % 20) as Balance;
				Deed::new(
					self.payer(),
					Tabs_::open_tab { listing, plan: 2, key: None, limit, max_price: price },
				)
			}
			Act::TopUpTab => {
				let (tab, record) = self.tab()?;
				let amount = record.price.amount * (1 + self.how % 5) as Balance;
				Deed::new(who(&record.payer), Tabs_::top_up_tab { tab, amount })
			}
			Act::CloseTab => {
				let (tab, record) = self.tab()?;
				Deed::new(self.mostly(who(&record.payer)), Tabs_::close_tab { tab })
			}
			Act::Ask => {
				let bounty = Price {
					asset: asset(self.how.is_multiple_of(2)),
					amount: 1_009 * (1 + self.how) as Balance,
				};
				let call = Asks_::ask {
					listing: ASKED,
					period: (!self.how.is_multiple_of(3)).then(first_period),
					query: asks::query(),
					text_hash: None,
					min_group_size: least_group(),
					bounty,
					wait: 4 + (self.how % 12) as u32,
				};
				Deed::new(self.payer(), call)
			}
			Act::Answer => {
				// There is a bundle for one snapshot.
				let all = asks_that(|ask| ask.state == AskState::Open && ask.period == first_period());
				let (ask, _) = pick(self.which, &all)?;
				let bundle = asks::bundle_for(first_period())?.encode();
				let bundle = bundle.try_into().expect("it is not too long");
				Deed::new(self.mostly(NODES[self.who % 2]), Asks_::answer { ask, bundle })
			}
			Act::WithdrawAsk => {
				// Mostly what nobody can answer any more.
				let least = least_group();
				let dead = asks_that(|ask| ask.state == AskState::Open && ask.min_group_size != least);
				let (ask, asker) =
					pick(self.which, &dead).or_else(|| pick(self.which, &asks_that(|_| true)))?;
				Deed::new(self.mostly(asker), Asks_::withdraw { ask })
			}
			Act::ForgetAsk => {
				let (ask, asker) = pick(self.which, &asks_that(|ask| ask.ended_at.is_some()))?;
				Deed::new(self.mostly(asker), Asks_::forget { ask })
			}
			// Larger groups are hidden, or as many as before.
			Act::ChangePolicy => {
				let mut details = details_of(ASKED);
				details.policy.min_group_size += u32::from(self.how.is_multiple_of(2));
				let plans = plans_of(ASKED).try_into().expect("there are three");
				Deed::new(CURATOR, pallet_listings::Call::<Runtime>::update { id: ASKED, details, plans })
			}
			Act::RestoreBond => Deed::new(NODES[self.who % 2], Curation_::restore_node_bond {}),
			Act::Bond => {
				let amount = (1 + self.how % 90) as Balance * SOUK;
				Deed::new(CURATOR, Curation_::bond { listing: self.bonded(), amount })
			}
			Act::Unbond => {
				let amount = (1 + self.how % 40) as Balance * SOUK;
				Deed::new(CURATOR, Curation_::unbond { listing: self.bonded(), amount })
			}
			Act::WithdrawBond => Deed::new(CURATOR, Curation_::withdraw_unbonded { listing: self.bonded() }),
			Act::Back => {
				let amount = SOUK * (1 + self.how % 60) as Balance + self.how as Balance;
				Deed::new(self.payer(), Backing_::back { listing: self.bonded(), amount })
			}
			Act::Unback => {
				let (backer, listing) = self.backer()?;
				let has = Backing::backed_by(account(backer), None, 10);
				let has = has.iter().find(|one| one.listing == listing).map_or(0, |one| one.active);
				// All of it, or a part.
				let amount =
					if self.how.is_multiple_of(3) { has } else { has * (self.how % 100) as Balance / 100 };
				Deed::new(backer, Backing_::unback { listing, amount })
			}
			Act::WithdrawBacking => {
				let (backer, listing) = self.backer()?;
				Deed::new(self.payer(), Backing_::withdraw_unbacked { listing, backer: account(backer) })
			}
			Act::ClaimIncome => {
				let (backer, listing) = self.backer()?;
				let asset = asset(TRADED[listing as usize].wusd);
				Deed::new(self.payer(), Backing_::claim_income { listing, asset, backer: account(backer) })
			}
			Act::CloseBacking => {
				let listing = self.bonded();
				if pallet_backing::Backings::<Runtime>::contains_key(listing) {
					return self
						.how
						.is_multiple_of(4)
						.then(|| Deed::new(CURATOR, Backing_::close_backing { listing }));
				}
				let share = TRADED[listing as usize].share.expect("who has a bond can be backed");
				let share = sp_runtime::Permill::from_percent(share);
				Deed::new(CURATOR, Backing_::open_backing { listing, share, most: 1_000 * SOUK })
			}
			// None at all, at times.
			Act::FreeQuota => {
				let call = Tabs_::set_free_quota { listing: self.listing(), queries: (self.how % 4) as u32 };
				Deed::new(self.mostly(CURATOR), call)
			}
			Act::Rate => {
				let mut deals: Vec<Deal<AccountId>> = pallet_reputation::Rights::<Runtime>::iter_keys()
					.filter(|deal| matches!(deal, Deal::Period { .. }))
					.collect();
				deals.extend(ended_orders().into_iter().map(|(order, _)| Deal::Order(order)));
				let deal = pick(self.which, &deals)?;
				let payer = match &deal {
					Deal::Period { payer, .. } => who(payer),
					Deal::Order(order) => who(&pallet_escrow::Orders::<Runtime>::get(order)?.buyer),
				};
				let by = [payer, CURATOR][self.who % 2];
				Deed::new(self.mostly(by), Reputation_::rate { deal, score: 1 + (self.how % 5) as u8 })
			}
			Act::Credential => {
				let (order, buyer) = pick(self.which, &ended_orders())?;
				let loser = CredentialKind::DisputeLost;
				let (by, kind) = [
					(buyer, CredentialKind::TrustedSeller),
					(CURATOR, CredentialKind::ReliablePayer),
					(buyer, loser),
				][self.how % 3];
				Deed::new(by, Reputation_::issue_credential { order, kind, hash: [8; 32] })
			}
			Act::RemoveCredential => {
				let all: Vec<_> = pallet_reputation::Credentials::<Runtime>::iter().collect();
				let (id, record) = pick(self.which, &all)?;
				let call = match record.revoked_at {
					None => Reputation_::revoke_credential { id },
					Some(_) => Reputation_::remove_credential { id },
				};
				Deed::new(who(&record.issuer), call)
			}
			// Two of the four, and seldom.
			Act::Retire => {
				let id = [2, 3][self.which % 2];
				return (self.how.is_multiple_of(4))
					.then(|| Deed::new(CURATOR, pallet_listings::Call::retire { id }));
			}
			Act::PayAll => {
				let (from, to, wusd) = (self.payer(), PAYERS[self.how % 3], self.which.is_multiple_of(2));
				let least = if wusd { 1 } else { SOUK / 10 };
				Deed::pays(from, to, wusd, Book::can_spend(wusd, from).saturating_sub(least))
			}
			_ => return None,
		};
		Some(deed)
	}

	fn go_on_with_order(&self) -> Option<Deed> {
		let all: Vec<_> = pallet_escrow::Orders::<Runtime>::iter()
			.filter(|(_, order)| order.ended_at.is_none() || self.how.is_multiple_of(3))
			.collect();
		let (order, record) = pick(self.which, &all)?;
		let (buyer, milestone) = (who(&record.buyer), 0);
		Some(match record.state {
			OrderState::Funded if self.how % 8 == 7 => Deed::new(CURATOR, Escrow_::cancel { order }),
			OrderState::Funded if self.how % 8 > 1 => {
				Deed::new(self.mostly(CURATOR), Escrow_::mark_delivered { order, milestone, evidence: None })
			}
			OrderState::Delivered if self.how.is_multiple_of(4) => {
				Deed::new(self.mostly(buyer), Escrow_::confirm { order, milestone })
			}
			OrderState::Funded | OrderState::Delivered => {
				let by =
					if record.state == OrderState::Delivered && self.how % 4 == 1 { CURATOR } else { buyer };
				Deed::new(self.mostly(by), Escrow_::dispute { order, evidence: [2; 32] })
			}
			// Somebody gives in; or governance decides where no jury will.
			OrderState::Disputed => match self.how % 16 {
				0 => Deed::new(buyer, Escrow_::confirm { order, milestone }),
				1 => Deed::new(CURATOR, Escrow_::cancel { order }),
				_ => {
					let buyer_share = sp_runtime::Permill::from_percent(25);
					Deed::by_root(Escrow_::resolve { order, buyer_share })
				}
			},
			_ => Deed::new(self.mostly(buyer), Escrow_::forget { order }),
		})
	}

	/// One of the tabs that there are.
	fn tab(&self) -> Option<(pallet_tabs::TabId, pallet_tabs::TabRecordOf<Runtime>)> {
		let mut all: Vec<_> = pallet_tabs::Tabs::<Runtime>::iter().collect();
		all.sort_by_key(|(tab, _)| *tab);
		pick(self.which, &all)
	}

	fn backer(&self) -> Option<(Who, ListingId)> {
		let all: Vec<_> = pallet_backing::Backers::<Runtime>::iter_keys().collect();
		let (backer, listing) = pick(self.which, &all)?;
		Some((who(&backer), listing))
	}

	/// A voucher for so many queries in all: for the next few mostly, for fewer than before, or for more than the tab has; now and then of
	/// another chain, or signed by somebody else.
	fn write_voucher(&self, at: usize) -> Option<(SignedVoucher, bool)> {
		let (tab, record) = self.tab()?;
		let node = [0, 0, 1, 1, 3][(self.who + at) % 5];
		let queries = (self.how / 7 + at * 3) % 24;
		let amount = record.price.amount * queries as Balance + Balance::from(self.how.is_multiple_of(5));
		let voucher = Voucher { tab, node: account(node).into(), counter: queries as u64, amount };
		let elsewhere = (self.how + at) % 19 == 18;
		let genesis = if elsewhere { [9; 32] } else { System::block_hash(0).0 };
		let payer = who(&record.payer);
		let forger = (self.how + at) % 23 == 22;
		let signer = PEOPLE[if forger { NODES[0] } else { payer }];
		let signature = signer.sign(&voucher.digest(&genesis)).0;
		Some((SignedVoucher { voucher, signature }, !elsewhere && !forger))
	}

	fn node_of(voucher: &SignedVoucher) -> Who {
		who(&voucher.voucher.node.into())
	}

	pub(super) fn voucher(&self, memory: &mut Memory) -> Option<Deed> {
		let (signed, right) = self.write_voucher(0)?;
		memory.vouchers.push((signed, right));
		let node = self.mostly(Self::node_of(&signed));
		let note = Note::Vouchers(vec![(signed, right)]);
		Some(Deed::new(node, Tabs_::settle_voucher { voucher: signed }).with(note))
	}

	/// Several in one call: new ones, and old ones again, in any order, and those of others.
	pub(super) fn vouchers(&self, memory: &mut Memory) -> Option<Deed> {
		let mut all = Vec::new();
		for at in 0..1 + self.how % 6 {
			let old = pick(self.which * 31 + at * 7, &memory.vouchers);
			let new = self.write_voucher(at);
			all.extend(if (self.how + at).is_multiple_of(3) { old } else { new });
		}
		let node = all.first().map(|(signed, _)| Self::node_of(signed))?;
		memory.vouchers.extend(all.iter().copied());
		let vouchers = all.iter().map(|(signed, _)| *signed).collect::<Vec<_>>();
		let vouchers = vouchers.try_into().expect("there are few");
		Some(Deed::new(node, Tabs_::settle_vouchers { vouchers }).with(Note::Vouchers(all)))
	}

	/// All workers of a table submit the same.
	pub(super) fn submit(&self) -> Vec<Deed> {
		let listing = [0, 3][self.which % 2];
		let period = blocks::minutes() + (self.how % 3) as u32;
		let submit = || Curation_::submit_snapshot { listing, period, commitments: commitments() };
		TRADED[listing as usize].workers.iter().map(|node| Deed::new(*node, submit())).collect()
	}
}

/// Asks of which something is true, and by whom they are.
fn asks_that(is: impl Fn(&pallet_asks::AskRecordOf<Runtime>) -> bool) -> Vec<(u64, Who)> {
	let mut all: Vec<_> = pallet_asks::Asks::<Runtime>::iter()
		.filter(|(_, record)| is(record))
		.map(|(ask, record)| (ask, who(&record.asker)))
		.collect();
	all.sort_unstable();
	all
}

/// The least size of a group in an answer, as the policy of the table is now.
fn least_group() -> u32 {
	Listings::policy(ASKED).map_or(0, |policy| policy.proved_group_size())
}

fn ended_orders() -> Vec<(u64, Who)> {
	let mut all: Vec<_> = pallet_escrow::Orders::<Runtime>::iter()
		.filter(|(_, order)| order.ended_at.is_some())
		.map(|(order, record)| (order, who(&record.buyer)))
		.collect();
	all.sort_unstable();
	all
}
