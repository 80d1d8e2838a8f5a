//! Which asks a node answers, and what it knows of each: which one is being proved, which failed and when it is tried again. In memory
//! only; what must outlive the process is in souk-store's `AnswerStore`, and the chain says which asks still wait.
//!
//! ```text
//! waiting ─> Waiting ─> Proving ─> Sending ─> Answered      (forgotten at the first head that no longer has it among the waiting)
//!              ▲           │ └──────── over: answered by another node, or it has ended
//!              ├─ Failed ◀─┘      a pause, twice as long each time
//!              └─ Declined        looked at again at each head;  Unanswerable: never
//! ```

use crate::chain::{AskId, FinalSnapshot, ListingFacts, Price, WaitingAsk};
use serde::{Deserialize, Serialize};
use souk_protocol::{metadata::ProofPrice, request::group_size};
use souk_sdk::Asset;
use std::{
	collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
	sync::{Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};

/// Blocks before the end of an ask in which no answer is sent: a minute, for a transaction to reach its block. An answer that misses it
/// is public, and its fee paid for nothing.
const MARGIN: u32 = 20;
/// Blocks that each node of a listing waits longer than the one before it: a minute, in which most tables are proved over.
pub const APART: u32 = 20;
/// Proofs that fail before an ask is given up: a table that is too large for this node stays so.
const MOST_FAILURES: u32 = 3;
/// Asks that are remembered after they were answered, to be shown.
const SHOWN: usize = 64;
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// The least that an answer must bring, in the asset's smallest unit, for the assets that the operator has named.
pub type LeastBounties = HashMap<Asset, u128>;

/// Why this node does not answer an ask, for now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Declined {
	/// The operator has listed whose data is kept, and the listing's curator is not among them.
	#[error("this node does not keep data of the listing's curator: ask its operator to add that account to its curators")]
	OtherCurator,
	/// The listing has ended.
	#[error("the listing has ended: the asker can take the ask back")]
	NotServed,
	/// The listing's policy is another one than when the ask was made.
	#[error("the listing's least size of a group is another one than the ask's: the chain takes no answer")]
	PolicyChanged,
	/// The snapshot is not on disk.
	#[error("this node has not got the snapshot of period {0}")]
	NotHeld(u32),
	/// The snapshot's key, which the salts of its columns follow from, is not known here.
	#[error("this node has not got the key of the snapshot of period {0}: the listing's secret is missing or was renewed")]
	NoKey(u32),
	/// The price is in another asset than the bounty.
	#[error(
		"the curator's price for proofs is in another asset than the bounty, whose worth is not known here"
	)]
	OtherAsset,
	/// It is not worth it.
	#[error("the answer brings {reward}, and {least} is the least for which this node answers, in the asset's smallest unit")]
	TooLittle {
		/// What it brings.
		reward: u128,
		/// What it would have to.
		least: u128,
	},
}

/// Checks what the chain says of an ask and its listing.
///
/// # Errors
/// [`Declined`].
pub fn check_listing(ask: &WaitingAsk, listing: &ListingFacts) -> Result<(), Declined> {
	if !listing.served {
		return Err(Declined::NotServed);
	}
	let least = u32::try_from(listing.min_group_size).unwrap_or(u32::MAX);
	if group_size(listing.aggregate_only, least) != ask.min_group_size {
		return Err(Declined::PolicyChanged);
	}
	Ok(())
}

/// The final snapshot that is asked, if it is the one that the ask was made for.
///
/// # Errors
/// [`Declined::NotHeld`].
pub fn asked_snapshot(ask: &WaitingAsk, finals: &[FinalSnapshot]) -> Result<FinalSnapshot, Declined> {
	let asked = |snapshot: &&FinalSnapshot| {
		snapshot.period == ask.period && snapshot.columns_root == Some(ask.columns_root)
	};
	finals.iter().find(asked).copied().ok_or(Declined::NotHeld(ask.period))
}

/// The least that an answer must bring: what the operator wants of that asset, and what the curator's price is for so many rows. A price in
/// another asset says nothing of a bounty, unless the operator has named a least one for its asset.
///
/// # Errors
/// [`Declined::OtherAsset`].
pub fn least_reward(
	reward: Price,
	least: u128,
	is_named: bool,
	price: Option<&ProofPrice>,
	rows: u64,
) -> Result<u128, Declined> {
	let Some(price) = price else { return Ok(least) };
	match price.asset.map_or(Asset::Native, Asset::WithId) == reward.asset {
		true => Ok(least.max(price.of_rows(rows))),
		false if is_named => Ok(least),
		false => Err(Declined::OtherAsset),
	}
}

