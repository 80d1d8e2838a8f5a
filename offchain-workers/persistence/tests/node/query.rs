//! Queries over the real network, with the real sandboxed executor.

use crate::support::{
	client::{now_ms, Client},
	Made, World, LISTING, PATIENCE, PERIOD,
};
use datafusion::arrow::{
	array::{AsArray, Float64Array},
	compute::cast,
	datatypes::DataType,
};
use souk_network::Protocol;
use souk_persistence::{
	checks::{codes, Stage},
	metrics::QueryEnd,
};
use souk_protocol::{request::MAX_SEALED_REQUEST, EncryptionSecret, Outcome, Signer, Snapshot};

const COUNT: &str = "SELECT city, count(*) AS n, sum(value) AS total FROM t GROUP BY city ORDER BY city";

#[tokio::test(flavor = "multi_thread")]
async fn a_good_query_is_answered_and_attested() {
	let world = World::new().await.with_snapshot(3000);
	let client = Client::of(&world, "//Alice").await;
	let answer = client.ask(&world, client.request(&world, COUNT)).await;

	let batches = answer.batches();
	let total = batches.iter().map(|batch| batch.num_rows()).sum::<usize>();
	assert_eq!(total, 3);
	let cities = cast(batches[0].column(0), &DataType::Utf8).expect("text");
	assert_eq!(cities.as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["Lima", "Oslo", "Rome"]);
	let totals: &Float64Array = batches[0].column(2).as_primitive();
	assert_eq!(totals.values().iter().sum::<f64>(), (0..3000).map(|id| f64::from(id) / 2.0).sum::<f64>());

	let attestation = answer.attestation;
	assert_eq!((attestation.period, attestation.block), (PERIOD, 50));
	assert!(matches!(attestation.outcome, Outcome::Complete { rows: 3, .. }));
	world.wait_queries(QueryEnd::Complete, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_has_the_listings_name_as_well() {
	let world = World::new().await.with_snapshot(10);
	let client = Client::of(&world, "//Alice").await;
	let sql = "SELECT a.id FROM city_values a JOIN t b ON a.id = b.id WHERE b.value < 2";
	assert_eq!(client.ask(&world, client.request(&world, sql)).await.rows(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_result_arrives_in_pieces_and_whole() {
	let world = World::new().await.with_snapshot(400_000);
	let client = Client::of(&world, "//Alice").await;
	let answer = client.ask(&world, client.request(&world, "SELECT * FROM t")).await;
	assert!(answer.ipc.len() > 4 << 20, "{} bytes", answer.ipc.len());
	assert_eq!(answer.rows(), 400_000);
	assert!(matches!(answer.attestation.outcome, Outcome::Complete { rows: 400_000, .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_are_all_answered() {
	let world = World::with(|settings| {
		settings.waiting = 64;
		settings.rate.burst = 64;
	})
	.await
	.with_snapshot(1000);
	let client = Client::of(&world, "//Alice").await;
	let answers = (0..64)
		.map(|n| client.ask(&world, client.request(&world, &format!("SELECT id FROM t WHERE id < {n}"))));
	for (n, answer) in futures::future::join_all(answers).await.into_iter().enumerate() {
		assert_eq!(answer.rows(), n);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_can_be_named_and_the_newest_one_on_disk_is_the_latest() {
	let world = World::new().await.with_snapshot(10);
	let (second, third) = (Made::new(20, &world.secret, 101), Made::new(30, &world.secret, 102));
	world.put(&second, 101);
	world.chain.change(|facts| {
		let finals = facts.snapshots.entry(LISTING).or_default();
		finals.push(second.on_chain(101));
		finals.push(third.on_chain(102));
	});
	let client = Client::of(&world, "//Alice").await;
	let ask = |snapshot| {
		let mut request = client.request(&world, "SELECT id FROM t");
		request.snapshot = snapshot;
		client.ask(&world, request)
	};
	let latest = ask(Snapshot::Latest).await;
	assert_eq!((latest.rows(), latest.attestation.period), (20, 101));
	assert_eq!(latest.attestation.content_root, second.roots.content_root);
	assert_eq!(ask(Snapshot::Period(PERIOD)).await.rows(), 10);
	let missing = ask(Snapshot::Period(102)).await;
	assert_eq!((missing.code(), missing.attestation.period), (codes::NOT_STORED_YET, 0));
	assert_eq!(ask(Snapshot::Period(103)).await.code(), codes::NO_SNAPSHOT);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_disk_but_not_what_the_chain_says_is_not_served() {
	let world = World::new().await;
	world.put(&Made::new(10, &world.secret, PERIOD), PERIOD);
	let other = Made::new(11, &world.secret, PERIOD);
	world.chain.change(|facts| facts.snapshots.entry(LISTING).or_default().push(other.on_chain(PERIOD)));
	let client = Client::of(&world, "//Alice").await;
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.code(), codes::NOT_STORED_YET);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_request_gets_its_attested_refusal() {
	let world = World::new().await.with_snapshot(10);
	let client = Client::of(&world, "//Alice").await;
	let good = || client.request(&world, COUNT);

	let mut expired = good();
	expired.deadline = now_ms() - 1;
	assert_eq!(client.ask(&world, expired).await.code(), codes::EXPIRED);

	let mut far = good();
	far.deadline = now_ms() + 11 * 60 * 1000;
	assert_eq!(client.ask(&world, far).await.code(), codes::DEADLINE_TOO_FAR);

	let mut other_chain = good();
	other_chain.genesis[0] ^= 1;
	assert_eq!(client.ask(&world, other_chain).await.code(), codes::WRONG_CHAIN);

	let mut other_node = good();
	other_node.node[0] ^= 1;
	assert_eq!(client.ask(&world, other_node).await.code(), codes::WRONG_NODE);

	let mut other_listing = good();
	other_listing.listing += 1;
	assert_eq!(client.ask(&world, other_listing).await.code(), codes::NOT_ASSIGNED);

	let mut voucher = good();
	voucher.voucher = Some(vec![1]);
	assert_eq!(client.ask(&world, voucher).await.code(), codes::BAD_VOUCHER);

	let mut forged = client.sign(good());
	forged.request.sql = "SELECT 1".into();
	assert_eq!(client.ask_signed(&world, &forged).await.code(), codes::BAD_SIGNATURE);

	let mut somebody_elses = good();
	somebody_elses.holder = world.id();
	assert_eq!(client.ask(&world, somebody_elses).await.code(), codes::BAD_SIGNATURE);

	for sql in ["DROP TABLE t", "SELECT * FROM \"/etc/passwd\"", "SELECT 1; SELECT 2", "COPY t TO '/tmp/x'"] {
		assert_eq!(client.ask(&world, client.request(&world, sql)).await.code(), "refused", "{sql}");
	}
	assert_eq!(client.ask(&world, client.request(&world, "SELECT (id FROM t")).await.code(), "syntax");

	assert_eq!(world.node.metrics.refusals(Stage::ChainAndDeadline), 4);
	assert_eq!(world.node.metrics.refusals(Stage::Signature), 2);
	assert_eq!(world.node.metrics.refusals(Stage::Execution), 0);
	assert_eq!(client.ask(&world, good()).await.rows(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_request_is_refused_also_with_other_words_and_after_a_restart() {
	let world = World::new().await.with_snapshot(10);
	let client = Client::of(&world, "//Alice").await;
	let first = client.sign(client.request(&world, COUNT));
	assert_eq!(client.ask_signed(&world, &first).await.rows(), 3);
	assert_eq!(client.ask_signed(&world, &first).await.code(), codes::REPLAYED);
	let mut reworded = first.request.clone();
	reworded.sql.push(' ');
	assert_eq!(client.ask(&world, reworded.clone()).await.code(), codes::REPLAYED);

	let (account, secret, chain, dir) = world.stop().await;
	let world = World::start(account, secret, chain, dir, |_| {}).await;
	let client = Client::of(&world, "//Alice").await;
	let mut again = client.request(&world, COUNT);
	again.nonce = first.request.nonce;
	assert_eq!(client.ask(&world, again).await.code(), codes::REPLAYED);
	assert_eq!(
		client.ask(&world, client.request(&world, COUNT)).await.rows(),
		3,
		"the snapshot survived as well"
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_ends_at_the_block_it_names_and_not_before() {
	let world = World::new().await.with_snapshot(10);
	let client = Client::of(&world, "//Alice").await;
	let head = 50;
	world.entitle(client.account.id(), head + 1);
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.rows(), 3);
	world.entitle(client.account.id(), head);
	let lapsed = client.ask(&world, client.request(&world, COUNT)).await;
	assert_eq!((lapsed.code(), lapsed.attestation.block), (codes::NOT_ENTITLED, head));
	world.entitle(client.account.id(), head + 1);
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.rows(), 3);
	world.chain.change(|facts| facts.head.number += 1);
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.code(), codes::NOT_ENTITLED);

	let stranger = Client::of(&world, "//Bob").await;
	world.chain.change(|facts| facts.entitled.clear());
	assert_eq!(stranger.ask(&world, stranger.request(&world, COUNT)).await.code(), codes::NOT_ENTITLED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_has_ended_or_is_not_assigned_any_more_is_not_served() {
	let world = World::new().await.with_snapshot(10);
	let client = Client::of(&world, "//Alice").await;
	world.chain.change(|facts| facts.listings.get_mut(&LISTING).expect("there").served = false);
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.code(), codes::LISTING_ENDED);
	let mut duties = world.node.duties();
	world.chain.change(|facts| facts.duties.clear());
	duties.wait_for(|duties| duties.is_empty()).await.expect("followed");
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.code(), codes::NOT_ASSIGNED);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_opened_is_cut_off_and_counted() {
	let world = World::new().await.with_snapshot(10);
	let client = Client::of(&world, "//Alice").await;
	let signed = client.sign(client.request(&world, COUNT));
	let foreign = signed.seal(&EncryptionSecret::generate().public()).expect("sealed");
	let mut stream = client.send(&world, &foreign).await;
	assert!(stream.recv().await.is_err());
	let opened = client.network.open(world.peer(), &world.addresses, Protocol::Query);
	let mut stream = opened.await.expect("a stream");
	// It may be closed before all of the request has got there.
	let _ = stream.send(&vec![0; MAX_SEALED_REQUEST + 1]).await;
	assert!(stream.recv().await.is_err());
	world.wait_queries(QueryEnd::Unanswerable, 2).await;
	assert_eq!(world.node.metrics.refusals(Stage::Envelope), 1);
	assert_eq!(world.node.metrics.refusals(Stage::Size), 1);
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.rows(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listings_policy_and_the_requests_limits_hold() {
	let world = World::new().await.with_snapshot(100);
	let client = Client::of(&world, "//Alice").await;
	let mut few = client.request(&world, "SELECT id FROM t");
	few.limits.rows = 99;
	assert_eq!(client.ask(&world, few).await.code(), "too_many_rows");
	let mut short = client.request(&world, "SELECT id FROM t");
	short.limits.bytes = 10;
	assert_eq!(client.ask(&world, short).await.code(), "result_too_large");
	world.chain.change(|facts| {
		let listing = facts.listings.get_mut(&LISTING).expect("there");
		(listing.max_rows, listing.aggregate_only) = (5, true);
	});
	assert_eq!(client.ask(&world, client.request(&world, "SELECT id FROM t")).await.code(), "refused");
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.rows(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_cannot_ask_faster_than_its_rate() {
	let world = World::with(|settings| {
		settings.rate.burst = 2;
		settings.rate.per_second = 0.001;
	})
	.await
	.with_snapshot(10);
	let (alice, bob) = (Client::of(&world, "//Alice").await, Client::of(&world, "//Bob").await);
	for _ in 0..2 {
		assert_eq!(alice.ask(&world, alice.request(&world, COUNT)).await.rows(), 3);
	}
	assert_eq!(alice.ask(&world, alice.request(&world, COUNT)).await.code(), codes::RATE_LIMITED);
	assert_eq!(bob.ask(&world, bob.request(&world, COUNT)).await.rows(), 3);
}

/// A query that the client does not read is stopped by backpressure, and holds its place.
const ENDLESS: &str = "SELECT a.id, b.id AS other FROM t a CROSS JOIN t b";

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_places_and_the_queue_a_query_is_told_that_the_node_is_busy() {
	let world =
		World::with(|settings| (settings.running, settings.waiting) = (1, 1)).await.with_snapshot(20_000);
	world.chain.change(|facts| facts.listings.get_mut(&LISTING).expect("there").max_rows = u64::MAX);
	let client = Client::of(&world, "//Alice").await;
	let seal = |sql: &str| {
		client
			.sign(client.request(&world, sql))
			.seal(&world.account.encryption_secret().public())
			.expect("sealed")
	};
	let mut slow = client.send(&world, &seal(ENDLESS)).await;
	crate::support::client::next(&mut slow).await.expect("frame 0");
	world.wait(|node| node.queue() == (1, 0)).await;
	let waiting = client.sign(client.request(&world, COUNT));
	let sealed = waiting.seal(&world.account.encryption_secret().public()).expect("sealed");
	let waits = client.send(&world, &sealed).await;
	world.wait(|node| node.queue() == (1, 1)).await;
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.code(), codes::BUSY);

	// Giving up is how a client makes room.
	drop(slow);
	assert_eq!(client.read(&world, &waiting, waits).await.rows(), 3);
	world.wait_queries(QueryEnd::Gone, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_takes_too_long_is_stopped_and_the_node_goes_on() {
	let world = World::with(|settings| settings.limits.wall = std::time::Duration::from_secs(2))
		.await
		.with_snapshot(20_000);
	let client = Client::of(&world, "//Alice").await;
	let sql = "SELECT count(*) FROM t a CROSS JOIN t b CROSS JOIN t c WHERE a.value + b.value + c.value < 0";
	assert_eq!(client.ask(&world, client.request(&world, sql)).await.code(), "timed_out");
	let recursive = "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r";
	let code = client.ask(&world, client.request(&world, recursive)).await.code().to_owned();
	assert!(["timed_out", "out_of_memory"].contains(&code.as_str()), "{code}");
	// A machine that has much else to do may need more than one try for what is quick.
	let goes_on = async {
		loop {
			let answer = client.ask(&world, client.request(&world, COUNT)).await;
			if !matches!(&answer.attestation.outcome, Outcome::Failed { code, .. } if code == "timed_out") {
				break answer;
			}
		}
	};
	let answer = tokio::time::timeout(PATIENCE, goes_on).await.expect("one try is quick enough");
	assert_eq!(answer.rows(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_stopped_fails_what_runs_with_an_attestation() {
	let world = World::new().await.with_snapshot(20_000);
	world.chain.change(|facts| facts.listings.get_mut(&LISTING).expect("there").max_rows = u64::MAX);
	let client = Client::of(&world, "//Alice").await;
	let signed = client.sign(client.request(
		&world,
		"SELECT count(*) FROM t a CROSS JOIN t b CROSS JOIN t c WHERE a.value + b.value + c.value < 0",
	));
	let stream =
		client.send(&world, &signed.seal(&world.account.encryption_secret().public()).expect("sealed")).await;
	world.wait(|node| node.queue() == (1, 0)).await;
	world.node.stop.end();
	let answer = client.read(&world, &signed, stream).await;
	assert_eq!(answer.code(), codes::SHUTTING_DOWN);
	assert_eq!(answer.attestation.period, PERIOD);
	assert_eq!(world.account.account(), answer.attestation.node);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_frees_its_place_also_when_it_had_nothing_more_to_say() {
	let world =
		World::with(|settings| (settings.running, settings.waiting) = (1, 0)).await.with_snapshot(20_000);
	let client = Client::of(&world, "//Alice").await;
	let silent =
		"SELECT count(*) FROM t a CROSS JOIN t b CROSS JOIN t c WHERE a.value + b.value + c.value < 0";
	let ask = |client: &Client| {
		let signed = client.sign(client.request(&world, silent));
		signed.seal(&world.account.encryption_secret().public()).expect("sealed")
	};
	let stream = client.send(&world, &ask(&client)).await;
	world.wait(|node| node.queue() == (1, 0)).await;
	drop(stream);
	world.wait_queries(QueryEnd::Gone, 1).await;
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.rows(), 3);

	// One that has finished its direction, and then loses its connection.
	let other = Client::of(&world, "//Bob").await;
	let mut stream = other.send(&world, &ask(&other)).await;
	stream.finish().await.expect("finished");
	world.wait(|node| node.queue() == (1, 0)).await;
	drop((stream, other));
	world.wait_queries(QueryEnd::Gone, 2).await;
	assert_eq!(client.ask(&world, client.request(&world, COUNT)).await.rows(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_curator_wants_it_answers_are_the_same_each_time_and_that_is_signed() {
	let world = World::new().await.with_snapshot(30_000);
	let client = Client::of(&world, "//Alice").await;
	// In no order that the query says.
	let sql = "SELECT id % 1000 AS k, sum(value / 3) AS total FROM t GROUP BY k";
	let plain = client.ask(&world, client.request(&world, sql)).await;
	assert_eq!(plain.attestation.reproducible, None);
	world.publish(|metadata| metadata.reproducible = true);
	let [first, second] = [(); 2].map(|()| client.ask(&world, client.request(&world, sql)));
	let (first, second) = (first.await, second.await);
	assert_eq!(first.rows(), 1_000);
	assert_eq!(first.attestation.reproducible, Some(souk_engine::reproducible_by()));
	// Clients do not take an answer that promises anything else.
	assert_eq!(souk_sdk::verify::check_promise(&first.attestation), Ok(()));
	assert_eq!(first.ipc, second.ipc);
	assert_eq!(first.attestation.outcome, second.attestation.outcome);

	// A limit of the asker's own may change the plan: nothing is promised then.
	let mut request = client.request(&world, sql);
	request.limits.rows = 5_000;
	let limited = client.ask(&world, request).await;
	assert_eq!((limited.rows(), limited.attestation.reproducible), (1_000, None));
	let failed = client.ask(&world, client.request(&world, "SELECT nothing FROM t")).await;
	assert_eq!(failed.attestation.reproducible, None);
}
