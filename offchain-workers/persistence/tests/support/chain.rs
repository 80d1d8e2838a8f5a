//! A chain that says what a test wants it to say.

use super::{
	asks::{AskBook, Posted},
	escrow::{Ledger, Traffic},
	stakes::StakeBook,
	tabs::TabBook,
};
use async_trait::async_trait;
use souk_custody::Account;
use souk_persistence::chain::{
	AnswerError, AskId, Asset, AwaitingOrder, CaseFacts, ChainError, ChainReads, Challenge, Delivered,
	DeliveryKey, Duty, FinalSnapshot, Head, KeyDelivery, ListingFacts, NodeFacts, OrderId, SendError,
	TabFacts, WaitingAsk,
};
use souk_protocol::{hash::tagged, AccountId, Digest};
use std::{
	collections::{HashMap, HashSet},
	sync::{
		atomic::{AtomicUsize, Ordering},
		Mutex, MutexGuard,
	},
};
use tokio::sync::watch;

/// Disputes that it tells of at once.
const CASES_PAGE: usize = 2;

/// The facts at the finalised head.
pub struct Facts {
	pub head: Head,
	pub listings: HashMap<u32, ListingFacts>,
	pub entitled: HashMap<(u32, AccountId), u32>,
	pub snapshots: HashMap<u32, Vec<FinalSnapshot>>,
	pub nodes: HashMap<AccountId, NodeFacts>,
	pub workers: HashMap<(u32, AccountId), Vec<u8>>,
	pub duties: HashMap<AccountId, Vec<Duty>>,
	/// The persistence nodes of every listing.
	pub keepers: Vec<AccountId>,
	pub delivery_key: Option<DeliveryKey>,
	pub cases: HashMap<u64, CaseFacts>,
}

pub struct FactChain {
	genesis: Digest,
	facts: Mutex<Facts>,
	heads: watch::Sender<Head>,
	/// Holders about whom questions are not answered for now.
	silent: watch::Sender<HashSet<AccountId>>,
	asked: AtomicUsize,
	/// Disputes about which questions are not answered for now.
	unread: watch::Sender<HashSet<u64>>,
	cases_asked: AtomicUsize,
	ledger: Mutex<Ledger>,
	asks: Mutex<AskBook>,
	tabs: Mutex<TabBook>,
	stakes: Mutex<StakeBook>,
	traffic: watch::Sender<Traffic>,
	/// How often it was asked for the orders that await a key, or the asks that wait.
	looks: watch::Sender<usize>,
}

impl FactChain {
	pub fn new(genesis: Digest) -> Self {
		let head = Head { number: 1, hash: [1; 32] };
		let facts = Facts {
			head,
			listings: HashMap::new(),
			entitled: HashMap::new(),
			snapshots: HashMap::new(),
			nodes: HashMap::new(),
			workers: HashMap::new(),
			duties: HashMap::new(),
			keepers: Vec::new(),
			delivery_key: None,
			cases: HashMap::new(),
		};
		Self {
			genesis,
			facts: Mutex::new(facts),
			heads: watch::Sender::new(head),
			silent: watch::Sender::new(HashSet::new()),
			asked: AtomicUsize::new(0),
			unread: watch::Sender::new(HashSet::new()),
			cases_asked: AtomicUsize::new(0),
			ledger: Mutex::default(),
			asks: Mutex::default(),
			tabs: Mutex::default(),
			stakes: Mutex::default(),
			traffic: watch::Sender::new(Traffic::Flows),
			looks: watch::Sender::new(0),
		}
	}

