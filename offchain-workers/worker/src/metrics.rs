//! What an operator watches: `/metrics` for Prometheus and `/health` as JSON, on one HTTP listener.

use crate::{control::Control, status::Condition, tasks::hand_over::Round, work::Outcome};
use axum::{
	extract::State,
	http::{header, StatusCode},
	response::IntoResponse,
	routing::get,
	Router,
};
use prometheus::{
	HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};
use souk_network::Network;
use souk_store::Step;
use std::{future::Future, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// The daemon's own counters.
pub struct Metrics {
	registry: Registry,
	runs: IntCounterVec,
	failures: IntCounterVec,
	handovers: IntCounterVec,
	step_seconds: HistogramVec,
	jobs: IntGauge,
	quarantined: IntGauge,
	running: IntGauge,
	listings: IntGauge,
	head: IntGauge,
	network: IntGaugeVec,
}

impl Metrics {
	/// All at zero. Every label is there from the start, so that a rate over it is defined.
	///
	/// # Errors
	/// None in practice: names are literals, and each is registered once.
	pub fn new() -> Result<Self, prometheus::Error> {
		let registry = Registry::new();
		let counters = |name: &str, help: &str, label: &str| -> Result<IntCounterVec, prometheus::Error> {
			let counters = IntCounterVec::new(Opts::new(name, help), &[label])?;
			registry.register(Box::new(counters.clone()))?;
			Ok(counters)
		};
		let gauge = |name: &str, help: &str| -> Result<IntGauge, prometheus::Error> {
			let gauge = IntGauge::new(name, help)?;
			registry.register(Box::new(gauge.clone()))?;
			Ok(gauge)
		};
		let runs = counters("souk_runs_total", "Runs by how they ended", "outcome")?;
		let failures =
			counters("souk_run_failures_total", "Failed attempts at a step, by what helps", "class")?;
		let handovers =
			counters("souk_offers_total", "Offers to persistence nodes by how they ended", "end")?;
		let buckets = vec![0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0];
		let step_seconds = HistogramVec::new(
			HistogramOpts::new("souk_step_seconds", "Time of a step").buckets(buckets),
			&["step"],
		)?;
		registry.register(Box::new(step_seconds.clone()))?;
		let network =
			IntGaugeVec::new(Opts::new("souk_network", "The network's own counters, by name"), &["counter"])?;
		registry.register(Box::new(network.clone()))?;
		for outcome in Outcome::ALL {
			runs.with_label_values(&[outcome.name()]);
		}
		for class in ["poison", "fault", "transient", "lost"] {
			failures.with_label_values(&[class]);
		}
		for end in ["delivered", "pending", "refused"] {
			handovers.with_label_values(&[end]);
		}
		for step in Step::ALL.iter().skip(1) {
			step_seconds.with_label_values(&[step.name()]);
		}
		Ok(Self {
			runs,
			failures,
			handovers,
			step_seconds,
			network,
			jobs: gauge("souk_jobs", "Jobs")?,
			quarantined: gauge("souk_jobs_quarantined", "Jobs in quarantine")?,
			running: gauge("souk_runs_under_way", "Runs under way")?,
			listings: gauge("souk_listings_assigned", "Listings that this worker is assigned to")?,
			head: gauge("souk_finalised_block", "Number of the newest finalised block seen")?,
			registry,
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
	fn render(&self, condition: &Condition, network: &Network) -> Result<String, prometheus::Error> {
		let set = |gauge: &IntGauge, value: u64| gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
		set(&self.jobs, condition.jobs);
		set(&self.quarantined, condition.quarantined);
		set(&self.running, condition.running);
		set(&self.listings, condition.assigned.len() as u64);
		set(&self.head, u64::from(condition.finalised_block));
		for (name, value) in network.counters().iter() {
			set(&self.network.with_label_values(&[name]), value);
		}
		TextEncoder::new().encode_to_string(&self.registry.gather())
	}
}

/// Serves `/health` and `/metrics` on `listener` until `stop` resolves.
///
/// # Errors
/// Those of the listener.
pub async fn serve(
	listener: TcpListener,
	control: Arc<Control>,
	stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
	let router =
		Router::new().route("/health", get(health)).route("/metrics", get(metrics)).with_state(control);
	axum::serve(listener, router).with_graceful_shutdown(stop).await
}

async fn health(State(control): State<Arc<Control>>) -> impl IntoResponse {
	let condition = control.condition().await;
	let status = if condition.healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
	let body = serde_json::to_string(&condition).unwrap_or_else(|_| r#"{"healthy":false}"#.into());
	(status, [(header::CONTENT_TYPE, "application/json")], body)
}

async fn metrics(State(control): State<Arc<Control>>) -> impl IntoResponse {
	let condition = control.condition().await;
	match control.worker().metrics.render(&condition, control.network()) {
		Ok(text) => (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text),
		Err(error) => {
			(StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "text/plain")], error.to_string())
		}
	}
}
