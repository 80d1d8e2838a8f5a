//! Hand-overs over the real network.

use crate::support::{client::Client, worker::Worker, Made, World, COMMITMENTS, CURATOR, LISTING, PERIOD};
use codec::Encode;
use souk_persistence::{chain::Duty, duties::Duties, metrics::HandoverEnd};
use souk_protocol::{
	chunk::{CHUNK_BYTES, CHUNK_OVERHEAD},
	handover::Reply,
	EncryptionSecret,
};
use std::os::unix::fs::PermissionsExt;

/// Enough for several chunks.
const ROWS: i64 = 60_000;

/// A node, an assigned worker, and a snapshot that is final on chain.
async fn scene() -> (World, Worker, Made) {
	let world = World::new().await;
	let worker = Worker::of(&world, "//Charlie").await;
	let made = Made::new(ROWS, &world.secret, PERIOD);
	assert!(made.roots.chunks > 3, "{} chunks", made.roots.chunks);
	world.chain.change(|facts| facts.snapshots.entry(LISTING).or_default().push(made.on_chain(PERIOD)));
	(world, worker, made)
}

#[track_caller]
fn assert_refused(reply: &Reply, with: &str) {
	match reply {
		Reply::Refused { reason } if reason.contains(with) => {}
		other => panic!("{other:?} does not refuse with {with:?}"),
	}
}