	/// The orders and the transactions.
	pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
		self.ledger.lock().expect("not poisoned")
	}

	/// The asks and the transactions with answers.
	pub fn asks(&self) -> MutexGuard<'_, AskBook> {
		self.asks.lock().expect("not poisoned")
	}

	/// The tabs and the transactions with vouchers.
	pub fn tabs(&self) -> MutexGuard<'_, TabBook> {
		self.tabs.lock().expect("not poisoned")
	}

	/// The challenges, and the transactions about stakes.
	pub fn stakes(&self) -> MutexGuard<'_, StakeBook> {
		self.stakes.lock().expect("not poisoned")
	}

	/// What becomes of transactions from here on, those that wait included.
	pub fn traffic(&self, traffic: Traffic) {
		self.traffic.send_replace(traffic);
	}

	/// The newest finalised block.
	pub fn head(&self) -> Head {
		*self.heads.borrow()
	}

	/// Finalises blocks until there is one of this number.
	pub fn reach(&self, number: u32) {
		self.change(|facts| facts.head.number = number);
	}

	/// Waits until the only node that delivers keys, or answers asks, has looked at the newest block and done what it does then. It looks at the next
	/// one, which is the same, when it has finished; the first look may be one that had begun before.
	pub async fn looked_at(&self) {
		for _ in 0..3 {
			let before = *self.looks.borrow();
			self.change(|_| {});
			self.looks.subscribe().wait_for(|looks| *looks > before).await.expect("the sender is here");
		}
	}

	/// A node's transaction, until it is final.
	pub async fn deliver(
		&self,
		by: AccountId,
		deliveries: &[(OrderId, KeyDelivery)],
	) -> Result<Delivered, SendError> {
		self.ledger().arrives(by, self.head().number, deliveries);
		let mut traffic = self.traffic.subscribe();
		let fate = *traffic.wait_for(|traffic| *traffic != Traffic::Waits).await.expect("the sender is here");
		self.ledger().leaves(deliveries);
		match fate {
			Traffic::Flows => self.include(by, deliveries),
			Traffic::Refused => Err(SendError::Refused {
				code: "Escrow.NothingDelivered".into(),
				reason: "none was taken".into(),
			}),
			Traffic::Waits | Traffic::Lost => Err(SendError::Unavailable("nothing was heard of it".into())),
		}
	}

	/// A transaction is in the next block, which is final at once.
	pub fn include(
		&self,
		by: AccountId,
		deliveries: &[(OrderId, KeyDelivery)],
	) -> Result<Delivered, SendError> {
		let mut refused = Vec::new();
		let mut block = 0;
		self.change(|facts| {
			facts.head.number += 1;
			block = facts.head.number;
			let mut ledger = self.ledger();
			for (order, delivery) in deliveries {
				if let Err(why) = ledger.take(by, block, self.genesis, facts.delivery_key, *order, delivery) {
					refused.push((*order, why.to_owned()));
				}
			}
		});
		match refused.first() {
			Some((_, why)) if refused.len() == deliveries.len() => {
				Err(SendError::Refused { code: format!("Escrow.{why}"), reason: "none was taken".into() })
			}
			_ => Ok(Delivered { block, refused }),
		}
	}

	/// A node's answer to an ask, until it is final.
	pub async fn answer(
		&self,
		by: AccountId,
		ask: AskId,
		bundle: Vec<u8>,
		last: u32,
	) -> Result<u32, AnswerError> {
		let at = self.head().number;
		self.asks().posted.push(Posted { by, at, ask, last, bundle: bundle.clone() });
		let mut traffic = self.traffic.subscribe();
		let fate = *traffic.wait_for(|traffic| *traffic != Traffic::Waits).await.expect("the sender is here");
		match fate {
			Traffic::Flows => self.include_answer(by, ask, &bundle),
			Traffic::Refused => Err(AnswerError::Refused {
				code: "Asks.ProofRetired".into(),
				reason: "the version of the proof was retired".into(),
			}),
			Traffic::Waits | Traffic::Lost => Err(AnswerError::InDoubt("it was lost".into())),
		}
	}

	/// An answer is in the next block, which is final at once.
	pub fn include_answer(&self, by: AccountId, ask: AskId, bundle: &[u8]) -> Result<u32, AnswerError> {
		let (mut block, mut outcome) = (0, Ok(()));
		self.change(|facts| {
			facts.head.number += 1;
			block = facts.head.number;
			outcome = self.asks().take(by, block, &facts.keepers, ask, bundle);
		});
		let refused =
			|why: &str| AnswerError::Refused { code: format!("Asks.{why}"), reason: why.to_owned() };
		outcome.map(|()| block).map_err(refused)
	}

	/// Questions about the rights of these holders wait until this is called again without them.
	pub fn keep_waiting(&self, holders: impl IntoIterator<Item = AccountId>) {
		self.silent.send_replace(holders.into_iter().collect());
	}

	/// Questions about these disputes wait until this is called again without them.
	pub fn keep_cases_waiting(&self, cases: impl IntoIterator<Item = u64>) {
		self.unread.send_replace(cases.into_iter().collect());
	}

	/// How often it was asked for a dispute.
	pub fn cases_asked(&self) -> usize {
		self.cases_asked.load(Ordering::SeqCst)
	}

	/// How often it was asked for somebody's right.
	pub fn asked(&self) -> usize {
		self.asked.load(Ordering::SeqCst)
	}

	/// Changes the facts and finalises a block with them.
	pub fn change(&self, change: impl FnOnce(&mut Facts)) {
		let mut facts = self.facts.lock().expect("not poisoned");
		change(&mut facts);
		// Another block, even where its number is given.
		facts.head.hash = tagged("souk/test-block/v1", &[&facts.head.hash]);
		self.heads.send_replace(facts.head);
	}

	/// Changes what a node is assigned to, and returns what it was before.
	pub fn change_duties(&self, node: &Account, change: impl FnOnce(&mut Vec<Duty>)) -> Vec<Duty> {
		let mut before = Vec::new();
		self.change(|facts| {
			let duties = facts.duties.entry(node.id()).or_default();
			before = duties.clone();
			change(duties);
		});
		before
	}

	fn read<T>(&self, read: impl FnOnce(&Facts) -> T) -> Result<T, ChainError> {
		Ok(read(&self.facts.lock().expect("not poisoned")))
	}
}

