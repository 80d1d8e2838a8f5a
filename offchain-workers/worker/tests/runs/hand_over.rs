//! The hand-over, over a real network on loopback, to a node that opens and checks what it gets.

use crate::support::{alice, secret, LISTING, PATIENCE};
use codec::Encode;
use futures::StreamExt;
use souk_custody::Account;
use souk_network::{build, Mode, Network, NetworkConfig, Protocol};
use souk_protocol::{
	chunk::SealedFile,
	decode_exact,
	handover::{Offer, Reply, SignedOffer},
	seal_file, ChunkOpener,
};
use souk_worker::{
	carrier::{Carrier, NetworkCarrier, Receipt},
	chain::Recipient,
};
use std::io::Write;

const PERIOD: u32 = 77;
/// Hash of what the snapshot commits to, as far as a carrier knows.
const COMMITMENTS: souk_protocol::Digest = [7; 32];

/// How the node at the other end behaves.
#[derive(Clone, Copy)]
enum Node {
	Takes,
	Has,
	IsBusy,
	Refuses,
	RefusesAfterTheFirstChunk,
	DiesAfterTheFirstChunk,
}

struct Pair {
	worker: Network,
	recipient: Recipient,
	file: tempfile::NamedTempFile,
	roots: SealedFile,
	_node: Network,
}

fn network(seed: [u8; 32], listen: bool) -> Network {
	let mut config = NetworkConfig::new(NetworkConfig::keypair_from_seed(seed), "c0ffee");
	config.limits = config.limits.patient(PATIENCE);
	if listen {
		config.listen = vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()];
		config.mode = Mode::Server;
	}
	let (network, driver) = build(config).unwrap();
	tokio::spawn(driver.run());
	network
}

impl Pair {
	async fn new(node: Node) -> Self {
		let other = network([2; 32], true);
		let addresses = other.wait_listening().await.unwrap();
		let mut incoming = other.accept(Protocol::Handover).unwrap();
		let bytes: Vec<u8> = (0..150_000u32).map(|n| (n % 251) as u8).collect();
		let mut sealed = Vec::new();
		let key = secret().snapshot_key(LISTING, PERIOD);
		let roots = seal_file(&key, &mut &bytes[..], &mut sealed).unwrap();
		let mut file = tempfile::NamedTempFile::new().unwrap();
		file.write_all(&sealed).unwrap();
		let expected = roots.clone();
		tokio::spawn(async move {
			while let Some((_, mut stream)) = incoming.next().await {
				let offer: SignedOffer =
					decode_exact(&stream.recv().await.unwrap().unwrap(), "offer").unwrap();
				offer.verify().unwrap();
				assert_eq!(offer.submission.submission.commitments, COMMITMENTS);
				assert_eq!(
					(offer.offer.worker, offer.offer.cipher_root),
					(alice().id(), expected.cipher_root)
				);
				let refuse = Reply::Refused { reason: "no".into() };
				let reply = match node {
					Node::Has => Reply::Have,
					Node::IsBusy => Reply::Later { reason: "busy".into() },
					Node::Refuses => refuse,
					_ => {
						stream.send(&Reply::Send.encode()).await.unwrap();
						let mut opener = ChunkOpener::new(key);
						let mut reply = Reply::Stored;
						while let Some(frame) = stream.recv().await.unwrap() {
							opener.open(&mut frame.to_vec()).unwrap();
							match node {
								Node::DiesAfterTheFirstChunk => return,
								Node::RefusesAfterTheFirstChunk => {
									reply = refuse.clone();
									break;
								}
								_ => {}
							}
						}
						assert!(
							reply != Reply::Stored || opener.finish() == expected,
							"the roots are another file's"
						);
						reply
					}
				};
				stream.send(&reply.encode()).await.unwrap();
				stream.finish().await.unwrap();
				// Dropped with something unread, the stream would be reset, and that may overtake the reply.
				while let Ok(Some(_)) = stream.recv().await {}
			}
		});
		let recipient = Recipient {
			account: Account::from_uri("//Bob").unwrap().id(),
			peer_id: other.peer_id().to_bytes(),
			addresses: addresses.iter().map(|address| address.to_string().into_bytes()).collect(),
		};
		Self { worker: network([1; 32], false), recipient, file, roots, _node: other }
	}

	async fn carry(&self) -> Result<Receipt, String> {
		let offer = Offer {
			genesis: [1; 32],
			listing: LISTING,
			period: PERIOD,
			worker: alice().id(),
			node: self.recipient.account,
			cipher_root: self.roots.cipher_root,
			bytes: self.roots.bytes,
			chunks: self.roots.chunks,
		};
		let carrier = NetworkCarrier::new(self.worker.clone(), alice());
		carrier.carry(&self.recipient, offer, COMMITMENTS, self.file.path()).await
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_a_node_is_understood() {
	for (node, expected) in [
		(Node::Takes, Receipt::Stored),
		(Node::Has, Receipt::Have),
		(Node::IsBusy, Receipt::Later("busy".into())),
		(Node::Refuses, Receipt::Refused("no".into())),
		(Node::RefusesAfterTheFirstChunk, Receipt::Refused("no".into())),
	] {
		let pair = Pair::new(node).await;
		assert_eq!(pair.carry().await, Ok(expected));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_dies_or_is_not_there_is_an_error_that_can_be_tried_again() {
	assert!(Pair::new(Node::DiesAfterTheFirstChunk).await.carry().await.is_err());
	let mut pair = Pair::new(Node::Takes).await;
	pair.recipient.peer_id = souk_network::PeerId::random().to_bytes();
	assert!(pair.carry().await.is_err());
	pair.recipient.peer_id = vec![1, 2, 3];
	assert!(pair.carry().await.unwrap_err().contains("peer id"));
}
