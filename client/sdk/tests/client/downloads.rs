//! Downloads over a real network, from nodes that are found by their addresses on chain.

use codec::{Decode as _, Encode as _};
use futures::StreamExt as _;
use souk_network::{Mode, Network, NetworkConfig, Protocol};
use souk_protocol::download::{piece, DownloadReply, DownloadRequest, Piece};
use souk_protocol::{ListingSecret, SnapshotKey, CHUNK_BYTES};
use souk_sdk::{
	purchase::{Suppliers as _, Supply},
	reach::{encode_address, network_id},
	subscriber::client_network,
	Account, AssignmentView, Digest, NodeRole,
};

const GENESIS: Digest = [7; 32];
const CHUNKS: u32 = 5;

fn key() -> SnapshotKey {
	ListingSecret::from_bytes([5; 32]).unwrap().snapshot_key(3, 1_000)
}

fn chunk(index: u32) -> Vec<u8> {
	let fill = u8::try_from(index).unwrap();
	vec![fill; if index + 1 == CHUNKS { 100 } else { CHUNK_BYTES }]
}

/// A node, and how the chain lists it.
async fn node(uri: &str) -> (Network, AssignmentView) {
	let account = Account::from_uri(uri).unwrap();
	let keypair = NetworkConfig::keypair_from_seed(account.network_seed());
	let mut config = NetworkConfig::new(keypair, network_id(&GENESIS));
	config.listen = vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()];
	config.mode = Mode::Server;
	let (network, driver) = souk_network::build(config).unwrap();
	tokio::spawn(driver.run());
	let address = network.wait_listening().await.unwrap()[0].clone();
	let assignment = AssignmentView {
		node: account.id(),
		role: NodeRole::Persistence,
		wrapped_key: vec![],
		peer_id: network.peer_id().to_bytes(),
		addresses: vec![encode_address(&address)],
		encryption_key: [0; 32],
		since: 1,
	};
	(network, assignment)
}

/// Serves pieces, but no more than `most` in a stream; breaks off after them unless `ends`.
fn serve(network: &Network, most: usize, ends: bool) {
	let mut incoming = network.accept(Protocol::Download).unwrap();
	tokio::spawn(async move {
		while let Some((_, mut stream)) = incoming.next().await {
			let frame = stream.recv().await.unwrap().unwrap();
			let request = DownloadRequest::decode(&mut &frame[..]).unwrap();
			let reply = DownloadReply::Sends {
				chunks: CHUNKS,
				bytes: 1,
				cipher_root: [1; 32],
				content_root: [2; 32],
			};
			stream.send(&reply.encode()).await.unwrap();
			for index in (request.from_chunk..CHUNKS).take(most) {
				stream.send(&piece(&key(), index, &mut chunk(index))).await.unwrap();
			}
			if ends {
				stream.finish().await.unwrap();
			}
		}
	});
}

async fn all(mut supply: Box<dyn Supply>) -> (Vec<Vec<u8>>, Result<(), String>) {
	let mut frames = Vec::new();
	loop {
		match supply.frame().await {
			Ok(Some(frame)) => frames.push(frame),
			Ok(None) => return (frames, Ok(())),
			Err(error) => return (frames, Err(error)),
		}
	}
}

fn request(from_chunk: u32) -> DownloadRequest {
	DownloadRequest { genesis: GENESIS, listing: 3, period: 1_000, from_chunk }
}

#[tokio::test]
async fn pieces_come_whole_from_any_chunk_on() {
	let (server, assignment) = node("//Bob").await;
	serve(&server, usize::MAX, true);
	let client = client_network(&GENESIS, vec![]).unwrap();
	for from in [0, 3] {
		let (frames, end) = all(client.ask(&assignment, request(from)).await.unwrap()).await;
		assert_eq!(end, Ok(()));
		assert!(matches!(
			DownloadReply::decode(&mut &frames[0][..]),
			Ok(DownloadReply::Sends { chunks: CHUNKS, .. })
		));
		let expected: Vec<_> = (from..CHUNKS).map(|index| piece(&key(), index, &mut chunk(index))).collect();
		assert_eq!(frames[1..], expected);
		assert!(frames[1..].iter().all(|frame| Piece::split(frame).is_ok()));
	}
}

#[tokio::test]
async fn a_stream_that_ends_early_is_told_from_one_that_breaks_off() {
	let (server, assignment) = node("//Charlie").await;
	serve(&server, 2, true);
	let client = client_network(&GENESIS, vec![]).unwrap();
	let (frames, end) = all(client.ask(&assignment, request(0)).await.unwrap()).await;
	assert_eq!((frames.len(), end), (3, Ok(())));

	let (server, assignment) = node("//Dave").await;
	serve(&server, 2, false);
	let (frames, end) = all(client.ask(&assignment, request(0)).await.unwrap()).await;
	assert_eq!(frames.len(), 3);
	assert!(end.unwrap_err().contains("cut the stream off"));
}

#[tokio::test]
async fn a_node_that_cannot_be_asked_says_why() {
	let client = client_network(&GENESIS, vec![]).unwrap();
	let (_server, assignment) = node("//Eve").await;
	let error = client.ask(&assignment, request(0)).await.err().unwrap();
	assert!(error.contains("does not serve /souk/download/1"), "{error}");
	let nobody = AssignmentView { peer_id: b"nobody".to_vec(), ..assignment };
	let error = client.ask(&nobody, request(0)).await.err().unwrap();
	assert!(error.contains("peer id is not usable"), "{error}");
}
