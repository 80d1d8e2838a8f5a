//! Which connected peers have said what they are, and who waits for it.
//!
//! A look-up asks the peers of the routing table. A peer comes into it with what it says in identify, a moment after the
//! connection is made: whoever looks something up in between asks nobody.

use std::collections::{HashMap, HashSet};

use libp2p::PeerId;
use tokio::sync::oneshot;

use crate::NetworkError;

type Waiter = oneshot::Sender<Result<(), NetworkError>>;

/// The connected peers of this network that have said what they are, and who waits for others.
#[derive(Default)]
pub(super) struct Identified {
	peers: HashSet<PeerId>,
	waiters: HashMap<PeerId, Vec<Waiter>>,
}

impl Identified {
	/// Answers once `peer`, which is connected, has said what it is, or has gone.
	pub(super) fn wait(&mut self, peer: PeerId, waiter: Waiter) {
		if self.peers.contains(&peer) {
			// Here and below: who has given up waiting needs no answer.
			let _ = waiter.send(Ok(()));
			return;
		}
		let waiters = self.waiters.entry(peer).or_default();
		// A peer that never says it may be waited for again and again.
		waiters.retain(|earlier| !earlier.is_closed());
		waiters.push(waiter);
	}

	/// `peer` has said what it is, and is in the routing table if it takes part in the DHT.
	pub(super) fn insert(&mut self, peer: PeerId) {
		self.peers.insert(peer);
		for waiter in self.waiters.remove(&peer).into_iter().flatten() {
			let _ = waiter.send(Ok(()));
		}
	}

	/// The last connection to `peer` was closed.
	pub(super) fn remove(&mut self, peer: &PeerId) {
		self.peers.remove(peer);
		for waiter in self.waiters.remove(peer).into_iter().flatten() {
			let _ = waiter.send(Err(NetworkError::Disconnected(*peer)));
		}
	}
}
