//! What is sold, and what people say of it.

use super::{listing::plans, poor, wusd, Kind, Life, Lives, PRICE};
use crate::{
	calls::curation::commitments,
	cast::{person, CURATOR, NODES},
	chain,
	checks::ensure,
	snapshot::{buyer_secret, coordinates, corrupted, WRONG},
	table,
};
use pallet_escrow::{MilestoneTerms, NextOrderId, OrderDetails, OrderId, Orders};
use pallet_reputation::{CredentialId, CredentialKind, Deal};
use pallet_subscriptions::{Phase, Subscriptions};
use pallet_tabs::TabId;
use souk_primitives::{Asset, Holder, ListingId, PlanKind};
use souk_proof_primitives::voucher::{SignedVoucher, Voucher};
use souk_runtime::*;
use sp_keyring::Sr25519Keyring;

/// Blocks within which a period that began before is over.
const PERIOD: u32 = 16;

/// A voucher by which a node has earned the price of so many queries.
fn voucher(tab: TabId, node: Sr25519Keyring, counter: u64) -> SignedVoucher {
	let amount = PRICE / 100 * Balance::from(counter);
	let voucher = Voucher { tab, node: node.to_account_id().into(), counter, amount };
	let signature = Sr25519Keyring::Eve.sign(&voucher.digest(&chain::genesis())).0;
	SignedVoucher { voucher, signature }
}

/// The call by which somebody subscribes under a plan that costs so much.
fn subscribe(
	listing: ListingId,
	plan: u8,
	amount: Balance,
	holder: Option<[u8; 32]>,
) -> pallet_subscriptions::Call<Runtime> {
	let period = match plans()[usize::from(plan)].kind {
		PlanKind::Subscription { period } | PlanKind::Trial { period } => period,
		_ => 0,
	};
	let auto_renew = plan == 0;
	let max_price = wusd(amount);
	pallet_subscriptions::Call::subscribe { listing, plan, holder, auto_renew, period, max_price }
}

