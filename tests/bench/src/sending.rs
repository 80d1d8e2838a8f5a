//! Encrypting and sending a result, as a persistence node does it, beside encrypting alone.
//!
//! ```text
//! pieces ─hash─seal─frame─> yamux ─noise─ TCP on loopback ─noise─ yamux ─> frames       a node and a client
//! pieces ─seal                                                                         aws-lc-rs, one thread
//! pieces ──────────────────────────────── TCP on loopback ─────────────────────────>   two threads
//! ```
//!
//! All work on the same pieces, those of a real result; the first two with the same cipher. The last says what is left for
//! everything else on this machine.

use crate::{
	report::{grouped, Report, Table},
	stats::{median, millis},
};
use anyhow::{bail, ensure, Context, Result};
use aws_lc_rs::aead::{Aad, Algorithm, LessSafeKey, Nonce, UnboundKey, AES_256_GCM, CHACHA20_POLY1305};
use bytes::Bytes;
use futures::StreamExt;
use souk_custody::Account;
use souk_network::{build, FramedStream, Incoming, Mode, Multiaddr, Network, NetworkConfig, Protocol};
use souk_protocol::{
	answer::MAX_PIECE, attestation::result_hasher, AnswerOpener, AnswerPart, AnswerSealer, Attestation,
	Digest, EncryptionSecret, Outcome, Sign as _, Signer, Verify as _,
};
use std::{
	io::{Read, Write},
	net::{TcpListener, TcpStream},
	thread,
	time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// What the ratio is aimed at.
const RATIO: f64 = 0.4;
/// The name of the network that the two nodes are in.
const NETWORK: &str = "bench";
/// Digest of the request that is answered; any will do.
const REQUEST: Digest = [3; 32];

/// The ciphers that are measured alone.
const CIPHERS: [(&str, &Algorithm); 2] =
	[("AES-256-GCM", &AES_256_GCM), ("ChaCha20-Poly1305", &CHACHA20_POLY1305)];
/// The one that answers are sealed with.
const OURS: usize = 0;
/// The one of the connection below.
const NOISE: usize = 1;

/// Everything that was measured here.
pub struct Figures {
	bytes: usize,
	pieces: usize,
	sent: Vec<Duration>,
	plain: Vec<Duration>,
	sealed: [Vec<Duration>; CIPHERS.len()],
	bare: Vec<Duration>,
}

/// Sends the result `repetitions` times, and seals it as often, by turns.
pub async fn measure(pieces: &[Bytes], repetitions: usize) -> Result<Figures> {
	let link = Link::open().await?;
	let reply = EncryptionSecret::generate();
	link.transfer(pieces, Some(&reply), true).await.context("the first transfer")?;
	let mut figures = Figures {
		bytes: pieces.iter().map(Bytes::len).sum(),
		pieces: pieces.len(),
		sent: vec![],
		plain: vec![],
		sealed: Default::default(),
		bare: vec![],
	};
	for _ in 0..repetitions {
		figures.sent.push(link.transfer(pieces, Some(&reply), false).await?);
		figures.plain.push(link.transfer(pieces, None, false).await?);
		for ((_, cipher), times) in CIPHERS.iter().zip(&mut figures.sealed) {
			let pieces = pieces.to_vec();
			times.push(tokio::task::spawn_blocking(move || seal(cipher, &pieces)).await??);
		}
		let pieces = pieces.to_vec();
		figures.bare.push(tokio::task::spawn_blocking(move || over_tcp(&pieces)).await??);
	}
	Ok(figures)
}

/// Seals copies of the pieces in place.
fn seal(cipher: &'static Algorithm, pieces: &[Bytes]) -> Result<Duration> {
	let key: [u8; 32] = rand::random();
	let key = LessSafeKey::new(UnboundKey::new(cipher, &key)?);
	let mut copies: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
	let mut tags = Vec::with_capacity(copies.len());
	let start = Instant::now();
	for (number, piece) in copies.iter_mut().enumerate() {
		let mut nonce = [0; 12];
		nonce[..8].copy_from_slice(&(number as u64).to_le_bytes());
		let nonce = Nonce::assume_unique_for_key(nonce);
		tags.push(key.seal_in_place_separate_tag(nonce, Aad::from(REQUEST), piece)?);
	}
	let took = start.elapsed();
	ensure!(tags.len() == pieces.len(), "not every piece was sealed");
	Ok(took)
}

/// Writes the pieces to one end of a connection on loopback and reads them from the other, as they are.
fn over_tcp(pieces: &[Bytes]) -> Result<Duration> {
	let listener = TcpListener::bind("127.0.0.1:0")?;
	let mut from = TcpStream::connect(listener.local_addr()?)?;
	let (mut to, _) = listener.accept()?;
	let mut buffer = vec![0; MAX_PIECE];
	let bytes: usize = pieces.iter().map(Bytes::len).sum();
	let start = Instant::now();
	let received = thread::scope(|scope| {
		let sender = scope.spawn(move || pieces.iter().try_for_each(|piece| from.write_all(piece)));
		let mut received = 0;
		while received < bytes {
			match to.read(&mut buffer)? {
				0 => break,
				read => received += read,
			}
		}
		sender.join().expect("it does not panic")?;
		std::io::Result::Ok(received)
	})?;
	let took = start.elapsed();
	ensure!(received == bytes, "{received} of {bytes} bytes came");
	Ok(took)
}

/// A node and a client on loopback, connected.
struct Link {
	client: Network,
	server: Network,
	addresses: Vec<Multiaddr>,
	/// Streams that the node has accepted.
	accepted: tokio::sync::Mutex<mpsc::Receiver<FramedStream>>,
	node: Account,
}

impl Link {
	async fn open() -> Result<Self> {
		let mut config = NetworkConfig::new(NetworkConfig::keypair_from_seed([1; 32]), NETWORK);
		config.listen = vec!["/ip4/127.0.0.1/tcp/0".parse()?];
		config.mode = Mode::Server;
		let server = start(config)?;
		let addresses = server.wait_listening().await?;
		let incoming = server.accept(Protocol::Query)?;
		let client = start(NetworkConfig::new(NetworkConfig::keypair_from_seed([2; 32]), NETWORK))?;
		client.connect(server.peer_id(), addresses.clone()).await?;
		let (sender, accepted) = mpsc::channel(1);
		tokio::spawn(accept(incoming, sender));
		let node = Account::from_uri("//Ferdie")?;
		Ok(Self { client, server, addresses, accepted: accepted.into(), node })
	}

	/// Sends the pieces from the node to the client, sealed to `reply` if there is one, and returns the time from the
	/// first byte that is sealed to the last frame that has come. With `check` the client opens every frame.
	async fn transfer(
		&self,
		pieces: &[Bytes],
		reply: Option<&EncryptionSecret>,
		check: bool,
	) -> Result<Duration> {
		let mut ours = self.client.open(self.server.peer_id(), &self.addresses, Protocol::Query).await?;
		ours.send(b"a request").await?;
		ours.finish().await?;
		let mut theirs = self.accepted.lock().await.recv().await.context("the node has ended")?;
		theirs.recv().await?.context("no request came")?;

		let start = Instant::now();
		let (sending, node) = (pieces.to_vec(), self.node.clone());
		let key = reply.map(EncryptionSecret::public);
		let sender = tokio::spawn(async move {
			match key {
				Some(key) => answer(&mut theirs, &sending, &key, &node).await,
				None => plainly(&mut theirs, &sending).await,
			}
		});
		let mut frames = Vec::new();
		let mut received = 0;
		while let Some(frame) = ours.recv().await? {
			received += frame.len();
			if check {
				frames.push(frame);
			}
		}
		let took = start.elapsed();
		sender.await??;
		let bytes: usize = pieces.iter().map(Bytes::len).sum();
		ensure!(received >= bytes, "{received} of {bytes} bytes came");
		if let (true, Some(reply)) = (check, reply) {
			opens(&frames, reply, pieces)?;
		}
		Ok(took)
	}
}

fn start(config: NetworkConfig) -> Result<Network> {
	let (network, driver) = build(config)?;
	tokio::spawn(driver.run());
	Ok(network)
}

async fn accept(mut incoming: Incoming, to: mpsc::Sender<FramedStream>) {
	while let Some((_, stream)) = incoming.next().await {
		if to.send(stream).await.is_err() {
			return;
		}
	}
}

/// What a persistence node does with the pieces of a result.
async fn answer(
	stream: &mut FramedStream,
	pieces: &[Bytes],
	reply: &souk_protocol::EncryptionKey,
	node: &Account,
) -> Result<()> {
	let (mut sealer, first) = AnswerSealer::new(reply, REQUEST)?;
	stream.send(&first).await?;
	let mut hasher = result_hasher();
	for piece in pieces {
		for part in piece.chunks(MAX_PIECE) {
			hasher.update(part);
			stream.send(&sealer.piece(part)?).await?;
		}
	}
	let claim = Attestation {
		genesis: [1; 32],
		listing: 1,
		node: node.id(),
		request: REQUEST,
		query: [2; 32],
		period: 1,
		content_root: [4; 32],
		outcome: Outcome::Complete { bytes: hasher.bytes(), result: hasher.finish(), rows: 1 },
		block: 1,
		reproducible: None,
	};
	stream.send(&sealer.end(&claim.sign(node as &dyn Signer))).await?;
	Ok(stream.finish().await?)
}

/// The same bytes without our own encryption.
async fn plainly(stream: &mut FramedStream, pieces: &[Bytes]) -> Result<()> {
	for piece in pieces {
		for part in piece.chunks(MAX_PIECE) {
			stream.send(part).await?;
		}
	}
	Ok(stream.finish().await?)
}

/// Opens an answer and compares it with what was sent.
fn opens(frames: &[Bytes], reply: &EncryptionSecret, pieces: &[Bytes]) -> Result<()> {
	let (head, rest) = frames.split_first().context("nothing came")?;
	let mut opener = AnswerOpener::new(reply, REQUEST, head)?;
	let mut hasher = result_hasher();
	for frame in rest {
		match opener.open(frame.to_vec())? {
			AnswerPart::Piece(piece) => hasher.update(&piece),
			AnswerPart::Progress(_) => {}
			AnswerPart::End(attestation) => {
				attestation.verify()?;
				let mut sent = result_hasher();
				pieces.iter().for_each(|piece| sent.update(piece));
				let Outcome::Complete { result, .. } = attestation.attestation.outcome else {
					bail!("the answer is a failure");
				};
				let received = hasher.finish();
				ensure!(received == result && received == sent.finish(), "other bytes came than were sent");
				return Ok(());
			}
		}
	}
	bail!("the answer has no end")
}

impl Figures {
	fn throughput(&self, times: &[Duration]) -> f64 {
		self.bytes as f64 / median(times).as_secs_f64() / 1e6
	}

	/// Adds the table and its target.
	pub fn report(&self, report: &mut Report) {
		let ours = &self.sealed[OURS];
		let mut lines = Table::new(
			format!("Encrypting and sending a result of {} bytes", grouped(self.bytes as u64)),
			&["what", "ms", "MB/s", "÷ raw seal"],
		);
		let mut line = |what: String, times: &[Duration]| {
			lines.row([
				what,
				format!("{:.1}", millis(median(times))),
				format!("{:.0}", self.throughput(times)),
				format!("{:.2}", self.throughput(times) / self.throughput(ours)),
			]);
		};
		line("result hashed, sealed, sent over noise, yamux and TCP, received".into(), &self.sent);
		line("the same frames not hashed and not sealed by us".into(), &self.plain);
		for ((name, _), times) in CIPHERS.iter().zip(&self.sealed) {
			line(format!("raw aws-lc-rs seal, {name}"), times);
		}
		line("neither sealed nor framed: TCP on loopback alone".into(), &self.bare);
		let noise = &self.sealed[NOISE];
		lines.note(format!(
			"Medians of {} by turns, {} pieces, node and client in one process; a raw seal has one thread. Answers are sealed \
			 with {}. The connection below seals everything once more: noise has {} and no other cipher, whose raw seal is {:.2} \
			 of ours. Of that one, sending is {:.2}.",
			self.sent.len(),
			self.pieces,
			CIPHERS[OURS].0,
			CIPHERS[NOISE].0,
			self.throughput(noise) / self.throughput(ours),
			self.throughput(&self.sent) / self.throughput(noise),
		));
		report.add(lines);
		let ratio = self.throughput(&self.sent) / self.throughput(ours);
		report.at_least("encrypt and send ÷ raw seal, throughput", ratio, RATIO);
	}
}
