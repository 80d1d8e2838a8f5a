//! What a validator's off-chain worker does: it asks each node of the running period whether it is there, at a time of its own, and votes.
//!
//! ```text
//! from ──────── 3/4 ────────┐                                          until
//!  │ first question, at a random block     │ second one, if need be │   │
//!  └──────────────────────────────────────────── 7/8: the vote, if not before
//! ```
//!
//! Each validator draws its own times, and nobody else knows them. So a node that more than two thirds of them did not reach was away for
//! about as much of the period.

use crate::*;
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use frame_system::offchain::SubmitTransaction;
use souk_primitives::Digest;
use sp_io::{hashing::blake2_256, offchain::timestamp};
use sp_runtime::{
	offchain::{
		http::{PendingRequest, Request},
		storage::StorageValueRef,
		storage_lock::{StorageLock, Time},
		Duration,
	},
	RuntimeAppPublic,
};

const LOG: &str = "runtime::availability";
/// Where the worker keeps its notes, and who writes them.
const NOTES: &[u8] = b"souk/availability/notes/v1";
const LOCK: &[u8] = b"souk/availability/lock/v1";
/// Time for a node's answer, in milliseconds. A worker runs for each block, so that it is shorter than one.
const PATIENCE: u64 = 2_000;
/// The lock of a worker that was killed is free after as many milliseconds.
const LOCKED_FOR: u64 = 10_000;
/// Most nodes that are asked at the same time.
pub(crate) const IN_FLIGHT: usize = 8;
/// How often a node is asked in vain before it is called unreachable: a packet may get lost.
pub(crate) const TRIES: u8 = 2;
/// Blocks after which a vote that is in no block is sent again.
pub(crate) const SENT_AGAIN: u32 = 5;
/// Any other answer than this one is none.
const OK: u16 = 200;

/// What a validator's worker has found in a period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Notes {
	/// The period's list.
	pub(crate) digest: Digest,
	/// Its end, by which times were drawn.
	pub(crate) until: u32,
	/// A note for each node of it.
	pub(crate) nodes: Vec<Note>,
	/// Block in which the vote was sent last.
	pub(crate) sent: Option<u32>,
}

/// What it has found of a node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Note {
	/// Block from which on it is asked (again).
	pub(crate) at: u32,
	/// How often it was asked in vain.
	pub(crate) failed: u8,
	/// The result.
	pub(crate) finding: Finding,
}

impl Note {
	/// Notes an answer, or that there was none.
	fn take(&mut self, answered: bool, again: u32) {
		if answered {
			self.finding = Finding::Reachable;
			return;
		}
		self.failed = self.failed.saturating_add(1);
		self.at = again;
		if self.failed >= TRIES {
			self.finding = Finding::Unreachable;
		}
	}
}

impl Notes {
	/// For a period that begins: nodes are asked at random, in its first three quarters.
	fn begin(period: &PeriodRecord) -> Self {
		let seed = sp_io::offchain::random_seed();
		let room = share_of(period, 3, 4).max(1);
		let at = |place: u32| {
			let [a, b, c, d, ..] = blake2_256(&(seed, place).encode());
			let offset = u32::from_le_bytes([a, b, c, d]).checked_rem(room).unwrap_or(0);
			period.from.saturating_add(1).saturating_add(offset)
		};
		let note = |place| Note { at: at(place), failed: 0, finding: Finding::NotProbed };
		let nodes = (0..period.nodes).map(note).collect();
		Self { digest: period.digest, until: period.until, nodes, sent: None }
	}

	/// The places of those to be asked in a block: who waits longest, first.
	fn due(&self, now: u32) -> Vec<usize> {
		let open = |(_, note): &(usize, &Note)| note.finding == Finding::NotProbed && note.at <= now;
		let mut due: Vec<_> = self.nodes.iter().enumerate().filter(open).collect();
		due.sort_by_key(|(_, note)| note.at);
		due.into_iter().map(|(place, _)| place).take(IN_FLIGHT).collect()
	}

	fn findings(&self) -> Findings {
		Findings::truncate_from(self.nodes.iter().map(|note| note.finding).collect())
	}

	/// Whether all is found, or there is no more time to find out.
	fn is_ripe(&self, now: u32, period: &PeriodRecord) -> bool {
		let found = |note: &Note| note.finding != Finding::NotProbed;
		let last = period.until.saturating_sub(share_of(period, 1, 8).max(1));
		self.nodes.iter().any(found) && (now >= last || self.nodes.iter().all(found))
	}

