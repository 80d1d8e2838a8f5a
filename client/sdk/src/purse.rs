//! Vouchers that an account signs for queries paid from a tab: what was promised to which node, kept on disk.
//!
//! ```text
//! <root>/<genesis>/<tab>.json    what was promised, replaced whole
//!                  <tab>.lock    held by the process that asks
//!
//! next query:  the last voucher was answered ── sign the next: counter + 1, amount + cost ── on disk ── sent
//!              it was not, and covers it     ── send it again
//!              it was not, and does not      ── sign that number anew, for what is answered and this query ── on disk ── sent
//! ```
//!
//! A voucher is on the disk before it is sent, and a number stands for one query: no other one is given until that was answered. So nothing
//! is promised twice because a process was killed, and a node that takes a voucher and does not answer has the price of one query: this account
//! goes elsewhere with the next. What was promised for a proof that did not come pays for the queries after it.
//!
//! A query that broke off after rows had come counts as answered, as it does at the node; two of them in a row count once.

use crate::{
	error::SdkError,
	purchase::folder::{file_error, replace},
	text::hex_digits,
	types::{ListingId, TabId, TabView},
	Digest,
};
use serde::{Deserialize, Serialize};
use souk_custody::{Account, AccountId};
use souk_protocol::{
	voucher::{decode_voucher, encode_voucher, sign_voucher},
	AnswerKind, SignedVoucher, Voucher,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	fs::{self, File, TryLockError},
	io::Write as _,
	path::{Path, PathBuf},
	time::Duration,
};

/// How long another query that is paid from the same tab is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often to look whether it has ended.
const LOOK: Duration = Duration::from_millis(50);

/// What was promised to one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
	/// Counter of the last voucher; 0 where none was signed.
	counter: u64,
	/// What it promises, in the smallest unit of the tab's asset.
	#[serde(with = "decimal")]
	amount: u128,
	/// The voucher as it was sent, in hexadecimal digits; empty where the chain told of it.
	voucher: String,
	/// Whether the query that it pays was answered.
	answered: bool,
	/// Whether that was with rows that broke off.
	#[serde(default)]
	broken_off: bool,
	/// What it promises beyond the price of what was answered, in the smallest unit of the tab's asset.
	#[serde(default, with = "decimal")]
	unused: u128,
	/// Free queries that were answered.
	free: u32,
	/// Whether the node says that there are no more free ones.
	free_over: bool,
}

impl Page {
	/// As it is once a query was answered, or has broken off.
	fn after(self, asked: &Asked, broken_off: bool) -> Self {
		match asked.free {
			true => Self { free: self.free.saturating_add(1), ..self },
			false => {
				let unused = self.unused.saturating_sub(asked.cost);
				Self { answered: true, broken_off, unused, ..self }
			}
		}
	}
}

impl Default for Page {
	fn default() -> Self {
		Self {
			counter: 0,
			amount: 0,
			voucher: String::new(),
			answered: true,
			broken_off: false,
			unused: 0,
			free: 0,
			free_over: false,
		}
	}
}

/// What was promised from one tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
	#[serde(with = "hex_digits")]
	genesis: Digest,
	tab: TabId,
	listing: ListingId,
	#[serde(with = "hex_digits")]
	key: AccountId,
	/// By the node's account, in hexadecimal digits.
	nodes: BTreeMap<String, Page>,
}

mod decimal {
	use serde::{de::Error as _, Deserialize as _, Deserializer, Serializer};

	pub fn serialize<S: Serializer>(amount: &u128, s: S) -> Result<S::Ok, S::Error> {
		s.serialize_str(&amount.to_string())
	}

	pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u128, D::Error> {
		String::deserialize(d)?.parse().map_err(D::Error::custom)
	}
}

/// What the last query was paid with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
	/// The tab.
	pub tab: TabId,
	/// The node.
	pub node: AccountId,
	/// Whether it was one of the free ones.
	pub free: bool,
	/// What it cost, in the smallest unit of the tab's asset.
	pub cost: u128,
	/// Counter of the highest voucher for this node.
	pub counter: u64,
	/// What that promises, in the smallest unit of the tab's asset.
	pub amount: u128,
}

