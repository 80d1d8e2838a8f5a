//! Periods and orders: what was put on hold for them goes to somebody, all of it, and of the curator's part backers have their share.

use super::*;
use pallet_escrow::{Event as Escrowed, OrderState};
use pallet_subscriptions::Event as Subscription;
use souk_primitives::Holder;
use sp_runtime::Permill;

/// A subscription.
pub struct Subscribed {
	/// What is on hold for the running period, and the block in which that began.
	pub held: Balance,
	pub began: u32,
	/// The block in which the subscription did.
	pub since: u32,
}

/// An order for a thing or a service.
pub struct Order {
	pub buyer: Who,
	pub listing: ListingId,
	/// First block in which the buyer cannot object any more, once it was delivered.
	pub window: Option<u32>,
	/// What the buyer is to have back of a ruling.
	back: Option<Balance>,
	returned: Balance,
	to_treasury: Balance,
	pub over: bool,
}

/// What was set aside for backers, of a payment that is told of next.
#[derive(Debug)]
pub struct Shared {
	pub listing: ListingId,
	pub wusd: bool,
	pub amount: Balance,
}

impl Book {
	/// Money for a listing reached somebody.
	pub(super) fn reaches(&mut self, listing: ListingId, from: (Who, Why), to: Who, amount: Balance) {
		self.pay(from.0, TRADED[listing as usize].wusd, from.1, to, amount);
		self.check_share(listing, to, amount);
	}

	/// The backers' share of what reached the curator is what was set aside, and nothing is of what reached others.
	fn check_share(&mut self, listing: ListingId, to: Who, amount: Balance) {
		let wusd = TRADED[listing as usize].wusd;
		let share = if to == CURATOR { self.share_of(listing, amount) } else { 0 };
		let shared = self.shared.take().map_or(0, |shared| {
			assert_eq!((shared.listing, shared.wusd), (listing, wusd));
			shared.amount
		});
		assert_eq!(shared, share, "the backers' share of {amount} for {listing}");
		if share > 0 {
			self.hold(CURATOR, wusd, Why::Income(listing), share);
			self.earn(listing, wusd, share);
		}
	}

	pub(super) fn note_subscription(&mut self, event: pallet_subscriptions::Event<Runtime>) {
		let payer = |holder: Holder<AccountId>| match holder {
			Holder::Account(account) => who(&account),
			Holder::Commitment(_) => panic!("nobody hides here"),
		};
		match event {
			Subscription::Subscribed { listing, holder, .. } => {
				let (payer, held) = (payer(holder), TRADED[listing as usize].price);
				self.hold(payer, TRADED[listing as usize].wusd, Why::Payment(listing), held);
				let new = Subscribed { held, began: self.now, since: self.now };
				self.subscriptions.insert((payer, listing), new);
			}
			// Whose it was is told afterwards; but a share of it is told before.
			Subscription::PaidOut { listing, recipient, amount, .. } => {
				let to = who(&recipient);
				self.moved.push((listing, Some(to), amount));
				self.check_share(listing, to, amount);
			}
			Subscription::Refunded { listing, amount, .. } => self.moved.push((listing, None, amount)),
			Subscription::Renewed { listing, holder, amount, paid_until } => {
				let payer = payer(holder);
				self.settle_period(payer, listing);
				assert_eq!(amount, TRADED[listing as usize].price);
				self.hold(payer, TRADED[listing as usize].wusd, Why::Payment(listing), amount);
				let one = self.subscriptions.get_mut(&(payer, listing)).expect("it is there");
				(one.held, one.began) = (amount, paid_until - PERIOD);
			}
			Subscription::GraceStarted { listing, holder, .. }
			| Subscription::NotRenewed { listing, holder, .. } => {
				self.settle_period(payer(holder), listing);
			}
			Subscription::Ended { listing, holder } => {
				let payer = payer(holder);
				self.settle_period(payer, listing);
				self.subscriptions.remove(&(payer, listing));
			}
			Subscription::SettlementDelayed { .. } => panic!("everybody can be paid"),
			_ => {}
		}
	}