	fn sent_lately(&self, now: u32) -> bool {
		self.sent.is_some_and(|sent| now < sent.saturating_add(SENT_AGAIN))
	}
}

/// A part of a period, in blocks.
fn share_of(period: &PeriodRecord, part: u32, of: u32) -> u32 {
	period.until.saturating_sub(period.from).saturating_mul(part).checked_div(of).unwrap_or(0)
}

impl<T: Config> Pallet<T> {
	/// Goes on with the questions of the running period, and votes when it is time.
	pub(crate) fn probe(now: u32) {
		let Some(period) = Current::<T>::get() else { return };
		if period.nodes == 0 || now >= period.until {
			return;
		}
		let keys = Self::local_keys();
		if keys.is_empty() {
			return;
		}
		// The worker of the block before may still be at it.
		let mut lock = StorageLock::<Time>::with_deadline(LOCK, Duration::from_millis(LOCKED_FOR));
		let Ok(_guard) = lock.try_lock() else { return };
		let stored = StorageValueRef::persistent(NOTES);
		let mut notes = match stored.get::<Notes>() {
			Ok(Some(notes)) if (notes.digest, notes.until) == (period.digest, period.until) => notes,
			_ => Notes::begin(&period),
		};
		Self::ask(now, &period, &mut notes);
		if notes.is_ripe(now, &period) && !notes.sent_lately(now) {
			notes.sent = Some(now);
			for (voter, key) in keys {
				Self::send_vote(&period, voter, &key, notes.findings());
			}
		}
		stored.set(&notes);
	}

	/// The validators of the period whose keys this node has, and who have not voted.
	fn local_keys() -> Vec<(u32, T::AuthorityId)> {
		let local = T::AuthorityId::all();
		let voters = (0u32..).zip(Voters::<T>::get());
		voters
			.filter(|(_, voter)| !voter.voted && local.contains(&voter.key))
			.map(|(place, voter)| (place, voter.key))
			.collect()
	}

	/// Asks those whose time it is, all at once.
	fn ask(now: u32, period: &PeriodRecord, notes: &mut Notes) {
		let due = notes.due(now);
		if due.is_empty() {
			return;
		}
		let tallies = Tallies::<T>::get();
		let again = now.saturating_add(share_of(period, 1, 16).max(1));
		let deadline = timestamp().add(Duration::from_millis(PATIENCE));
		let mut asked = Vec::new();
		for place in due {
			let Some(note) = notes.nodes.get_mut(place) else { continue };
			let Some(url) = tallies.get(place).and_then(|tally| Self::url_of(&tally.node)) else {
				// Nothing is said of who cannot be asked.
				note.at = u32::MAX;
				continue;
			};
			match Request::get(&url).deadline(deadline).send() {
				Ok(request) => asked.push((place, request)),
				Err(_) => note.take(false, again),
			}
		}
		let (places, requests): (Vec<usize>, Vec<PendingRequest>) = asked.into_iter().unzip();
		// Only the status is looked at. The rest of the answer is not read, however long it is.
		let answers = PendingRequest::try_wait_all(requests, deadline);
		for (place, answer) in places.into_iter().zip(answers) {
			let answered = matches!(answer, Ok(Ok(response)) if response.code == OK);
			if let Some(note) = notes.nodes.get_mut(place) {
				note.take(answered, again);
			}
		}
	}

	/// Where a node is asked, if it may be.
	fn url_of(node: &T::AccountId) -> Option<String> {
		let endpoint = Endpoint::parse(&Health::<T>::get(node)?.url)?;
		Self::may_be_asked(&endpoint).then(|| endpoint.url())
	}

	fn send_vote(period: &PeriodRecord, voter: u32, key: &T::AuthorityId, findings: Findings) {
		let ballot = Ballot { period: period.number, voter, findings };
		let Some(signature) = key.sign(&ballot.message(&Self::genesis(), &period.digest)) else {
			log::warn!(target: LOG, "the session key of validator {voter} cannot sign");
			return;
		};
		let call = Call::<T>::vote { ballot, signature };
		let transaction = T::create_authorized_transaction(call.into());
		match SubmitTransaction::<T, Call<T>>::submit_transaction(transaction) {
			Ok(()) => log::info!(target: LOG, "validator {voter} votes in period {}", period.number),
			Err(()) => {
				log::warn!(target: LOG, "the vote of validator {voter} was not taken; sent again later")
			}
		}
	}
}