/// What a node was promised, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
	/// The node.
	pub node: AccountId,
	/// Counter of the highest voucher.
	pub counter: u64,
	/// What it promises, in the smallest unit of the tab's asset.
	pub amount: u128,
	/// Whether the query that it pays was answered.
	pub answered: bool,
	/// Free queries that were answered.
	pub free: u32,
}

/// A query that a voucher was handed out for.
#[derive(Clone, Copy, Debug)]
struct Asked {
	node: AccountId,
	/// What it costs if it is not free.
	cost: u128,
	/// Whether it is asked for as a free one.
	free: bool,
}

/// The vouchers of one tab. No other process signs any while this lives.
#[derive(Debug)]
pub struct Purse {
	path: PathBuf,
	book: Book,
	account: Account,
	price: u128,
	/// What a proof costs.
	proof_cost: u128,
	quota: u32,
	asked: Option<Asked>,
	spent: Option<Spent>,
	broken_off: Vec<Spent>,
	/// Whether a node that says that something is due is paid for an answer that got lost.
	pays_lost: bool,
	/// The nodes that were.
	lost_paid: BTreeSet<AccountId>,
	_lock: File,
}

impl Purse {
	/// Opens the vouchers of a tab whose key `account` is, below `root`. Waits a while for another query that is paid from it. Each node
	/// answers `quota` queries of the listing for nothing. A proof costs what a query does, unless [`set_proof_cost`](Self::set_proof_cost) says
	/// otherwise.
	///
	/// Errors: [`SdkError::TabBusy`], [`SdkError::File`], [`SdkError::BadPurse`].
	pub async fn open(
		root: &Path,
		genesis: Digest,
		account: Account,
		tab: &TabView,
		quota: u32,
	) -> Result<Self, SdkError> {
		let dir = root.join(hex::encode(genesis));
		fs::create_dir_all(&dir).map_err(file_error("create", &dir))?;
		let lock = locked(&dir.join(format!("{}.lock", tab.id)), tab.id).await?;
		let path = dir.join(format!("{}.json", tab.id));
		let fresh =
			Book { genesis, tab: tab.id, listing: tab.listing, key: account.id(), nodes: BTreeMap::new() };
		let mut book = read(&path)?.unwrap_or_else(|| fresh.clone());
		let same = Book { nodes: BTreeMap::new(), ..book.clone() };
		if same != fresh || tab.key != account.id() {
			let reason = "it is of another chain, tab or account".into();
			return Err(SdkError::BadPurse { path, reason });
		}
		let price = tab.price.amount;
		for page in book.nodes.values_mut().filter(|page| !page.answered && page.unused == 0) {
			// Written when all that was asked for had one price.
			page.unused = price.min(page.amount);
		}
		for earner in &tab.earners {
			// What the chain has settled was promised, whatever is known of it here.
			let page = book.nodes.entry(hex::encode(earner.node)).or_default();
			if earner.earned > page.amount {
				let counter = page.counter.max(earner.counter);
				*page = Page {
					counter,
					amount: earner.earned,
					voucher: String::new(),
					answered: true,
					unused: 0,
					..page.clone()
				};
			}
		}
		Ok(Self {
			path,
			book,
			account,
			price,
			proof_cost: price,
			quota,
			asked: None,
			spent: None,
			broken_off: Vec::new(),
			pays_lost: false,
			lost_paid: BTreeSet::new(),
			_lock: lock,
		})
	}

	/// Agrees to what a proof costs from here on, in the smallest unit of the tab's asset: as much is signed for each.
	/// [`TabView::proof_cost`] says what a node charges.
	pub fn set_proof_cost(&mut self, cost: u128) {
		self.proof_cost = cost;
	}

	/// The tab.
	pub fn tab(&self) -> TabId {
		self.book.tab
	}

	/// What the last answered query was paid with.
	pub fn spent(&self) -> Option<Spent> {
		self.spent
	}

	/// What was paid for queries that broke off after rows had come.
	pub fn broken_off(&self) -> &[Spent] {
		&self.broken_off
	}