/// Checks that an answer is worth `least`.
///
/// # Errors
/// [`Declined::TooLittle`].
pub fn check_reward(reward: Price, least: u128) -> Result<(), Declined> {
	match reward.amount >= least {
		true => Ok(()),
		false => Err(Declined::TooLittle { reward: reward.amount, least }),
	}
}

/// The first block in which no answer is sent any more: of an ask that waits for a short time only, the second half.
pub fn too_late_from(ask: &WaitingAsk) -> u32 {
	let wait = ask.answer_until.saturating_sub(ask.created_at);
	ask.answer_until.saturating_sub(MARGIN.min(wait / 2))
}

/// Where an ask stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskStanding {
	/// It is another node's turn, or others are proved first.
	Waiting,
	/// Its answer waits for a place among the provers, or is being proved.
	Proving,
	/// Its answer is on its way to the chain.
	Sending,
	/// The chain has taken the answer of this node.
	Answered,
	/// It failed and is tried again.
	Failed,
	/// There is no time left for it.
	TooLate,
	/// This node does not answer it, for now.
	Declined,
	/// This node cannot answer it.
	Unanswerable,
}

/// An ask, as the admin interface shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownAsk {
	/// Its number.
	pub ask: AskId,
	/// The listing.
	pub listing: u32,
	/// Which snapshot.
	pub period: u32,
	/// The first block in which an answer is too late.
	pub answer_until: u32,
	/// Where it stands.
	pub standing: AskStanding,
	/// How often it was tried in vain.
	pub failures: u32,
	/// What was wrong last.
	pub problem: Option<String>,
	/// The block that has the answer.
	pub block: Option<u32>,
}

/// How many asks there are, by what is to be done for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
	/// Asks that this node could answer, those under way included.
	pub waiting: u64,
	/// Answers that are being proved or wait for it.
	pub proving: u64,
	/// Answers on their way to the chain.
	pub sending: u64,
}

/// The memory. Shared by the task that answers and those who ask how it is doing.
pub struct Asks {
	/// The first pause after a failure.
	pause: Duration,
	book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
	asks: BTreeMap<AskId, Entry>,
	/// Those that were answered, oldest first.
	done: VecDeque<ShownAsk>,
}

struct Entry {
	shown: ShownAsk,
	again: Option<Instant>,
}

impl Entry {
	fn of(ask: &WaitingAsk) -> Self {
		let shown = ShownAsk {
			ask: ask.id,
			listing: ask.listing,
			period: ask.period,
			answer_until: ask.answer_until,
			standing: AskStanding::Waiting,
			failures: 0,
			problem: None,
			block: None,
		};
		Self { shown, again: None }
	}
}

impl Asks {
	/// Nothing is known. After a failure there is a pause of `pause`, then of twice that, and so on.
	pub fn new(pause: Duration) -> Self {
		Self { pause, book: Mutex::default() }
	}

	/// These asks wait at block `head`: others are forgotten, unless their answer is on its way, or in a later block. Returns those
	/// of them that were being proved: there is nothing to be earned with them any more.
	pub fn see(&self, head: u32, waiting: &[WaitingAsk]) -> Vec<AskId> {
		let mut book = self.book();
		let still: BTreeSet<AskId> = waiting.iter().map(|ask| ask.id).collect();
		let mut over = Vec::new();
		book.asks.retain(|id, entry| match entry.shown.standing {
			AskStanding::Sending => true,
			// Where the chain that has taken it lists it all the same, it begins anew.
			AskStanding::Answered => entry.shown.block.is_some_and(|block| block > head),
			AskStanding::Proving if !still.contains(id) => {
				over.push(*id);
				false
			}
			_ => still.contains(id),
		});
		for ask in waiting {
			book.asks.entry(ask.id).or_insert_with(|| Entry::of(ask));
		}
		over
	}

