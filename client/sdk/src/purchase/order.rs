//! Placing the order, once.
//!
//! What is noted before the order is sent is the last block that can include it. Whoever is interrupted after that finds the order by
//! its buyer's key, or knows from that block on that there is none.

use super::{
	folder::Folder,
	key::{buyer_key, point_bytes, KeyOf},
	market::{Market, MarketReads},
	passing::patiently,
	record::{Moment, Ordered, Record},
	sealed::Wanted,
	Step, Watch,
};
use crate::{
	calls,
	error::SdkError,
	submit::{Included, MORTALITY},
	types::{DataOrderView, OrderDetails, OrderId, OrderState, OrderView, PlanIndex, Price},
};
use souk_custody::Account;
use std::time::Duration;

/// Blocks for which an order may be on its way: twice a transaction's life, so that it can be signed again once.
const ON_ITS_WAY: u32 = 2 * MORTALITY;
/// How long a finalised head may take.
const HEAD_PATIENCE: Duration = Duration::from_secs(240);

/// The plan as the buyer saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
	/// Its index.
	pub plan: PlanIndex,
	/// Its price.
	pub price: Price,
}

/// Which of a buyer's keys a new order takes, and the order that is there already, if it is of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
	pub number: u32,
	pub order: Option<OrderView>,
}

/// Looks for orders of this account for this snapshot that were made with its own keys.
///
/// An order that was refunded is of no more use: the next one takes the next key.
pub(crate) async fn standing(
	reads: &dyn MarketReads,
	genesis: souk_protocol::Digest,
	account: &Account,
	listing: u32,
	period: u32,
) -> Result<Standing, SdkError> {
	let orders = reads.orders_of(account.id()).await?;
	let of_it =
		|order: &&OrderView| order.listing == listing && order.data.is_some_and(|data| data.period == period);
	let orders: Vec<&OrderView> = orders.iter().filter(of_it).collect();
	for number in 0.. {
		let key = point_bytes(&buyer_key(account, &KeyOf { genesis, listing, period, number }).public());
		let with_key = |order: &&&OrderView| order.data.is_some_and(|data| data.buyer_key == key);
		match orders.iter().find(with_key) {
			Some(order) if order.state == OrderState::Refunded => {}
			found => return Ok(Standing { number, order: found.map(|order| (*order).clone()) }),
		}
	}
	unreachable!("there are more numbers than orders")
}

/// Orders what is wanted and pays it into escrow, unless that was done before. The record says so on disk before this returns.
///
/// Errors: those of [`Chain::submit`](crate::Chain::submit); then nothing was ordered.
pub(crate) async fn place(
	market: &dyn Market,
	account: &Account,
	folder: &Folder,
	record: &mut Record,
	seen: &Seen,
	watch: &mut Watch<'_>,
) -> Result<OrderId, SdkError> {
	if let Some(order) = &record.order {
		return Ok(order.id);
	}
	let Wanted { listing, period, .. } = record.wanted;
	let of = KeyOf { genesis: record.genesis, listing, period, number: record.number };
	let key = point_bytes(&buyer_key(account, &of).public());
	if let Some(order) = sent_before(market, account, record, &key, watch).await? {
		return note(market, folder, record, &order, None).await;
	}
	let head = market.market_from(0, HEAD_PATIENCE).await?.head().number;
	let last = head.saturating_add(ON_ITS_WAY);
	record.order_until = Some(last);
	folder.keep(record)?;
	watch(Step::Ordering { price: seen.price });
	let details = OrderDetails::Data { period, buyer_key: key };
	let call = calls::order(listing, seen.plan, seen.price, details);
	let included = match market.submit_until(account, call, last).await {
		Ok(included) => included,
		Err(error) => {
			if is_decided(&error) {
				record.order_until = None;
				folder.keep(record)?;
			}
			return Err(error);
		}
	};
	let (_, found) = patiently(market, || found_from(market, included.block, account, &key)).await?;
	let order = found.ok_or_else(|| SdkError::Incompatible {
		what: format!("block {}", included.block),
		reason: "it includes the order, and the buyer has none with this key".into(),
	})?;
	note(market, folder, record, &order, Some(&included)).await
}

