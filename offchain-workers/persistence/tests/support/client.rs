//! A subscriber, down at the level of frames.

use super::{connected, genesis, World, LISTING, PATIENCE};
use datafusion::arrow::{ipc::reader::StreamReader, record_batch::RecordBatch};
use souk_custody::Account;
use souk_network::{FramedStream, Network, NetworkError, Protocol};
use souk_protocol::{
	attestation::{bundle_hash, query_hash, result_hasher},
	request::RequestLimits,
	AnswerKind, AnswerOpener, AnswerPart, Attestation, EncryptionSecret, Outcome, Progress, QueryRequest,
	SignedRequest, Snapshot, Verify as _,
};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::task::JoinHandle;

pub struct Client {
	pub account: Account,
	pub network: Network,
	pub reply: EncryptionSecret,
	driver: JoinHandle<()>,
}

impl Drop for Client {
	fn drop(&mut self) {
		self.driver.abort();
	}
}

/// What came back.
pub struct Answer {
	/// An Arrow IPC stream, or a bundle.
	pub ipc: Vec<u8>,
	/// What was said of the progress of a proof.
	pub told: Vec<Progress>,
	pub attestation: Attestation,
}

impl Answer {
	/// The error's code; panics where there is a result.
	pub fn code(&self) -> &str {
		match &self.attestation.outcome {
			Outcome::Failed { code, .. } => code,
			complete => panic!("a result instead of an error: {complete:?}"),
		}
	}

	/// The result's rows; panics where there is none.
	pub fn batches(&self) -> Vec<RecordBatch> {
		assert!(
			matches!(self.attestation.outcome, Outcome::Complete { .. }),
			"{:?}",
			self.attestation.outcome
		);
		StreamReader::try_new(&self.ipc[..], None)
			.expect("an Arrow IPC stream")
			.collect::<Result<_, _>>()
			.expect("whole batches")
	}

	pub fn rows(&self) -> usize {
		self.batches().iter().map(RecordBatch::num_rows).sum()
	}
}

pub fn now_ms() -> u64 {
	SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis() as u64
}

impl Client {
	/// A subscriber with an account of its own and an entitlement that does not end soon.
	pub async fn of(world: &World, uri: &str) -> Self {
		let account = Account::from_uri(uri).expect("a development account");
		world.entitle(account.id(), 1_000_000);
		let (network, driver) = connected(world, Account::fresh_network_seed()).await;
		Self { account, network, reply: EncryptionSecret::generate(), driver }
	}

	/// A good request.
	pub fn request(&self, world: &World, sql: &str) -> QueryRequest {
		QueryRequest {
			genesis: genesis(),
			listing: LISTING,
			node: world.id(),
			sql: sql.into(),
			snapshot: Snapshot::Latest,
			holder: self.account.id(),
			reply_key: self.reply.public(),
			nonce: rand::random(),
			deadline: now_ms() + 9 * 60 * 1000,
			limits: RequestLimits { rows: 1 << 40, bytes: 1 << 40 },
			voucher: None,
			answer: AnswerKind::Rows,
		}
	}

	pub fn sign(&self, request: QueryRequest) -> SignedRequest {
		request.sign(&self.account)
	}

	/// Opens a stream and sends one frame.
	pub async fn send(&self, world: &World, frame: &[u8]) -> FramedStream {
		let mut stream =
			self.network.open(world.peer(), &world.addresses, Protocol::Query).await.expect("a stream");
		stream.send(frame).await.expect("sent");
		stream
	}

	/// Sends a request and reads the whole answer.
	pub async fn ask(&self, world: &World, request: QueryRequest) -> Answer {
		self.ask_signed(world, &self.sign(request)).await
	}

	/// The same, signed by whoever.
	pub async fn ask_signed(&self, world: &World, signed: &SignedRequest) -> Answer {
		let sealed = signed.seal(&world.account.encryption_secret().public()).expect("sealed");
		let stream = self.send(world, &sealed).await;
		self.read(world, signed, stream).await
	}

	/// Reads and checks an answer, as a careful client does.
	pub async fn read(&self, world: &World, signed: &SignedRequest, mut stream: FramedStream) -> Answer {
		let digest = signed.request.digest();
		let mut opener =
			AnswerOpener::new(&self.reply, digest, &next(&mut stream).await.expect("a first frame"))
				.expect("for this request");
		let (mut ipc, mut hasher, mut told) = (Vec::new(), result_hasher(), Vec::new());
		let signed_attestation = loop {
			let frame = next(&mut stream).await.expect("the answer goes on until its attestation");
			match opener.open(frame).expect("sealed for this request, in order") {
				AnswerPart::Piece(bytes) => {
					hasher.update(&bytes);
					ipc.extend_from_slice(&bytes);
				}
				AnswerPart::Progress(progress) => told.push(progress),
				AnswerPart::End(attestation) => break attestation,
			}
		};
		assert!(stream.recv().await.expect("a clean end").is_none());
		signed_attestation.verify().expect("signed by the node it names");
		let attestation = signed_attestation.attestation;
		assert_eq!(attestation.genesis, genesis());
		assert_eq!(attestation.node, world.id());
		assert_eq!(attestation.listing, signed.request.listing);
		assert_eq!(attestation.request, digest);
		assert_eq!(attestation.query, query_hash(&signed.request.sql));
		match &attestation.outcome {
			Outcome::Complete { result, bytes, .. } => {
				assert_eq!((*result, *bytes), (hasher.finish(), ipc.len() as u64));
			}
			Outcome::Proved { bundle, bytes } => {
				assert_eq!((*bundle, *bytes), (bundle_hash(&ipc), ipc.len() as u64));
			}
			Outcome::Failed { .. } => {}
		}
		Answer { ipc, told, attestation }
	}
}

/// The next frame, bounded in time.
pub async fn next(stream: &mut FramedStream) -> Result<Vec<u8>, NetworkError> {
	let frame = tokio::time::timeout(PATIENCE, stream.recv()).await.expect("in time")?;
	Ok(frame.map(Vec::from).expect("a frame before the end"))
}
