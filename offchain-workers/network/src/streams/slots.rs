//! The places that inbound streams of one protocol take, in total and per peer.

use std::{
	collections::HashMap,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use libp2p::PeerId;

/// Counts the places in use.
#[derive(Debug)]
pub(crate) struct Slots {
	max_total: usize,
	max_per_peer: usize,
	used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
	total: usize,
	/// Peers without a stream have no entry.
	by_peer: HashMap<PeerId, usize>,
}

/// Which bound is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
	Total,
	Peer,
}

/// A place; dropping it gives it back.
#[derive(Debug)]
pub(crate) struct StreamSlot {
	slots: Arc<Slots>,
	peer: PeerId,
}

impl Slots {
	pub(crate) fn new(max_total: usize, max_per_peer: usize) -> Arc<Self> {
		Arc::new(Slots { max_total, max_per_peer, used: Mutex::default() })
	}

	/// Takes a place for a stream of `peer`. The peer's own bound is looked at first: who floods is told apart from
	/// those who suffer from it.
	pub(crate) fn take(self: &Arc<Self>, peer: PeerId) -> Result<StreamSlot, Full> {
		let mut used = self.used();
		let of_peer = used.by_peer.get(&peer).copied().unwrap_or(0);
		if of_peer >= self.max_per_peer {
			return Err(Full::Peer);
		}
		if used.total >= self.max_total {
			return Err(Full::Total);
		}
		used.total += 1;
		used.by_peer.insert(peer, of_peer + 1);
		Ok(StreamSlot { slots: self.clone(), peer })
	}

	fn used(&self) -> MutexGuard<'_, Used> {
		// No code that holds the lock can panic.
		self.used.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Drop for StreamSlot {
	fn drop(&mut self) {
		let mut used = self.slots.used();
		used.total = used.total.saturating_sub(1);
		if let Some(of_peer) = used.by_peer.get_mut(&self.peer) {
			*of_peer -= 1;
			if *of_peer == 0 {
				used.by_peer.remove(&self.peer);
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn one_peer_cannot_take_the_places_of_another() {
		let slots = Slots::new(3, 2);
		let (greedy, modest) = (PeerId::random(), PeerId::random());
		let _held: Vec<_> = (0..2).map(|_| slots.take(greedy).expect("a place")).collect();
		assert_eq!(slots.take(greedy).err(), Some(Full::Peer));
		let _modest = slots.take(modest).expect("a place is left");
		assert_eq!(slots.take(modest).err(), Some(Full::Total));
	}

	#[test]
	fn a_dropped_place_is_free_again_and_leaves_no_trace() {
		let slots = Slots::new(1, 1);
		let peer = PeerId::random();
		for _ in 0..3 {
			let slot = slots.take(peer).expect("a place");
			assert_eq!(slots.take(peer).err(), Some(Full::Peer));
			drop(slot);
		}
		assert!(slots.used().by_peer.is_empty());
		assert_eq!(slots.used().total, 0);
	}
}