	/// Whether an answer to the ask may be begun at `now`.
	pub fn is_open(&self, ask: AskId, now: Instant) -> bool {
		use AskStanding::{Declined, Failed, TooLate, Waiting};
		self.book().asks.get(&ask).is_some_and(|entry| {
			let open = matches!(entry.shown.standing, Waiting | Failed | TooLate | Declined);
			open && entry.again.is_none_or(|again| again <= now)
		})
	}

	/// Its answer is being proved from here on.
	pub fn begin(&self, ask: AskId) {
		self.change(ask, |shown| shown.standing = AskStanding::Proving);
	}

	/// Its answer is sent from here on; `false` where it does not wait for one any more, and nothing is to be sent.
	pub fn send(&self, ask: AskId) -> bool {
		let mut sent = false;
		self.change(ask, |shown| {
			sent = shown.standing == AskStanding::Proving;
			if sent {
				shown.standing = AskStanding::Sending;
			}
		});
		sent
	}

	/// Nothing was sent after all: it is as it was before, and looked at again after a pause from `now` on. `why` is for those who ask.
	pub fn put_back(&self, ask: AskId, why: Option<String>, now: Instant) {
		let mut book = self.book();
		let Some(entry) = book.asks.get_mut(&ask) else { return };
		entry.shown.standing = AskStanding::Waiting;
		entry.shown.problem = why;
		entry.again = Some(now + self.pause);
	}

	/// The chain has taken the answer.
	pub fn answered(&self, ask: AskId, block: u32) {
		let mut book = self.book();
		let Some(entry) = book.asks.get_mut(&ask) else { return };
		entry.shown.standing = AskStanding::Answered;
		entry.shown.block = Some(block);
		entry.shown.problem = None;
		let shown = entry.shown.clone();
		book.done.push_back(shown);
		if book.done.len() > SHOWN {
			book.done.pop_front();
		}
	}

	/// It waits for no answer any more. Returns whether that is news.
	pub fn over(&self, ask: AskId) -> bool {
		self.book().asks.remove(&ask).is_some()
	}

	/// It failed; it is tried again after a pause from `now` on. After a few proofs that failed it is given up.
	pub fn failed(&self, ask: AskId, problem: String, while_proving: bool, now: Instant) {
		let mut book = self.book();
		let Some(entry) = book.asks.get_mut(&ask) else { return };
		let doublings = entry.shown.failures.min(16);
		entry.shown.failures += 1;
		entry.shown.standing = match while_proving && entry.shown.failures >= MOST_FAILURES {
			true => AskStanding::Unanswerable,
			false => AskStanding::Failed,
		};
		entry.shown.problem = Some(problem);
		entry.again = Some(now + LONGEST_PAUSE.min(self.pause.saturating_mul(1 << doublings)));
	}

	/// There is no time left for it. Returns whether that is news.
	pub fn too_late(&self, ask: AskId) -> bool {
		self.given_up(ask, AskStanding::TooLate, None)
	}

	/// This node does not answer it, for now. Returns whether that is news.
	pub fn declined(&self, ask: AskId, why: String) -> bool {
		self.given_up(ask, AskStanding::Declined, Some(why))
	}

	/// The same after its answer was proved, which looks at more than is looked at before: it is not looked at again for a while from `now` on.
	pub fn declined_when_proved(&self, ask: AskId, why: String, now: Instant) {
		self.declined(ask, why);
		if let Some(entry) = self.book().asks.get_mut(&ask) {
			entry.again = Some(now + LONGEST_PAUSE);
		}
	}

	/// This node cannot answer it. Returns whether that is news.
	pub fn unanswerable(&self, ask: AskId, why: String) -> bool {
		self.given_up(ask, AskStanding::Unanswerable, Some(why))
	}

	fn given_up(&self, ask: AskId, standing: AskStanding, why: Option<String>) -> bool {
		let mut news = false;
		self.change(ask, |shown| {
			news = shown.standing != standing;
			shown.standing = standing;
			shown.problem = why.or_else(|| shown.problem.take());
		});
		news
	}

	/// When the first of those that wait for a pause to end and were not [open](Self::is_open) at `looked` is looked at again. That may be over.
	pub fn next_try(&self, looked: Instant) -> Option<Instant> {
		let book = self.book();
		let paused = book
			.asks
			.values()
			.filter(|entry| matches!(entry.shown.standing, AskStanding::Failed | AskStanding::Waiting));
		paused.filter_map(|entry| entry.again).filter(|again| *again > looked).min()
	}

