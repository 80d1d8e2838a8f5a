//! Downloads over the real network.

use crate::support::{
	buyer::{request, take, Buyer},
	Made, World, LISTING, PERIOD,
};
use codec::Encode;
use souk_network::Protocol;
use souk_persistence::{checks::rate::Rate, metrics::DownloadEnd};
use souk_protocol::{
	download::{DownloadReply, MAX_PIECE_BYTES},
	ChunkOpener, ListingSecret,
};
use std::time::{Duration, Instant};

/// Enough for several chunks.
const ROWS: i64 = 60_000;

/// A node that holds a snapshot which its listing sells.
async fn scene() -> (World, Buyer, Made) {
	scene_with(World::new().await).await
}

async fn scene_with(world: World) -> (World, Buyer, Made) {
	let made = Made::new(ROWS, &world.secret, PERIOD);
	assert!(made.roots.chunks > 3, "{} chunks", made.roots.chunks);
	world.keep(&made, PERIOD);
	let buyer = Buyer::of(&world).await;
	(world, buyer, made)
}

#[track_caller]
fn assert_refused(reply: &DownloadReply, with: &str) {
	match reply {
		DownloadReply::Refused { reason } if reason.contains(with) => {}
		other => panic!("{other:?} does not refuse with {with:?}"),
	}
}

#[track_caller]
fn assert_later(reply: &DownloadReply, with: &str) {
	match reply {
		DownloadReply::Later { reason } if reason.contains(with) => {}
		other => panic!("{other:?} does not say later with {with:?}"),
	}
}

