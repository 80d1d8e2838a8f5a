//! A worker that hands a snapshot over, or something else.

use super::{client::next, connected, genesis, Made, World, LISTING};
use codec::Encode;
use souk_custody::Account;
use souk_network::{Network, NetworkConfig, NetworkError, Protocol};
use souk_protocol::{
	chunk::{CHUNK_BYTES, CHUNK_OVERHEAD},
	decode_exact,
	handover::{Offer, Reply, SignedOffer},
};
use tokio::task::JoinHandle;

pub struct Worker {
	pub account: Account,
	pub network: Network,
	driver: JoinHandle<()>,
}

impl Drop for Worker {
	fn drop(&mut self) {
		self.driver.abort();
	}
}

impl Worker {
	/// A worker that is registered and assigned.
	pub async fn of(world: &World, uri: &str) -> Self {
		let account = Account::from_uri(uri).expect("a development account");
		let peer = NetworkConfig::keypair_from_seed(account.network_seed()).public().to_peer_id();
		let (network, driver) = connected(world, account.network_seed()).await;
		world.chain.change(|facts| {
			facts.workers.insert((LISTING, account.id()), peer.to_bytes());
		});
		Self { account, network, driver }
	}

	/// A good offer of `made`.
	pub fn offer(&self, world: &World, made: &Made, period: u32) -> Offer {
		Offer {
			genesis: genesis(),
			listing: LISTING,
			period,
			worker: self.account.id(),
			node: world.id(),
			cipher_root: made.roots.cipher_root,
			bytes: made.roots.bytes,
			chunks: made.roots.chunks,
		}
	}

	/// Offers, and sends `sealed` when asked to. The last reply.
	pub async fn hand_over(
		&self,
		world: &World,
		offer: SignedOffer,
		sealed: &[u8],
	) -> Result<Reply, NetworkError> {
		let chunks: Vec<&[u8]> = sealed.chunks(CHUNK_BYTES + CHUNK_OVERHEAD).collect();
		self.hand_over_frames(world, &offer.encode(), &chunks).await
	}

	/// The same with frames as they are.
	pub async fn hand_over_frames(
		&self,
		world: &World,
		offer: &[u8],
		frames: &[&[u8]],
	) -> Result<Reply, NetworkError> {
		let mut stream = self.network.open(world.peer(), &world.addresses, Protocol::Handover).await?;
		stream.send(offer).await?;
		let first: Reply = decode_exact(&next(&mut stream).await?, "reply").expect("a reply");
		if first != Reply::Send {
			return Ok(first);
		}
		for frame in frames {
			// The node may have had enough before the last chunk; what it says is read below.
			if stream.send(frame).await.is_err() {
				break;
			}
		}
		let _ = stream.finish().await;
		Ok(decode_exact(&next(&mut stream).await?, "reply").expect("a reply"))
	}
}