#[async_trait]
impl ChainReads for FactChain {
	fn genesis(&self) -> Digest {
		self.genesis
	}

	fn heads(&self) -> watch::Receiver<Head> {
		self.heads.subscribe()
	}

	async fn listing(&self, _: Head, listing: u32) -> Result<Option<ListingFacts>, ChainError> {
		self.read(|facts| facts.listings.get(&listing).cloned())
	}

	async fn entitled_until(
		&self,
		_: Head,
		listing: u32,
		holder: AccountId,
	) -> Result<Option<u32>, ChainError> {
		self.asked.fetch_add(1, Ordering::SeqCst);
		let mut silent = self.silent.subscribe();
		silent.wait_for(|silent| !silent.contains(&holder)).await.expect("the sender is here");
		self.read(|facts| facts.entitled.get(&(listing, holder)).copied())
	}

	async fn snapshots(&self, _: Head, listing: u32) -> Result<Vec<FinalSnapshot>, ChainError> {
		self.read(|facts| facts.snapshots.get(&listing).cloned().unwrap_or_default())
	}

	async fn node(&self, _: Head, account: AccountId) -> Result<Option<NodeFacts>, ChainError> {
		self.read(|facts| facts.nodes.get(&account).cloned())
	}

	async fn worker_peer(
		&self,
		_: Head,
		listing: u32,
		account: AccountId,
	) -> Result<Option<Vec<u8>>, ChainError> {
		self.read(|facts| facts.workers.get(&(listing, account)).cloned())
	}

	async fn duties(&self, _: Head, account: AccountId) -> Result<Vec<Duty>, ChainError> {
		self.read(|facts| facts.duties.get(&account).cloned().unwrap_or_default())
	}

	async fn keepers(&self, _: Head, _: u32) -> Result<Vec<AccountId>, ChainError> {
		self.read(|facts| facts.keepers.clone())
	}

	async fn awaiting(&self, at: Head, listings: &[u32]) -> Result<Vec<AwaitingOrder>, ChainError> {
		let awaiting = self.ledger().awaiting(at.number, listings);
		self.looks.send_modify(|looks| *looks += 1);
		Ok(awaiting)
	}

	async fn delivery_key(&self, _: Head) -> Result<Option<DeliveryKey>, ChainError> {
		self.read(|facts| facts.delivery_key)
	}

	async fn asks(&self, at: Head, listings: &[u32]) -> Result<Vec<WaitingAsk>, ChainError> {
		let waiting = FactChain::asks(self).waiting(at.number, listings);
		self.looks.send_modify(|looks| *looks += 1);
		Ok(waiting)
	}

	async fn whole_unit(&self, _: Head, _: Asset) -> Result<u128, ChainError> {
		Ok(1_000_000)
	}

	async fn tabs(&self, _: Head, _: AccountId, ids: &[u64]) -> Result<Vec<TabFacts>, ChainError> {
		let found = FactChain::tabs(self).of(ids);
		self.looks.send_modify(|looks| *looks += 1);
		Ok(found)
	}

	async fn free_quota(&self, _: Head, _: u32) -> Result<u32, ChainError> {
		Ok(FactChain::tabs(self).quota)
	}

	async fn case(&self, _: Head, id: u64) -> Result<Option<CaseFacts>, ChainError> {
		self.cases_asked.fetch_add(1, Ordering::SeqCst);
		let mut unread = self.unread.subscribe();
		unread.wait_for(|unread| !unread.contains(&id)).await.expect("the sender is here");
		self.read(|facts| facts.cases.get(&id).cloned())
	}

	async fn cases(&self, _: Head, after: Option<u64>) -> Result<Vec<(u64, CaseFacts)>, ChainError> {
		self.read(|facts| {
			let next = facts.cases.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
			let mut page: Vec<_> = next.map(|(id, case)| (*id, case.clone())).collect();
			page.sort_by_key(|(id, _)| *id);
			page.truncate(CASES_PAGE);
			page
		})
	}

	async fn challenges(&self, at: Head, account: AccountId) -> Result<Vec<Challenge>, ChainError> {
		let book = self.stakes();
		let open = book.open.iter().filter(|(who, one, ..)| *who == account && at.number < one.answer_until);
		Ok(open.map(|(_, challenge, ..)| *challenge).collect())
	}
}
