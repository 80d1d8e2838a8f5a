//! Counters and gauges of a daemon, with the network's own among them.

use prometheus::{
	Error, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
	Registry, TextEncoder,
};
use souk_network::Network;

/// Makes instruments and renders them. Those with a label have every value of it from the start, so that a rate over it is
/// defined.
///
/// None of it fails in practice: names are literals, and each is registered once.
pub struct Instruments {
	registry: Registry,
	network: IntGaugeVec,
}

impl Instruments {
	/// None yet but the network's.
	///
	/// # Errors
	/// See [`Instruments`].
	pub fn new() -> Result<Self, Error> {
		let network =
			IntGaugeVec::new(Opts::new("souk_network", "The network's own counters, by name"), &["counter"])?;
		let registry = Registry::new();
		registry.register(Box::new(network.clone()))?;
		Ok(Self { registry, network })
	}

	/// A counter.
	///
	/// # Errors
	/// See [`Instruments`].
	pub fn counter(&self, name: &str, help: &str) -> Result<IntCounter, Error> {
		let counter = IntCounter::new(name, help)?;
		self.registry.register(Box::new(counter.clone()))?;
		Ok(counter)
	}

	/// A counter for each value of a label.
	///
	/// # Errors
	/// See [`Instruments`].
	pub fn counters<'a>(
		&self,
		name: &str,
		help: &str,
		label: &str,
		values: impl IntoIterator<Item = &'a str>,
	) -> Result<IntCounterVec, Error> {
		let counters = IntCounterVec::new(Opts::new(name, help), &[label])?;
		self.registry.register(Box::new(counters.clone()))?;
		for value in values {
			counters.with_label_values(&[value]);
		}
		Ok(counters)
	}

	/// A gauge.
	///
	/// # Errors
	/// See [`Instruments`].
	pub fn gauge(&self, name: &str, help: &str) -> Result<IntGauge, Error> {
		let gauge = IntGauge::new(name, help)?;
		self.registry.register(Box::new(gauge.clone()))?;
		Ok(gauge)
	}

	/// A distribution over buckets up to these bounds.
	///
	/// # Errors
	/// See [`Instruments`].
	pub fn histogram(&self, name: &str, help: &str, buckets: &[f64]) -> Result<Histogram, Error> {
		let histogram = Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec()))?;
		self.registry.register(Box::new(histogram.clone()))?;
		Ok(histogram)
	}

	/// A distribution for each value of a label.
	///
	/// # Errors
	/// See [`Instruments`].
	pub fn histograms<'a>(
		&self,
		name: &str,
		help: &str,
		buckets: &[f64],
		label: &str,
		values: impl IntoIterator<Item = &'a str>,
	) -> Result<HistogramVec, Error> {
		let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
		let histograms = HistogramVec::new(options, &[label])?;
		self.registry.register(Box::new(histograms.clone()))?;
		for value in values {
			histograms.with_label_values(&[value]);
		}
		Ok(histograms)
	}

	/// Everything in Prometheus' text format, the network's counters read now.
	///
	/// # Errors
	/// See [`Instruments`].
	pub fn render(&self, network: &Network) -> Result<String, Error> {
		for (name, value) in network.counters().iter() {
			set(&self.network.with_label_values(&[name]), value);
		}
		TextEncoder::new().encode_to_string(&self.registry.gather())
	}
}

/// Sets a gauge; what is beyond its range counts as its end.
pub fn set(gauge: &IntGauge, value: u64) {
	gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
}
