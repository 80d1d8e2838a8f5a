//! Whole lives in bulk: listings are created, worked for, sold in every way, quarrelled about, retired and cleared, again and again. After that
//! as much is stored as before, but for what is never given up: the record and the address of each listing, with their deposit.

use crate::{
	calls::{availability, curation::commitments, listings::details, listings::split},
	cast::{arbitrator, person, CURATOR, NODES},
	chain::{self, Applied},
	checks::{self, ensure, storage},
	play::{in_parts, Play},
	snapshot::{buyer_secret, coordinates, corrupted},
	table, wind_up,
};
use codec::Encode;
use pallet_disputes::{commitment, Cases, Juries, Phase};
use pallet_escrow::OrderDetails;
use pallet_reputation::{CredentialId, CredentialKind, Deal};
use souk_primitives::{
	reach::Ruling, Asset, Holder, ListingId, ListingKind, ListingState, NodeRole, Plan, PlanKind, Price,
};
use souk_proof_primitives::{
	submission::{SignedSubmission, Submission},
	voucher::{SignedVoucher, Voucher},
};
use souk_runtime::*;
use sp_core::H256;
use sp_runtime::Permill;
use std::collections::BTreeMap;

/// Lives that go on at the same time.
const WAVE: u32 = 10;
/// Blocks in which all that is due at once has had its turn.
const CATCHING_UP: u32 = 40;
/// One life in so many has a case that a jury rules on; that takes epochs.
const JURY_EVERY: u32 = 5;
/// In one wave of so many validators vote on nodes.
const VOTE_EVERY: u32 = 5;
const PRICE: Balance = 2 * ONE_WUSD;
const SALT: [u8; 32] = [5; 32];

/// How often something was done, by name.
pub type Counts = BTreeMap<&'static str, u32>;

/// Lives so many lives, ten at a time.
pub fn live(lives: u32) -> Result<Counts, String> {
	let mut counts = Counts::new();
	let waves = lives.div_ceil(WAVE);
	let mut before = BTreeMap::new();
	let mut first = 0;
	let outcome = in_parts(waves + 2, |play, part| {
		let mut all = Lives { play, counts: &mut counts };
		if part == 0 {
			// What was open in the world ends first; and after ten lives there is every counter.
			wind_up::all(all.play)?;
			all.wave(0)?;
			all.forget_offences()?;
			before = storage::keys();
			first = pallet_listings::NextListingId::<Runtime>::get();
			return Ok(());
		}
		if part <= waves {
			return all.wave(part);
		}
		all.forget_offences()?;
		let listings = pallet_listings::NextListingId::<Runtime>::get() - first;
		ensure(listings >= lives, || format!("{listings} listings have lived instead of {lives}"))?;
		same_keys(core::mem::take(&mut before), listings)
	});
	match outcome.violation {
		Some(broken) => Err(broken),
		None => Ok(counts),
	}
}

/// As much is stored as before, but for so many listings that have lived.
pub fn same_keys(mut expected: BTreeMap<(&'static str, H256), usize>, listings: u32) -> Result<(), String> {
	for item in ["Listings", "Addresses"] {
		*expected.entry(storage::item("Listings", item)).or_default() += listings as usize;
	}
	let after = storage::keys();
	// One for each of the last sessions, whatever lives there are.
	let sets = storage::item("Validators", "Exposures");
	let kept =
		<<Runtime as pallet_validators::Config>::HistoryDepth as frame_support::traits::Get<u32>>::get()
			as usize + 1;
	expected.insert(sets, after.get(&sets).map_or(0, |count| (*count).min(kept)));
	let more = after.iter().filter(|(item, count)| expected.get(item) != Some(count));
	let more: Vec<_> = more.map(|(item, count)| (item, count, expected.get(item))).collect();
	ensure(more.is_empty(), || format!("other keys than before: {more:?}"))
}

struct Lives<'a> {
	play: &'a mut Play,
	counts: &'a mut Counts,
}

/// What one life has.
struct Life {
	/// A data product.
	data: ListingId,
	/// A service.
	service: ListingId,
	/// Whether a jury rules on its case.
	jury: bool,
}

fn wusd(amount: Balance) -> Price {
	Price { asset: Asset::WithId(WUSD), amount }
}

