//! An executor that is killed in the middle of a result. In a file, and so a process, of its own: it kills every child
//! that this process has.

mod support;

use souk_persistence::metrics::QueryEnd;
use std::{fs, process::Command};
use support::{client::Client, processes::children, World, LISTING};

/// Whether a process is gone, or will run no more and waits for its parent.
fn has_ended(pid: &str) -> bool {
	let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
	stat.map_or(true, |stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_executor_is_an_attested_error_and_the_next_query_works() {
	let world = World::new().await.with_snapshot(20_000);
	world.chain.change(|facts| facts.listings.get_mut(&LISTING).expect("there").max_rows = u64::MAX);
	let client = Client::of(&world, "//Alice").await;
	let signed = client.sign(client.request(&world, "SELECT a.id, b.id AS other FROM t a CROSS JOIN t b"));
	let sealed = signed.seal(&world.account.encryption_secret().public()).expect("sealed");
	let stream = client.send(&world, &sealed).await;
	// Something was sent, and far more is to come: it is in the middle.
	world.wait(|node| node.metrics.bytes_sent() > 0).await;

	let executors = children();
	assert!(!executors.is_empty());
	assert!(Command::new("kill").arg("-9").args(&executors).status().expect("kill runs").success());
	// One that a signal is on its way to still takes a job.
	world.wait(|_| executors.iter().all(|pid| has_ended(pid))).await;

	let answer = client.read(&world, &signed, stream).await;
	assert_eq!(answer.code(), "executor_died");
	world.wait_queries(QueryEnd::Failed, 1).await;
	let next = client.ask(&world, client.request(&world, "SELECT count(*) FROM t")).await;
	assert_eq!(next.rows(), 1);
}