	/// The voucher for the next query to a node, for rows or for a proof. Where it is a new one, it is on the disk.
	///
	/// Errors: [`SdkError::File`]; nothing must be sent then.
	pub fn voucher(&mut self, node: &AccountId, kind: AnswerKind) -> Result<SignedVoucher, SdkError> {
		let page = self.page(node);
		let cost = match kind {
			AnswerKind::Rows => self.price,
			AnswerKind::Proof => self.proof_cost,
		};
		let covered = page.unused >= cost;
		// As the node has it: what is promised already is paid, and what costs more than a query is not given away.
		let free = !covered && cost <= self.price && page.free < self.quota && !page.free_over;
		self.asked = Some(Asked { node: *node, cost, free });
		let promise = Voucher { tab: self.book.tab, node: *node, counter: page.counter, amount: page.amount };
		if free {
			// It says which tab, and promises nothing new.
			return Ok(sign_voucher(promise, &self.book.genesis, &self.account));
		}
		if !page.answered && covered {
			if let Some(last) = last_of(&page) {
				return Ok(last);
			}
		}
		let answers = page.amount.saturating_sub(page.unused);
		let next = Voucher {
			counter: promise.counter.saturating_add(page.answered.into()),
			amount: promise.amount.max(answers.saturating_add(cost)),
			..promise
		};
		let signed = sign_voucher(next, &self.book.genesis, &self.account);
		let page = Page {
			counter: next.counter,
			amount: next.amount,
			voucher: hex::encode(encode_voucher(&signed)),
			answered: false,
			unused: next.amount.saturating_sub(answers),
			..page
		};
		self.keep(node, page)?;
		Ok(signed)
	}

	/// Notes that the query to a node for which it handed out the last voucher was answered.
	///
	/// Errors: [`SdkError::File`].
	pub fn answered(&mut self, node: &AccountId) -> Result<(), SdkError> {
		let Some(asked) = self.asked_of(node) else { return Ok(()) };
		let page = self.page(node).after(&asked, false);
		self.spent = Some(self.spent_on(&asked, &page));
		self.keep(node, page)
	}

	/// Notes that the query to a node broke off after rows had come, in a way that the node charges for. It counts as answered; but not where the one
	/// before it at this node did the same: whoever always breaks off is paid for one.
	///
	/// Errors: [`SdkError::File`].
	pub fn broke_off(&mut self, node: &AccountId) -> Result<(), SdkError> {
		let Some(asked) = self.asked_of(node) else { return Ok(()) };
		let before = self.page(node);
		if before.broken_off && !asked.free {
			return Ok(());
		}
		let page = before.after(&asked, true);
		self.broken_off.push(self.spent_on(&asked, &page));
		self.keep(node, page)
	}

	/// Notes that a node refused the query with a code. Says whether another voucher would do: what was asked for as a free query is to be
	/// paid, or the node is paid for an answer that got lost ([`pay_lost`](Self::pay_lost)).
	///
	/// Errors: [`SdkError::File`].
	pub fn refused(&mut self, node: &AccountId, code: &str) -> Result<bool, SdkError> {
		let Some(Asked { free, .. }) = self.asked_of(node) else { return Ok(false) };
		if code != "payment_due" {
			return Ok(false);
		}
		let page = self.page(node);
		if free {
			self.keep(node, Page { free_over: true, ..page })?;
			return Ok(true);
		}
		if !self.pays_lost || !self.lost_paid.insert(*node) {
			return Ok(false);
		}
		// Whatever became of the last voucher, the next one is a new one.
		self.keep(node, Page { answered: true, broken_off: false, unused: 0, ..page })?;
		Ok(true)
	}

	/// From here on a node that says that something is due is paid once for answers that got lost on the way: by what was promised to it already, and
	/// one voucher more. Nobody else is.
	pub fn pay_lost(&mut self) {
		self.pays_lost = true;
	}

	/// What a query was paid with that has left the node's page like this.
	fn spent_on(&self, asked: &Asked, page: &Page) -> Spent {
		Spent {
			tab: self.book.tab,
			node: asked.node,
			free: asked.free,
			cost: if asked.free { 0 } else { asked.cost },
			counter: page.counter,
			amount: page.amount,
		}
	}

