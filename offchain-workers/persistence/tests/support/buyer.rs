//! Somebody who downloads: nobody knows them, and they have no right to anything.

use super::{client::next, connected, genesis, Made, World, LISTING, PATIENCE, PERIOD};
use codec::Encode;
use souk_custody::Account;
use souk_network::{FramedStream, Network, NetworkError, Protocol};
use souk_protocol::{
	chunk::cipher_leaf,
	decode_exact,
	download::{DownloadReply, DownloadRequest, Piece},
	merkle::Merkle,
	Digest,
};
use tokio::task::JoinHandle;

pub struct Buyer {
	pub network: Network,
	driver: JoinHandle<()>,
}

impl Drop for Buyer {
	fn drop(&mut self) {
		self.driver.abort();
	}
}

/// A good request.
pub fn request() -> DownloadRequest {
	DownloadRequest { genesis: genesis(), listing: LISTING, period: PERIOD, from_chunk: 0 }
}

/// What came after `Sends`.
#[derive(Default)]
pub struct Download {
	pub leaves: Vec<Digest>,
	pub sealed: Vec<Vec<u8>>,
	/// How the stream ended.
	pub cut: Option<NetworkError>,
}

impl Download {
	/// Adds what a later stream brought.
	pub fn append(&mut self, mut more: Download) {
		self.leaves.append(&mut more.leaves);
		self.sealed.append(&mut more.sealed);
		self.cut = more.cut;
	}

	/// Checks the whole as a buyer does who is about to pay, and against what the workers sealed.
	#[track_caller]
	pub fn assert_is(&self, made: &Made) {
		let (mut content, mut ciphers) = (Merkle::default(), Merkle::default());
		for (index, (leaf, sealed)) in self.leaves.iter().zip(&self.sealed).enumerate() {
			content.push(*leaf);
			ciphers.push(cipher_leaf(index as u32, sealed));
		}
		assert_eq!((content.root(), ciphers.root()), (made.roots.content_root, made.roots.cipher_root));
		assert_eq!(self.sealed.concat(), made.sealed);
	}
}

impl Buyer {
	pub async fn of(world: &World) -> Self {
		let (network, driver) = connected(world, Account::fresh_network_seed()).await;
		Self { network, driver }
	}

	/// Opens a stream and sends one frame.
	pub async fn send(&self, world: &World, frame: &[u8]) -> FramedStream {
		let opened = self.network.open(world.peer(), &world.addresses, Protocol::Download);
		let mut stream = opened.await.expect("a stream");
		stream.send(frame).await.expect("sent");
		stream
	}

	/// The reply to a frame.
	pub async fn reply(&self, world: &World, frame: &[u8]) -> (DownloadReply, FramedStream) {
		let mut stream = self.send(world, frame).await;
		let reply = next(&mut stream).await.expect("a reply");
		(decode_exact(&reply, "reply").expect("a reply"), stream)
	}

	/// Asks, and takes what comes.
	pub async fn download(&self, world: &World, request: DownloadRequest) -> (DownloadReply, Download) {
		let (reply, mut stream) = self.reply(world, &request.encode()).await;
		(reply, take(&mut stream).await)
	}
}

/// The rest of a stream.
pub async fn take(stream: &mut FramedStream) -> Download {
	let mut download = Download::default();
	loop {
		match tokio::time::timeout(PATIENCE, stream.recv()).await.expect("in time") {
			Ok(Some(frame)) => {
				let piece = Piece::split(&frame).expect("a piece");
				download.leaves.push(piece.content_leaf);
				download.sealed.push(piece.sealed.to_vec());
			}
			Ok(None) => return download,
			Err(error) => {
				download.cut = Some(error);
				return download;
			}
		}
	}
}
