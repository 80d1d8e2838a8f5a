//! Renews what this node has published: at intervals, and soon after a node of the DHT has come, which may be a boot
//! node that has just lost its memory.

use std::{
	collections::{HashSet, VecDeque},
	time::Duration,
};

use libp2p::kad::{QueryId, Quorum, RecordKey};
use tokio::time::Instant;

use super::NetworkDriver;
use crate::NetworkLimits;

/// Renewals under way at a time.
const AT_ONCE: usize = 16;
/// Time for other newcomers to come as well.
const SETTLE: Duration = Duration::from_secs(1);

/// When to renew next, and what is still to be renewed.
pub(super) struct Announcer {
	interval: Duration,
	gap: Duration,
	due: Instant,
	earliest: Instant,
	queue: VecDeque<Item>,
	running: HashSet<QueryId>,
}

enum Item {
	Provided(RecordKey),
	Record(RecordKey),
}

impl Announcer {
	pub(super) fn new(limits: &NetworkLimits) -> Self {
		let now = Instant::now();
		Announcer {
			interval: limits.announce_interval,
			gap: limits.announce_gap,
			due: now + limits.announce_interval,
			earliest: now,
			queue: VecDeque::new(),
			running: HashSet::new(),
		}
	}

	pub(super) fn due(&self) -> Instant {
		self.due
	}

	/// A node of the DHT was met.
	pub(super) fn peer_joined(&mut self, now: Instant) {
		self.due = self.due.min(self.earliest.max(now + SETTLE));
	}

	/// Whether the finished query was one of ours.
	pub(super) fn finished(&mut self, query: &QueryId) -> bool {
		self.running.remove(query)
	}
}

impl NetworkDriver {
	/// Queues everything that this node has published.
	pub(super) fn start_announcing(&mut self, now: Instant) {
		self.announcer.due = now + self.announcer.interval;
		self.announcer.earliest = now + self.announcer.gap;
		let store = self.swarm.behaviour_mut().kad.store_mut();
		self.announcer.queue = store
			.own_provided()
			.cloned()
			.map(Item::Provided)
			.chain(store.own_records().map(|record| Item::Record(record.key.clone())))
			.collect();
		self.announce_more();
	}

	/// Starts as many renewals as there is room for.
	pub(super) fn announce_more(&mut self) {
		while self.announcer.running.len() < AT_ONCE {
			let Some(item) = self.announcer.queue.pop_front() else { return };
			let kad = &mut self.swarm.behaviour_mut().kad;
			let store = kad.store_mut();
			// What was withdrawn since it was queued is not renewed.
			let started = match item {
				Item::Provided(key) if store.provides(&key) => kad.start_providing(key),
				Item::Record(key) => match store.own_record(&key).cloned() {
					Some(record) => kad.put_record(record, Quorum::One),
					None => continue,
				},
				Item::Provided(_) => continue,
			};
			match started {
				Ok(query) => {
					self.announcer.running.insert(query);
				}
				Err(error) => tracing::warn!(%error, "could not renew what this node has published"),
			}
		}
	}
}
