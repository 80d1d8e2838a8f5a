//! The worker's counters and gauges.

use crate::{status::Condition, tasks::hand_over::Round, work::Outcome};
use prometheus::{HistogramVec, IntCounterVec, IntGauge};
use souk_daemon::metrics::{set, Instruments};
use souk_network::Network;
use souk_store::Step;
use std::time::Duration;

/// Bounds of a step's time, in seconds.
const STEP_SECONDS: [f64; 12] = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0];

/// The daemon's own counters.
pub struct Metrics {
	instruments: Instruments,
	runs: IntCounterVec,
	failures: IntCounterVec,
	handovers: IntCounterVec,
	step_seconds: HistogramVec,
	jobs: IntGauge,
	quarantined: IntGauge,
	running: IntGauge,
	listings: IntGauge,
	head: IntGauge,
}

impl Metrics {
	/// All at zero.
	///
	/// # Errors
	/// As [`Instruments`].
	pub fn new() -> Result<Self, prometheus::Error> {
		let make = Instruments::new()?;
		Ok(Self {
			runs: make.counters(
				"souk_runs_total",
				"Runs by how they ended",
				"outcome",
				Outcome::ALL.map(Outcome::name),
			)?,
			failures: make.counters(
				"souk_run_failures_total",
				"Failed attempts at a step, by what helps",
				"class",
				["poison", "fault", "transient", "lost"],
			)?,
			handovers: make.counters(
				"souk_offers_total",
				"Offers to persistence nodes by how they ended",
				"end",
				["delivered", "pending", "refused"],
			)?,
			step_seconds: make.histograms(
				"souk_step_seconds",
				"Time of a step",
				&STEP_SECONDS,
				"step",
				Step::ALL.iter().skip(1).map(|step| step.name()),
			)?,
			jobs: make.gauge("souk_jobs", "Jobs")?,
			quarantined: make.gauge("souk_jobs_quarantined", "Jobs in quarantine")?,
			running: make.gauge("souk_runs_under_way", "Runs under way")?,
			listings: make.gauge("souk_listings_assigned", "Listings that this worker is assigned to")?,
			head: make.gauge("souk_finalised_block", "Number of the newest finalised block seen")?,
			instruments: make,
		})
	}

	/// A run ended.
	pub fn run(&self, outcome: Outcome) {
		self.runs.with_label_values(&[outcome.name()]).inc();
	}

	/// An attempt at a step failed.
	pub fn failure(&self, class: &str) {
		self.failures.with_label_values(&[class]).inc();
	}

	/// A step was done.
	pub fn step(&self, step: Step, took: Duration) {
		self.step_seconds.with_label_values(&[step.name()]).observe(took.as_secs_f64());
	}

	/// Persistence nodes were offered a snapshot.
	pub fn handovers(&self, round: &Round) {
		for (end, count) in [
			("delivered", round.delivered.len()),
			("pending", round.pending.len()),
			("refused", round.refused.len()),
		] {
			self.handovers.with_label_values(&[end]).inc_by(count as u64);
		}
	}

	/// Everything in Prometheus' text format, gauges read now.
	///
	/// # Errors
	/// As [`Instruments`].
	pub fn render(&self, condition: &Condition, network: &Network) -> Result<String, prometheus::Error> {
		set(&self.jobs, condition.jobs);
		set(&self.quarantined, condition.quarantined);
		set(&self.running, condition.running);
		set(&self.listings, condition.assigned.len() as u64);
		set(&self.head, condition.finalised_block.into());
		self.instruments.render(network)
	}
}