/// The order that an earlier attempt made, however it ended; waits while that is not decided.
///
/// Errors: where an order may be on its way, those that do not pass; else all of the reading, for nothing is paid yet.
async fn sent_before(
	market: &dyn Market,
	account: &Account,
	record: &Record,
	key: &[u8; 64],
	watch: &mut Watch<'_>,
) -> Result<Option<OrderView>, SdkError> {
	let mut block = 0;
	loop {
		let look = || found_from(market, block, account, key);
		let (head, found) = match record.order_until {
			Some(_) => patiently(market, look).await?,
			None => look().await?,
		};
		if let Some(order) = found {
			return Ok(Some(order));
		}
		match record.order_until {
			Some(until) if head < until => {
				watch(Step::Undecided { head, until });
				block = head + 1;
			}
			_ => return Ok(None),
		}
	}
}

/// The newest final block, once that is at least `block`; and the order with this key at it.
async fn found_from(
	market: &dyn Market,
	block: u32,
	account: &Account,
	key: &[u8; 64],
) -> Result<(u32, Option<OrderView>), SdkError> {
	let reads = market.market_from(block, HEAD_PATIENCE).await?;
	Ok((reads.head().number, with_key(&*reads, account, key).await?))
}

async fn with_key(
	reads: &dyn MarketReads,
	account: &Account,
	key: &[u8; 64],
) -> Result<Option<OrderView>, SdkError> {
	let with_key = |data: &DataOrderView| data.buyer_key == *key;
	let mut orders = reads.orders_of(account.id()).await?;
	orders.retain(|order| order.data.as_ref().is_some_and(with_key));
	Ok(orders.pop())
}

/// Writes down that the order is there.
pub(crate) async fn note(
	market: &dyn Market,
	folder: &Folder,
	record: &mut Record,
	order: &OrderView,
	included: Option<&Included>,
) -> Result<OrderId, SdkError> {
	let time = patiently(market, || market.time_of(order.created_at)).await?;
	let at = Moment { block: order.created_at, time };
	record.order = Some(Ordered::new(order.id, at, included));
	record.order_until = None;
	folder.keep(record)?;
	Ok(order.id)
}

