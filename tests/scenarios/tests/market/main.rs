//! Scenarios: the real programs on a real chain, against everything that may go wrong with them.
//!
//! ```text
//! main thread:  chain of two validators ─ worker ─ two persistence nodes ───────────────── restarted validator ─ end
//! threads:          own world ─────────────── scenario ─ scenario ─ scenario ─ … ──────┘
//! ```
//!
//! A scenario waits for blocks most of the time, so that all of them run at once, on one chain; those that would harm it
//! have a chain of their own, or come last. Each has accounts of its own ([`world::ACCOUNTS`]).
//!
//! `cargo test --workspace --test market -- NAME…` runs those whose name contains a NAME. With `SOUK_SCENARIOS=elsewhere` none is run:
//! `make test` runs them beside the other tests.

mod asked;
mod backed;
mod bad_chunk;
mod delivery;
mod demo;
mod disputes;
mod equivocation;
mod evidence;
mod failover;
mod forged_requests;
mod goods;
mod hostile_sql;
mod lapse;
mod light_client;
mod manifests;
mod memory;
mod proved;
mod reached;
mod restart;
mod sale;
mod stakes;
mod tables;
mod tabs;
mod worker_steps;
mod world;

use anyhow::{anyhow, Result};
use std::{
	any::Any,
	path::Path,
	process::ExitCode,
	thread::{self, ScopedJoinHandle},
	time::Instant,
};
use world::World;

/// What a scenario needs.
#[derive(Clone, Copy)]
enum Run {
	/// A folder: it starts what else it needs.
	Alone(fn(&Path) -> Result<()>),
	/// The chain and the nodes that all share.
	Shared(fn(&World) -> Result<()>),
	/// The same, when nobody else needs them any more.
	Last(fn(&World) -> Result<()>),
}

const SCENARIOS: &[(&str, Run)] = &[
	("demo::interrupted_or_killed_it_leaves_no_process", Run::Alone(demo::leaves_no_process)),
	("equivocation::a_validator_run_twice_is_slashed", Run::Alone(equivocation::is_slashed)),
	(
		"stakes::a_node_that_lost_its_data_is_fined_and_a_worker_reported",
		Run::Alone(stakes::fined_and_paid_out),
	),
	("backed::a_backer_earns_loses_and_leaves", Run::Alone(backed::earns_loses_and_leaves)),
	("reached::a_node_that_validators_do_not_reach_is_fined", Run::Alone(reached::or_fined)),
	("bad_chunk::it_costs_the_curator_and_not_the_buyer", Run::Shared(bad_chunk::costs_the_curator)),
	("worker_steps::killed_at_each_step_it_resumes_with_one_snapshot", Run::Shared(worker_steps::resumes)),
	(
		"delivery::its_node_is_killed_and_its_proof_changed",
		Run::Shared(delivery::killed_node_and_changed_proof),
	),
	("goods::each_order_ends_as_it_should", Run::Shared(goods::each_order_ends_as_it_should)),
	("disputes::one_is_settled_and_a_jury_rules_on_one", Run::Shared(disputes::settled_and_ruled_on)),
	("failover::a_node_killed_in_the_middle_of_a_result", Run::Shared(failover::fails_over)),
	("lapse::served_up_to_the_last_block_and_not_in_the_next", Run::Shared(lapse::ends_at_its_block)),
	("memory::a_table_larger_than_the_memory_limit", Run::Shared(memory::stays_bounded)),
	("tabs::queries_are_paid_one_by_one", Run::Shared(tabs::paid_by_the_query)),
	("tables::every_kind_of_table_is_sold", Run::Shared(tables::every_kind)),
	("manifests::what_is_wrong_is_said", Run::Shared(manifests::what_is_wrong_is_said)),
	("light_client::the_marketplace_through_the_sdk", Run::Shared(light_client::marketplace)),
	("sale::a_table_is_sold_queried_and_cancelled", Run::Shared(sale::sold_queried_and_cancelled)),
	("proved::figures_are_proved_checked_and_changed", Run::Shared(proved::proved_checked_and_changed)),
	("asked::a_bounty_is_paid_for_a_proof_or_comes_back", Run::Shared(asked::paid_or_back)),
	("hostile_sql::each_statement_ends_with_its_error", Run::Shared(hostile_sql::ends_with_its_error)),
	("forged_requests::each_is_refused_and_attested", Run::Shared(forged_requests::refused_and_attested)),
	("restart::a_validator_is_stopped_and_started", Run::Last(restart::a_validator)),
];