impl Lives<'_> {
	/// A call that must succeed.
	fn does(
		&mut self,
		name: &'static str,
		who: AccountId,
		call: impl Into<RuntimeCall>,
	) -> Result<(), String> {
		let call = call.into();
		for _ in 0..3 {
			match chain::apply(&who, call.clone()) {
				Applied::Done => {
					*self.counts.entry(name).or_default() += 1;
					return Ok(());
				}
				// The block is full.
				Applied::Refused(_) => self.blocks(1)?,
				Applied::Failed(error) => return Err(format!("{name} failed: {error:?}")),
			}
		}
		Err(format!("no block has room for {name}"))
	}

	fn blocks(&mut self, count: u32) -> Result<(), String> {
		for _ in 0..count {
			chain::end();
			chain::start(1, 1);
			chain::forget_events();
		}
		Ok(())
	}

	/// Blocks go by until all that was due has had its turn: so many lives at once are more than one block has room for.
	fn catch_up(&mut self) -> Result<(), String> {
		for _ in 0..CATCHING_UP {
			if checks::turns::nothing_waits().is_ok() {
				break;
			}
			self.blocks(1)?;
		}
		checks::turns::nothing_waits()
	}

	fn wave(&mut self, wave: u32) -> Result<(), String> {
		let asked = wave.is_multiple_of(VOTE_EVERY);
		if asked {
			self.ask_nodes()?;
		}
		let lives: Vec<Life> = (0..WAVE).map(|at| self.birth(wave * WAVE + at)).collect::<Result<_, _>>()?;
		for life in &lives {
			self.sell(life)?;
		}
		self.blocks(2)?;
		for life in &lives {
			self.use_it(life)?;
		}
		self.report(lives[0].data, wave)?;
		self.blocks(8)?;
		for life in &lives {
			self.take_back(life)?;
		}
		self.rule()?;
		// After the juries, who have their time as well.
		if asked {
			self.vote(wave)?;
		}
		for life in &lives {
			self.end(life)?;
		}
		self.blocks(45)?;
		for life in &lives {
			self.clear(life)?;
		}
		self.pool()?;
		checks::state::check()?;
		wind_up::nothing_is_left()
	}

	/// Two listings on sale, one of them with a snapshot.
	fn birth(&mut self, number: u32) -> Result<Life, String> {
		let curator = CURATOR.to_account_id();
		let mut ids = [0; 2];
		for (at, kind) in [ListingKind::DataProduct, ListingKind::Service].into_iter().enumerate() {
			let id = pallet_listings::NextListingId::<Runtime>::get();
			ids[at] = id;
			let name = format!("life-{number}-{at}").into_bytes().try_into().expect("it is short");
			let plan = |kind, amount| Plan { kind, price: wusd(amount) };
			let plans = vec![
				plan(PlanKind::Subscription { period: 12 }, PRICE),
				plan(PlanKind::Trial { period: 9 }, 0),
				plan(PlanKind::OneTime, PRICE),
				plan(PlanKind::PayPerQuery, PRICE / 100),
			];
			let plans = plans.try_into().expect("there are four");
			let (details, payouts) = (details(0), split(20, 30));
			let create = pallet_listings::Call::<Runtime>::create { name, kind, details, plans, payouts };
			self.does("create", curator.clone(), create)?;
		}
		let [data, service] = ids;
		self.does(
			"bond",
			curator.clone(),
			pallet_curation::Call::<Runtime>::bond { listing: data, amount: 200 * SOUK },
		)?;
		let schedule = pallet_curation::Schedule { every: 1_000, tolerance: 5, retention: 2 };
		self.does(
			"schedule",
			curator.clone(),
			pallet_curation::Call::<Runtime>::set_schedule { listing: data, schedule },
		)?;
		for node in NODES {
			for role in [NodeRole::Worker, NodeRole::Persistence] {
				let wrapped_key = vec![7; 80].try_into().expect("it is short");
				let node = node.to_account_id();
				let call =
					pallet_curation::Call::<Runtime>::assign { listing: data, node, role, wrapped_key };
				self.does("assign", curator.clone(), call)?;
			}
		}
		for id in ids {
			let to = ListingState::Active;
			self.does("activate", curator.clone(), pallet_listings::Call::<Runtime>::set_state { id, to })?;
		}
		let (period, commitments) = (chain::minutes(), commitments(1));
		for node in NODES {
			let call = pallet_curation::Call::<Runtime>::submit_snapshot {
				listing: data,
				period,
				commitments: commitments.clone(),
			};
			self.does("submit", node.to_account_id(), call)?;
		}
		let quota = pallet_tabs::Call::<Runtime>::set_free_quota { listing: data, queries: 3 };
		self.does("quota", curator.clone(), quota)?;
		let open = pallet_backing::Call::<Runtime>::open_backing {
			listing: data,
			share: Permill::from_percent(40),
			most: 150 * SOUK,
		};
		self.does("open backing", curator, open)?;
		for (backer, amount) in [(person(4), 77 * SOUK + 7), (person(0), 5 * SOUK)] {
			let back = pallet_backing::Call::<Runtime>::back { listing: data, amount };
			self.does("back", backer, back)?;
		}
		Ok(Life { data, service, jury: number.is_multiple_of(JURY_EVERY) })
	}

	/// Everything is bought.
	fn sell(&mut self, life: &Life) -> Result<(), String> {
		let (eve, dave) = (person(4), person(3));
		let subscribe = |plan: u8, period, amount, holder| pallet_subscriptions::Call::<Runtime>::subscribe {
			listing: life.data,
			plan,
			holder,
			auto_renew: plan == 0,
			period,
			max_price: wusd(amount),
		};
		self.does("subscribe", eve.clone(), subscribe(0, 12, PRICE, None))?;
		self.does("subscribe hidden", eve.clone(), subscribe(0, 12, PRICE, Some([7; 32])))?;
		self.does("try", dave.clone(), subscribe(1, 9, 0, None))?;
		let period = Curation::newest_snapshot(life.data).ok_or("there is no snapshot")?.period;
		let buyer_key = coordinates(&buyer_secret().public());
		for (listing, details) in [
			(life.data, OrderDetails::Data { period, buyer_key }),
			(life.data, OrderDetails::Data { period, buyer_key }),
			(life.service, OrderDetails::Goods { terms: None }),
			(life.service, OrderDetails::Goods { terms: None }),
		] {
			let call =
				pallet_escrow::Call::<Runtime>::order { listing, plan: 2, max_price: wusd(PRICE), details };
			self.does("order", eve.clone(), call)?;
		}
		for _ in 0..2 {
			let call = pallet_tabs::Call::<Runtime>::open_tab {
				listing: life.data,
				plan: 3,
				key: None,
				limit: PRICE,
				max_price: wusd(PRICE / 100),
			};
			self.does("open tab", eve.clone(), call)?;
		}
		let snapshot = pallet_curation::Call::<Runtime>::submit_snapshot {
			listing: life.data,
			period: chain::minutes() + 1,
			commitments: commitments(0),
		};
		// A second one, with a table.
		for node in NODES {
			self.does("submit", node.to_account_id(), snapshot.clone())?;
		}
		let ask = pallet_asks::Call::<Runtime>::ask {
			listing: life.data,
			period: None,
			query: table::query(2),
			text_hash: None,
			min_group_size: table::GROUP,
			bounty: wusd(PRICE),
			wait: 5,
		};
		self.does("ask", eve, ask)
	}

	/// The orders of a listing, the oldest first.
	fn orders(listing: ListingId) -> Vec<u64> {
		pallet_escrow::SalesOf::<Runtime>::iter_key_prefix(listing).map(u64::from_be_bytes).collect()
	}

	/// Keys are delivered, a chunk is proved bad, vouchers are settled, one side disputes.
	fn use_it(&mut self, life: &Life) -> Result<(), String> {
		let (eve, curator) = (person(4), CURATOR.to_account_id());
		let orders = Self::orders(life.data);
		for order in &orders {
			let delivery = corrupted().delivery(life.data, *order);
			let call = pallet_escrow::Call::<Runtime>::deliver { order: *order, delivery };
			self.does("deliver", NODES[0].to_account_id(), call)?;
		}
		if life.jury {
			let evidence = corrupted().evidence(life.data, orders[0], crate::snapshot::WRONG);
			let call = pallet_escrow::Call::<Runtime>::prove_bad_chunk { order: orders[0], evidence };
			self.does("prove bad chunk", eve.clone(), call)?;
		}
		let goods = Self::orders(life.service);
		let (milestone, evidence) = (0, None);
		for order in &goods {
			let call = pallet_escrow::Call::<Runtime>::mark_delivered { order: *order, milestone, evidence };
			self.does("mark delivered", curator.clone(), call)?;
		}
		let confirm = pallet_escrow::Call::<Runtime>::confirm { order: goods[0], milestone };
		self.does("confirm", eve.clone(), confirm)?;
		self.say(&Deal::Order(goods[0]))?;
		let unback = pallet_backing::Call::<Runtime>::unback { listing: life.data, amount: 33 * SOUK };
		self.does("unback", eve.clone(), unback)?;
		let dispute = pallet_escrow::Call::<Runtime>::dispute { order: goods[1], evidence: [6; 32] };
		self.does("dispute", eve.clone(), dispute)?;
		if life.jury {
			let case = pallet_disputes::CaseOf::<Runtime>::get(goods[1]).ok_or("there is no case")?;
			self.does("answer case", curator, pallet_disputes::Call::<Runtime>::answer { case })?;
		}
		let tabs: Vec<u64> =
			pallet_tabs::TabsOf::<Runtime>::iter_key_prefix(life.data).map(u64::from_be_bytes).collect();
		for (counter, tab) in (1u64..).zip(&tabs) {
			let node = NODES[1].to_account_id();
			let amount = PRICE / 100 * Balance::from(counter);
			let voucher = Voucher { tab: *tab, node: node.clone().into(), counter, amount };
			let signature = sp_keyring::Sr25519Keyring::Eve.sign(&voucher.digest(&chain::genesis())).0;
			let voucher = SignedVoucher { voucher, signature };
			self.does("settle voucher", node, pallet_tabs::Call::<Runtime>::settle_voucher { voucher })?;
		}
		self.does("close tab", eve.clone(), pallet_tabs::Call::<Runtime>::close_tab { tab: tabs[0] })?;
		let holder = Some([7; 32]);
		self.does("cancel", eve, pallet_subscriptions::Call::<Runtime>::cancel { listing: life.data, holder })
	}

	/// Both sides of a deal say how it was; and of an order who can be relied on, which one of them regrets.
	fn say(&mut self, deal: &Deal<AccountId>) -> Result<(), String> {
		for (who, kind) in [
			(person(4), CredentialKind::TrustedSeller),
			(CURATOR.to_account_id(), CredentialKind::ReliablePayer),
		] {
			let rate = pallet_reputation::Call::<Runtime>::rate { deal: deal.clone(), score: 4 };
			self.does("rate", who.clone(), rate)?;
			let Deal::Order(order) = *deal else { continue };
			let issue = pallet_reputation::Call::<Runtime>::issue_credential { order, kind, hash: [8; 32] };
			self.does("issue credential", who.clone(), issue)?;
			if kind == CredentialKind::TrustedSeller {
				let id = CredentialId { order, kind };
				self.does(
					"revoke credential",
					who,
					pallet_reputation::Call::<Runtime>::revoke_credential { id },
				)?;
			}
		}
		Ok(())
	}

	/// What was regretted is removed, when nothing else can be said in its place.
	fn take_back(&mut self, life: &Life) -> Result<(), String> {
		let revoked: Vec<_> = Self::orders(life.service)
			.into_iter()
			.map(|order| CredentialId { order, kind: CredentialKind::TrustedSeller })
			.filter(|id| pallet_reputation::Credentials::<Runtime>::contains_key(id))
			.collect();
		for id in revoked {
			let remove = pallet_reputation::Call::<Runtime>::remove_credential { id };
			self.does("remove credential", person(4), remove)?;
		}
		Ok(())
	}

	/// Nodes say where they can be asked.
	fn ask_nodes(&mut self) -> Result<(), String> {
		for node in NODES {
			let set = pallet_availability::Call::<Runtime>::set_health { url: availability::url(0) };
			self.does("set health", node.to_account_id(), set)?;
		}
		Ok(())
	}

	/// All validators vote, seldom that nobody is there; then nodes are asked no more.
	fn vote(&mut self, wave: u32) -> Result<(), String> {
		let open = || {
			let period = pallet_availability::Current::<Runtime>::get();
			period.is_some_and(|period| period.nodes > 0 && chain::now() > period.from)
		};
		for _ in 0..CATCHING_UP {
			if open() {
				break;
			}
			self.blocks(1)?;
		}
		ensure(open(), || "nobody votes on nodes".into())?;
		let away = wave.is_multiple_of(2 * VOTE_EVERY);
		for place in 0..pallet_availability::Voters::<Runtime>::get().len() {
			let vote = availability::vote(place, if away { 0 } else { 0b0101 }, 0);
			self.does("vote", person(0), vote)?;
		}
		for node in NODES {
			let clear = pallet_availability::Call::<Runtime>::clear_health {};
			self.does("clear health", node.to_account_id(), clear)?;
		}
		if away {
			let judged = || pallet_availability::Health::<Runtime>::iter_keys().next().is_none();
			for _ in 0..CATCHING_UP {
				if judged() {
					break;
				}
				self.blocks(1)?;
			}
			for node in NODES {
				let restore = pallet_curation::Call::<Runtime>::restore_node_bond {};
				self.does("restore bond", node.to_account_id(), restore)?;
			}
		}
		Ok(())
	}

	/// A worker said two things, and somebody reports it.
	fn report(&mut self, listing: ListingId, wave: u32) -> Result<(), String> {
		// A node that is reported in each wave would soon have nothing to lose.
		if !wave.is_multiple_of(10) {
			return Ok(());
		}
		let (reporter, node) = (person(4), NODES[1]);
		let statement = |says: u8| {
			let submission = Submission {
				genesis: chain::genesis(),
				listing,
				period: chain::minutes() + 1,
				worker: node.to_account_id().into(),
				commitments: [says; 32],
			};
			let signature = node.sign(&submission.digest()).0;
			SignedSubmission { submission, signature }.encode()
		};
		let (first, second) = (statement(1), statement(2));
		let hash = pallet_stakes::announcement(&reporter, &first, &second);
		self.does("announce", reporter.clone(), pallet_stakes::Call::<Runtime>::announce_report { hash })?;
		self.blocks(1)?;
		let first = first.try_into().expect("it has one length");
		let second = second.try_into().expect("it has one length");
		self.does("report", reporter, pallet_stakes::Call::<Runtime>::report_conflict { first, second })?;
		self.blocks(2)?;
		self.does(
			"restore bond",
			node.to_account_id(),
			pallet_curation::Call::<Runtime>::restore_node_bond {},
		)
	}

	/// Juries are drawn, and rule.
	fn rule(&mut self) -> Result<(), String> {
		for _ in 0..60 {
			let cases: Vec<_> = Cases::<Runtime>::iter().collect();
			if cases.iter().all(|(_, record)| !record.is_open()) {
				return Ok(());
			}
			for (key, record) in cases {
				let Some(jury) = Juries::<Runtime>::get(key, [record.round]) else { continue };
				let (case, vote) = (u64::from_be_bytes(key), Ruling::Buyer);
				for who in jury.sitting().map(|juror| juror.who.clone()) {
					match record.phase {
						Phase::Commit => {
							let commitment = commitment(case, record.round, &who, vote, &SALT);
							let call = pallet_disputes::Call::<Runtime>::commit_vote { case, commitment };
							self.does("commit", who, call)?;
						}
						Phase::Reveal => {
							let call =
								pallet_disputes::Call::<Runtime>::reveal_vote { case, vote, salt: SALT };
							self.does("reveal", who, call)?;
						}
						_ => {}
					}
				}
			}
			chain::end();
			chain::start(1, chain::EPOCH);
			chain::forget_events();
		}
		Err("a case has no end".into())
	}

	/// Listings are retired with what is open of them.
	fn end(&mut self, life: &Life) -> Result<(), String> {
		for id in [life.data, life.service] {
			self.does("retire", CURATOR.to_account_id(), pallet_listings::Call::<Runtime>::retire { id })?;
		}
		let eve = Holder::Account(person(4));
		for holder in [eve, Holder::Account(person(3))] {
			let listing = life.data;
			if pallet_subscriptions::Subscriptions::<Runtime>::contains_key(&holder, listing) {
				let call = pallet_subscriptions::Call::<Runtime>::settle { listing, holder };
				self.does("settle", person(1), call)?;
			}
		}
		let period = Deal::Period { listing: life.data, payer: person(4) };
		if Reputation::may_rate(period.clone(), person(4)).is_some() {
			self.say(&period)?;
		}
		Ok(())
	}

	/// Whoever has something to get back gets it.
	fn clear(&mut self, life: &Life) -> Result<(), String> {
		let (eve, curator) = (person(4), CURATOR.to_account_id());
		for order in [life.data, life.service].into_iter().flat_map(Self::orders) {
			self.does("forget order", eve.clone(), pallet_escrow::Call::<Runtime>::forget { order })?;
		}
		let asks: Vec<u64> =
			pallet_asks::AsksOf::<Runtime>::iter_key_prefix(life.data).map(u64::from_be_bytes).collect();
		for ask in asks {
			self.does("forget ask", eve.clone(), pallet_asks::Call::<Runtime>::forget { ask })?;
		}
		let listing = life.data;
		for backer in [person(4), person(0)] {
			let withdraw =
				pallet_backing::Call::<Runtime>::withdraw_unbacked { listing, backer: backer.clone() };
			self.does("withdraw backing", eve.clone(), withdraw)?;
			let asset = Asset::WithId(WUSD);
			let claim = pallet_backing::Call::<Runtime>::claim_income { listing, asset, backer };
			self.does("claim income", eve.clone(), claim)?;
		}
		let holder = Holder::Account(person(3));
		self.does(
			"clear trial",
			eve.clone(),
			pallet_subscriptions::Call::<Runtime>::clear_trial { listing, holder },
		)?;
		self.does("clear", eve, pallet_curation::Call::<Runtime>::clear_listing { listing })?;
		let amount = Curation::curator_bond(listing).active;
		self.does("unbond", curator.clone(), pallet_curation::Call::<Runtime>::unbond { listing, amount })?;
		self.blocks(0)
	}

	/// What was unbonded is withdrawn; an arbitrator leaves the pool and comes back, and so does a node.
	fn pool(&mut self) -> Result<(), String> {
		let node = person(0);
		let info = crate::calls::curation::node_info(3, 2);
		self.does("register", node.clone(), pallet_curation::Call::<Runtime>::register_node { info })?;
		self.does("deregister", node.clone(), pallet_curation::Call::<Runtime>::deregister_node {})?;
		let leaver = arbitrator(3);
		self.does("leave pool", leaver.clone(), pallet_disputes::Call::<Runtime>::leave_pool {})?;
		self.blocks(16)?;
		self.does("withdraw node bond", node, pallet_curation::Call::<Runtime>::withdraw_node_bond {})?;
		let bonds: Vec<_> = pallet_curation::CuratorBonds::<Runtime>::iter()
			.filter(|(_, bond)| bond.active == 0 && bond.unlocking.total() > 0)
			.collect();
		for (listing, bond) in bonds {
			self.does(
				"withdraw",
				bond.curator,
				pallet_curation::Call::<Runtime>::withdraw_unbonded { listing },
			)?;
		}
		let at = pallet_disputes::LeavingPool::<Runtime>::get(&leaver).map_or(0, |leaving| leaving.at);
		self.pass_until(at)?;
		self.does("leave with bond", leaver.clone(), pallet_disputes::Call::<Runtime>::withdraw {})?;
		self.does(
			"join pool",
			leaver,
			pallet_disputes::Call::<Runtime>::join_pool { bond: 150 * SOUK, key: [9; 32] },
		)
	}

	/// Blocks go by until one; what is due in between happens in its block.
	fn pass_until(&mut self, block: u32) -> Result<(), String> {
		self.catch_up()?;
		while chain::now() < block {
			let due = checks::turns::next_due().unwrap_or(block).min(block);
			let blocks = due.saturating_sub(chain::now()).max(1);
			chain::end();
			checks::turns::pass_over(chain::now() + blocks);
			chain::start(blocks, blocks);
			chain::forget_events();
			self.catch_up()?;
		}
		Ok(())
	}

	/// Offences are remembered for four weeks, and then forgotten.
	fn forget_offences(&mut self) -> Result<(), String> {
		self.pass_until(chain::now() + 29 * DAYS)?;
		checks::state::check()
	}
}
