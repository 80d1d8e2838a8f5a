//! What shows that this node has a snapshot: the piece that the chain has drawn, cut out of a chunk that is sealed again, and what leads
//! from it to the root on chain. And what is remembered of challenges while they are open.

use crate::chain::Challenge;
use souk_proof_primitives::{
	merkle::{root_of, MerkleStream, Path},
	piece::{cut, leaf_of, Piece},
};
use souk_protocol::{
	chunk::{cipher_leaf, seal_chunk, CHUNK_BYTES, CHUNK_OVERHEAD},
	Digest, SnapshotKey,
};
use std::{
	collections::BTreeMap,
	fs::File,
	io::{self, Read},
	sync::{Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// Blocks that a transaction needs at least: with fewer left, none is sent.
const MARGIN: u32 = 2;
/// How long a failure is waited for at most, before it is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The answer to a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
	/// The piece, and what leads from it to its chunk's leaf.
	pub piece: Piece,
	/// What leads from there to the root.
	pub path: Path,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unable {
	/// The data is gone.
	#[error("the snapshot is not on this node's disk")]
	NotHeld,
	/// The listing has a new secret, and the snapshot is from before it.
	#[error("the snapshot's key is not known here: the listing has a new secret, or none was wrapped to this node")]
	NoKey,
	/// The disk failed.
	#[error("the snapshot cannot be read: {0}")]
	Unreadable(#[from] io::Error),
	/// The data was changed.
	#[error("the file on this node's disk is not the snapshot that is final on chain")]
	Changed,
	/// The node stops.
	#[error("this node is being stopped")]
	Stopped,
}

impl Unable {
	/// Whether the data is lost, as far as this node can tell.
	pub fn is_loss(&self) -> bool {
		!matches!(self, Self::Stopped)
	}
}

/// A snapshot's file, and what it is to become.
pub struct Sealing {
	/// Its key.
	pub key: SnapshotKey,
	/// Bytes of the file.
	pub bytes: u64,
	/// Root over its ciphertext, as it is on chain.
	pub cipher_root: Digest,
}

/// Seals a plain file again, chunk by chunk, and returns what a challenge asks for. Reads all of it: a path needs every leaf. What is returned
/// is what the chain accepts, checked as the chain does it.
///
/// # Errors
/// [`Unable`].
pub fn show(
	file: &mut File,
	sealing: &Sealing,
	challenge: &Challenge,
	stopped: impl Fn() -> bool,
) -> Result<Shown, Unable> {
	let keys = sealing.key.chunks();
	let mut leaves = MerkleStream::with_path_of(challenge.chunk);
	let mut chunk = Vec::with_capacity(CHUNK_BYTES + CHUNK_OVERHEAD);
	let (mut found, mut left, mut index) = (None, sealing.bytes, 0u32);
	while left > 0 {
		if stopped() {
			return Err(Unable::Stopped);
		}
		let expected = left.min(CHUNK_BYTES as u64);
		chunk.clear();
		file.by_ref().take(expected).read_to_end(&mut chunk)?;
		if chunk.len() as u64 != expected {
			return Err(Unable::Changed);
		}
		seal_chunk(&keys.chunk(index), index, &mut chunk);
		leaves.push(cipher_leaf(index, &chunk));
		if index == challenge.chunk {
			found = cut(index, &chunk, challenge.piece).map(|piece| (piece, chunk.len()));
		}
		left -= expected;
		index = index.checked_add(1).ok_or(Unable::Changed)?;
	}
	let (Some((piece, sealed)), Some(path)) = (found, leaves.path()) else { return Err(Unable::Changed) };
	let leaf = leaf_of(&piece, challenge.piece, sealed);
	let root = leaf.and_then(|leaf| root_of(leaf, challenge.chunk, &path));
	match root == Some(sealing.cipher_root) {
		true => Ok(Shown { piece, path }),
		false => Err(Unable::Changed),
	}
}

/// How a challenge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
	/// Its answer is being made, or on its way to the chain.
	UnderWay,
	/// The answer is in this block.
	Answered(u32),
	/// Tried in vain; again at this time.
	Failed(Instant),
}

struct Entry {
	standing: Standing,
	failures: u32,
	lost: bool,
	problem: Option<String>,
}

/// How many challenges there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
	/// Those that wait for an answer.
	pub open: u64,
	/// Those of them for which this node has not got the data.
	pub lost: u64,
}

/// The memory. Shared by the task that answers and those who ask how it is doing.
pub struct Challenges {
	/// The first pause after a failure.
	pause: Duration,
	open: Mutex<BTreeMap<Challenge, Entry>>,
	/// Files are read one at a time.
	pub(crate) reading: Semaphore,
}

/// Whether an answer that is sent after block `head` comes in time.
fn is_in_time(challenge: &Challenge, head: u32) -> bool {
	head.saturating_add(MARGIN) < challenge.answer_until
}

/// What a look at the chain comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Look {
	/// To be answered now; they count as under way.
	pub due: Vec<Challenge>,
	/// Over, and not answered.
	pub missed: Vec<Challenge>,
}

