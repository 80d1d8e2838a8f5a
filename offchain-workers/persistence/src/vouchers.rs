//! What tabs pay this node with: which query is answered for which voucher, and how much is answered before it is settled.
//!
//! ```text
//! request with a voucher ─ tab at the finalised head ─ snapshot, and so the cost ─ decide: paid, free, on credit, or not
//!      ─ kept on disk ─ reserved ─ (place, executor) ─ first piece ready: charged on disk ─ sent
//! ```
//!
//! Two sums are watched for each tab. What was answered is never worth more than the vouchers promise by more than the credit: that
//! is what a payer can get for nothing. And it is never worth more than what the chain has settled by more than the exposure, nor than the
//! tab still has: another node may be first to settle, and what a voucher is worth is what is left then. Both bounds are so many times the
//! tab's price of a query. A proof may cost more than that price; one that costs more than the exposure is made where nothing else is unsettled.

use crate::{
	chain::TabFacts,
	checks::{codes, Refusal, Stage},
	metrics::{Metrics, VoucherEnd},
};
use souk_protocol::{AccountId, SignedVoucher};
use souk_store::{HeldVoucher, StoreError, VoucherStore};
use std::{
	collections::HashMap,
	hash::Hash,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::Duration,
};
use tokio::sync::Notify;

/// How vouchers are taken and settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoucherTerms {
	/// Queries at the tab's price that are answered for it beyond what its vouchers pay.
	pub credit: u32,
	/// Queries at the tab's price that are answered for it beyond what the chain has settled.
	pub exposure: u32,
	/// How long a voucher is kept before it is settled.
	pub settle_every: Duration,
	/// How long a payer may owe something without sending a voucher before it is an alarm.
	pub patience: Duration,
}

impl Default for VoucherTerms {
	/// One query on credit, 200 unsettled, settled every hour, an alarm after a quarter of one.
	fn default() -> Self {
		Self {
			credit: 1,
			exposure: 200,
			settle_every: Duration::from_secs(3_600),
			patience: Duration::from_secs(900),
		}
	}
}

/// Where a tab stands when a query comes; amounts in the smallest unit of its asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
	/// What a query costs by the plan.
	pub price: u128,
	/// What this one costs: for a proof it may be more.
	pub cost: u128,
	/// What the queries that were answered are worth.
	pub served: u128,
	/// What those are worth that are being answered and not charged yet.
	pub under_way: u128,
	/// What the highest voucher promises, that of this request included.
	pub promised: u128,
	/// What this node has earned of the tab on chain.
	pub earned: u128,
	/// What nobody has earned of the tab on chain.
	pub free: u128,
	/// Free queries that are left.
	pub free_left: u32,
}

/// How a query is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
	/// By the voucher.
	Paid,
	/// It is one of the free ones.
	Free,
	/// By a voucher that is to come.
	Credit,
	/// Not at all: the vouchers promise too little.
	Due,
	/// Not at all: the tab has too little left.
	Exhausted,
	/// Not now: too much is unsettled.
	Settling,
}

/// Decides how one more query is paid.
pub fn decide(account: &Account, terms: &VoucherTerms) -> Decision {
	let Account { price, cost, .. } = *account;
	let times = |queries: u32| price.saturating_mul(queries.into());
	let worth = account.served.saturating_add(account.under_way).saturating_add(cost);
	let covered = account.promised >= worth;
	// What is given away is queries, and not proofs that cost more than one.
	if !covered && account.free_left > 0 && cost <= price {
		return Decision::Free;
	}
	// No more than was promised on this tab: else whoever opens tabs, and asks with a voucher for nothing, has an answer for each.
	let credit = times(terms.credit).min(account.promised);
	if account.promised.saturating_add(credit) < worth {
		return Decision::Due;
	}
	let unsettled = worth.saturating_sub(account.earned);
	if unsettled > account.free {
		return Decision::Exhausted;
	}
	// What costs more than the exposure by itself could never be answered: it is where nothing else is unsettled.
	if unsettled > times(terms.exposure.max(1)).max(cost) {
		return Decision::Settling;
	}
	if covered {
		Decision::Paid
	} else {
		Decision::Credit
	}
}

/// The first voucher of a tab is settled when it is worth one part in so many of what may be unsettled.
const FIRST_PART: u32 = 20;

