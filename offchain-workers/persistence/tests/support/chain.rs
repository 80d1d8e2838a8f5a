//! A chain that says what a test wants it to say.

use async_trait::async_trait;
use souk_custody::Account;
use souk_persistence::chain::{ChainError, ChainReads, Duty, FinalSnapshot, Head, ListingFacts, NodeFacts};
use souk_protocol::{hash::tagged, AccountId, Digest};
use std::{
	collections::{HashMap, HashSet},
	sync::{
		atomic::{AtomicUsize, Ordering},
		Mutex,
	},
};
use tokio::sync::watch;

/// The facts at the finalised head.
pub struct Facts {
	pub head: Head,
	pub listings: HashMap<u32, ListingFacts>,
	pub entitled: HashMap<(u32, AccountId), u32>,
	pub snapshots: HashMap<u32, Vec<FinalSnapshot>>,
	pub nodes: HashMap<AccountId, NodeFacts>,
	pub workers: HashMap<(u32, AccountId), Vec<u8>>,
	pub duties: HashMap<AccountId, Vec<Duty>>,
}

pub struct FactChain {
	genesis: Digest,
	facts: Mutex<Facts>,
	heads: watch::Sender<Head>,
	/// Holders about whom questions are not answered for now.
	silent: watch::Sender<HashSet<AccountId>>,
	asked: AtomicUsize,
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
		};
		Self {
			genesis,
			facts: Mutex::new(facts),
			heads: watch::Sender::new(head),
			silent: watch::Sender::new(HashSet::new()),
			asked: AtomicUsize::new(0),
		}
	}

	/// Questions about the rights of these holders wait until this is called again without them.
	pub fn keep_waiting(&self, holders: impl IntoIterator<Item = AccountId>) {
		self.silent.send_replace(holders.into_iter().collect());
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
}