/// Whether an error says that the order was not, and will not be, included.
fn is_decided(error: &SdkError) -> bool {
	matches!(
		error,
		SdkError::Dispatch { .. }
			| SdkError::CannotPay { .. }
			| SdkError::Incompatible { .. }
			| SdkError::NotSent { .. }
			| SdkError::Expired { .. }
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		purchase::played::{
			alice, snapshot, unread, Answering, Asked, PlayedMarket, Shelved, GENESIS, LISTING, PRICE,
		},
		types::Asset,
	};

	const SEEN: Seen = Seen { plan: 1, price: PRICE };

	struct World {
		shelved: Shelved,
		market: PlayedMarket,
		wanted: Wanted,
	}

	impl World {
		fn new() -> Self {
			let (shelved, made) = (Shelved::new(), snapshot(10));
			let market = PlayedMarket::new(made.clone());
			market.spy_on(&shelved);
			Self { shelved, market, wanted: made.wanted }
		}

		fn record(&self) -> Record {
			Record::new(GENESIS, alice().id(), self.wanted, 0)
		}

		async fn place(&self, record: &mut Record) -> Result<OrderId, SdkError> {
			let (folder, mut watch) = (&self.shelved.folder, |_: Step| {});
			place(&self.market, &alice(), folder, record, &SEEN, &mut watch).await
		}

		/// What a process that starts anew finds.
		fn kept(&self) -> Record {
			self.shelved.kept().unwrap()
		}
	}

	#[tokio::test]
	async fn an_order_is_noted_before_it_is_sent_and_placed_once() {
		let world = World::new();
		let mut record = world.record();
		let head = world.market.head();
		let id = world.place(&mut record).await.unwrap();
		assert_eq!(world.market.kept_when_sent().order_until, Some(head + ON_ITS_WAY));
		let order = record.order.unwrap();
		assert_eq!((order.id, order.at.block, order.fee), (id, world.market.head(), Some(7)));
		assert!(order.at.time.is_some());
		assert_eq!(world.kept(), record);
		assert_eq!(world.place(&mut record).await.unwrap(), id);
		assert_eq!(world.place(&mut world.record()).await.unwrap(), id, "found by its key");
		assert_eq!(world.market.orders(), 1);
	}

	#[tokio::test]
	async fn an_order_whose_answer_was_lost_is_found_and_not_made_again() {
		let world = World::new();
		world.market.answering(Answering::LosesTheAnswer);
		let mut record = world.record();
		assert!(matches!(world.place(&mut record).await, Err(SdkError::Stopped)));
		assert_eq!(world.kept().order, None);
		let mut record = world.kept();
		let id = world.place(&mut record).await.unwrap();
		assert_eq!(
			(world.market.orders(), record.order.unwrap().id, record.order.unwrap().fee),
			(1, id, None)
		);
	}

	#[tokio::test]
	async fn an_order_that_may_still_be_included_is_waited_for() {
		let world = World::new();
		world.market.answering(Answering::IncludesLater(9));
		assert!(world.place(&mut world.record()).await.is_err());
		assert_eq!(world.market.orders(), 0);
		let head = world.market.head();
		world.place(&mut world.kept()).await.unwrap();
		assert_eq!((world.market.orders(), world.market.head()), (1, head + 9));
	}

	#[tokio::test]
	async fn an_order_that_was_never_included_is_made_again_when_that_is_certain() {
		let world = World::new();
		world.market.answering(Answering::Loses);
		assert!(world.place(&mut world.record()).await.is_err());
		let until = world.kept().order_until.unwrap();
		world.market.answering(Answering::Honest);
		world.place(&mut world.kept()).await.unwrap();
		assert_eq!(world.market.orders(), 1);
		assert!(world.market.head() >= until);
	}

	#[tokio::test]
	async fn an_order_that_is_paid_for_is_noted_however_often_it_cannot_be_read() {
		let world = World::new();
		let head = world.market.head();
		// The order is in the next block.
		world.market.at(head + 1, |market| {
			market.fails(Asked::Head, SdkError::Stopped);
			market.fails(Asked::Order, unread());
			market.fails(Asked::Time, unread());
		});
		let id = world.place(&mut world.record()).await.unwrap();
		assert_eq!(world.kept().order.unwrap().id, id);
		assert_eq!((world.market.orders(), world.market.pauses()), (1, vec![1, 2, 1]));
	}

	#[tokio::test]
	async fn before_an_order_is_sent_a_trouble_ends_it_at_once() {
		let world = World::new();
		for (asked, error) in [(Asked::Head, SdkError::Stopped), (Asked::Order, unread())] {
			let (mut record, expected) = (world.record(), error.to_string());
			world.market.fails(asked, error);
			assert_eq!(world.place(&mut record).await.unwrap_err().to_string(), expected);
			assert_eq!(record.order_until, None);
		}
		assert_eq!((world.market.orders(), world.market.pauses()), (0, vec![]));
	}

	#[tokio::test]
	async fn an_order_that_may_be_on_its_way_is_looked_for_in_spite_of_troubles_that_pass() {
		let world = World::new();
		world.market.answering(Answering::IncludesLater(9));
		assert!(world.place(&mut world.record()).await.is_err());
		world.market.fails(Asked::Head, SdkError::Stopped);
		world.market.fails(Asked::Order, unread());
		world.place(&mut world.kept()).await.unwrap();
		assert_eq!((world.market.orders(), world.market.pauses()), (1, vec![1, 2]));
	}

	#[tokio::test]
	async fn an_order_that_was_never_sent_is_not_waited_for() {
		let world = World::new();
		world.market.answering(Answering::CannotBeSent);
		assert!(matches!(world.place(&mut world.record()).await, Err(SdkError::NotSent { .. })));
		assert_eq!((world.kept().order_until, world.market.orders()), (None, 0));
	}

	#[tokio::test]
	async fn an_order_that_the_chain_refuses_is_not_waited_for() {
		let world = World::new();
		world.market.answering(Answering::Refuses);
		assert!(matches!(world.place(&mut world.record()).await, Err(SdkError::Dispatch { .. })));
		assert_eq!(world.kept().order_until, None);
	}

	#[tokio::test]
	async fn the_price_that_was_seen_is_the_most_that_is_paid() {
		let world = World::new();
		world.place(&mut world.record()).await.unwrap();
		let order = &world.market.all_orders()[0];
		assert_eq!(order.price, Price { asset: Asset::WithId(1), amount: 5_000_000 });
		assert_eq!(order.listing, LISTING);
	}

	#[tokio::test]
	async fn a_refunded_order_is_followed_by_one_with_another_key() {
		let world = World::new();
		let standing = || async {
			let reads = world.market.market_from(0, HEAD_PATIENCE).await.unwrap();
			standing(&*reads, GENESIS, &alice(), LISTING, world.wanted.period).await.unwrap()
		};
		assert_eq!(standing().await, Standing { number: 0, order: None });
		world.place(&mut world.record()).await.unwrap();
		let found = standing().await;
		assert_eq!((found.number, found.order.unwrap().id), (0, 0));
		world.market.change(0, |order| order.state = OrderState::Refunded);
		assert_eq!(standing().await, Standing { number: 1, order: None });
		let mut second = Record { number: 1, ..world.record() };
		assert_eq!(world.place(&mut second).await.unwrap(), 1);
		assert_eq!(standing().await.number, 1);
	}
}