/// Waits until so many downloads have ended that way.
async fn ended(world: &World, end: DownloadEnd, count: u64) {
	world.wait(|node| node.metrics.downloads(end) >= count).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_gets_what_the_workers_sealed_and_the_key_opens_it() {
	let (world, buyer, made) = scene().await;
	let (reply, got) = buyer.download(&world, request()).await;
	let expected = DownloadReply::Sends {
		chunks: made.roots.chunks,
		bytes: made.roots.bytes,
		cipher_root: made.roots.cipher_root,
		content_root: made.roots.content_root,
	};
	assert_eq!(reply, expected);
	assert!(got.cut.is_none(), "{:?}", got.cut);
	got.assert_is(&made);
	ended(&world, DownloadEnd::Complete, 1).await;

	let mut opener = ChunkOpener::new(world.secret.snapshot_key(LISTING, PERIOD));
	let mut opened = Vec::new();
	for mut chunk in got.sealed {
		opened.extend_from_slice(opener.open(&mut chunk).expect("opens"));
	}
	assert_eq!(opened, made.plain);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_goes_on_from_any_chunk() {
	let (world, buyer, made) = scene().await;
	let (_, whole) = buyer.download(&world, request()).await;
	for from in [1, made.roots.chunks - 1, made.roots.chunks] {
		let mut rest = request();
		rest.from_chunk = from;
		let (reply, got) = buyer.download(&world, rest).await;
		assert!(
			matches!(reply, DownloadReply::Sends { chunks, .. } if chunks == made.roots.chunks),
			"{reply:?} is not of the whole"
		);
		assert!(got.cut.is_none(), "{:?}", got.cut);
		assert_eq!(got.sealed, whole.sealed[from as usize..]);
		assert_eq!(got.leaves, whole.leaves[from as usize..]);
	}
	let mut beyond = request();
	beyond.from_chunk = made.roots.chunks + 1;
	assert_refused(&buyer.download(&world, beyond).await.0, "there is none from");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_broken_off_is_gone_on_with() {
	let (world, buyer, made) = scene().await;
	let (_, mut stream) = buyer.reply(&world, &request().encode()).await;
	let mut got = crate::support::buyer::Download::default();
	for _ in 0..2 {
		let frame = crate::support::client::next(&mut stream).await.expect("a piece");
		let piece = souk_protocol::download::Piece::split(&frame).expect("a piece");
		got.leaves.push(piece.content_leaf);
		got.sealed.push(piece.sealed.to_vec());
	}
	drop(stream);
	let mut rest = request();
	rest.from_chunk = 2;
	got.append(buyer.download(&world, rest).await.1);
	got.assert_is(&made);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_snapshot_has_no_chunks() {
	let world = World::new().await;
	let made = Made::of(Vec::new(), &world.secret, PERIOD);
	world.keep(&made, PERIOD);
	let (reply, got) = Buyer::of(&world).await.download(&world, request()).await;
	assert!(matches!(reply, DownloadReply::Sends { chunks: 0, bytes: 0, .. }), "{reply:?}");
	assert!(got.cut.is_none());
	got.assert_is(&made);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_request_is_refused() {
	let (world, buyer, _) = scene().await;
	let mut other_chain = request();
	other_chain.genesis[0] ^= 1;
	assert_refused(&buyer.download(&world, other_chain).await.0, "another chain");

	let mut other_listing = request();
	other_listing.listing += 1;
	assert_refused(&buyer.download(&world, other_listing).await.0, "not assigned to listing");

	let mut other_period = request();
	other_period.period += 1;
	assert_later(&buyer.download(&world, other_period).await.0, "no snapshot of period 101");

	let short = request().encode();
	assert_refused(&buyer.reply(&world, &short[1..]).await.0, "has 44 bytes");
	assert_refused(&buyer.reply(&world, &[&short[..], &[0]].concat()).await.0, "has 44 bytes");
	ended(&world, DownloadEnd::Refused, 4).await;
	ended(&world, DownloadEnd::Later, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_sold_and_can_be_delivered_is_sent() {
	let (world, buyer, made) = scene().await;
	let listing = |change: fn(&mut souk_persistence::chain::ListingFacts)| {
		world.chain.change(|facts| change(facts.listings.get_mut(&LISTING).expect("there")));
	};
	listing(|listing| listing.sold_whole = false);
	assert_refused(&buyer.download(&world, request()).await.0, "no plan that sells a snapshot whole");
	listing(|listing| (listing.sold_whole, listing.served) = (true, false));
	assert_refused(&buyer.download(&world, request()).await.0, "has ended");
	listing(|listing| listing.served = true);

	let finals = |of: &[souk_persistence::chain::FinalSnapshot]| {
		world.chain.change(|facts| {
			facts.snapshots.insert(LISTING, of.to_vec());
		});
	};
	finals(&[]);
	assert_later(&buyer.download(&world, request()).await.0, "is not final");
	let good = made.on_chain(PERIOD);
	let renewed = ListingSecret::generate().snapshot_key(LISTING, PERIOD).commitment();
	for key_commitment in [None, Some(renewed)] {
		finals(&[souk_persistence::chain::FinalSnapshot { key_commitment, ..good }]);
		assert_refused(&buyer.download(&world, request()).await.0, "cannot be delivered");
	}
	// Another snapshot of the period is final, and this node has not got it.
	finals(&[souk_persistence::chain::FinalSnapshot { content_root: [1; 32], ..good }]);
	assert_later(&buyer.download(&world, request()).await.0, "no snapshot of period 100");

	finals(&[good]);
	buyer.download(&world, request()).await.1.assert_is(&made);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_listings_secret_nothing_can_be_sealed() {
	let (world, buyer, _) = scene().await;
	let mut duties = world.node.duties();
	world.chain.change_duties(&world.account, |duties| {
		for duty in duties {
			duty.wrapped_secret = None;
		}
	});
	duties.wait_for(|duties| duties.secret(LISTING).is_none()).await.expect("followed");
	assert_later(&buyer.download(&world, request()).await.0, "has not wrapped the secret");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_asks_too_often_is_not_answered_and_others_are() {
	let world =
		World::with(|settings| settings.downloads.peer_rate = Rate { burst: 2, per_second: 0.0 }).await;
	let (world, greedy, made) = scene_with(world).await;
	for _ in 0..2 {
		greedy.download(&world, request()).await.1.assert_is(&made);
	}
	let mut third =
		greedy.network.open(world.peer(), &world.addresses, Protocol::Download).await.expect("a stream");
	// It may be closed before the request has got there.
	let _ = third.send(&request().encode()).await;
	let nothing = take(&mut third).await;
	assert!(nothing.cut.is_some() && nothing.sealed.is_empty(), "an answer");
	ended(&world, DownloadEnd::Unanswerable, 1).await;
	Buyer::of(&world).await.download(&world, request()).await.1.assert_is(&made);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_beyond_the_rate_wait_for_their_share() {
	// Ten pieces in a second, and as many at once before.
	let per_minute = 600 * MAX_PIECE_BYTES as u64;
	for of_peer in [true, false] {
		let world = World::with(|settings| {
			let limits = &mut settings.downloads;
			*(if of_peer { &mut limits.peer_bytes } else { &mut limits.all_bytes }) = per_minute;
		})
		.await;
		let made = Made::of(vec![7; 16 * 65_536], &world.secret, PERIOD);
		world.keep(&made, PERIOD);
		let buyer = Buyer::of(&world).await;
		let started = Instant::now();
		buyer.download(&world, request()).await.1.assert_is(&made);
		// Ten go at once, the eleventh takes the moment's; the five after it a tenth of a second each.
		assert!(started.elapsed() >= Duration::from_millis(500), "{:?}", started.elapsed());
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sent_in_its_time_is_asked_for_again() {
	// Two pieces at once, then one in a second; each stream has some seconds.
	let world = World::with(|settings| {
		settings.downloads.peer_bytes = 60 * MAX_PIECE_BYTES as u64;
		settings.downloads.time = Duration::from_secs(4);
	})
	.await;
	let made = Made::of(vec![7; 12 * 65_536], &world.secret, PERIOD);
	world.keep(&made, PERIOD);
	let buyer = Buyer::of(&world).await;
	let mut got = crate::support::buyer::Download::default();
	let mut streams = 0;
	while got.sealed.len() < 12 {
		let mut rest = request();
		rest.from_chunk = got.sealed.len() as u32;
		got.append(buyer.download(&world, rest).await.1);
		assert!(got.cut.is_none(), "a clean end: {:?}", got.cut);
		streams += 1;
	}
	got.assert_is(&made);
	assert!(streams > 1, "{streams} streams");
	ended(&world, DownloadEnd::Complete, 1).await;
	ended(&world, DownloadEnd::Partial, streams - 1).await;
	assert_eq!(world.node.metrics.downloads(DownloadEnd::Partial), streams - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn downloads_beyond_the_places_wait_and_those_beyond_the_queue_come_later() {
	let world = World::with(|settings| {
		(settings.downloads.running, settings.downloads.waiting) = (1, 1);
	})
	.await;
	// More than the network takes of one who does not read.
	let made = Made::of(vec![7; 64 << 20], &world.secret, PERIOD);
	world.keep(&made, PERIOD);
	let (sleeper, waiter, third) =
		(Buyer::of(&world).await, Buyer::of(&world).await, Buyer::of(&world).await);
	let (_, sleeping) = sleeper.reply(&world, &request().encode()).await;
	let mut waiting = waiter.send(&world, &request().encode()).await;
	world.wait(|node| node.downloads() == (1, 1)).await;
	assert_later(&third.download(&world, request()).await.0, "as many downloads as it can");
	drop(sleeping);
	crate::support::client::next(&mut waiting).await.expect("a reply");
	take(&mut waiting).await.assert_is(&made);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_does_not_read_holds_nothing_for_ever() {
	let world = World::with(|settings| {
		(settings.downloads.running, settings.downloads.waiting) = (1, 1);
		settings.downloads.time = Duration::from_secs(5);
	})
	.await;
	let made = Made::of(vec![7; 64 << 20], &world.secret, PERIOD);
	world.keep(&made, PERIOD);
	let (sleeper, buyer) = (Buyer::of(&world).await, Buyer::of(&world).await);
	let (_, _sleeping) = sleeper.reply(&world, &request().encode()).await;
	// The sleeper stays, and the other one has its turn all the same. How far it comes in its time is the machine's affair.
	let (reply, first) = buyer.download(&world, request()).await;
	assert!(matches!(reply, DownloadReply::Sends { .. }), "{reply:?}");
	assert!(!first.sealed.is_empty());
	ended(&world, DownloadEnd::Broken, 1).await;
	world.wait(|node| node.downloads() == (0, 0)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_stops_sends_its_readers_elsewhere() {
	let world = World::with(|settings| {
		settings.downloads.peer_bytes = 60 * MAX_PIECE_BYTES as u64;
	})
	.await;
	let made = Made::of(vec![7; 64 * 65_536], &world.secret, PERIOD);
	world.keep(&made, PERIOD);
	let buyer = Buyer::of(&world).await;
	let (_, mut stream) = buyer.reply(&world, &request().encode()).await;
	crate::support::client::next(&mut stream).await.expect("a piece");
	world.node.stop.close();
	let got = take(&mut stream).await;
	assert!(got.cut.is_none(), "a clean end: {:?}", got.cut);
	assert!(got.sealed.len() < 63, "{} pieces", got.sealed.len());
}