	/// How many there are.
	pub fn counts(&self) -> Counts {
		use AskStanding::{Failed, Proving, Sending, Waiting};
		let book = self.book();
		let count = |standings: &[AskStanding]| {
			book.asks.values().filter(|entry| standings.contains(&entry.shown.standing)).count() as u64
		};
		Counts {
			waiting: count(&[Waiting, Failed, Proving, Sending]),
			proving: count(&[Proving]),
			sending: count(&[Sending]),
		}
	}

	/// What keeps an answer from its asker, in a sentence, where something does.
	pub fn problem(&self) -> Option<String> {
		let book = self.book();
		let tried = [AskStanding::Failed, AskStanding::Proving, AskStanding::Sending];
		let is_failing = |entry: &&Entry| entry.shown.failures > 0 && tried.contains(&entry.shown.standing);
		let ShownAsk { ask, listing, answer_until, problem, .. } =
			&book.asks.values().find(is_failing)?.shown;
		let problem = problem.as_deref().unwrap_or("it failed");
		Some(format!(
			"ask {ask} of listing {listing} waits for its answer before block {answer_until}: {problem}"
		))
	}

	/// All that wait, and the last ones that were answered; by number.
	pub fn shown(&self) -> Vec<ShownAsk> {
		let book = self.book();
		let mut all: BTreeMap<AskId, &ShownAsk> = book.done.iter().map(|shown| (shown.ask, shown)).collect();
		all.extend(book.asks.values().map(|entry| (entry.shown.ask, &entry.shown)));
		all.into_values().cloned().collect()
	}

