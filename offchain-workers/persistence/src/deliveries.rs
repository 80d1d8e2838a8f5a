//! What is known of the orders that await a key: which are under way, which failed and when they are tried again. In memory only; the
//! chain says which orders still await theirs, also to the node's next life.
//!
//! ```text
//! awaiting ─> Waiting ─> UnderWay ─> Delivered      (forgotten at the first head that no longer has it among the awaiting)
//!                ▲          │ failed
//!                └─ Failed ◀┘       a pause, twice as long each time
//! ```

use crate::chain::{AwaitingOrder, OrderId};
use serde::{Deserialize, Serialize};
use std::{
	collections::{BTreeMap, BTreeSet, VecDeque},
	sync::{Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};

/// Deliveries that are remembered after they are done, to be shown.
const SHOWN: usize = 64;
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// Where the delivery of an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
	/// It is another node's turn, or others are proved first.
	Waiting,
	/// It is being proved, or on its way to the chain.
	UnderWay,
	/// It is on chain.
	Delivered,
	/// It failed and is tried again.
	Failed,
	/// There is no time left for it.
	TooLate,
	/// This node has not got the key.
	Undeliverable,
}

/// An order, as the admin interface shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownDelivery {
	/// The order's number.
	pub order: OrderId,
	/// The listing.
	pub listing: u32,
	/// Which snapshot.
	pub period: u32,
	/// The first block in which the key is too late.
	pub deliver_until: u32,
	/// Where the delivery stands.
	pub state: DeliveryState,
	/// How often it was tried in vain.
	pub failures: u32,
	/// What was wrong last.
	pub problem: Option<String>,
	/// The block that has it.
	pub block: Option<u32>,
}

/// How many orders there are, by what is to be done for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
	/// Orders that await a key which this node could deliver, those under way included.
	pub awaiting: u64,
	/// Deliveries under way.
	pub under_way: u64,
}

/// The memory. Shared by the task that delivers and those who ask how it is doing.
pub struct Deliveries {
	/// The first pause after a failure.
	pause: Duration,
	book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
	orders: BTreeMap<OrderId, Entry>,
	/// Those that are done, oldest first.
	done: VecDeque<ShownDelivery>,
}

struct Entry {
	shown: ShownDelivery,
	again: Option<Instant>,
}

impl Entry {
	fn of(order: &AwaitingOrder) -> Self {
		let shown = ShownDelivery {
			order: order.id,
			listing: order.listing,
			period: order.period,
			deliver_until: order.deliver_until,
			state: DeliveryState::Waiting,
			failures: 0,
			problem: None,
			block: None,
		};
		Self { shown, again: None }
	}
}

impl Deliveries {
	/// Nothing is known. After a failure there is a pause of `pause`, then of twice that, and so on.
	pub fn new(pause: Duration) -> Self {
		Self { pause, book: Mutex::default() }
	}

	/// These orders await a key at block `head`: others are forgotten, unless they are under way, or done in a later block.
	pub fn see(&self, head: u32, awaiting: &[AwaitingOrder]) {
		let mut book = self.book();
		let still: BTreeSet<OrderId> = awaiting.iter().map(|order| order.id).collect();
		book.orders.retain(|id, entry| match entry.shown.state {
			DeliveryState::UnderWay => true,
			// Where the chain that has taken it lists it all the same, it begins anew.
			DeliveryState::Delivered => entry.shown.block.is_some_and(|block| block > head),
			_ => still.contains(id),
		});
		for order in awaiting {
			book.orders.entry(order.id).or_insert_with(|| Entry::of(order));
		}
	}

	/// Whether a delivery of the order may begin at `now`.
	pub fn is_open(&self, order: OrderId, now: Instant) -> bool {
		self.book().orders.get(&order).is_some_and(|entry| {
			let done = matches!(entry.shown.state, DeliveryState::UnderWay | DeliveryState::Delivered);
			!done && entry.again.is_none_or(|again| again <= now)
		})
	}

	/// Its delivery is under way from here on.
	pub fn begin(&self, order: OrderId) {
		self.change(order, |shown| shown.state = DeliveryState::UnderWay);
	}

	/// Its delivery was not sent after all: it is as it was before.
	pub fn put_back(&self, order: OrderId) {
		self.change(order, |shown| {
			if shown.state == DeliveryState::UnderWay {
				shown.state = DeliveryState::Waiting;
			}
		});
	}

