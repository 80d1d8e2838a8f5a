//! What an operator watches: `/metrics` for Prometheus and `/health` as JSON, on one HTTP listener.

use crate::{
	checks::Stage,
	node::{Condition, Node},
};
use axum::{
	extract::State,
	http::{header, StatusCode},
	response::IntoResponse,
	routing::get,
	Router,
};
use prometheus::{
	Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
	TextEncoder,
};
use souk_network::Network;
use std::{future::Future, sync::Arc};
use tokio::net::TcpListener;

/// How a query ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryEnd {
	/// The whole result was sent, with its attestation.
	Complete,
	/// An attested error was sent.
	Failed,
	/// The client went away; nothing could be sent.
	Gone,
	/// There was nobody to answer to: no request came, or one that is not this node's to open.
	Unanswerable,
}

impl QueryEnd {
	const ALL: [QueryEnd; 4] = [QueryEnd::Complete, QueryEnd::Failed, QueryEnd::Gone, QueryEnd::Unanswerable];

	const fn name(self) -> &'static str {
		match self {
			QueryEnd::Complete => "complete",
			QueryEnd::Failed => "failed",
			QueryEnd::Gone => "gone",
			QueryEnd::Unanswerable => "unanswerable",
		}
	}
}

/// How a hand-over ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandoverEnd {
	/// A new snapshot is on disk.
	Stored,
	/// It was here already.
	Have,
	/// The worker was told to come again.
	Later,
	/// Refused, before or after the chunks.
	Refused,
	/// The stream broke off.
	Broken,
}

impl HandoverEnd {
	const ALL: [HandoverEnd; 5] = [
		HandoverEnd::Stored,
		HandoverEnd::Have,
		HandoverEnd::Later,
		HandoverEnd::Refused,
		HandoverEnd::Broken,
	];

	const fn name(self) -> &'static str {
		match self {
			HandoverEnd::Stored => "stored",
			HandoverEnd::Have => "have",
			HandoverEnd::Later => "later",
			HandoverEnd::Refused => "refused",
			HandoverEnd::Broken => "broken",
		}
	}
}

/// The daemon's own counters.
pub struct Metrics {
	registry: Registry,
	queries: IntCounterVec,
	refusals: IntCounterVec,
	result_rows: IntCounter,
	result_bytes: IntCounter,
	query_seconds: HistogramVec,
	handovers: IntCounterVec,
	handover_bytes: IntCounter,
	handover_seconds: Histogram,
	running: IntGauge,
	waiting: IntGauge,
	snapshots: IntGauge,
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
		let counter = |name: &str, help: &str| -> Result<IntCounter, prometheus::Error> {
			let counter = IntCounter::new(name, help)?;
			registry.register(Box::new(counter.clone()))?;
			Ok(counter)
		};
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
		let seconds =
			vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

		let queries = counters("souk_queries_total", "Queries by how they ended", "end")?;
		let refusals =
			counters("souk_query_refusals_total", "Queries without a result, by the check", "check")?;
		let query_seconds = HistogramVec::new(
			HistogramOpts::new("souk_query_seconds", "From the request to the last byte sent")
				.buckets(seconds.clone()),
			&["end"],
		)?;
		registry.register(Box::new(query_seconds.clone()))?;
		let handovers = counters("souk_handovers_total", "Hand-overs by how they ended", "end")?;
		let handover_seconds = Histogram::with_opts(
			HistogramOpts::new("souk_handover_seconds", "From the offer to the receipt, of snapshots stored")
				.buckets(seconds),
		)?;
		registry.register(Box::new(handover_seconds.clone()))?;
		let network =
			IntGaugeVec::new(Opts::new("souk_network", "The network's own counters, by name"), &["counter"])?;
		registry.register(Box::new(network.clone()))?;

