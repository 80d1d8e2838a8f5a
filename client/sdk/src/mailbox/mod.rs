//! Evidence of disputes on its way: sealed by a side, left at mailboxes, fetched and opened by those who may read it, its keys passed on.
//!
//! ```text
//! side:  file ── seal ──> object, kept at home ── hash ──> chain
//!                            │ send                          │ case
//!                            v                               v
//! mailboxes: persistence nodes, chosen by case and hash ── look, take ──> gathered ── open ──> files
//!                            ^                                                │
//!                            └──────── keys for all who may read ── pass on ──┘     (sides, and jurors who can open it)
//! ```
//!
//! A jury is drawn after the evidence was shown, so that its keys are passed on later: by either side, and by any juror who has one.
//! Nothing here is believed of a mailbox: an object has the hash that is on chain, a key is the one that the object commits to, and a
//! side's reading key is signed. What one mailbox withholds another one has.

mod places;
mod post;
mod sharing;
mod shelf;
#[cfg(test)]
mod tests;

pub use places::{chosen, registered, Mailbox, READ_AT, WRITE_AT};
pub use post::{Answer, Post};
pub use sharing::Sent;
pub use shelf::Shelf;

use crate::{
	error::SdkError,
	types::{CaseId, CaseView, EvidenceView, OrderId},
	Digest,
};
use codec::Encode as _;
use futures::future::join_all;
use souk_custody::{Account, AccountId};
use souk_network::Network;
use souk_protocol::{
	evidence::{
		Ask, ContentKey, Contents, Envelope, EvidenceReply, EvidenceRequest, File, Header, Object,
		SignedReadingKey,
	},
	tagged, ProtocolError, Sign as _, Verify as _,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How long a request is good for.
const GOOD_FOR: Duration = Duration::from_secs(300);

/// The key of an account's own object. It follows from the account and the object's salt: whoever has lost everything but the account's
/// key can still open it, and pass it on.
fn own_key(account: &Account, genesis: &Digest, order: OrderId, salt: &[u8; 32]) -> ContentKey {
	let context = (genesis, order, salt).encode();
	ContentKey::from_bytes(*account.derive_secret("souk/evidence-content-key/v1", &context))
}

/// Seals a file as evidence about an order. Returns its hash, which goes on chain, and the object's bytes. The same file always becomes the
/// same object, so that trying again shows nothing twice; others cannot tell from it whether a file that they have is the one.
///
/// Errors: [`ProtocolError::TooLarge`].
pub fn seal(
	account: &Account,
	genesis: &Digest,
	order: OrderId,
	file: &File,
) -> Result<(Digest, Vec<u8>), ProtocolError> {
	// A salt that is of this file alone: no two files are ever sealed with one key.
	let digest = tagged("souk/evidence-file/v1", &[file.name.as_bytes(), &file.bytes]);
	let salt = *account.derive_secret("souk/evidence-salt/v1", &(genesis, order, digest).encode());
	let key = own_key(account, genesis, order, &salt);
	let header = Header { genesis: *genesis, order, author: account.id(), salt, key_commitment: [0; 32] };
	let bytes = Object::seal(header, file, &key)?.encode();
	Ok((Object::hash(&bytes), bytes))
}

/// Somebody who has a part in a case, with what they know of the network.
pub struct Courier<P = Network> {
	post: P,
	account: Account,
	genesis: Digest,
	shelf: Shelf,
}

/// A mailbox that was looked into.
pub struct Visit {
	/// Which.
	pub mailbox: Mailbox,
	/// What it has, or what is wrong with it.
	pub contents: Result<Contents, String>,
}

/// A piece of evidence as far as it was found.
pub struct Piece {
	/// What the chain says of it.
	pub shown: EvidenceView,
	/// Its bytes, where somebody has them.
	pub object: Option<Vec<u8>>,
	/// Its key, where it is the reader's own or was passed on.
	pub key: Option<ContentKey>,
	/// How many mailboxes say that they have it.
	pub held: usize,
	/// For whom there are keys in the mailboxes.
	pub readers: Vec<AccountId>,
	/// Where it is to be left: the first [`WRITE_AT`] of its mailboxes that answer, so that a node that is gone is missed by nobody.
	homes: Vec<AccountId>,
}

/// Why a piece of evidence is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
	/// No mailbox that answers has it.
	#[error("no mailbox has it")]
	Missing,
	/// It is there, and nobody has passed its key on yet.
	#[error("it is there, but nobody has passed its key on to this account yet")]
	NoKey,
	/// Its author did not seal a file of this case. It will never be read.
	#[error("it is no file that was sealed for this case: {0}")]
	Broken(String),
}