	/// It is on chain.
	pub fn delivered(&self, order: OrderId, block: u32) {
		let mut book = self.book();
		let Some(entry) = book.orders.get_mut(&order) else { return };
		entry.shown.state = DeliveryState::Delivered;
		entry.shown.block = Some(block);
		entry.shown.problem = None;
		let shown = entry.shown.clone();
		book.done.push_back(shown);
		if book.done.len() > SHOWN {
			book.done.pop_front();
		}
	}

	/// It failed; it is tried again after a pause from `now` on.
	pub fn failed(&self, order: OrderId, problem: String, now: Instant) {
		let mut book = self.book();
		let Some(entry) = book.orders.get_mut(&order) else { return };
		let doublings = entry.shown.failures.min(16);
		entry.shown.failures += 1;
		entry.shown.state = DeliveryState::Failed;
		entry.shown.problem = Some(problem);
		entry.again = Some(now + LONGEST_PAUSE.min(self.pause.saturating_mul(1 << doublings)));
	}

	/// There is no time left for it. Returns whether that is news.
	pub fn too_late(&self, order: OrderId) -> bool {
		self.given_up(order, DeliveryState::TooLate, None)
	}

	/// This node cannot deliver it. Returns whether that is news.
	pub fn undeliverable(&self, order: OrderId, why: String) -> bool {
		self.given_up(order, DeliveryState::Undeliverable, Some(why))
	}

	fn given_up(&self, order: OrderId, state: DeliveryState, why: Option<String>) -> bool {
		let mut news = false;
		self.change(order, |shown| {
			news = shown.state != state;
			shown.state = state;
			shown.problem = why.or_else(|| shown.problem.take());
		});
		news
	}

	/// When the first of those that failed and were not [open](Self::is_open) at `looked` is tried again. That may be over.
	pub fn next_try(&self, looked: Instant) -> Option<Instant> {
		let book = self.book();
		let failed = book.orders.values().filter(|entry| entry.shown.state == DeliveryState::Failed);
		failed.filter_map(|entry| entry.again).filter(|again| *again > looked).min()
	}

	/// How many there are.
	pub fn counts(&self) -> Counts {
		use DeliveryState::{Failed, UnderWay, Waiting};
		let book = self.book();
		let count = |states: &[DeliveryState]| {
			book.orders.values().filter(|entry| states.contains(&entry.shown.state)).count() as u64
		};
		Counts { awaiting: count(&[Waiting, Failed, UnderWay]), under_way: count(&[UnderWay]) }
	}

	/// What keeps a key from its buyer, in a sentence, where something does.
	pub fn problem(&self) -> Option<String> {
		let book = self.book();
		let tried = [DeliveryState::Failed, DeliveryState::UnderWay];
		let is_failing = |entry: &&Entry| entry.shown.failures > 0 && tried.contains(&entry.shown.state);
		let mut failed = book.orders.values().filter(is_failing);
		let ShownDelivery { order, listing, deliver_until, problem, .. } = &failed.next()?.shown;
		let others = match failed.count() {
			0 => String::new(),
			others => format!(", and {others} more"),
		};
		let problem = problem.as_deref().unwrap_or("it failed");
		Some(format!(
			"order {order} of listing {listing} awaits its key before block {deliver_until}{others}: {problem}"
		))
	}

	/// All that are not done, and the last ones that are; by number.
	pub fn shown(&self) -> Vec<ShownDelivery> {
		let book = self.book();
		let mut all: BTreeMap<OrderId, &ShownDelivery> =
			book.done.iter().map(|shown| (shown.order, shown)).collect();
		all.extend(book.orders.values().map(|entry| (entry.shown.order, &entry.shown)));
		all.into_values().cloned().collect()
	}

	fn change(&self, order: OrderId, change: impl FnOnce(&mut ShownDelivery)) {
		if let Some(entry) = self.book().orders.get_mut(&order) {
			change(&mut entry.shown);
		}
	}

	fn book(&self) -> MutexGuard<'_, Book> {
		// Maps that a panicking task left behind are still maps.
		self.book.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const PAUSE: Duration = Duration::from_secs(6);

	fn order(id: OrderId) -> AwaitingOrder {
		AwaitingOrder {
			id,
			listing: 7,
			period: 1,
			buyer_key: [0; 64],
			key_commitment: [0; 32],
			funded_at: 10,
			deliver_until: 210,
		}
	}

	fn state(deliveries: &Deliveries, id: OrderId) -> Option<DeliveryState> {
		deliveries.shown().into_iter().find(|shown| shown.order == id).map(|shown| shown.state)
	}

