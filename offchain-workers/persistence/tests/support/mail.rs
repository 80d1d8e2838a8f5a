//! Somebody with a part in a case, or none, down at the level of frames.

use super::{client::next, client::now_ms, connected, genesis, World, PATIENCE};
use codec::Encode;
use souk_custody::Account;
use souk_network::{FramedStream, Network, Protocol};
use souk_persistence::chain::{CaseFacts, ReviewerFacts};
use souk_protocol::{
	decode_exact,
	evidence::{
		Ask, ContentKey, Contents, Deposit, Envelope, EvidenceReply, EvidenceRequest, File, Header, Object,
		ReadingKey, SignedEvidenceRequest, SignedReadingKey, PIECE_BYTES,
	},
	Digest, Sign as _,
};
use tokio::task::JoinHandle;

/// The case.
pub const CASE: u64 = 5;
/// What it is about.
pub const ORDER: u64 = 9;

/// Somebody who writes to mailboxes.
pub struct Correspondent {
	pub account: Account,
	pub network: Network,
	driver: JoinHandle<()>,
}

impl Drop for Correspondent {
	fn drop(&mut self) {
		self.driver.abort();
	}
}

/// A piece of evidence with its key.
#[derive(Clone)]
pub struct Shown {
	pub file: File,
	pub key: ContentKey,
	pub hash: Digest,
	pub object: Vec<u8>,
}

/// Seals a file of so many bytes.
pub fn shown(author: &Account, bytes: usize) -> Shown {
	let key = ContentKey::from_bytes([bytes as u8; 32]);
	let file = File { name: "letter".into(), bytes: (0..bytes).map(|i| (i * 7 + i / 251) as u8).collect() };
	let header = Header {
		genesis: genesis(),
		order: ORDER,
		author: author.id(),
		salt: [bytes as u8; 32],
		key_commitment: [0; 32],
	};
	let object = Object::seal(header, &file, &key).expect("sealed").encode();
	Shown { hash: Object::hash(&object), file, key, object }
}

pub fn account(name: &str) -> Account {
	Account::from_uri(&format!("//{name}")).expect("a development account")
}

/// Where somebody reads.
pub fn reading_key(side: &Account) -> SignedReadingKey {
	let (account, key) = (side.id(), side.encryption_secret().public());
	ReadingKey { genesis: genesis(), case: CASE, account, key }.sign(side)
}

/// An envelope for somebody.
pub fn envelope(shown: &Shown, reader: &Account) -> Envelope {
	let to = reader.encryption_secret().public();
	Envelope::seal(&shown.key, &genesis(), CASE, shown.hash, reader.id(), to).expect("a key")
}

/// Alice against Bob, with Charlie and Dave on the jury.
pub fn case(evidence: &[&Shown]) -> CaseFacts {
	let juror = |name: &str| (account(name).id(), Some(account(name).encryption_secret().public()));
	CaseFacts {
		sides: [account("Alice").id(), account("Bob").id()],
		open: true,
		evidence: evidence.iter().map(|shown| shown.hash).collect(),
		jurors: vec![juror("Charlie"), juror("Dave")],
		reviewers: vec![],
	}
}

/// Eve asks for access.
pub fn reviewer(until: Option<u32>) -> ReviewerFacts {
	let eve = account("Eve");
	ReviewerFacts { account: eve.id(), key: eve.encryption_secret().public(), until }
}

impl Correspondent {
	pub async fn of(world: &World, name: &str) -> Self {
		let (network, driver) = connected(world, Account::fresh_network_seed()).await;
		Self { account: account(name), network, driver }
	}

	/// A good request.
	pub fn request(&self, world: &World, ask: Ask) -> EvidenceRequest {
		EvidenceRequest {
			genesis: genesis(),
			case: CASE,
			node: world.id(),
			account: self.account.id(),
			nonce: rand::random(),
			deadline: now_ms() + 9 * 60 * 1000,
			ask,
		}
	}

	pub fn sign(&self, request: EvidenceRequest) -> SignedEvidenceRequest {
		request.sign(&self.account)
	}

	/// Opens a stream and sends one frame.
	pub async fn send(&self, world: &World, frame: &[u8]) -> FramedStream {
		let opened = self.network.open(world.peer(), &world.addresses, Protocol::Evidence);
		let mut stream = opened.await.expect("a stream");
		stream.send(frame).await.expect("sent");
		stream
	}

	/// The first reply to a frame.
	pub async fn reply(&self, world: &World, frame: &[u8]) -> (EvidenceReply, FramedStream) {
		let mut stream = self.send(world, frame).await;
		(reply(&mut stream).await, stream)
	}

	/// The reply to a good request.
	pub async fn ask(&self, world: &World, ask: Ask) -> EvidenceReply {
		self.reply(world, &self.sign(self.request(world, ask)).encode()).await.0
	}

	/// Leaves an object, with the pieces of another one where that is given.
	pub async fn leave(&self, world: &World, shown: &Shown, pieces: Option<&[u8]>) -> EvidenceReply {
		let object = pieces.unwrap_or(&shown.object);
		let ask = Ask::Leave { evidence: shown.hash, bytes: object.len() as u32 };
		let signed = self.sign(self.request(world, ask));
		let (first, mut stream) = self.reply(world, &signed.encode()).await;
		if first != EvidenceReply::Wanted {
			return first;
		}
		for piece in object.chunks(PIECE_BYTES) {
			stream.send(piece).await.expect("sent");
		}
		reply(&mut stream).await
	}

	pub async fn share(
		&self,
		world: &World,
		keys: &[SignedReadingKey],
		envelopes: &[Envelope],
	) -> EvidenceReply {
		let deposit = Deposit { keys: keys.to_vec(), envelopes: envelopes.to_vec() };
		self.ask(world, Ask::Share(deposit)).await
	}

	/// What there is.
	pub async fn look(&self, world: &World) -> Contents {
		match self.ask(world, Ask::Look).await {
			EvidenceReply::Contents(contents) => contents,
			other => panic!("{other:?}"),
		}
	}

	/// An object, where it is sent.
	pub async fn take(&self, world: &World, shown: &Shown) -> Result<Vec<u8>, EvidenceReply> {
		let signed = self.sign(self.request(world, Ask::Take { evidence: shown.hash }));
		let (first, mut stream) = self.reply(world, &signed.encode()).await;
		let EvidenceReply::Sends { bytes } = first else { return Err(first) };
		let mut object = Vec::new();
		while let Some(piece) =
			tokio::time::timeout(PATIENCE, stream.recv()).await.expect("in time").expect("a clean end")
		{
			object.extend_from_slice(&piece);
		}
		assert_eq!(object.len(), bytes as usize);
		Ok(object)
	}

	/// The file, as a reader opens it.
	pub async fn read(&self, world: &World, shown: &Shown) -> File {
		let object = self.take(world, shown).await.expect("sent");
		assert_eq!(Object::hash(&object), shown.hash);
		let mine = self.look(world).await.mine;
		let envelope = mine.iter().find(|one| one.evidence == shown.hash).expect("an envelope");
		let secret = self.account.encryption_secret();
		let key = envelope.open(&secret, &genesis(), CASE, &shown.hash, &self.account.id());
		Object::parse(&object).expect("an object").open(&key.expect("its key")).expect("opens")
	}
}

/// The reply on a stream.
pub async fn reply(stream: &mut FramedStream) -> EvidenceReply {
	decode_exact(&next(stream).await.expect("a reply"), "reply").expect("a reply")
}