		for end in QueryEnd::ALL {
			queries.with_label_values(&[end.name()]);
		}
		for stage in Stage::ALL {
			refusals.with_label_values(&[stage.name()]);
		}
		for end in HandoverEnd::ALL {
			handovers.with_label_values(&[end.name()]);
		}
		Ok(Self {
			queries,
			refusals,
			query_seconds,
			handovers,
			handover_seconds,
			network,
			result_rows: counter("souk_result_rows_total", "Rows of complete results")?,
			result_bytes: counter(
				"souk_result_bytes_total",
				"Bytes of Arrow IPC sent, of results that were cut as well",
			)?,
			handover_bytes: counter("souk_handover_bytes_total", "Bytes of plaintext stored")?,
			running: gauge("souk_queries_running", "Queries that run now")?,
			waiting: gauge("souk_queries_waiting", "Queries that wait for a place")?,
			snapshots: gauge("souk_snapshots", "Snapshots on disk")?,
			listings: gauge("souk_listings_assigned", "Listings that this node is assigned to keep")?,
			head: gauge("souk_finalised_block", "Number of the newest finalised block seen")?,
			registry,
		})
	}

	/// A query without a result, and the check at which it ended.
	pub fn refused(&self, stage: Stage) {
		self.refusals.with_label_values(&[stage.name()]).inc();
	}

	/// A query ended after `seconds`.
	pub fn query(&self, end: QueryEnd, seconds: f64) {
		self.queries.with_label_values(&[end.name()]).inc();
		self.query_seconds.with_label_values(&[end.name()]).observe(seconds);
	}

	/// Bytes of a result were sent.
	pub fn sent(&self, bytes: usize) {
		self.result_bytes.inc_by(bytes as u64);
	}

	/// A result is complete.
	pub fn complete(&self, rows: u64) {
		self.result_rows.inc_by(rows);
	}

	/// A hand-over ended; `stored` is bytes and seconds where a snapshot was stored.
	pub fn handover(&self, end: HandoverEnd, stored: Option<(u64, f64)>) {
		self.handovers.with_label_values(&[end.name()]).inc();
		if let Some((bytes, seconds)) = stored {
			self.handover_bytes.inc_by(bytes);
			self.handover_seconds.observe(seconds);
		}
	}

	/// Bytes of results that were sent, of those that were cut as well.
	pub fn bytes_sent(&self) -> u64 {
		self.result_bytes.get()
	}

	/// How many queries ended that way.
	pub fn queries(&self, end: QueryEnd) -> u64 {
		self.queries.with_label_values(&[end.name()]).get()
	}

	/// How many queries ended at that check.
	pub fn refusals(&self, stage: Stage) -> u64 {
		self.refusals.with_label_values(&[stage.name()]).get()
	}

	/// How many hand-overs ended that way.
	pub fn handovers(&self, end: HandoverEnd) -> u64 {
		self.handovers.with_label_values(&[end.name()]).get()
	}

	/// Everything in Prometheus' text format, gauges read now.
	fn render(&self, condition: &Condition, network: &Network) -> Result<String, prometheus::Error> {
		let set = |gauge: &IntGauge, value: u64| gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
		set(&self.running, condition.queries_running);
		set(&self.waiting, condition.queries_waiting);
		set(&self.snapshots, condition.snapshots);
		set(&self.listings, condition.listings);
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
	node: Arc<Node>,
	network: Network,
	stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
	let router = Router::new()
		.route("/health", get(health))
		.route("/metrics", get(metrics))
		.with_state((node, network));
	axum::serve(listener, router).with_graceful_shutdown(stop).await
}

async fn health(State((node, _)): State<(Arc<Node>, Network)>) -> impl IntoResponse {
	let condition = node.condition().await;
	let status = if condition.healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
	let body = serde_json::to_string(&condition).unwrap_or_else(|_| r#"{"healthy":false}"#.into());
	(status, [(header::CONTENT_TYPE, "application/json")], body)
}

async fn metrics(State((node, network)): State<(Arc<Node>, Network)>) -> impl IntoResponse {
	let condition = node.condition().await;
	match node.metrics.render(&condition, &network) {
		Ok(text) => (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text),
		Err(error) => {
			(StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "text/plain")], error.to_string())
		}
	}
}
