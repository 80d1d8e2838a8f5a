//! Carries sealed snapshots to persistence nodes.

use crate::chain::Recipient;
use async_trait::async_trait;
use codec::Encode;
use futures::FutureExt;
use souk_custody::Account;
use souk_network::{libp2p::multiaddr, FramedStream, Multiaddr, Network, NetworkError, PeerId, Protocol};
use souk_protocol::{
	chunk::{CHUNK_BYTES, CHUNK_OVERHEAD},
	decode_exact,
	handover::{Offer, Reply},
	Digest,
};
use std::path::Path;
use tokio::{fs::File, io::AsyncReadExt};

/// What a persistence node says in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
	/// It has stored the snapshot.
	Stored,
	/// It had it before.
	Have,
	/// It should be offered again.
	Later(String),
	/// It does not want it.
	Refused(String),
}

/// The way to persistence nodes.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
	/// Offers a snapshot, says that `commitments` is the hash of what it commits to, and, when asked to, sends its sealed chunks. Only for what
	/// is final: a worker that says two things of one period loses its bond.
	///
	/// # Errors
	/// A sentence on what was in the way; it can be tried again.
	async fn carry(
		&self,
		to: &Recipient,
		offer: Offer,
		commitments: Digest,
		sealed: &Path,
	) -> Result<Receipt, String>;
}

/// Over the off-chain network.
pub struct NetworkCarrier {
	network: Network,
	account: Account,
}

impl NetworkCarrier {
	/// As the worker `account`, over `network`.
	pub fn new(network: Network, account: Account) -> Self {
		Self { network, account }
	}
}

#[async_trait]
impl Carrier for NetworkCarrier {
	async fn carry(
		&self,
		to: &Recipient,
		offer: Offer,
		commitments: Digest,
		sealed: &Path,
	) -> Result<Receipt, String> {
		let peer = PeerId::from_bytes(&to.peer_id)
			.map_err(|_| "the node has registered no valid peer id".to_owned())?;
		let addresses: Vec<Multiaddr> = to.addresses.iter().filter_map(|bytes| address(bytes)).collect();
		let mut stream = self.network.open(peer, &addresses, Protocol::Handover).await.map_err(sentence)?;
		let chunks = offer.chunks;
		stream.send(&offer.sign(commitments, &self.account).encode()).await.map_err(sentence)?;
		let reply = match reply(&mut stream).await? {
			Reply::Send => match send_chunks(&mut stream, sealed, chunks).await {
				Ok(Some(early)) => early,
				Ok(None) => reply(&mut stream).await?,
				// A node that has had enough says why; what it says is worth more than that it stopped reading.
				Err(failure) => reply(&mut stream).await.map_err(|_| failure)?,
			},
			other => other,
		};
		match reply {
			Reply::Stored => Ok(Receipt::Stored),
			Reply::Have => Ok(Receipt::Have),
			Reply::Later { reason } => Ok(Receipt::Later(reason)),
			Reply::Refused { reason } => Ok(Receipt::Refused(reason)),
			Reply::Send => Err("the node asked twice for the same snapshot".into()),
		}
	}
}

async fn reply(stream: &mut FramedStream) -> Result<Reply, String> {
	let frame =
		stream.recv().await.map_err(sentence)?.ok_or("the node ended the stream without an answer")?;
	decode_exact(&frame, "reply to an offer").map_err(|error| error.to_string())
}

/// Sends all chunks, unless the node says something before the end.
async fn send_chunks(stream: &mut FramedStream, sealed: &Path, chunks: u32) -> Result<Option<Reply>, String> {
	let failed = |error: std::io::Error| format!("{}: {error}", sealed.display());
	let mut file = File::open(sealed).await.map_err(failed)?;
	let mut chunk = Vec::with_capacity(CHUNK_BYTES + CHUNK_OVERHEAD);
	for _ in 0..chunks {
		if let Some(early) = reply(stream).now_or_never() {
			return early.map(Some);
		}
		chunk.clear();
		(&mut file)
			.take((CHUNK_BYTES + CHUNK_OVERHEAD) as u64)
			.read_to_end(&mut chunk)
			.await
			.map_err(failed)?;
		stream.send(&chunk).await.map_err(sentence)?;
	}
	stream.finish().await.map_err(sentence)?;
	Ok(None)
}

fn sentence(error: NetworkError) -> String {
	error.to_string()
}

/// An address as nodes register it: text, or binary. A peer id at its end says what is known already.
fn address(bytes: &[u8]) -> Option<Multiaddr> {
	let text = std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok());
	let mut address: Multiaddr = text.or_else(|| Multiaddr::try_from(bytes.to_vec()).ok())?;
	if matches!(address.iter().last(), Some(multiaddr::Protocol::P2p(_))) {
		address.pop();
	}
	(!address.is_empty()).then_some(address)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn addresses_are_read_as_text_and_in_binary() {
		let plain: Multiaddr = "/ip4/127.0.0.1/tcp/30410".parse().unwrap();
		let peer = PeerId::random();
		for bytes in
			[plain.to_string().into_bytes(), format!("{plain}/p2p/{peer}").into_bytes(), plain.to_vec()]
		{
			assert_eq!(address(&bytes), Some(plain.clone()));
		}
		assert_eq!(address(b"nowhere"), None);
		assert_eq!(address(format!("/p2p/{peer}").as_bytes()), None);
	}
}