impl Challenges {
	/// `pause` is how long a failure is waited for at first; twice as long each time.
	pub fn new(pause: Duration) -> Self {
		Self { pause, open: Mutex::default(), reading: Semaphore::new(1) }
	}

	/// Takes note of the challenges that are open at block `head`.
	pub fn look(&self, head: u32, open: &[Challenge], now: Instant) -> Look {
		let mut book = self.book();
		let mut look = Look::default();
		book.retain(|challenge, entry| {
			if open.contains(challenge) || entry.standing == Standing::UnderWay {
				return true;
			}
			let answered = matches!(entry.standing, Standing::Answered(_));
			if !answered && head >= challenge.answer_until {
				look.missed.push(*challenge);
			}
			// Otherwise it was answered, by an earlier life of this node perhaps.
			false
		});
		for challenge in open {
			let entry = book.entry(*challenge).or_insert_with(|| Entry {
				standing: Standing::Failed(now),
				failures: 0,
				lost: false,
				problem: None,
			});
			match entry.standing {
				Standing::Failed(until) if until <= now && is_in_time(challenge, head) => {
					entry.standing = Standing::UnderWay;
					look.due.push(*challenge);
				}
				_ => {}
			}
		}
		look
	}

	/// It is answered, in this block.
	pub fn answered(&self, challenge: &Challenge, block: u32) {
		if let Some(entry) = self.book().get_mut(challenge) {
			*entry = Entry { standing: Standing::Answered(block), failures: 0, lost: false, problem: None };
		}
	}

	/// It was tried in vain. Returns whether that is the first time.
	pub fn failed(&self, challenge: &Challenge, lost: bool, problem: String, now: Instant) -> bool {
		let mut book = self.book();
		let Some(entry) = book.get_mut(challenge) else { return true };
		let pause = self.pause.saturating_mul(1 << entry.failures.min(8)).min(LONGEST_PAUSE);
		entry.standing = Standing::Failed(now + pause);
		entry.failures = entry.failures.saturating_add(1);
		(entry.lost, entry.problem) = (lost, Some(problem));
		entry.failures == 1
	}

	/// When the next failure is to be tried again, of those for which there is time after block `head`.
	pub fn next_try(&self, head: u32) -> Option<Instant> {
		let book = self.book();
		let tries = book.iter().filter_map(|(challenge, entry)| match entry.standing {
			Standing::Failed(until) if is_in_time(challenge, head) => Some(until),
			_ => None,
		});
		tries.min()
	}

	/// How many there are.
	pub fn counts(&self) -> Counts {
		let book = self.book();
		let open = book.values().filter(|entry| !matches!(entry.standing, Standing::Answered(_))).count();
		Counts { open: open as u64, lost: book.values().filter(|entry| entry.lost).count() as u64 }
	}

	/// What is wrong, in a sentence.
	pub fn problem(&self) -> Option<String> {
		let book = self.book();
		let (challenge, entry) = book.iter().find(|(_, entry)| entry.lost)?;
		Some(format!(
			"ALARM: this node has to show a piece of period {} of listing {} before block {}, and cannot: {}",
			challenge.period,
			challenge.listing,
			challenge.answer_until,
			entry.problem.as_deref().unwrap_or("it does not know why")
		))
	}

	fn book(&self) -> MutexGuard<'_, BTreeMap<Challenge, Entry>> {
		self.open.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_protocol::{seal_file, ListingSecret};
	use std::io::{Seek as _, Write as _};

	fn challenge(chunk: u32, piece: u32) -> Challenge {
		Challenge { listing: 7, period: 100, chunk, piece, answer_until: 60 }
	}

