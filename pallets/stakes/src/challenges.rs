//! Rounds over all listings that have promised something: whoever keeps their snapshots shows a piece of one, and who has promised a snapshot has
//! made it in time.

use crate::*;
use codec::Encode;
use frame_support::{
	dispatch::{DispatchResultWithPostInfo, Pays},
	ensure,
	traits::{Get, Randomness},
	weights::WeightMeter,
};
use souk_primitives::{
	quorum,
	reach::{Keeper, Listings, Offences, Promise, Promises},
	Basis, Digest, ListingId, ListingState, Offence, OffenceKind, SnapshotView,
};
use souk_proof_primitives::{
	chunk::CHUNK_BYTES,
	merkle::{self, Path},
	piece::{leaf_of, pieces, sealed_len, Piece},
};
use sp_io::hashing::blake2_256;

impl<T: Config> Pallet<T> {
	/// Begins a round where one is due, and goes on with it as far as the meter allows.
	pub(crate) fn go_round(now: u32, meter: &mut WeightMeter) {
		let every = T::ChallengeEvery::get();
		if every == 0 || meter.try_consume(T::WeightInfo::round()).is_err() {
			return;
		}
		let before = Round::<T>::get();
		let mut round = match before.clone() {
			// Where governance has made rounds shorter, the running one is over when a short one would be.
			Some(round) if (1..=every).contains(&round.until.saturating_sub(now)) => round,
			// Who was not reached in the last one is reached in this one.
			last => Self::new_round(now, every, last),
		};
		let settled_by = now.saturating_sub(T::ChallengeWindow::get());
		let in_the_last_round = settled_by.saturating_sub(every);
		while !round.done && meter.try_consume(T::WeightInfo::visit()).is_ok() {
			match T::Promises::next(round.after, settled_by, in_the_last_round) {
				Some(promise) => {
					round.after = Some(promise.listing);
					Self::visit(now, &round, promise);
				}
				None => round.done = true,
			}
		}
		if before.as_ref() != Some(&round) {
			Round::<T>::put(round);
		}
	}

	fn new_round(now: u32, every: u32, last: Option<RoundRecord>) -> RoundRecord {
		// A round that found no room for everybody is gone on with by the next one, so that nobody is passed over for ever.
		let after = last.as_ref().filter(|round| !round.done).and_then(|round| round.after);
		let number = last.map_or(0, |round| round.number.saturating_add(1));
		let (random, _) = T::Randomness::random(&(b"souk/challenge/v1", number).encode());
		let seed = blake2_256(random.as_ref());
		RoundRecord { number, seed, until: now.saturating_add(every), after, done: false }
	}

	/// Challenges those who keep a listing's snapshot, and looks whether the next one is late.
	pub(crate) fn visit(now: u32, round: &RoundRecord, promise: Promise<T::AccountId>) {
		let Some((state, _)) = T::Listings::state(promise.listing) else { return };
		// Whoever bought before is served what there is, while the listing is not sold as well.
		if !matches!(state, ListingState::Active | ListingState::Paused) {
			return;
		}
		if let Some(snapshot) = &promise.snapshot {
			for keeper in &promise.keepers {
				Self::challenge(now, round, promise.listing, snapshot, keeper);
			}
		}
		Self::look_for_missed(now, &promise);
	}

	/// Draws a piece of a snapshot that a node has to show, unless it said in time that it would be away.
	fn challenge(
		now: u32,
		round: &RoundRecord,
		listing: ListingId,
		snapshot: &SnapshotView,
		keeper: &Keeper<T::AccountId>,
	) {
		let Keeper { node, agreed } = keeper;
		let until = now.saturating_add(T::ChallengeWindow::get());
		if Self::said_away(node, now, until) || Challenges::<T>::contains_key(node, listing) {
			return;
		}
		// Another place for each node, so that nobody shows what another one has shown.
		let draw = blake2_256(&(round.seed, listing, node).encode());
		let Some(place) = place(&draw, snapshot.commitments.bytes) else { return };
		let record = ChallengeRecord {
			period: snapshot.period,
			cipher_root: snapshot.commitments.cipher_root,
			place,
			at: now,
			until,
			agreed: *agreed,
		};
		Due::<T>::insert(until, Turn::Challenge(node.clone(), listing), ());
		Challenges::<T>::insert(node, listing, record);
		Self::deposit_event(Event::Challenged {
			node: node.clone(),
			listing,
			period: snapshot.period,
			chunk: place.chunk,
			piece: place.piece,
			until,
		});
	}

