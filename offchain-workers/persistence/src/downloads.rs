//! What downloads may take of this node: how many at a time, how often one peer may ask, how many bytes go out in a minute.

use crate::{
	checks::rate::{Rate, RateLimiter},
	places::Places,
};
use souk_network::PeerId;
use std::{
	collections::HashMap,
	hash::Hash,
	sync::{Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};

/// Looks at the chain at a time: whatever is asked for, the other half of the light client's requests is for those who pay.
const LOOKS: usize = 1;
/// Looks that wait.
const LOOKS_WAITING: usize = 32;
/// What may go out at once after a pause, in time at the full rate.
const BURST: Duration = Duration::from_secs(1);
/// Peers that are remembered at a time. Whoever has paused for [`BURST`] is as good as unknown and the first to go.
const MAX_PEERS: usize = 4096;

/// Limits on downloads.
#[derive(Clone, Debug)]
pub struct DownloadLimits {
	/// Downloads at a time.
	pub running: usize,
	/// Downloads that may wait for their turn.
	pub waiting: usize,
	/// How long one waits for its turn; less than what a client waits for an answer.
	pub patience: Duration,
	/// How long one is served; a piece that was begun by then is finished.
	pub time: Duration,
	/// Requests per peer.
	pub peer_rate: Rate,
	/// Bytes per minute to one peer.
	pub peer_bytes: u64,
	/// Bytes per minute in all.
	pub all_bytes: u64,
}

impl Default for DownloadLimits {
	/// 16 at a time and 64 waiting, 20 seconds at most; each is served for five minutes; 60 requests of a peer in a minute; 2 GiB
	/// in a minute to a peer, 6 GiB in all.
	fn default() -> Self {
		Self {
			running: 16,
			waiting: 64,
			patience: Duration::from_secs(20),
			time: Duration::from_secs(300),
			peer_rate: Rate { burst: 60, per_second: 1.0 },
			peer_bytes: 2 << 30,
			all_bytes: 6 << 30,
		}
	}
}

/// The downloads of one node.
pub(crate) struct Downloads {
	pub(crate) limits: DownloadLimits,
	pub(crate) places: Places,
	pub(crate) looks: Places,
	pub(crate) peers: RateLimiter<PeerId>,
	pub(crate) pace: Pace<PeerId>,
}

impl Downloads {
	pub(crate) fn new(limits: DownloadLimits) -> Self {
		Self {
			places: Places::new(limits.running, limits.waiting),
			looks: Places::new(LOOKS, LOOKS_WAITING),
			peers: RateLimiter::new(limits.peer_rate),
			pace: Pace::new(limits.peer_bytes, limits.all_bytes),
			limits,
		}
	}
}

/// Says when the next bytes may go out, to each `K` and in all.
pub(crate) struct Pace<K> {
	peer_bytes: u64,
	all_bytes: u64,
	next: Mutex<Next<K>>,
}

/// When everything that was promised so far has gone out, at the full rate.
struct Next<K> {
	all: Option<Instant>,
	peers: HashMap<K, Instant>,
}

impl<K: Eq + Hash> Pace<K> {
	/// So many bytes per minute.
	pub(crate) fn new(peer_bytes: u64, all_bytes: u64) -> Self {
		Self { peer_bytes, all_bytes, next: Mutex::new(Next { all: None, peers: HashMap::new() }) }
	}

	/// Promises to send `bytes` to `peer`, and returns when that may be: `now`, or later. Where it would be after `until`, nothing is
	/// promised.
	pub(crate) fn promise(&self, peer: K, bytes: usize, now: Instant, until: Instant) -> Option<Instant> {
		let mut next = self.next();
		if next.peers.len() >= MAX_PEERS && !next.peers.contains_key(&peer) {
			next.peers.retain(|_, next| *next > earliest(now));
		}
		let of_peer = next.peers.get(&peer).copied();
		let (at_peer, next_peer) = step(of_peer, self.peer_bytes, bytes, now);
		let (at_all, next_all) = step(next.all, self.all_bytes, bytes, now);
		let at = at_peer.max(at_all);
		if at > until {
			return None;
		}
		next.all = Some(next_all);
		// Beyond it, who is not remembered shares the bytes of all, which are bounded.
		if next.peers.len() < MAX_PEERS || of_peer.is_some() {
			next.peers.insert(peer, next_peer);
		}
		Some(at)
	}

	fn next(&self) -> MutexGuard<'_, Next<K>> {
		// A map that a panicking task left behind is still a map.
		self.next.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// A pause counts for [`BURST`], not for longer.
fn earliest(now: Instant) -> Instant {
	now.checked_sub(BURST).unwrap_or(now)
}

/// When `bytes` may go out, and when the next ones may.
fn step(next: Option<Instant>, per_minute: u64, bytes: usize, now: Instant) -> (Instant, Instant) {
	let begin = next.map_or(earliest(now), |next| next.max(earliest(now)));
	let seconds = bytes as f64 * 60.0 / per_minute.max(1) as f64;
	// An hour is as good as never for a download that is served for minutes.
	let takes = Duration::from_secs_f64(seconds.min(3600.0));
	(begin.max(now), begin + takes)
}

#[cfg(test)]
mod tests {
	use super::*;

	const SECOND: Duration = Duration::from_secs(1);
	const MINUTE: Duration = Duration::from_secs(60);

	#[test]
	fn a_burst_goes_at_once_then_the_rate_holds_for_each_and_for_all() {
		// A kilobyte per second to each, four in all.
		let pace = Pace::new(60_000, 240_000);
		let now = Instant::now() + SECOND * 10;
		let promise = |peer| pace.promise(peer, 1000, now, now + MINUTE).map(|at| at - now);
		assert_eq!(promise(1), Some(Duration::ZERO));
		assert_eq!(promise(1), Some(Duration::ZERO));
		assert_eq!(promise(1), Some(SECOND));
		assert_eq!(promise(2), Some(Duration::ZERO), "another peer");
		assert_eq!(promise(3), Some(Duration::ZERO), "and one more");
		assert_eq!(promise(4), Some(SECOND / 4), "four have gone, and one was promised");
		// Whoever waited as long is as if new, and no better.
		let later = now + MINUTE;
		for expected in [later, later, later + SECOND] {
			assert_eq!(pace.promise(1, 1000, later, later + MINUTE), Some(expected));
		}
	}

	#[test]
	fn what_would_come_too_late_takes_nothing_from_those_who_ask_again() {
		let pace = Pace::new(60_000, 60_000);
		let now = Instant::now() + SECOND * 10;
		for _ in 0..2 {
			assert_eq!(pace.promise(1, 1000, now, now), Some(now));
		}
		for _ in 0..10 {
			assert_eq!(pace.promise(1, 1000, now, now + SECOND / 2), None);
		}
		assert_eq!(pace.promise(1, 1000, now, now + SECOND), Some(now + SECOND));
	}

	#[test]
	fn peers_that_have_paused_are_forgotten() {
		let pace = Pace::new(60_000, u64::MAX);
		let now = Instant::now() + SECOND * 10;
		for peer in 0..MAX_PEERS {
			pace.promise(peer, 1000, now, now);
		}
		assert_eq!(pace.next().peers.len(), MAX_PEERS);
		pace.promise(MAX_PEERS, 1000, now + SECOND, now + MINUTE);
		assert_eq!(pace.next().peers.len(), 1);
	}

	#[test]
	fn a_rate_of_next_to_nothing_is_no_panic() {
		let pace = Pace::new(1, 1);
		let now = Instant::now() + SECOND * 10;
		assert_eq!(pace.promise(1, usize::MAX, now, now), Some(now));
		assert_eq!(pace.promise(1, 1, now, now + SECOND * 3500), None);
	}
}