	/// What a node was asked last, if nothing has become of it yet.
	fn asked_of(&mut self, node: &AccountId) -> Option<Asked> {
		self.asked.take().filter(|asked| asked.node == *node)
	}

	fn page(&self, node: &AccountId) -> Page {
		self.book.nodes.get(&hex::encode(node)).cloned().unwrap_or_default()
	}

	fn keep(&mut self, node: &AccountId, page: Page) -> Result<(), SdkError> {
		self.book.nodes.insert(hex::encode(node), page);
		self.write()
	}

	fn write(&self) -> Result<(), SdkError> {
		let text = serde_json::to_vec_pretty(&self.book).expect("a book has string keys");
		replace(&self.path, |file| file.write_all(&text))
	}
}

/// What was promised from a tab, by node; reads only, also while a query is under way.
///
/// Errors: [`SdkError::File`], [`SdkError::BadPurse`].
pub fn promised(root: &Path, genesis: &Digest, tab: TabId) -> Result<Vec<Promised>, SdkError> {
	let path = root.join(hex::encode(genesis)).join(format!("{tab}.json"));
	let Some(book) = read(&path)? else { return Ok(Vec::new()) };
	let nodes = book.nodes.iter().map(|(node, page)| {
		let node = hex::decode(node).ok().and_then(|bytes| bytes.try_into().ok());
		let node = node.ok_or_else(|| SdkError::BadPurse {
			path: path.clone(),
			reason: "a node's account is none".into(),
		})?;
		let Page { counter, amount, answered, free, .. } = *page;
		Ok(Promised { node, counter, amount, answered, free })
	});
	nodes.collect()
}

fn read(path: &Path) -> Result<Option<Book>, SdkError> {
	match fs::read(path) {
		Ok(text) => serde_json::from_slice(&text)
			.map(Some)
			.map_err(|error| SdkError::BadPurse { path: path.into(), reason: error.to_string() }),
		Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
		Err(error) => Err(file_error("read", path)(error)),
	}
}

/// The last voucher of a node, as it was sent.
fn last_of(page: &Page) -> Option<SignedVoucher> {
	decode_voucher(&hex::decode(&page.voucher).ok()?).ok()
}