	pub(crate) fn do_answer_challenge(
		node: T::AccountId,
		listing: ListingId,
		piece: &Piece,
		path: &Path,
	) -> DispatchResultWithPostInfo {
		let record = Challenges::<T>::get(&node, listing).ok_or(Error::<T>::NotChallenged)?;
		ensure!(Self::now() < record.until, Error::<T>::TooLate);
		let ChallengePlace { chunk, sealed, piece: at } = record.place;
		let leaf = usize::try_from(sealed).ok().and_then(|sealed| leaf_of(piece, at, sealed));
		let root = leaf.and_then(|leaf| merkle::root_of(leaf, chunk, path));
		ensure!(root == Some(record.cipher_root), Error::<T>::WrongPiece);
		Challenges::<T>::remove(&node, listing);
		Due::<T>::remove(record.until, Turn::Challenge(node.clone(), listing));
		T::Promises::answered(listing, &node, record.at);
		Self::deposit_event(Event::ChallengeAnswered { node, listing, period: record.period });
		Ok(Pays::No.into())
	}

	/// A challenge whose time is over: an offence. Only who keeps a listing is challenged, and whoever has left it since could still answer: nobody
	/// gets out of a challenge by leaving and coming back. Who had not agreed to keep the listing has done nothing: the curator answers as if she had no node there. Then
	/// subscribers have no part, as of any challenge they have no more than the node loses: else whoever is assigned would subscribe, and be silent.
	pub(crate) fn miss(node: T::AccountId, listing: ListingId) {
		let Some(record) = Challenges::<T>::take(&node, listing) else { return };
		let evidence = blake2_256(&(b"souk/missed-challenge/v1", listing, &node, record.at).encode());
		Self::commit(Offence {
			kind: OffenceKind::MissedChallenge,
			listing,
			node: record.agreed.then_some(node),
			curator_answers: true,
			reporter: None,
			began: record.at,
			harmed_for: if record.agreed { u32::MAX } else { 0 },
			basis: Basis::NoAnswer { until: record.until },
			evidence,
		});
	}

	/// Records a snapshot that is late: once for each time that the schedule promises one, and once in a round at most. A pause puts off what was promised
	/// for a while, but what was late before is looked at as ever: nobody gets out of it by a pause while the round comes by. Nobody could make one while too
	/// many workers were away.
	fn look_for_missed(now: u32, promise: &Promise<T::AccountId>) {
		let Promise { listing, late_from, offence_from, .. } = *promise;
		if now < offence_from || Self::lacks_workers(now, promise) {
			return;
		}
		Self::commit(Offence {
			kind: OffenceKind::MissedPeriod,
			listing,
			node: None,
			curator_answers: true,
			reporter: None,
			began: promise.since,
			harmed_for: promise.every,
			basis: Basis::Late { until: late_from },
			evidence: blake2_256(&(b"souk/missed-period/v1", listing, late_from, now).encode()),
		});
		T::Promises::missed(listing);
	}

	/// Whether so many of a listing's workers said in time that they would be away that the others are no quorum. It counts what began before the
	/// snapshot was to come, so that nobody goes away from what is late already, and until a period after its end, in which the next one is made.
	fn lacks_workers(now: u32, promise: &Promise<T::AccountId>) -> bool {
		let (back, due) = (now.saturating_sub(promise.every), promise.offence_from);
		let away = promise.workers.iter().filter(|worker| Self::said_away(worker, back, due)).count();
		let count = |workers: usize| u32::try_from(workers).unwrap_or(u32::MAX);
		let all = promise.workers.len();
		// Where there are too few workers at any time, it is nobody's absence.
		away > 0 && count(all.saturating_sub(away)) < quorum(count(all))
	}
}

/// The place that a draw comes to in a snapshot of so many bytes; `None` where it has none.
pub(crate) fn place(draw: &Digest, bytes: u64) -> Option<ChallengePlace> {
	let number = |at: usize| {
		let part: [u8; 8] = draw.get(at..)?.get(..8)?.try_into().ok()?;
		Some(u64::from_le_bytes(part))
	};
	let chunks = bytes.div_ceil(u64::try_from(CHUNK_BYTES).ok()?);
	let chunk = u32::try_from(number(0)?.checked_rem(chunks)?).ok()?;
	let sealed = sealed_len(bytes, chunk)?;
	let piece = u32::try_from(number(8)?.checked_rem(pieces(sealed).into())?).ok()?;
	Some(ChallengePlace { chunk, sealed: u32::try_from(sealed).ok()?, piece })
}