/// Whether it is time to settle a voucher. `ending` says that the tab is closing, or its listing has ended.
///
/// The first of a tab is settled early, so that a node which is unassigned later has its place among those whom the tab pays. It is worth some
/// queries then: a settlement costs a fee, and whoever opens tabs for one query each would have the node pay it each time.
pub fn is_due(held: &HeldVoucher, tab: &TabFacts, ending: bool, now: u64, terms: &VoucherTerms) -> bool {
	let promised = held.voucher.voucher.amount;
	let unsettled = promised.saturating_sub(tab.earned);
	// Without a place the chain would refuse it, for a fee. What pays no query is not worth one.
	if unsettled < tab.price.max(1) || tab.free == 0 || !tab.has_room {
		return false;
	}
	let age = Duration::from_millis(now.saturating_sub(held.unsettled_since));
	let half = tab.price.saturating_mul(terms.exposure.into()) / 2;
	let first = tab.price.saturating_mul((terms.exposure / FIRST_PART).max(1).into());
	let is_first = tab.earned == 0 && unsettled >= first;
	// What others have settled is not there any more: whoever waits until little is left comes too late.
	let scarce = tab.free < unsettled.saturating_mul(2);
	ending || is_first || age >= terms.settle_every || unsettled >= half.max(1) || scarce
}

/// Whether a payer owes something and has not sent a voucher for too long.
pub fn has_stopped(held: &HeldVoucher, now: u64, terms: &VoucherTerms) -> bool {
	let silent = Duration::from_millis(now.saturating_sub(held.heard));
	held.served > held.voucher.voucher.amount && silent >= terms.patience
}

/// What is reserved for queries that are being answered.
#[derive(Default)]
struct UnderWay {
	/// What they cost, by tab.
	tabs: HashMap<u64, u128>,
	/// How many are free, by listing and key.
	free: HashMap<(u32, AccountId), u128>,
}

fn raise<K: Eq + Hash>(sums: &mut HashMap<K, u128>, key: K, by: u128) {
	let sum = sums.entry(key).or_default();
	*sum = sum.saturating_add(by);
}

fn lower<K: Eq + Hash>(sums: &mut HashMap<K, u128>, key: K, by: u128) {
	if let std::collections::hash_map::Entry::Occupied(mut entry) = sums.entry(key) {
		*entry.get_mut() = entry.get().saturating_sub(by);
		if *entry.get() == 0 {
			entry.remove();
		}
	}
}

/// The vouchers on disk, and the queries that are being answered for them.
pub struct Vouchers {
	store: VoucherStore,
	under_way: Mutex<UnderWay>,
	/// Wakes whoever settles.
	wanted: Notify,
	terms: VoucherTerms,
	/// Why the last settlement failed, until one does not.
	unsettled: Mutex<Option<String>>,
}

impl Vouchers {
	/// Over a store.
	pub fn new(store: VoucherStore, terms: VoucherTerms) -> Arc<Self> {
		let (under_way, wanted, unsettled) = (Mutex::default(), Notify::new(), Mutex::default());
		Arc::new(Self { store, under_way, wanted, terms, unsettled })
	}

	/// How vouchers are taken and settled.
	pub fn terms(&self) -> &VoucherTerms {
		&self.terms
	}

	/// Notes how a settlement ended: with an error, or well.
	pub fn settlement_ended(&self, error: Option<String>) {
		*self.unsettled.lock().unwrap_or_else(PoisonError::into_inner) = error;
	}

	/// What is wrong, in a sentence.
	pub fn problem(&self) -> Option<String> {
		let unsettled = self.unsettled.lock().unwrap_or_else(PoisonError::into_inner);
		unsettled.as_ref().map(|error| format!("vouchers that pay this node cannot be settled: {error}"))
	}

	/// Resolves when something should be settled before its time.
	pub async fn wanted(&self) {
		self.wanted.notified().await;
	}