impl Piece {
	/// The object in its bytes, where it is about the case's order and by the side that has shown it.
	fn parsed(&self, genesis: &Digest, case: &CaseView) -> Result<Object, Unread> {
		let bytes = self.object.as_ref().ok_or(Unread::Missing)?;
		parsed(bytes, genesis, case, &self.shown)
	}

	/// The file.
	///
	/// Errors: why it is not read.
	pub fn open(&self, genesis: &Digest, case: &CaseView) -> Result<File, Unread> {
		let object = self.parsed(genesis, case)?;
		let key = self.key.as_ref().ok_or(Unread::NoKey)?;
		object.open(key).map_err(|error| Unread::Broken(error.to_string()))
	}
}

fn parsed(bytes: &[u8], genesis: &Digest, case: &CaseView, shown: &EvidenceView) -> Result<Object, Unread> {
	let object = Object::parse(bytes).map_err(|error| Unread::Broken(error.to_string()))?;
	let Header { genesis: of, order, author, .. } = object.header;
	if (of, order) != (*genesis, case.order) {
		return Err(Unread::Broken("it was made for another order, or another chain".into()));
	}
	if case.side_of(&author) != Some(shown.by) {
		return Err(Unread::Broken("it was made by somebody else than who has shown it".into()));
	}
	Ok(object)
}

/// All that was found of a case's evidence.
pub struct Gathered {
	/// The mailboxes that were asked.
	pub visits: Vec<Visit>,
	/// The evidence, in the chain's order.
	pub pieces: Vec<Piece>,
	/// Where the sides read, as far as they have said so.
	pub keys: Vec<SignedReadingKey>,
}

impl<P: Post> Courier<P> {
	/// Of an account on a chain. `shelf` is where objects are kept.
	pub const fn new(post: P, account: Account, genesis: Digest, shelf: Shelf) -> Self {
		Self { post, account, genesis, shelf }
	}

	/// Looks for the evidence of a case: at home, then at the mailboxes among `places`, the registered persistence nodes. What is found is
	/// kept at home.
	///
	/// Errors: [`SdkError::File`].
	pub async fn gather(&self, case: &CaseView, places: Vec<Mailbox>) -> Result<Gathered, SdkError> {
		let mut asked: BTreeMap<AccountId, Mailbox> = BTreeMap::new();
		// The mailboxes of each piece, the first to be asked first.
		let mut ranked: Vec<Vec<AccountId>> = Vec::with_capacity(case.evidence.len());
		for shown in &case.evidence {
			let mailboxes = chosen(&places, &self.genesis, case.id, &shown.hash, READ_AT);
			ranked.push(mailboxes.iter().map(|mailbox| mailbox.account).collect());
			asked.extend(mailboxes.into_iter().map(|mailbox| (mailbox.account, mailbox.clone())));
		}
		let id = case.id;
		let visits = join_all(asked.into_values().map(|mailbox| async move {
			let contents = self.look(&mailbox, id).await;
			Visit { mailbox, contents }
		}))
		.await;
		let keys = self.reading_keys(case, &visits);
		let answering: BTreeSet<AccountId> =
			visits.iter().filter(|visit| visit.contents.is_ok()).map(|visit| visit.mailbox.account).collect();
		let mut pieces = Vec::with_capacity(case.evidence.len());
		for (shown, ranked) in case.evidence.iter().zip(ranked) {
			let homes =
				ranked.into_iter().filter(|account| answering.contains(account)).take(WRITE_AT).collect();
			pieces.push(self.piece(case, *shown, homes, &visits).await?);
		}
		Ok(Gathered { visits, pieces, keys })
	}

	async fn look(&self, mailbox: &Mailbox, case: CaseId) -> Result<Contents, String> {
		match self.ask(mailbox, case, Ask::Look, None).await?.reply {
			EvidenceReply::Contents(contents) => Ok(contents),
			other => Err(told(&other)),
		}
	}

	async fn ask(
		&self,
		mailbox: &Mailbox,
		case: CaseId,
		ask: Ask,
		object: Option<&[u8]>,
	) -> Result<Answer, String> {
		let request = EvidenceRequest {
			genesis: self.genesis,
			case,
			node: mailbox.account,
			account: self.account.id(),
			nonce: rand::random(),
			deadline: now_ms().saturating_add(GOOD_FOR.as_millis() as u64),
			ask,
		};
		self.post.ask(mailbox, &request.sign(&self.account), object).await
	}

