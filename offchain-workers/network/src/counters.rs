//! Plain numbers for the metrics endpoint.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
	($($(#[$doc:meta])* $name:ident,)*) => {
		/// What the network has done since its start. All but the two gauges only grow.
		#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
		#[non_exhaustive]
		pub struct NetworkCounters {
			$($(#[$doc])* pub $name: u64,)*
		}

		/// The same, as written to from many tasks.
		#[derive(Debug, Default)]
		pub(crate) struct Counters {
			$(pub(crate) $name: Counter,)*
		}

		impl Counters {
			pub(crate) fn snapshot(&self) -> NetworkCounters {
				NetworkCounters { $($name: self.$name.get(),)* }
			}
		}

		impl NetworkCounters {
			/// Every counter with its name, in a fixed order.
			pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
				[$((stringify!($name), self.$name),)*].into_iter()
			}
		}
	};
}

counters! {
	/// Gauge: peers with at least one open connection.
	connected_peers,
	/// Gauge: open connections.
	open_connections,
	/// Connections made, both directions.
	connections_opened,
	/// Connections refused because a limit was reached, both directions.
	connections_refused,
	/// Dials that reached nobody.
	dials_failed,
	/// Peers turned away because they belong to another chain.
	foreign_peers,
	/// Streams opened to others.
	streams_opened,
	/// Streams of others that were admitted.
	streams_accepted,
	/// Streams of others that were dropped because all the places of the protocol were taken.
	streams_refused_total,
	/// Streams of others that were dropped because the peer had taken all of its places.
	streams_refused_peer,
	/// Frames sent.
	frames_sent,
	/// Frames received.
	frames_received,
	/// Bytes of frames sent, without their headers.
	bytes_sent,
	/// Bytes of frames received, without their headers.
	bytes_received,
	/// Frames refused because they were announced too large.
	frames_too_large,
	/// Streams that ended without their end mark.
	streams_cut,
	/// Streams given up because a frame took too long.
	streams_timed_out,
	/// Records taken into the store for others.
	records_stored,
	/// Records refused: forged, too large, outdated, or over a quota.
	records_refused,
	/// Records found by a look-up that were forged or not for their key.
	records_forged,
	/// Provider entries taken into the store for others.
	providers_stored,
	/// Provider entries refused: malformed or over a quota.
	providers_refused,
}

/// A number that many tasks change.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
	pub(crate) fn add(&self, n: u64) {
		self.0.fetch_add(n, Ordering::Relaxed);
	}

	pub(crate) fn increase(&self) {
		self.add(1);
	}

	pub(crate) fn set(&self, n: u64) {
		self.0.store(n, Ordering::Relaxed);
	}

	pub(crate) fn get(&self) -> u64 {
		self.0.load(Ordering::Relaxed)
	}
}