/// Nothing is stored, and nothing is left of what came.
async fn assert_no_trace(world: &World) {
	assert_eq!(world.stored(PERIOD), None);
	assert_eq!(world.files(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_arrives_is_kept_private_and_can_be_queried() {
	let (world, worker, made) = scene().await;
	let offer = || worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	assert_eq!(worker.hand_over(&world, offer(), &made.sealed).await.expect("told"), Reply::Stored);
	let file = world.stored(PERIOD).expect("stored");
	assert_eq!(std::fs::read(&file).expect("read"), made.plain);
	assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
	assert_eq!(worker.hand_over(&world, offer(), &made.sealed).await.expect("told"), Reply::Have);

	let client = Client::of(&world, "//Alice").await;
	let answer = client.ask(&world, client.request(&world, "SELECT id FROM t WHERE id % 1000 = 0")).await;
	assert_eq!(answer.rows(), 60);
	assert_eq!(answer.attestation.content_root, made.roots.content_root);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_final_yet_is_asked_for_later_and_then_taken() {
	let (world, worker, made) = scene().await;
	world.chain.change(|facts| facts.snapshots.clear());
	let offer = || worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	let reply = worker.hand_over(&world, offer(), &made.sealed).await.expect("told");
	assert!(matches!(reply, Reply::Later { .. }), "{reply:?}");
	world.chain.change(|facts| facts.snapshots.entry(LISTING).or_default().push(made.on_chain(PERIOD)));
	assert_eq!(worker.hand_over(&world, offer(), &made.sealed).await.expect("told"), Reply::Stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tampered_chunk_is_refused_and_nothing_stays() {
	let (world, worker, made) = scene().await;
	let offer = || worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	for at in [0, CHUNK_BYTES + CHUNK_OVERHEAD + 7, made.sealed.len() - 1] {
		let mut tampered = made.sealed.clone();
		tampered[at] ^= 1;
		let reply = worker.hand_over(&world, offer(), &tampered).await.expect("told");
		assert_refused(&reply, "does not open");
		assert_no_trace(&world).await;
	}
	assert_eq!(worker.hand_over(&world, offer(), &made.sealed).await.expect("told"), Reply::Stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_that_open_but_are_others_are_refused() {
	let (world, worker, made) = scene().await;
	// The same key and the same length, and another table: only the roots tell.
	let mut other = Made::new(ROWS, &world.secret, PERIOD);
	other.plain[100] ^= 1;
	other.sealed.clear();
	let key = world.secret.snapshot_key(LISTING, PERIOD);
	souk_protocol::seal_file(&key, &mut &other.plain[..], &mut other.sealed).expect("in memory");
	let offer = worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	assert_refused(&worker.hand_over(&world, offer, &other.sealed).await.expect("told"), "cipher root");
	assert_no_trace(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_whose_key_is_not_the_committed_one_is_refused() {
	let (world, worker, made) = scene().await;
	let other = world.secret.snapshot_key(LISTING, PERIOD + 1).commitment();
	let commit = |commitment| {
		world.chain.change(|facts| {
			for snapshot in facts.snapshots.get_mut(&LISTING).expect("a snapshot") {
				snapshot.key_commitment = commitment;
			}
		});
	};
	let offer = || worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	commit(Some(other));
	let reply = worker.hand_over(&world, offer(), &made.sealed).await.expect("told");
	assert_refused(&reply, "key commitment");
	assert_no_trace(&world).await;
	commit(None);
	assert_eq!(worker.hand_over(&world, offer(), &made.sealed).await.expect("told"), Reply::Stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_few_too_long_and_too_many_bytes_are_refused() {
	let (world, worker, made) = scene().await;
	let offer = worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account).encode();
	let chunks: Vec<&[u8]> = made.sealed.chunks(CHUNK_BYTES + CHUNK_OVERHEAD).collect();
	let reply = worker.hand_over_frames(&world, &offer, &chunks[..2]).await.expect("told");
	assert_refused(&reply, "after 2 of");
	let long = vec![0; CHUNK_BYTES + CHUNK_OVERHEAD + 1];
	let reply = worker.hand_over_frames(&world, &offer, &[chunks[0], &long]).await.expect("told");
	assert_refused(&reply, "chunk 1 has");
	let reply = worker.hand_over_frames(&world, &[0; 2000], &[]).await.expect("told");
	assert_refused(&reply, "the limit is");
	assert_refused(&worker.hand_over_frames(&world, &offer[1..], &[]).await.expect("told"), "malformed");
	assert_no_trace(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_goes_away_in_the_middle_leaves_nothing() {
	let (world, worker, made) = scene().await;
	let offer = worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	let mut stream = worker
		.network
		.open(world.peer(), &world.addresses, souk_network::Protocol::Handover)
		.await
		.expect("a stream");
	stream.send(&offer.encode()).await.expect("sent");
	crate::support::client::next(&mut stream).await.expect("a reply");
	stream.send(&made.sealed[..CHUNK_BYTES + CHUNK_OVERHEAD]).await.expect("sent");
	drop(stream);
	world.wait_handovers(HandoverEnd::Broken, 1).await;
	assert_no_trace(&world).await;
	let again = worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	assert_eq!(worker.hand_over(&world, again, &made.sealed).await.expect("told"), Reply::Stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_offer_is_refused() {
	let (world, worker, made) = scene().await;
	let good = || worker.offer(&world, &made, PERIOD);
	let told = |offer| worker.hand_over(&world, offer, &made.sealed);

	let mut other_chain = good();
	other_chain.genesis[0] ^= 1;
	assert_refused(
		&told(other_chain.sign(COMMITMENTS, &worker.account)).await.expect("told"),
		"another chain",
	);

	let mut other_node = good();
	other_node.node[0] ^= 1;
	assert_refused(&told(other_node.sign(COMMITMENTS, &worker.account)).await.expect("told"), "another node");

	let mut forged = good().sign(COMMITMENTS, &worker.account);
	forged.offer.period += 1;
	assert_refused(&told(forged).await.expect("told"), "signature");

	let mut other_listing = good();
	other_listing.listing += 1;
	assert_refused(
		&told(other_listing.sign(COMMITMENTS, &worker.account)).await.expect("told"),
		"not assigned to listing",
	);

	let mut other_root = good();
	other_root.cipher_root[0] ^= 1;
	assert_refused(&told(other_root.sign(COMMITMENTS, &worker.account)).await.expect("told"), "another one");

	let mut other_length = good();
	other_length.bytes += 1;
	assert_refused(
		&told(other_length.sign(COMMITMENTS, &worker.account)).await.expect("told"),
		"another one",
	);

	let mut other_count = good();
	other_count.chunks += 1;
	assert_refused(&told(other_count.sign(COMMITMENTS, &worker.account)).await.expect("told"), "chunks");
	assert_no_trace(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_not_assigned_or_speaks_from_another_peer_is_refused() {
	let (world, worker, made) = scene().await;
	let stranger = Worker::of(&world, "//Dave").await;
	world.chain.change(|facts| {
		facts.workers.remove(&(LISTING, stranger.account.id()));
	});
	let offer = stranger.offer(&world, &made, PERIOD).sign(COMMITMENTS, &stranger.account);
	let reply = stranger.hand_over(&world, offer, &made.sealed).await.expect("told");
	assert_refused(&reply, "this worker is not assigned");

	// The assigned worker's own offer, in a stranger's hands.
	let offer = worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	let reply = stranger.hand_over(&world, offer, &made.sealed).await.expect("told");
	assert_refused(&reply, "peer");
	assert_no_trace(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_listings_secret_a_snapshot_is_asked_for_later() {
	let (world, worker, made) = scene().await;
	let foreign = world.secret.wrap(&EncryptionSecret::generate().public(), LISTING).expect("wrapped");
	let mut duties = world.node.duties();
	for wrapped_secret in [None, Some(foreign)] {
		let duty = vec![Duty { listing: LISTING, wrapped_secret }];
		let expected = Duties::open(duty.clone(), &EncryptionSecret::generate(), &Duties::default());
		world.chain.change(|facts| {
			facts.duties.insert(world.id(), duty);
		});
		duties.wait_for(|followed| followed.same_as(&expected)).await.expect("followed");
		let offer = worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
		let reply = worker.hand_over(&world, offer, &made.sealed).await.expect("told");
		assert!(matches!(reply, Reply::Later { .. }), "{reply:?}");
	}
	assert_no_trace(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_beyond_the_limits_is_not_taken() {
	let world = World::with(|settings| settings.max_snapshot_bytes = 1000).await;
	let worker = Worker::of(&world, "//Charlie").await;
	let made = Made::new(ROWS, &world.secret, PERIOD);
	world.chain.change(|facts| facts.snapshots.entry(LISTING).or_default().push(made.on_chain(PERIOD)));
	let offer = worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	assert_refused(&worker.hand_over(&world, offer, &made.sealed).await.expect("told"), "takes up to");

	let world = World::with(|settings| settings.max_store_bytes = 1000).await;
	let worker = Worker::of(&world, "//Charlie").await;
	world.chain.change(|facts| facts.snapshots.entry(LISTING).or_default().push(made.on_chain(PERIOD)));
	let offer = worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	let reply = worker.hand_over(&world, offer, &made.sealed).await.expect("told");
	assert!(matches!(reply, Reply::Later { .. }), "{reply:?}");
	assert_no_trace(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_curators_that_the_operator_lists_are_kept() {
	for (curators, kept) in [([CURATOR; 2], true), ([[1; 32], [2; 32]], false)] {
		let world = World::with(|settings| settings.curators = Some(curators.into())).await;
		let worker = Worker::of(&world, "//Charlie").await;
		let made = Made::new(ROWS, &world.secret, PERIOD);
		world.chain.change(|facts| facts.snapshots.entry(LISTING).or_default().push(made.on_chain(PERIOD)));
		let offer = worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
		let reply = worker.hand_over(&world, offer, &made.sealed).await.expect("told");
		match kept {
			true => assert_eq!(reply, Reply::Stored),
			false => {
				assert_refused(&reply, "to add that account to its curators");
				assert_no_trace(&world).await;
			}
		}
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_has_a_share_of_the_store() {
	let secret = souk_protocol::ListingSecret::generate();
	let bytes = Made::new(ROWS, &secret, PERIOD).roots.bytes;
	let world = World::with(|settings| settings.max_listing_bytes = bytes + bytes / 2).await;
	let worker = Worker::of(&world, "//Charlie").await;
	let (first, second) =
		(Made::new(ROWS, &world.secret, PERIOD), Made::new(ROWS, &world.secret, PERIOD + 1));
	world.chain.change(|facts| {
		let finals = facts.snapshots.entry(LISTING).or_default();
		finals.extend([first.on_chain(PERIOD), second.on_chain(PERIOD + 1)]);
	});
	let offer = worker.offer(&world, &first, PERIOD).sign(COMMITMENTS, &worker.account);
	assert_eq!(worker.hand_over(&world, offer, &first.sealed).await.expect("told"), Reply::Stored);
	let offer = worker.offer(&world, &second, PERIOD + 1).sign(COMMITMENTS, &worker.account);
	match worker.hand_over(&world, offer, &second.sealed).await.expect("told") {
		Reply::Later { reason } => assert!(reason.contains("one listing may take"), "{reason}"),
		other => panic!("{other:?}"),
	}

	// What could never fit is not asked for later.
	let world = World::with(|settings| settings.max_listing_bytes = bytes - 1).await;
	let worker = Worker::of(&world, "//Charlie").await;
	let made = Made::new(ROWS, &world.secret, PERIOD);
	world.chain.change(|facts| facts.snapshots.entry(LISTING).or_default().push(made.on_chain(PERIOD)));
	let offer = worker.offer(&world, &made, PERIOD).sign(COMMITMENTS, &worker.account);
	assert_refused(&worker.hand_over(&world, offer, &made.sealed).await.expect("told"), "takes up to");
}