	/// Works with the store, on a thread for blocking work.
	///
	/// # Errors
	/// The store's.
	pub async fn work<T: Send + 'static>(
		self: &Arc<Self>,
		work: impl FnOnce(&VoucherStore) -> Result<T, StoreError> + Send + 'static,
	) -> Result<T, StoreError> {
		self.blocking(move |vouchers| work(&vouchers.store)).await
	}

	async fn blocking<T: Send + 'static>(
		self: &Arc<Self>,
		work: impl FnOnce(&Self) -> Result<T, StoreError> + Send + 'static,
	) -> Result<T, StoreError> {
		let vouchers = self.clone();
		match tokio::task::spawn_blocking(move || work(&vouchers)).await {
			Ok(done) => done,
			Err(error) => match error.try_into_panic() {
				Ok(panic) => std::panic::resume_unwind(panic),
				// Blocking work is cancelled only where the runtime ends, and with it whoever waits here.
				Err(_) => std::future::pending().await,
			},
		}
	}

	fn locked(&self) -> MutexGuard<'_, UnderWay> {
		// Sums that a panicking task left behind are still sums.
		self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Takes a voucher that the tab's key has signed for this node, and reserves a query for it that costs `cost`, in the smallest unit of
	/// the tab's asset. Of free queries there are `quota`. The tab was looked up in the finalised block `head`.
	///
	/// # Errors
	/// Why the query is not answered.
	pub async fn take(
		self: &Arc<Self>,
		tab: TabFacts,
		signed: SignedVoucher,
		cost: u128,
		quota: u32,
		now: u64,
		head: u32,
		metrics: &Metrics,
	) -> Result<Payment, Refusal> {
		let work = move |vouchers: &Self| vouchers.decide_and_keep(&tab, &signed, cost, quota, now, head);
		let taken = self.blocking(work).await;
		let (account, decision) = taken.map_err(|error| broken(&error))?;
		let owed = match decision {
			Decision::Paid => {
				metrics.voucher(VoucherEnd::Paid);
				Owed::Tab { tab: tab.id, cost }
			}
			Decision::Credit => {
				metrics.voucher(VoucherEnd::Credit);
				Owed::Tab { tab: tab.id, cost }
			}
			Decision::Free => {
				metrics.voucher(VoucherEnd::Free);
				Owed::Free { listing: tab.listing, key: tab.key }
			}
			Decision::Due | Decision::Exhausted | Decision::Settling => {
				metrics.voucher(VoucherEnd::Refused);
				if decision != Decision::Due {
					self.wanted.notify_one();
				}
				return Err(refusal(&tab, &account, decision));
			}
		};
		Ok(Payment { owed: Some(owed), charged: false, vouchers: self.clone() })
	}

	/// One at a time, so that two queries are not answered for one voucher.
	fn decide_and_keep(
		&self,
		tab: &TabFacts,
		signed: &SignedVoucher,
		cost: u128,
		quota: u32,
		now: u64,
		head: u32,
	) -> Result<(Account, Decision), StoreError> {
		let mut under_way = self.locked();
		let held = self.store.get(tab.id)?;
		let kept = held.map_or(0, |held| held.voucher.voucher.amount);
		let question = (tab.listing, tab.key);
		let free_under_way = under_way.free.get(&question).copied().unwrap_or(0);
		let used = self
			.store
			.free_used(tab.listing, &tab.key)?
			.saturating_add(u32::try_from(free_under_way).unwrap_or(u32::MAX));
		let account = Account {
			price: tab.price,
			cost,
			served: held.map_or(0, |held| held.served),
			under_way: under_way.tabs.get(&tab.id).copied().unwrap_or(0),
			promised: kept.max(signed.voucher.amount),
			earned: tab.earned,
			free: tab.free,
			free_left: quota.saturating_sub(used),
		};
		let decision = decide(&account, &self.terms);
		// Whatever becomes of the query: a promise is a promise, and the next one is higher.
		self.store.keep(tab.listing, signed, now, head)?;
		match decision {
			Decision::Paid | Decision::Credit => raise(&mut under_way.tabs, tab.id, cost),
			Decision::Free => raise(&mut under_way.free, question, 1),
			Decision::Due | Decision::Exhausted | Decision::Settling => {}
		}
		Ok((account, decision))
	}
}

fn broken(error: &StoreError) -> Refusal {
	tracing::error!(%error, "the vouchers could not be read or written");
	Refusal::internal(Stage::Payment, "keeping the voucher")
}