/// A scenario that has ended.
struct Ended {
	name: &'static str,
	result: Result<()>,
}

impl Ended {
	fn of(name: &'static str, run: impl FnOnce() -> Result<()>) -> Self {
		let start = Instant::now();
		let result = run();
		let seconds = start.elapsed().as_secs_f64();
		match &result {
			Ok(()) => println!("{name} ... ok ({seconds:.0} s)"),
			Err(error) => println!("{name} ... FAILED ({seconds:.0} s)\n{error:?}"),
		}
		Self { name, result }
	}

	fn joined(name: &'static str, thread: ScopedJoinHandle<'_, Self>) -> Self {
		thread
			.join()
			.unwrap_or_else(|panic| Self::of(name, || Err(anyhow!("it panicked: {}", words(&*panic)))))
	}
}

fn words(panic: &(dyn Any + Send)) -> &str {
	let text = panic.downcast_ref::<String>().map(String::as_str);
	text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word")
}

fn main() -> ExitCode {
	if std::env::var_os("SOUK_SCENARIOS").is_some_and(|where_they_run| where_they_run == "elsewhere") {
		println!("the scenarios run elsewhere");
		return ExitCode::SUCCESS;
	}
	souk_scenarios::interrupt::install();
	let arguments: Vec<String> = std::env::args().skip(1).collect();
	let names: Vec<&str> =
		arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with('-')).collect();
	let chosen: Vec<_> = SCENARIOS
		.iter()
		.copied()
		.filter(|(name, _)| names.is_empty() || names.iter().any(|wanted| name.contains(wanted)))
		.collect();
	if arguments.iter().any(|argument| argument == "--list") {
		chosen.iter().for_each(|(name, _)| println!("{name}: test"));
		return ExitCode::SUCCESS;
	}
	let start = Instant::now();
	let dir = match tempfile::tempdir() {
		Ok(dir) => dir,
		Err(error) => {
			println!("no temporary folder: {error}");
			return ExitCode::FAILURE;
		}
	};
	let ended = all(&chosen, dir.path());
	let failed: Vec<_> = ended.iter().filter(|one| one.result.is_err()).map(|one| one.name).collect();
	println!("{} scenarios in {:.0} s, {} failed", chosen.len(), start.elapsed().as_secs_f64(), failed.len());
	if failed.is_empty() {
		return ExitCode::SUCCESS;
	}
	println!("failed: {}\nkeys, data and logs are in {}", failed.join(", "), dir.keep().display());
	ExitCode::FAILURE
}

/// Runs all of them; everything that was started is ended when this returns.
fn all(chosen: &[(&'static str, Run)], dir: &Path) -> Vec<Ended> {
	thread::scope(|scope| {
		let mut running = Vec::new();
		for &(name, run) in chosen {
			if let Run::Alone(run) = run {
				let dir = dir.join(name.split("::").next().unwrap_or(name));
				running.push((name, scope.spawn(move || Ended::of(name, || run(&dir)))));
			}
		}
		let mut ended = if chosen.iter().all(|(_, run)| matches!(run, Run::Alone(_))) {
			Vec::new()
		} else {
			// The world is started and ended by this thread: its processes die with the thread that started them.
			with_world(chosen, &dir.join("world"))
		};
		ended.extend(running.into_iter().map(|(name, thread)| Ended::joined(name, thread)));
		ended
	})
}

fn with_world(chosen: &[(&'static str, Run)], dir: &Path) -> Vec<Ended> {
	let start = Instant::now();
	let world = match World::begin(dir) {
		Ok(world) => world,
		Err(error) => return vec![Ended::of("world::begins", || Err(error))],
	};
	println!("the world is there after {:.0} s", start.elapsed().as_secs_f64());
	let world = &world;
	let mut ended: Vec<Ended> = thread::scope(|scope| {
		let mut running = Vec::new();
		for &(name, run) in chosen {
			if let Run::Shared(run) = run {
				running.push((name, scope.spawn(move || Ended::of(name, || run(world)))));
			}
		}
		running.into_iter().map(|(name, thread)| Ended::joined(name, thread)).collect()
	});
	for &(name, run) in chosen {
		if let Run::Last(run) = run {
			ended.push(Ended::of(name, || run(world)));
		}
	}
	ended
}