	fn sealing(plain: &[u8]) -> (File, Sealing) {
		let key = ListingSecret::generate().snapshot_key(7, 100);
		let roots = seal_file(&key, &mut &plain[..], &mut io::sink()).unwrap();
		let mut file = tempfile::tempfile().unwrap();
		file.write_all(plain).unwrap();
		file.rewind().unwrap();
		(file, Sealing { key, bytes: roots.bytes, cipher_root: roots.cipher_root })
	}

	#[test]
	fn every_piece_of_every_chunk_can_be_shown() {
		let plain: Vec<u8> = (0..2 * CHUNK_BYTES + 2_000).map(|i| (i * 7 + i / 251) as u8).collect();
		let (mut file, sealing) = sealing(&plain);
		// A full chunk has 65 pieces, the last one three.
		for (chunk, piece) in [(0, 0), (0, 64), (1, 33), (2, 0), (2, 2)] {
			file.rewind().unwrap();
			let shown = show(&mut file, &sealing, &challenge(chunk, piece), || false).unwrap();
			assert_eq!(shown.path.leaves, 3);
		}
		for nowhere in [challenge(3, 0), challenge(0, 65), challenge(2, 3)] {
			file.rewind().unwrap();
			assert!(matches!(show(&mut file, &sealing, &nowhere, || false), Err(Unable::Changed)));
		}
	}

	#[test]
	fn a_file_that_was_changed_cut_or_is_of_another_key_shows_nothing() {
		let plain = vec![3; CHUNK_BYTES + 5];
		let (mut file, sealing) = sealing(&plain);
		// A byte that is in another chunk than what is asked for: nothing is shown of a snapshot that is not whole.
		file.seek(io::SeekFrom::Start(CHUNK_BYTES as u64 + 1)).unwrap();
		file.write_all(&[9]).unwrap();
		file.rewind().unwrap();
		assert!(matches!(show(&mut file, &sealing, &challenge(0, 1), || false), Err(Unable::Changed)));
		file.set_len(CHUNK_BYTES as u64).unwrap();
		file.rewind().unwrap();
		assert!(matches!(show(&mut file, &sealing, &challenge(0, 1), || false), Err(Unable::Changed)));
		file.rewind().unwrap();
		assert!(matches!(show(&mut file, &sealing, &challenge(0, 1), || true), Err(Unable::Stopped)));
	}

	#[test]
	fn a_challenge_is_tried_until_it_is_answered_or_over() {
		let now = Instant::now();
		let challenges = Challenges::new(Duration::from_secs(6));
		let (one, other) = (challenge(0, 0), Challenge { listing: 8, ..challenge(0, 0) });
		assert_eq!(challenges.look(10, &[one, other], now).due, [one, other]);
		assert_eq!(challenges.look(11, &[one, other], now), Look::default(), "they are under way");
		challenges.answered(&one, 12);
		assert!(challenges.failed(&other, true, "it is gone".into(), now));
		assert_eq!(challenges.counts(), Counts { open: 1, lost: 1 });
		assert!(challenges.problem().unwrap().contains("listing 8 before block 60, and cannot: it is gone"));
		assert_eq!(challenges.next_try(11), Some(now + Duration::from_secs(6)));
		assert_eq!(challenges.next_try(58), None, "there is no time for it");
		// The head may be of before the answer.
		assert_eq!(challenges.look(11, &[one, other], now), Look::default());
		let later = now + Duration::from_secs(6);
		assert_eq!(challenges.look(13, &[other], later).due, [other]);
		assert!(!challenges.failed(&other, true, "it is gone".into(), later));
		// Nothing is sent that would come too late.
		assert_eq!(challenges.look(58, &[other], later + LONGEST_PAUSE), Look::default());
		assert_eq!(challenges.look(60, &[], later).missed, [other]);
		assert_eq!((challenges.counts(), challenges.problem()), (Counts::default(), None));
	}

	#[test]
	fn what_an_earlier_life_has_answered_is_not_missed() {
		let now = Instant::now();
		let challenges = Challenges::new(Duration::from_secs(6));
		challenges.look(10, &[challenge(0, 0)], now);
		challenges.failed(&challenge(0, 0), false, "it is not challenged".into(), now);
		assert_eq!(challenges.look(11, &[], now), Look::default());
	}
}