	#[test]
	fn an_order_is_under_way_once_and_not_begun_again_before_its_block_is_seen() {
		let (deliveries, now) = (Deliveries::new(PAUSE), Instant::now());
		deliveries.see(20, &[order(1), order(2)]);
		assert!(deliveries.is_open(1, now) && !deliveries.is_open(3, now));
		deliveries.begin(1);
		assert!(!deliveries.is_open(1, now));
		assert_eq!(deliveries.counts(), Counts { awaiting: 2, under_way: 1 });
		// It stays under way whatever the chain says meanwhile.
		deliveries.see(21, &[order(2)]);
		assert_eq!(state(&deliveries, 1), Some(DeliveryState::UnderWay));
		deliveries.delivered(1, 25);
		deliveries.see(24, &[order(1), order(2)]);
		assert!(!deliveries.is_open(1, now), "the block that has it was not read yet");
		assert_eq!(deliveries.counts(), Counts { awaiting: 1, under_way: 0 });
		deliveries.see(25, &[]);
		let [done] = deliveries.shown().try_into().expect("one is shown");
		assert_eq!((done.order, done.state, done.block), (1, DeliveryState::Delivered, Some(25)));
	}

	#[test]
	fn what_is_not_sent_is_as_it_was_unless_more_is_known_of_it() {
		let (deliveries, now) = (Deliveries::new(PAUSE), Instant::now());
		deliveries.see(20, &[order(1), order(2)]);
		deliveries.begin(1);
		deliveries.begin(2);
		deliveries.too_late(2);
		deliveries.put_back(1);
		deliveries.put_back(2);
		assert!(deliveries.is_open(1, now));
		let states = [state(&deliveries, 1), state(&deliveries, 2)];
		assert_eq!(states, [Some(DeliveryState::Waiting), Some(DeliveryState::TooLate)]);
	}

	#[test]
	fn failures_are_tried_again_ever_later_and_told() {
		let (deliveries, now) = (Deliveries::new(PAUSE), Instant::now());
		deliveries.see(20, &[order(1), order(2)]);
		assert_eq!((deliveries.next_try(now), deliveries.problem()), (None, None));
		let mut at = now;
		for seconds in [6, 12, 24, 48, 96, 120, 120] {
			deliveries.begin(1);
			deliveries.failed(1, "out of luck".into(), at);
			let again = deliveries.next_try(at).expect("it is tried again");
			assert_eq!(again - at, Duration::from_secs(seconds));
			assert!(!deliveries.is_open(1, again - Duration::from_millis(1)) && deliveries.is_open(1, again));
			at = again;
		}
		let problem = deliveries.problem().expect("told");
		assert!(problem.starts_with("order 1 of listing 7 awaits its key before block 210: out of luck"));
		deliveries.begin(1);
		deliveries.delivered(1, 22);
		assert_eq!(deliveries.problem(), None);
	}

	#[test]
	fn what_comes_due_while_others_are_looked_at_is_not_forgotten() {
		let (deliveries, now) = (Deliveries::new(PAUSE), Instant::now());
		deliveries.see(20, &[order(1)]);
		deliveries.begin(1);
		deliveries.failed(1, "out of luck".into(), now);
		let (looked, again) = (now + PAUSE / 2, now + PAUSE);
		assert!(!deliveries.is_open(1, looked));
		assert_eq!(deliveries.next_try(looked), Some(again), "however long that look took");
		// Whoever has found it open, and left it, is not called at once again and again.
		assert!(deliveries.is_open(1, again));
		assert_eq!(deliveries.next_try(again), None);
	}

	#[test]
	fn what_is_given_up_is_news_once_and_goes_with_its_order() {
		let (deliveries, now) = (Deliveries::new(PAUSE), Instant::now());
		deliveries.see(20, &[order(1), order(2)]);
		assert!(deliveries.too_late(1) && !deliveries.too_late(1));
		assert!(deliveries.undeliverable(2, "why".into()) && !deliveries.undeliverable(2, "why".into()));
		assert_eq!((deliveries.counts(), deliveries.problem()), (Counts::default(), None));
		// The secret may come.
		assert!(deliveries.is_open(2, now));
		deliveries.see(21, &[]);
		assert!(deliveries.shown().is_empty());
	}

	#[test]
	fn the_last_ones_that_are_done_are_shown() {
		let deliveries = Deliveries::new(PAUSE);
		for id in 0..100 {
			deliveries.see(20, &[order(id)]);
			deliveries.begin(id);
			deliveries.delivered(id, 20);
		}
		deliveries.see(21, &[]);
		let shown = deliveries.shown();
		assert_eq!((shown.len(), shown.first().map(|shown| shown.order)), (SHOWN, Some(36)));
	}
}