async fn locked(path: &Path, tab: TabId) -> Result<File, SdkError> {
	let options = File::options().write(true).create(true).truncate(false).open(path);
	let file = options.map_err(file_error("create", path))?;
	let until = tokio::time::Instant::now() + PATIENCE;
	loop {
		match file.try_lock() {
			Ok(()) => return Ok(file),
			Err(TryLockError::WouldBlock) if tokio::time::Instant::now() < until => {
				tokio::time::sleep(LOOK).await;
			}
			Err(TryLockError::WouldBlock) => return Err(SdkError::TabBusy { tab }),
			Err(TryLockError::Error(error)) => return Err(file_error("lock", path)(error)),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::{Asset, EarnerView, Price, TabPhase};
	use souk_protocol::{
		voucher::check_voucher,
		AnswerKind::{Proof, Rows},
	};

	const GENESIS: Digest = [7; 32];
	const NODES: [AccountId; 2] = [[21; 32], [22; 32]];

	fn alice() -> Account {
		Account::from_uri("//Alice").unwrap()
	}

	fn tab(earned: &[(AccountId, u64, u128)]) -> TabView {
		let earner = |(node, counter, earned): &(AccountId, u64, u128)| EarnerView {
			node: *node,
			counter: *counter,
			earned: *earned,
			owed: 0,
		};
		TabView {
			id: 3,
			listing: 1,
			plan: 0,
			payer: alice().id(),
			key: alice().id(),
			price: Price { asset: Asset::Native, amount: 10 },
			opened_at: 1,
			phase: TabPhase::Open { until: 100 },
			open: true,
			due: 100,
			limit: 1_000,
			held: 1_000,
			free: 1_000,
			earners: earned.iter().map(earner).collect(),
			deposit: 1,
		}
	}

	async fn purse(dir: &Path, quota: u32) -> Purse {
		Purse::open(dir, GENESIS, alice(), &tab(&[]), quota).await.unwrap()
	}

	fn sums(signed: &SignedVoucher) -> (u64, u128) {
		check_voucher(signed, &GENESIS, &alice().id()).unwrap();
		(signed.voucher.counter, signed.voucher.amount)
	}

	#[tokio::test]
	async fn each_answer_is_paid_once_and_each_node_by_itself() {
		let dir = tempfile::tempdir().unwrap();
		let mut purse = purse(dir.path(), 0).await;
		for expected in [(1, 10), (2, 20), (3, 30)] {
			assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), expected);
			purse.answered(&NODES[0]).unwrap();
		}
		assert_eq!(sums(&purse.voucher(&NODES[1], Rows).unwrap()), (1, 10));
		let spent = purse.spent().unwrap();
		assert_eq!((spent.counter, spent.amount, spent.free), (3, 30, false));
	}

	#[tokio::test]
	async fn what_was_not_answered_is_sent_again_as_it_was_also_by_another_process() {
		let dir = tempfile::tempdir().unwrap();
		let mut first = purse(dir.path(), 0).await;
		let sent = first.voucher(&NODES[0], Rows).unwrap();
		assert_eq!(first.voucher(&NODES[0], Rows).unwrap(), sent);
		assert!(!first.refused(&NODES[0], "payment_due").unwrap());
		drop(first);
		let mut second = purse(dir.path(), 0).await;
		assert_eq!(second.voucher(&NODES[0], Rows).unwrap(), sent);
		second.answered(&NODES[0]).unwrap();
		assert_eq!(sums(&second.voucher(&NODES[0], Rows).unwrap()), (2, 20));
		// What got lost is paid where somebody says so.
		second.pay_lost();
		assert!(second.refused(&NODES[0], "payment_due").unwrap());
		assert_eq!(sums(&second.voucher(&NODES[0], Rows).unwrap()), (3, 30));
		let kept = promised(dir.path(), &GENESIS, 3).unwrap();
		assert_eq!(kept, [Promised { node: NODES[0], counter: 3, amount: 30, answered: false, free: 0 }]);
		assert_eq!(promised(dir.path(), &GENESIS, 4).unwrap(), []);
	}

	#[tokio::test]
	async fn free_queries_promise_nothing_until_a_node_says_that_they_are_over() {
		let dir = tempfile::tempdir().unwrap();
		let mut purse = purse(dir.path(), 2).await;
		assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (0, 0));
		purse.answered(&NODES[0]).unwrap();
		assert!(purse.spent().unwrap().free);
		// The node has counted more than was answered here.
		assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (0, 0));
		assert!(purse.refused(&NODES[0], "payment_due").unwrap());
		assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (1, 10));
		purse.answered(&NODES[0]).unwrap();
		// At another one there are two.
		for _ in 0..2 {
			assert_eq!(sums(&purse.voucher(&NODES[1], Rows).unwrap()), (0, 0));
			purse.answered(&NODES[1]).unwrap();
		}
		assert_eq!(sums(&purse.voucher(&NODES[1], Rows).unwrap()), (1, 10));
	}

	#[tokio::test]
	async fn what_broke_off_after_rows_had_come_is_paid_once_in_a_row() {
		let dir = tempfile::tempdir().unwrap();
		let mut first = purse(dir.path(), 0).await;
		assert_eq!(sums(&first.voucher(&NODES[0], Rows).unwrap()), (1, 10));
		first.broke_off(&NODES[0]).unwrap();
		assert_eq!(first.spent(), None, "it is no answer");
		let paid: Vec<_> = first.broken_off().iter().map(|spent| (spent.node, spent.cost)).collect();
		assert_eq!(paid, [(NODES[0], 10)], "but it was paid");
		drop(first);
		let mut second = purse(dir.path(), 0).await;
		let sent = second.voucher(&NODES[0], Rows).unwrap();
		assert_eq!(sums(&sent), (2, 20));
		// The next one does it again, and again.
		for _ in 0..2 {
			second.broke_off(&NODES[0]).unwrap();
			assert_eq!(second.voucher(&NODES[0], Rows).unwrap(), sent);
		}
		// Another node is another node.
		second.voucher(&NODES[1], Rows).unwrap();
		second.broke_off(&NODES[1]).unwrap();
		assert_eq!(sums(&second.voucher(&NODES[1], Rows).unwrap()), (2, 20));
		// Who answers may break off once more, and so may whom all that got lost is paid.
		second.voucher(&NODES[0], Rows).unwrap();
		second.answered(&NODES[0]).unwrap();
		assert_eq!(sums(&second.voucher(&NODES[0], Rows).unwrap()), (3, 30));
		second.broke_off(&NODES[0]).unwrap();
		assert_eq!(sums(&second.voucher(&NODES[0], Rows).unwrap()), (4, 40));
		second.pay_lost();
		assert_eq!(sums(&second.voucher(&NODES[0], Rows).unwrap()), (4, 40), "it may be paid");
		assert!(second.refused(&NODES[0], "payment_due").unwrap());
		assert_eq!(sums(&second.voucher(&NODES[0], Rows).unwrap()), (5, 50));
		second.broke_off(&NODES[0]).unwrap();
		assert_eq!(sums(&second.voucher(&NODES[0], Rows).unwrap()), (6, 60));
	}

	#[tokio::test]
	async fn a_free_one_that_broke_off_is_used_up() {
		let dir = tempfile::tempdir().unwrap();
		let mut purse = purse(dir.path(), 2).await;
		for _ in 0..2 {
			assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (0, 0));
			purse.broke_off(&NODES[0]).unwrap();
		}
		assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (1, 10));
		assert_eq!(promised(dir.path(), &GENESIS, 3).unwrap()[0].free, 2);
	}

	#[tokio::test]
	async fn a_proof_is_signed_for_what_it_costs_and_nothing_of_that_is_lost() {
		let dir = tempfile::tempdir().unwrap();
		let mut purse = purse(dir.path(), 0).await;
		// Unless somebody has agreed to more, it costs what a query does.
		assert_eq!(sums(&purse.voucher(&NODES[1], Proof).unwrap()), (1, 10));
		purse.set_proof_cost(35);
		purse.voucher(&NODES[0], Rows).unwrap();
		purse.answered(&NODES[0]).unwrap();
		let sent = purse.voucher(&NODES[0], Proof).unwrap();
		assert_eq!(sums(&sent), (2, 45));
		assert_eq!(purse.voucher(&NODES[0], Proof).unwrap(), sent, "it was not answered");
		// It pays for what is asked instead, and what is left of it for what comes after.
		assert_eq!(purse.voucher(&NODES[0], Rows).unwrap(), sent);
		purse.answered(&NODES[0]).unwrap();
		assert_eq!(purse.spent().unwrap().cost, 10);
		assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (3, 45));
		purse.answered(&NODES[0]).unwrap();
		assert_eq!(sums(&purse.voucher(&NODES[0], Proof).unwrap()), (4, 65));
		purse.answered(&NODES[0]).unwrap();
		assert_eq!(purse.spent().unwrap().cost, 35);
		assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (5, 75));
		// A query that was not answered is no second promise beside the proof that is asked then.
		assert_eq!(sums(&purse.voucher(&NODES[0], Proof).unwrap()), (5, 100));
		let kept = promised(dir.path(), &GENESIS, 3).unwrap();
		assert_eq!(kept[0], Promised { node: NODES[0], counter: 5, amount: 100, answered: false, free: 0 });
		purse.pay_lost();
		purse.voucher(&NODES[0], Rows).unwrap();
		assert!(purse.refused(&NODES[0], "payment_due").unwrap());
		assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (6, 110));
	}

	#[tokio::test]
	async fn only_who_says_that_something_is_due_is_paid_for_what_got_lost_and_once() {
		let dir = tempfile::tempdir().unwrap();
		let mut purse = purse(dir.path(), 0).await;
		purse.set_proof_cost(35);
		// A proof that did not come: it pays for what is asked next, and the node has said nothing.
		purse.voucher(&NODES[0], Proof).unwrap();
		purse.voucher(&NODES[1], Rows).unwrap();
		purse.pay_lost();
		assert!(!purse.refused(&NODES[1], "timed_out").unwrap(), "nothing is due");
		purse.voucher(&NODES[1], Rows).unwrap();
		assert!(purse.refused(&NODES[1], "payment_due").unwrap());
		assert_eq!(sums(&purse.voucher(&NODES[1], Rows).unwrap()), (2, 20));
		assert!(!purse.refused(&NODES[1], "payment_due").unwrap(), "not twice");
		assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (1, 35), "what was promised pays for it");
		// Nobody was reached, as often as it is tried.
		for _ in 0..3 {
			purse.pay_lost();
			assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (1, 35));
		}
	}

	#[tokio::test]
	async fn a_free_query_is_no_dear_proof() {
		let dir = tempfile::tempdir().unwrap();
		let mut purse = purse(dir.path(), 1).await;
		purse.set_proof_cost(35);
		assert_eq!(sums(&purse.voucher(&NODES[0], Proof).unwrap()), (1, 35));
		assert!(!purse.refused(&NODES[0], "payment_due").unwrap(), "it was not asked for as a free one");
		// The node takes that voucher for the query as well.
		assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (1, 35));
		purse.answered(&NODES[0]).unwrap();
		assert!(!purse.spent().unwrap().free);
		assert_eq!(sums(&purse.voucher(&NODES[1], Rows).unwrap()), (0, 0));
		purse.answered(&NODES[1]).unwrap();
		assert_eq!(purse.spent().map(|spent| (spent.free, spent.cost)), Some((true, 0)));
		let dir = tempfile::tempdir().unwrap();
		let mut cheap = Purse::open(dir.path(), GENESIS, alice(), &tab(&[]), 1).await.unwrap();
		assert_eq!(sums(&cheap.voucher(&NODES[0], Proof).unwrap()), (0, 0));
	}

	#[tokio::test]
	async fn what_was_written_when_all_had_one_price_is_gone_on_with() {
		let dir = tempfile::tempdir().unwrap();
		let mut first = purse(dir.path(), 0).await;
		let sent = first.voucher(&NODES[0], Rows).unwrap();
		let path = first.path.clone();
		drop(first);
		let mut written: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
		let page = written["nodes"][hex::encode(NODES[0])].as_object_mut().unwrap();
		assert!(page.remove("unused").is_some());
		fs::write(&path, written.to_string()).unwrap();
		let mut second = purse(dir.path(), 0).await;
		assert_eq!(second.voucher(&NODES[0], Rows).unwrap(), sent);
		second.answered(&NODES[0]).unwrap();
		assert_eq!(sums(&second.voucher(&NODES[0], Rows).unwrap()), (2, 20));
	}

	#[tokio::test]
	async fn what_the_chain_has_settled_is_never_promised_again() {
		let dir = tempfile::tempdir().unwrap();
		let settled = tab(&[(NODES[0], 4, 40)]);
		let mut purse = Purse::open(dir.path(), GENESIS, alice(), &settled, 0).await.unwrap();
		assert_eq!(sums(&purse.voucher(&NODES[0], Rows).unwrap()), (5, 50));
	}

	#[tokio::test]
	async fn somebody_elses_vouchers_are_not_gone_on_with() {
		let dir = tempfile::tempdir().unwrap();
		let mut first = purse(dir.path(), 0).await;
		first.voucher(&NODES[0], Rows).unwrap();
		drop(first);
		let bob = Account::from_uri("//Bob").unwrap();
		let mut of_bob = tab(&[]);
		of_bob.key = bob.id();
		let refused = Purse::open(dir.path(), GENESIS, bob, &of_bob, 0).await;
		assert!(matches!(refused, Err(SdkError::BadPurse { .. })));
	}

	#[tokio::test]
	async fn one_process_signs_at_a_time() {
		let dir = tempfile::tempdir().unwrap();
		let first = purse(dir.path(), 0).await;
		let waiting = tokio::time::timeout(2 * LOOK, purse(dir.path(), 0)).await;
		assert!(waiting.is_err(), "it waits for the first");
		drop(first);
		purse(dir.path(), 0).await;
	}
}