	/// All that was on hold for a period was moved as it was told. Nothing was on hold in a grace.
	fn settle_period(&mut self, payer: Who, listing: ListingId) {
		let wusd = TRADED[listing as usize].wusd;
		let one = self.subscriptions.get_mut(&(payer, listing)).expect("it is there");
		let held = std::mem::take(&mut one.held);
		let moved = std::mem::take(&mut self.moved);
		let paid: Balance = moved.iter().filter(|(_, to, _)| to.is_some()).map(|moved| moved.2).sum();
		let fee: Balance = moved.iter().filter(|(_, to, _)| *to == Some(TREASURY)).map(|moved| moved.2).sum();
		assert_eq!(
			moved.iter().map(|moved| moved.2).sum::<Balance>(),
			held,
			"a period of {payer} for {listing}"
		);
		assert_eq!(fee, percent(paid, FEE), "the treasury's part of {paid}");
		for (of, to, amount) in moved {
			assert_eq!(of, listing);
			match to {
				Some(to) => self.pay(payer, wusd, Why::Payment(listing), to, amount),
				None => self.free(payer, wusd, Why::Payment(listing), amount),
			}
		}
	}

	pub(super) fn note_order(&mut self, event: pallet_escrow::Event<Runtime>) {
		match event {
			Escrowed::Ordered { order, listing, buyer } => {
				let buyer = who(&buyer);
				let new = Order {
					buyer,
					listing,
					window: None,
					back: None,
					returned: 0,
					to_treasury: 0,
					over: false,
				};
				self.orders.insert(order, new);
				let traded = &TRADED[listing as usize];
				self.hold(buyer, traded.wusd, Why::Order(order), traded.price);
			}
			Escrowed::MarkedDelivered { order, window_until, .. } => {
				self.orders.get_mut(&order).expect("it was placed").window = Some(window_until);
			}
			Escrowed::PaidOut { order, recipient, amount, .. } => {
				let to = who(&recipient);
				let record = self.orders.get_mut(&order).expect("it was placed");
				record.to_treasury += if to == TREASURY { amount } else { 0 };
				let (listing, buyer) = (record.listing, record.buyer);
				self.reaches(listing, (buyer, Why::Order(order)), to, amount);
			}
			Escrowed::Refunded { order, amount, .. } => {
				let record = self.orders.get_mut(&order).expect("it was placed");
				record.returned += amount;
				let (listing, buyer) = (record.listing, record.buyer);
				self.free(buyer, TRADED[listing as usize].wusd, Why::Order(order), amount);
			}
			Escrowed::Resolved { order, buyer_share } => {
				// A jury's ruling was told of just before; without one it is governance's, who gives a quarter back.
				let ruled = self.ruled.take().map_or(25, |(of, part)| {
					assert_eq!(of, order);
					part
				});
				assert_eq!(buyer_share, Permill::from_percent(ruled as u32), "order {order}");
				self.owes_back(order, ruled);
			}
			Escrowed::TimedOut { order, state: OrderState::Disputed } => self.owes_back(order, BUYER_SHARE),
			Escrowed::Ended { order, .. } => {
				let record = self.orders.get_mut(&order).expect("it was placed");
				record.over = true;
				let traded = &TRADED[record.listing as usize];
				assert_eq!(record.to_treasury, percent(traded.price - record.returned, FEE), "order {order}");
				if let Some(back) = record.back {
					assert_eq!(record.returned, back, "order {order}");
				}
				let (buyer, wusd) = (record.buyer, traded.wusd);
				assert_eq!(self.holds(buyer, wusd, Why::Order(order)), 0, "order {order} holds nothing");
			}
			Escrowed::SettlementDelayed { .. } => panic!("everybody can be paid"),
			_ => {}
		}
	}

	fn owes_back(&mut self, order: OrderId, part: Balance) {
		let record = self.orders.get_mut(&order).expect("it was placed");
		record.back = Some(percent(TRADED[record.listing as usize].price, part));
	}
}