impl Lives<'_> {
	/// Everything is bought.
	pub(super) fn sell(&mut self, life: &Life) -> Result<(), String> {
		let (eve, dave) = (person(4), person(3));
		self.does("subscribe", eve.clone(), subscribe(life.data, 0, PRICE, None))?;
		self.does("subscribe hidden", eve.clone(), subscribe(life.data, 0, PRICE, Some([7; 32])))?;
		self.does("try", dave, subscribe(life.data, 1, 0, None))?;
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
		if life.kind == Kind::Offer {
			self.offer(life.service)?;
		}
		for _ in 0..2 {
			self.open_tab(life.data)?;
		}
		// A second one, with a table.
		self.submit(life.data, chain::minutes() + 1, &commitments(0))?;
		let ask = pallet_asks::Call::<Runtime>::ask {
			listing: life.data,
			period: None,
			query: table::query(2),
			text_hash: None,
			min_group_size: table::GROUP,
			bounty: wusd(PRICE),
			wait: 5,
		};
		self.does("ask", eve.clone(), ask)?;
		if life.kind == Kind::Change {
			// Nobody can answer what was asked under another policy.
			self.update(life.data)?;
			for ask in Self::asks(life.data) {
				self.does("withdraw ask", eve.clone(), pallet_asks::Call::<Runtime>::withdraw { ask })?;
			}
		}
		Ok(())
	}

	/// Work is offered in two parts and paid for; another offer is taken back.
	fn offer(&mut self, listing: ListingId) -> Result<(), String> {
		let (eve, curator) = (person(4), CURATOR.to_account_id());
		let part = MilestoneTerms { amount: PRICE / 2, deliver_within: 8, confirm_within: 5 };
		let offer = || pallet_escrow::Call::<Runtime>::offer {
			listing,
			buyer: person(4),
			asset: Asset::WithId(WUSD),
			milestones: vec![part; 2].try_into().expect("there are two"),
			terms: Some([3; 32]),
		};
		let order = NextOrderId::<Runtime>::get();
		self.does("offer", curator.clone(), offer())?;
		self.does("fund", eve, pallet_escrow::Call::<Runtime>::fund { order })?;
		let order = NextOrderId::<Runtime>::get();
		self.does("offer", curator.clone(), offer())?;
		self.does("cancel order", curator, pallet_escrow::Call::<Runtime>::cancel { order })
	}

	pub(super) fn open_tab(&mut self, listing: ListingId) -> Result<TabId, String> {
		let tab = pallet_tabs::NextTabId::<Runtime>::get();
		let call = pallet_tabs::Call::<Runtime>::open_tab {
			listing,
			plan: 3,
			key: None,
			limit: PRICE,
			max_price: wusd(PRICE / 100),
		};
		self.does("open tab", person(4), call)?;
		Ok(tab)
	}

	/// The orders of a listing, the oldest first.
	pub(super) fn orders(listing: ListingId) -> Vec<OrderId> {
		pallet_escrow::SalesOf::<Runtime>::iter_key_prefix(listing).map(u64::from_be_bytes).collect()
	}

	/// What was asked about a listing.
	pub(super) fn asks(listing: ListingId) -> Vec<u64> {
		pallet_asks::AsksOf::<Runtime>::iter_key_prefix(listing).map(u64::from_be_bytes).collect()
	}

	/// Keys are delivered, a chunk is proved bad, vouchers are settled, one side disputes.
	pub(super) fn use_it(&mut self, life: &Life) -> Result<(), String> {
		let eve = person(4);
		let orders = Self::orders(life.data);
		self.deliver(life, &orders)?;
		if life.kind == Kind::Jury {
			let evidence = corrupted().evidence(life.data, orders[0], WRONG);
			let call = pallet_escrow::Call::<Runtime>::prove_bad_chunk { order: orders[0], evidence };
			self.does("prove bad chunk", eve.clone(), call)?;
		}
		let goods = Self::orders(life.service);
		for order in &goods[..2] {
			self.mark_delivered(*order, 0)?;
		}
		let confirm = |order, milestone| pallet_escrow::Call::<Runtime>::confirm { order, milestone };
		self.does("confirm", eve.clone(), confirm(goods[0], 0))?;
		self.say(&Deal::Order(goods[0]))?;
		if life.kind == Kind::Offer {
			for milestone in 0..2 {
				self.mark_delivered(goods[2], milestone)?;
				self.does("confirm", eve.clone(), confirm(goods[2], milestone))?;
			}
		}
		let unback = pallet_backing::Call::<Runtime>::unback { listing: life.data, amount: 33 * SOUK };
		self.does("unback", eve.clone(), unback)?;
		self.dispute(life, goods[1])?;
		self.settle_tabs(life)?;
		let (listing, holder) = (life.data, Some([7; 32]));
		if life.kind == Kind::Leave {
			let set =
				pallet_subscriptions::Call::<Runtime>::set_auto_renew { listing, holder, enabled: false };
			self.does("set auto renew", eve.clone(), set)?;
		}
		self.does("cancel", eve, pallet_subscriptions::Call::<Runtime>::cancel { listing, holder })
	}

	/// A node delivers the keys of all orders, one by one or together.
	fn deliver(&mut self, life: &Life, orders: &[OrderId]) -> Result<(), String> {
		let node = NODES[0].to_account_id();
		if life.kind != Kind::Leave {
			for order in orders {
				let delivery = corrupted().delivery(life.data, *order);
				let call = pallet_escrow::Call::<Runtime>::deliver { order: *order, delivery };
				self.does("deliver", node.clone(), call)?;
			}
			return Ok(());
		}
		let deliveries: Vec<_> =
			orders.iter().map(|order| (*order, corrupted().delivery(life.data, *order))).collect();
		let deliveries = deliveries.try_into().expect("there are two");
		let call = pallet_escrow::Call::<Runtime>::deliver_batch { deliveries };
		self.does("deliver batch", node, call)?;
		let delivered = |order: &OrderId| {
			Orders::<Runtime>::get(order).is_some_and(|record| record.delivered_at.is_some())
		};
		ensure(orders.iter().all(delivered), || "a batch does not deliver all of it".into())
	}

	fn mark_delivered(&mut self, order: OrderId, milestone: u32) -> Result<(), String> {
		let call = pallet_escrow::Call::<Runtime>::mark_delivered { order, milestone, evidence: None };
		self.does("mark delivered", CURATOR.to_account_id(), call)
	}

	/// Both tabs pay for something, and one of them is closed.
	fn settle_tabs(&mut self, life: &Life) -> Result<(), String> {
		let eve = person(4);
		let tabs: Vec<TabId> =
			pallet_tabs::TabsOf::<Runtime>::iter_key_prefix(life.data).map(u64::from_be_bytes).collect();
		for (counter, tab) in (1u64..).zip(&tabs) {
			let voucher = voucher(*tab, NODES[1], counter);
			let call = pallet_tabs::Call::<Runtime>::settle_voucher { voucher };
			self.does("settle voucher", NODES[1].to_account_id(), call)?;
		}
		if life.kind == Kind::Tab {
			let more = pallet_tabs::Call::<Runtime>::top_up_tab { tab: tabs[1], amount: PRICE };
			self.does("top up tab", eve.clone(), more)?;
			let vouchers: Vec<_> = tabs.iter().map(|tab| voucher(*tab, NODES[0], 3)).collect();
			let vouchers = vouchers.try_into().expect("there are two");
			let node = NODES[0].to_account_id();
			let settle = pallet_tabs::Call::<Runtime>::settle_vouchers { vouchers };
			self.does("settle vouchers", node.clone(), settle)?;
			let earns = |tab: &TabId| {
				pallet_tabs::Tabs::<Runtime>::get(tab)
					.is_some_and(|record| record.earners.iter().any(|earner| earner.node == node))
			};
			ensure(tabs.iter().all(earns), || "a batch does not settle all of it".into())?;
		}
		self.does("close tab", eve, pallet_tabs::Call::<Runtime>::close_tab { tab: tabs[0] })
	}

	/// Somebody gives the poor one something.
	fn lend(&mut self, amount: Balance) -> Result<(), String> {
		let target = poor().into();
		self.does(
			"pay somebody",
			person(4),
			pallet_assets::Call::<Runtime>::transfer { id: WUSD.into(), target, amount },
		)
	}

	/// Somebody subscribes who has not enough for a second period.
	pub(super) fn subscribe_poor(&mut self, listing: ListingId) -> Result<(), String> {
		self.lend(PRICE + PRICE / 2)?;
		self.does("subscribe", poor(), subscribe(listing, 0, PRICE, None))
	}

	/// And pays for it when it is over already, before it is too late.
	pub(super) fn pay_late(&mut self, listing: ListingId) -> Result<(), String> {
		let holder = Holder::Account(poor());
		let waits = || {
			let record = Subscriptions::<Runtime>::get(&holder, listing);
			record.is_some_and(|record| matches!(record.phase, Phase::Grace { .. }))
		};
		for _ in 0..PERIOD {
			if waits() {
				break;
			}
			self.blocks(1)?;
		}
		ensure(waits(), || "nobody waits for the money of a second period".into())?;
		self.lend(PRICE)?;
		let renew = pallet_subscriptions::Call::<Runtime>::renew { listing, holder: None };
		self.does("renew", poor(), renew)
	}

	/// Both sides of a deal say how it was; and of an order who can be relied on, which one of them regrets.
	pub(super) fn say(&mut self, deal: &Deal<AccountId>) -> Result<(), String> {
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
	pub(super) fn take_back(&mut self, life: &Life) -> Result<(), String> {
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
}