	/// The reading keys that are signed by a side of this case; the first of each.
	fn reading_keys(&self, case: &CaseView, visits: &[Visit]) -> Vec<SignedReadingKey> {
		let mut keys: Vec<SignedReadingKey> = Vec::new();
		let found = visits.iter().filter_map(|visit| visit.contents.as_ref().ok());
		for signed in found.flat_map(|contents| &contents.keys) {
			if self.is_reading_key(case, signed)
				&& keys.iter().all(|known| known.reading.account != signed.reading.account)
			{
				keys.push(*signed);
			}
		}
		keys
	}

	fn is_reading_key(&self, case: &CaseView, signed: &SignedReadingKey) -> bool {
		let reading = &signed.reading;
		(reading.genesis, reading.case) == (self.genesis, case.id)
			&& case.side_of(&reading.account).is_some()
			&& signed.verify().is_ok()
	}

	async fn piece(
		&self,
		case: &CaseView,
		shown: EvidenceView,
		homes: Vec<AccountId>,
		visits: &[Visit],
	) -> Result<Piece, SdkError> {
		let contents: Vec<(&Mailbox, &Contents)> =
			visits.iter().filter_map(|visit| Some((&visit.mailbox, visit.contents.as_ref().ok()?))).collect();
		let mut holders = Vec::new();
		for (mailbox, contents) in &contents {
			if contents.objects.contains(&shown.hash) {
				holders.push(*mailbox);
			}
		}
		let held = holders.len();
		let mut object = self.shelf.object(case.order, &shown.hash)?;
		for mailbox in holders {
			if object.is_some() {
				break;
			}
			object = self.take(mailbox, case.id, &shown.hash).await;
			if let Some(bytes) = &object {
				self.shelf.keep(case.order, bytes)?;
			}
		}
		let mut readers: Vec<AccountId> = contents
			.iter()
			.flat_map(|(_, contents)| &contents.envelopes)
			.filter(|held| held.evidence == shown.hash)
			.map(|held| held.recipient)
			.collect();
		readers.sort_unstable();
		readers.dedup();
		let parsed = object.as_ref().and_then(|bytes| parsed(bytes, &self.genesis, case, &shown).ok());
		let envelopes = contents.iter().flat_map(|(_, contents)| &contents.mine);
		let key = parsed.and_then(|object| self.key(case, &shown.hash, &object.header, envelopes));
		Ok(Piece { shown, object, key, held, readers, homes })
	}

	/// An object from a mailbox, if it is the one on chain.
	async fn take(&self, mailbox: &Mailbox, case: CaseId, evidence: &Digest) -> Option<Vec<u8>> {
		let answer = self.ask(mailbox, case, Ask::Take { evidence: *evidence }, None).await;
		match answer {
			Ok(Answer { reply: EvidenceReply::Sends { .. }, object })
				if Object::hash(&object) == *evidence =>
			{
				Some(object)
			}
			Ok(Answer { reply: EvidenceReply::Sends { .. }, .. }) => {
				tracing::warn!(node = %souk_custody::format_account(&mailbox.account), "it sent something else");
				None
			}
			Ok(Answer { reply, .. }) => {
				tracing::info!(reason = told(&reply), "evidence was not sent");
				None
			}
			Err(reason) => {
				tracing::info!(reason, "evidence was not sent");
				None
			}
		}
	}

	/// The key of an object: one's own, or the first passed on that is the object's.
	fn key<'a>(
		&self,
		case: &CaseView,
		evidence: &Digest,
		header: &Header,
		envelopes: impl Iterator<Item = &'a Envelope>,
	) -> Option<ContentKey> {
		let fits = |key: &ContentKey| key.commitment() == header.key_commitment;
		let me = self.account.id();
		if header.author == me {
			return Some(own_key(&self.account, &self.genesis, case.order, &header.salt)).filter(fits);
		}
		let secret = self.account.encryption_secret();
		envelopes
			.filter(|envelope| envelope.evidence == *evidence)
			.filter_map(|envelope| envelope.open(&secret, &self.genesis, case.id, evidence, &me).ok())
			.find(fits)
	}
}

/// What is wrong, in a mailbox's words.
fn told(reply: &EvidenceReply) -> String {
	match reply {
		EvidenceReply::Refused { reason } => format!("it refuses: {reason}"),
		EvidenceReply::Later { reason } => format!("it says not now: {reason}"),
		_ => "it answered something else".into(),
	}
}

fn now_ms() -> u64 {
	SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