fn refusal(tab: &TabFacts, account: &Account, decision: Decision) -> Refusal {
	let id = tab.id;
	let (code, message) = match decision {
		Decision::Exhausted => (
			codes::TAB_EXHAUSTED,
			format!(
				"tab {id} has {} units left for all nodes, and this node's answers that are not settled are worth more with one more \
				 query: top it up with `souk tab top-up {id}`",
				account.free
			),
		),
		Decision::Settling => (
			codes::SETTLING,
			format!("this node settles what tab {id} has paid so far before it answers more: ask again in a moment"),
		),
		_ => (
			codes::PAYMENT_DUE,
			format!(
				"this node has answered queries of tab {id} that are worth {} units, this one costs {}, and its vouchers pay {}: sign \
				 one for what is due",
				account.served, account.cost, account.promised
			),
		),
	};
	Refusal::new(Stage::Payment, code, message)
}

/// What a query is charged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owed {
	Tab { tab: u64, cost: u128 },
	Free { listing: u32, key: AccountId },
}

/// How an admitted query is paid. What was reserved for it is free again when this goes, unless it was charged.
pub struct Payment {
	owed: Option<Owed>,
	charged: bool,
	vouchers: Arc<Vouchers>,
}

impl std::fmt::Debug for Payment {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("Payment").field("owed", &self.owed).field("charged", &self.charged).finish()
	}
}

impl Payment {
	/// A subscription's: nothing is owed for a query.
	pub fn none(vouchers: &Arc<Vouchers>) -> Self {
		Self { owed: None, charged: false, vouchers: vouchers.clone() }
	}

	/// Whether it is paid by itself, as a free one is.
	pub fn is_owed(&self) -> bool {
		self.owed.is_some()
	}

	/// Notes on the disk that the query is being answered: before the first piece of its result is sent, so that whoever takes the
	/// result and leaves has had it.
	///
	/// # Errors
	/// Nothing must be sent then.
	pub async fn charge(&mut self) -> Result<(), Refusal> {
		let Some(owed) = self.owed.filter(|_| !self.charged) else { return Ok(()) };
		let noted = self.vouchers.blocking(move |vouchers| {
			let mut under_way = vouchers.locked();
			match owed {
				Owed::Tab { tab, cost } => {
					vouchers.store.serve(tab, cost, true)?;
					lower(&mut under_way.tabs, tab, cost);
				}
				Owed::Free { listing, key } => {
					vouchers.store.use_free(listing, &key, true)?;
					lower(&mut under_way.free, (listing, key), 1);
				}
			}
			Ok(())
		});
		noted.await.map_err(|error| broken(&error))?;
		self.charged = true;
		Ok(())
	}

	/// Takes the charge back: nothing was sent that is worth anything, or this node itself has failed, and its signed refusal says so
	/// ([`is_charged`](souk_protocol::voucher::is_charged)).
	pub async fn give_back(&mut self) {
		let Some(owed) = self.owed.filter(|_| self.charged) else { return };
		let noted = self.vouchers.blocking(move |vouchers| {
			let _locked = vouchers.locked();
			match owed {
				Owed::Tab { tab, cost } => vouchers.store.serve(tab, cost, false),
				Owed::Free { listing, key } => vouchers.store.use_free(listing, &key, false),
			}
		});
		match noted.await {
			Ok(()) => self.owed = None,
			Err(error) => tracing::error!(%error, "a query that was not answered stays charged"),
		}
	}
}