	fn change(&self, ask: AskId, change: impl FnOnce(&mut ShownAsk)) {
		if let Some(entry) = self.book().asks.get_mut(&ask) {
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

	fn ask(id: AskId) -> WaitingAsk {
		WaitingAsk {
			id,
			listing: 7,
			period: 1,
			reward: Price { asset: Asset::Native, amount: 100 },
			columns_root: [1; 32],
			min_group_size: 0,
			query: Vec::new(),
			created_at: 10,
			answer_until: 210,
		}
	}

	fn standing(asks: &Asks, id: AskId) -> Option<AskStanding> {
		asks.shown().into_iter().find(|shown| shown.ask == id).map(|shown| shown.standing)
	}

	#[test]
	fn an_ask_is_answered_once_and_not_begun_again_before_its_block_is_seen() {
		let (asks, now) = (Asks::new(PAUSE), Instant::now());
		assert!(asks.see(20, &[ask(1), ask(2)]).is_empty());
		assert!(asks.is_open(1, now) && !asks.is_open(3, now));
		asks.begin(1);
		assert!(!asks.is_open(1, now) && asks.send(1) && !asks.send(1));
		assert_eq!(asks.counts(), Counts { waiting: 2, proving: 0, sending: 1 });
		// What is on its way is not forgotten, whatever the chain says meanwhile.
		assert!(asks.see(21, &[ask(2)]).is_empty());
		asks.answered(1, 25);
		asks.see(24, &[ask(1), ask(2)]);
		assert!(!asks.is_open(1, now), "the block that has it was not read yet");
		asks.see(25, &[]);
		let [done] = asks.shown().try_into().expect("one is shown");
		assert_eq!((done.ask, done.standing, done.block), (1, AskStanding::Answered, Some(25)));
	}

	#[test]
	fn what_another_node_has_answered_is_neither_proved_nor_sent_any_more() {
		let asks = Asks::new(PAUSE);
		asks.see(20, &[ask(1), ask(2)]);
		asks.begin(1);
		assert_eq!(asks.see(21, &[ask(2)]), [1]);
		assert!(!asks.send(1));
		assert!(asks.see(22, &[ask(2)]).is_empty());
	}

	#[test]
	fn failures_are_tried_again_ever_later_and_proofs_that_fail_are_given_up() {
		let (asks, now) = (Asks::new(PAUSE), Instant::now());
		asks.see(20, &[ask(1), ask(2)]);
		let mut at = now;
		for seconds in [6, 12, 24, 48, 96, 120, 120] {
			asks.begin(1);
			asks.failed(1, "out of luck".into(), false, at);
			let again = asks.next_try(at).expect("it is tried again");
			assert_eq!(again - at, Duration::from_secs(seconds));
			assert!(!asks.is_open(1, again - Duration::from_millis(1)) && asks.is_open(1, again));
			at = again;
		}
		let problem = asks.problem().expect("told");
		assert!(problem.starts_with("ask 1 of listing 7 waits for its answer before block 210: out of luck"));
		for _ in 0..MOST_FAILURES {
			assert_ne!(standing(&asks, 2), Some(AskStanding::Unanswerable));
			asks.failed(2, "out of memory".into(), true, at);
		}
		assert_eq!(standing(&asks, 2), Some(AskStanding::Unanswerable));
		assert!(!asks.is_open(2, at + LONGEST_PAUSE));
	}

	#[test]
	fn what_is_declined_is_news_once_and_looked_at_again() {
		let (asks, now) = (Asks::new(PAUSE), Instant::now());
		asks.see(20, &[ask(1), ask(2)]);
		assert!(asks.declined(1, "why".into()) && !asks.declined(1, "why".into()));
		assert!(asks.too_late(2) && !asks.too_late(2));
		assert_eq!((asks.counts(), asks.problem()), (Counts::default(), None));
		assert!(asks.is_open(1, now));
		asks.see(21, &[]);
		assert!(asks.shown().is_empty());
	}

	#[test]
	fn what_the_chain_says_decides_whether_an_ask_is_this_node_s() {
		let listing = ListingFacts {
			owner: [8; 32],
			name: "values".into(),
			served: true,
			max_rows: 10,
			aggregate_only: false,
			min_group_size: 0,
			metadata: [0; 32],
			sold_whole: false,
		};
		assert_eq!(check_listing(&ask(1), &listing), Ok(()));
		let ended = ListingFacts { served: false, ..listing.clone() };
		assert_eq!(check_listing(&ask(1), &ended), Err(Declined::NotServed));
		// Aggregates only means groups of two at least.
		let stricter = ListingFacts { aggregate_only: true, ..listing };
		assert_eq!(check_listing(&ask(1), &stricter), Err(Declined::PolicyChanged));
		assert_eq!(check_listing(&WaitingAsk { min_group_size: 2, ..ask(1) }, &stricter), Ok(()));

		let snapshot = |period, root| FinalSnapshot {
			period,
			content_root: [0; 32],
			cipher_root: [0; 32],
			key_commitment: None,
			columns_root: root,
			commitments: [0; 32],
			rows: 1,
			bytes: 1,
		};
		let good = snapshot(1, Some([1; 32]));
		assert_eq!(asked_snapshot(&ask(1), &[snapshot(2, Some([1; 32])), good]), Ok(good));
		let others = [snapshot(1, Some([2; 32])), snapshot(1, None), snapshot(2, Some([1; 32]))];
		assert_eq!(asked_snapshot(&ask(1), &others), Err(Declined::NotHeld(1)));

		assert_eq!(check_reward(ask(1).reward, 100), Ok(()));
		assert_eq!(check_reward(ask(1).reward, 101), Err(Declined::TooLittle { reward: 100, least: 101 }));
	}

	#[test]
	fn an_answer_must_bring_the_curator_s_price_for_its_rows() {
		let of = |price: Option<ProofPrice>, named, rows| {
			least_reward(ask(1).reward, 40, named, price.as_ref(), rows)
		};
		let native = |amount| Some(ProofPrice { asset: None, amount });
		let other = || Some(ProofPrice { asset: Some(1), amount: 1 });
		assert_eq!(of(None, false, 1_000_000), Ok(40));
		assert_eq!(of(native(90), false, 1_000_000), Ok(90));
		assert_eq!(of(native(90), false, 100_000), Ok(40));
		assert_eq!(of(native(u128::MAX), false, u64::MAX).map(|least| least > 1 << 100), Ok(true));
		assert_eq!(of(other(), false, 1), Err(Declined::OtherAsset));
		assert_eq!(of(other(), true, 1), Ok(40));
	}

	#[test]
	fn nothing_is_sent_in_the_last_minute_nor_in_the_second_half_of_a_short_wait() {
		assert_eq!(too_late_from(&ask(1)), 190);
		assert_eq!(too_late_from(&WaitingAsk { answer_until: 20, ..ask(1) }), 15);
	}
}
