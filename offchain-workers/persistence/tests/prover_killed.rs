//! Provers that are killed: by somebody else, and by the node when nobody waits for the proof any more. In a file, and so a
//! process, of its own: it looks at, and kills, every child that this process has.

mod support;

use souk_persistence::metrics::QueryEnd;
use souk_protocol::{AnswerKind, Outcome, QueryRequest};
use std::{cell::RefCell, fs, process::Command};
use support::{client::Client, processes::children, World};

const SQL: &str = "SELECT city, count(*), sum(value) FROM t GROUP BY city";
/// As many rows as take a while.
const MANY: i64 = 200_000;

/// Seconds of processor time that a process has used; 0 where it is gone.
fn busy(pid: &str) -> f64 {
	let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
	let times = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().skip(11).take(2));
	times.map_or(0.0, |times| times.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0)
}

/// The child that has worked far longer than the others: executors in waiting only get ready, however slow the machine is.
fn busiest() -> Option<String> {
	let mut all: Vec<(f64, String)> = children().into_iter().map(|pid| (busy(&pid), pid)).collect();
	all.sort_by(|one, other| other.0.total_cmp(&one.0));
	let next = all.get(1).map_or(0.0, |(seconds, _)| *seconds);
	all.into_iter().next().filter(|(seconds, _)| *seconds > 1.0_f64.max(3.0 * next)).map(|(_, pid)| pid)
}

/// The child that proves.
async fn prover(world: &World) -> String {
	let found = RefCell::new(None);
	world
		.wait(|_| {
			*found.borrow_mut() = busiest();
			found.borrow().is_some()
		})
		.await;
	found.into_inner().expect("waited for")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_prover_is_an_attested_error_and_one_that_nobody_waits_for_is_killed() {
	let world = World::new().await.with_snapshot(MANY);
	let client = Client::of(&world, "//Alice").await;
	let request = |sql: &str| QueryRequest { answer: AnswerKind::Proof, ..client.request(&world, sql) };
	let seal = |request: QueryRequest| {
		let signed = client.sign(request);
		let sealed = signed.seal(&world.account.encryption_secret().public()).expect("sealed");
		(signed, sealed)
	};
	let (signed, sealed) = seal(request(SQL));
	let stream = client.send(&world, &sealed).await;
	let pid = prover(&world).await;
	assert!(Command::new("kill").arg("-9").arg(&pid).status().expect("kill runs").success());
	assert_eq!(client.read(&world, &signed, stream).await.code(), "executor_died");
	world.wait_queries(QueryEnd::Failed, 1).await;

	let (_, sealed) = seal(request(SQL));
	let stream = client.send(&world, &sealed).await;
	let pid = prover(&world).await;
	drop(stream);
	world.wait_queries(QueryEnd::Gone, 1).await;
	world.wait(|_| !children().contains(&pid)).await;
	assert_eq!(world.node.proofs(), (0, 0));

	let answer = client.ask(&world, request("SELECT count(*) FROM t WHERE id < 5")).await;
	assert!(matches!(answer.attestation.outcome, Outcome::Proved { .. }));
}