impl Drop for Payment {
	fn drop(&mut self) {
		let Some(owed) = self.owed.filter(|_| !self.charged) else { return };
		let mut under_way = self.vouchers.locked();
		match owed {
			Owed::Tab { tab, cost } => lower(&mut under_way.tabs, tab, cost),
			Owed::Free { listing, key } => lower(&mut under_way.free, (listing, key), 1),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::Asset;
	use souk_protocol::Voucher;

	const NEW: Account = Account {
		price: 10,
		cost: 10,
		served: 0,
		under_way: 0,
		promised: 0,
		earned: 0,
		free: 1_000,
		free_left: 0,
	};

	fn terms() -> VoucherTerms {
		VoucherTerms { credit: 1, exposure: 5, ..VoucherTerms::default() }
	}

	fn decided(account: Account) -> Decision {
		decide(&account, &terms())
	}

	#[test]
	fn a_query_is_paid_by_a_voucher_for_it_and_all_before() {
		assert_eq!(decided(Account { promised: 10, ..NEW }), Decision::Paid);
		assert_eq!(decided(Account { promised: 30, served: 20, ..NEW }), Decision::Paid);
		assert_eq!(decided(Account { promised: 30, served: 10, under_way: 10, ..NEW }), Decision::Paid);
		assert_eq!(decided(Account { promised: 10, under_way: 10, ..NEW }), Decision::Credit);
	}

	#[test]
	fn what_is_not_paid_is_on_credit_up_to_its_bound() {
		// Nothing was promised yet, and a tab that is closed again costs next to nothing.
		assert_eq!(decided(NEW), Decision::Due);
		assert_eq!(decided(Account { served: 10, promised: 9, ..NEW }), Decision::Due);
		assert_eq!(decided(Account { served: 10, promised: 10, ..NEW }), Decision::Credit);
		assert_eq!(decided(Account { served: 20, promised: 20, ..NEW }), Decision::Credit);
		assert_eq!(decided(Account { served: 20, promised: 19, ..NEW }), Decision::Due);
		assert_eq!(decided(Account { under_way: 10, ..NEW }), Decision::Due);
		let none = VoucherTerms { credit: 0, ..terms() };
		assert_eq!(decide(&Account { served: 10, promised: 10, ..NEW }, &none), Decision::Due);
	}

	#[test]
	fn free_queries_come_before_credit_and_after_what_is_paid() {
		let some = Account { free_left: 1, ..NEW };
		assert_eq!(decided(some), Decision::Free);
		assert_eq!(decided(Account { promised: 10, ..some }), Decision::Paid);
		// Also for a tab that has nothing left, and where much is unsettled.
		assert_eq!(decided(Account { free: 0, served: 90, promised: 90, ..some }), Decision::Free);
	}

	#[test]
	fn nothing_is_answered_that_the_tab_cannot_pay() {
		let paid = Account { promised: 40, served: 30, earned: 20, ..NEW };
		assert_eq!(decided(Account { free: 20, ..paid }), Decision::Paid);
		assert_eq!(decided(Account { free: 19, ..paid }), Decision::Exhausted);
	}

	#[test]
	fn nor_more_than_may_be_unsettled() {
		let paid = |queries: u128| Account { promised: queries * 10, served: (queries - 1) * 10, ..NEW };
		assert_eq!(decided(paid(5)), Decision::Paid);
		assert_eq!(decided(paid(6)), Decision::Settling);
		assert_eq!(decided(Account { earned: 10, ..paid(6) }), Decision::Paid);
	}

	#[test]
	fn a_dear_proof_is_paid_for_what_it_costs() {
		let dear = Account { cost: 35, ..NEW };
		assert_eq!(decided(Account { promised: 35, ..dear }), Decision::Paid);
		// The credit is a query's.
		assert_eq!(decided(Account { promised: 25, ..dear }), Decision::Credit);
		assert_eq!(decided(Account { promised: 24, ..dear }), Decision::Due);
		assert_eq!(decided(Account { promised: 45, served: 10, ..dear }), Decision::Paid);
		assert_eq!(decided(Account { promised: 35, free: 34, ..dear }), Decision::Exhausted);
		// While one is made, what comes after it needs a voucher for both.
		let after = Account { under_way: 35, ..NEW };
		assert_eq!(decided(Account { promised: 45, ..after }), Decision::Paid);
		assert_eq!(decided(Account { promised: 34, ..after }), Decision::Due);
	}

	#[test]
	fn a_free_query_is_no_dear_proof() {
		let some = Account { free_left: 1, ..NEW };
		assert_eq!(decided(some), Decision::Free);
		assert_eq!(decided(Account { cost: 11, ..some }), Decision::Due);
		assert_eq!(decided(Account { cost: 11, promised: 11, ..some }), Decision::Paid);
	}

	#[test]
	fn a_proof_beyond_the_exposure_is_made_where_nothing_else_is_unsettled() {
		let dear = Account { cost: 70, promised: 70, ..NEW };
		assert_eq!(decided(dear), Decision::Paid);
		assert_eq!(decided(Account { free: 69, ..dear }), Decision::Exhausted);
		let after = Account { served: 10, promised: 80, ..dear };
		assert_eq!(decided(after), Decision::Settling);
		assert_eq!(decided(Account { under_way: 10, promised: 80, ..dear }), Decision::Settling);
		// The voucher that was kept is settled at once, this proof's part of it included.
		assert!(is_due(&held(after.promised), &tab(0, 1_000), false, 1_000, &terms()));
		assert_eq!(decided(Account { earned: 80, ..after }), Decision::Paid);
		// The next query waits until the proof is settled.
		let next = Account { served: 70, promised: 80, ..NEW };
		assert_eq!(decided(next), Decision::Settling);
		assert_eq!(decided(Account { earned: 80, ..next }), Decision::Paid);
	}

	fn held(amount: u128) -> HeldVoucher {
		let voucher = Voucher { tab: 1, node: [2; 32], counter: 3, amount };
		HeldVoucher {
			listing: 7,
			voucher: SignedVoucher { voucher, signature: [0; 64] },
			served: amount,
			settled: 0,
			heard: 5_000,
			unsettled_since: 1_000,
			seen: Some(1),
		}
	}

	fn tab(earned: u128, free: u128) -> TabFacts {
		TabFacts {
			id: 1,
			listing: 7,
			key: [3; 32],
			price: 10,
			asset: Asset::Native,
			open: true,
			closes: 100,
			free,
			earned,
			has_room: true,
		}
	}

	#[test]
	fn a_voucher_is_settled_in_time_and_sooner_where_something_is_at_stake() {
		let terms = VoucherTerms { exposure: 10, settle_every: Duration::from_secs(60), ..terms() };
		// Something was settled before.
		let due = |amount, earned, free, ending, now| {
			is_due(&held(amount), &tab(earned, free), ending, now, &terms)
		};
		assert!(!due(30, 10, 1_000, false, 60_999));
		assert!(due(30, 10, 1_000, false, 61_000), "its time has come");
		assert!(due(30, 10, 1_000, true, 1_000), "the tab closes");
		assert!(!due(59, 10, 1_000, false, 1_000));
		assert!(due(60, 10, 1_000, false, 1_000), "half of what may be unsettled");
		assert!(!due(30, 10, 40, false, 1_000));
		assert!(due(30, 10, 39, false, 1_000), "little is left");
		assert!(!due(20, 20, 1_000, true, 99_000), "all is settled");
		assert!(!due(20, 0, 0, true, 99_000), "there is nothing to be had");
		assert!(
			!due(1_009, 1_000, 1_000, true, 99_000),
			"of much that was promised, less than a query is unsettled"
		);
		assert!(due(1_010, 1_000, 1_000, true, 99_000));
	}

	#[test]
	fn the_first_voucher_is_settled_once_it_is_worth_the_fee() {
		let due = |amount, earned, exposure| {
			let terms = VoucherTerms { exposure, ..VoucherTerms::default() };
			is_due(&held(amount), &tab(earned, 10_000), false, 1_000, &terms)
		};
		assert!(!due(99, 0, 200));
		assert!(due(100, 0, 200), "ten queries of two hundred");
		assert!(!due(101, 1, 200), "it has its place");
		// No less than a query, however little may be unsettled.
		assert!(!due(9, 0, 10));
		assert!(due(10, 0, 10));
	}

	#[test]
	fn nothing_is_sent_that_the_chain_would_refuse_for_want_of_a_place() {
		let tab = TabFacts { has_room: false, ..tab(0, 1_000) };
		assert!(!is_due(&held(50), &tab, true, u64::MAX, &terms()));
		let tab = TabFacts { has_room: true, ..tab };
		assert!(is_due(&held(50), &tab, true, u64::MAX, &terms()));
	}

	#[test]
	fn who_owes_and_is_silent_has_stopped() {
		let terms = VoucherTerms { patience: Duration::from_secs(10), ..terms() };
		let owing = HeldVoucher { served: 30, ..held(20) };
		assert!(!has_stopped(&owing, 14_999, &terms));
		assert!(has_stopped(&owing, 15_000, &terms));
		assert!(!has_stopped(&held(20), 99_000, &terms), "nothing is owed");
	}
}
