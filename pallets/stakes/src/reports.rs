//! Reports of statements that contradict each other.
//!
//! Evidence can be read by anybody while the report waits for its block. So that copying it is worth nothing, a report is announced before: by a
//! hash over reporter and evidence, at least one block earlier. Whoever copies the evidence has announced nothing.

use crate::*;
use codec::{Encode, MaxEncodedLen};
use frame_support::{
	dispatch::{DispatchResultWithPostInfo, Pays},
	ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::hold::Mutate as _, tokens::Precision, Get, UnixTime},
};
use souk_primitives::{
	reach::{Bonds, Curation, Listings, Offences},
	Balance, Basis, Bond, Digest, ListingId, NodeRole, Offence, OffenceKind, Period, Term,
};
use souk_proof_primitives::evidence;
use sp_io::{crypto::sr25519_verify, hashing::blake2_256};
use sp_runtime::{
	traits::{Convert, Zero},
	DispatchError,
};

/// How far a period may be ahead of the chain's time, in minutes: as for submissions.
pub const MINUTES_AHEAD: u32 = 5;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_announce_report(reporter: T::AccountId, hash: Digest) -> DispatchResult {
		if let Some(old) = Announcements::<T>::get(&reporter) {
			ensure!(old.hash != hash, Error::<T>::AlreadyAnnounced);
			Self::drop_announcement(&reporter, old)?;
		}
		let deposit = Self::announcement_deposit(&reporter);
		Self::hold_deposit(&reporter, deposit)?;
		let at = Self::now();
		let until = at.saturating_add(T::AnnouncedFor::get()).saturating_add(1);
		Due::<T>::insert(until, Turn::Announcement(reporter.clone()), ());
		Announcements::<T>::insert(&reporter, AnnouncementRecord { hash, at, until, deposit });
		Self::deposit_event(Event::ReportAnnounced { reporter, hash, until });
		Ok(())
	}

	pub(crate) fn do_report_conflict(
		reporter: T::AccountId,
		first: &SubmissionBytes,
		second: &SubmissionBytes,
	) -> DispatchResultWithPostInfo {
		let announced = Self::announced(&reporter, first, second)?;
		let accusation = evidence::conflict(&Self::genesis(), first, second).map_err(Error::<T>::from)?;
		// A worker chooses the period, not the time: what is older than the window, or not due yet, was due at no time that matters.
		let now = Self::minutes();
		ensure!(accusation.period <= now.saturating_add(MINUTES_AHEAD), Error::<T>::PeriodAhead);
		let oldest = now.saturating_sub(T::ReportMinutes::get());
		ensure!(accusation.period >= oldest, Error::<T>::TooLate);
		Self::convict(reporter, announced, OffenceKind::ConflictingSnapshots, accusation, first, second)
	}

	pub(crate) fn do_report_attestations(
		reporter: T::AccountId,
		first: &AttestationBytes,
		second: &AttestationBytes,
	) -> DispatchResultWithPostInfo {
		let announced = Self::announced(&reporter, first, second)?;
		let accusation =
			evidence::contradiction(&Self::genesis(), first, second).map_err(Error::<T>::from)?;
		let (one, other) = accusation.blocks.unwrap_or_default();
		let (earlier, later) = (one.min(other), one.max(other));
		let now = Self::now();
		ensure!(later <= now, Error::<T>::BlockAhead);
		ensure!(earlier >= now.saturating_sub(T::ReportWindow::get()), Error::<T>::TooLate);
		// What a query may show is the curator's to change, and then the answer changes as well.
		ensure!(later.saturating_sub(earlier) <= T::SameAnswerFor::get(), Error::<T>::TooFarApart);
		let stayed = T::Listings::policy_stayed(accusation.listing, earlier, later);
		ensure!(stayed, Error::<T>::PolicyChanged);
		let kind = OffenceKind::ContradictingAttestations;
		Self::convict(reporter, announced, kind, accusation, first, second)
	}

	/// The last question about evidence, whether it is the signer's, and what follows.
	fn convict(
		reporter: T::AccountId,
		announced: AnnouncementRecord,
		kind: OffenceKind,
		accusation: Accusation,
		first: &[u8],
		second: &[u8],
	) -> DispatchResultWithPostInfo {
		let Accusation { signer, listing, period, signed, blocks } = accusation;
		let node = T::AccountOf::convert(signer);
		let case = Self::case(kind, listing, period, &node);
		ensure!(!Cases::<T>::contains_key(case), Error::<T>::AlreadyReported);
		let curator_answers = Self::curator_answers(listing, &node, blocks);
		let bonded = T::Bonds::bonded(&Bond::Node(node.clone())) > 0;
		ensure!(curator_answers || bonded, Error::<T>::NothingAtStake);
		for (digest, signature) in signed {
			ensure!(sr25519_verify(&signature.into(), &digest, &signer.into()), Error::<T>::BadSignature);
		}

		// Whoever saw the snapshot could see it. Of one that is not kept, whoever saw the first statement, or the announcement.
		let said = blocks.map_or(announced.at, |(one, other)| one.min(other).min(announced.at));
		let about = T::Curation::snapshot(listing, period);
		let began = about.map_or(said, |snapshot| snapshot.final_at.min(said));
		Self::drop_announcement(&reporter, announced)?;
		Self::open_case(&reporter, case)?;
		Self::commit(Offence {
			kind,
			listing,
			node: Some(node),
			curator_answers,
			reporter: Some(reporter),
			began,
			harmed_for: u32::MAX,
			basis: Basis::Statements,
			evidence: evidence_hash(first, second),
		});
		// What is true is reported for nothing; the announcement was paid for.
		Ok(Pays::No.into())
	}

	/// Whether the curator answers for what a node has signed: it is assigned to her listing, or was when it was signed. Else she would have a node sign
	/// two things, and unassign it when the report is seen to come.
	///
	/// An attestation says in which block that was. A submission does not, and whoever signs it chooses the period: so a node that was assigned in the
	/// window is one that could have signed it.
	fn curator_answers(listing: ListingId, node: &T::AccountId, blocks: Option<(u32, u32)>) -> bool {
		let oldest = Self::now().saturating_sub(T::ReportWindow::get());
		let answers = |term: Term<T::AccountId>| {
			let covers = |block: u32| term.since <= block && block < term.until;
			let at_work = term.until == u32::MAX;
			let signed = at_work || blocks.is_none_or(|(one, other)| covers(one) || covers(other));
			signed && term.node == *node
		};
		[NodeRole::Worker, NodeRole::Persistence]
			.into_iter()
			.any(|role| T::Curation::terms(listing, role, oldest, u32::MAX).into_iter().any(answers))
	}

	/// The caller's announcement of this report, which is a block old at least.
	fn announced(
		reporter: &T::AccountId,
		first: &[u8],
		second: &[u8],
	) -> Result<AnnouncementRecord, DispatchError> {
		let record = Announcements::<T>::get(reporter).ok_or(Error::<T>::NotAnnounced)?;
		ensure!(record.hash == announcement(reporter, first, second), Error::<T>::NotAnnounced);
		let now = Self::now();
		ensure!(record.at < now, Error::<T>::AnnouncedNow);
		// Where blocks had no room to forget it.
		ensure!(now < record.until, Error::<T>::NotAnnounced);
		Ok(record)
	}

	/// Removes an announcement, and returns its deposit.
	pub(crate) fn drop_announcement(reporter: &T::AccountId, record: AnnouncementRecord) -> DispatchResult {
		Self::return_deposit(reporter, record.deposit)?;
		Announcements::<T>::remove(reporter);
		Due::<T>::remove(record.until, Turn::Announcement(reporter.clone()));
		Ok(())
	}

	/// Notes that a case was reported, for as long as the offence is remembered.
	fn open_case(reporter: &T::AccountId, case: Digest) -> DispatchResult {
		let deposit = Self::case_deposit(case);
		Self::hold_deposit(reporter, deposit)?;
		// Far longer than it can be reported, as long as what is remembered of it.
		let until = Self::remembered_until();
		Due::<T>::insert(until, Turn::Case(case), ());
		Cases::<T>::insert(case, CaseRecord { reporter: reporter.clone(), until, deposit });
		Ok(())
	}

	/// Forgets a case whose time is over, and returns its deposit. Where that cannot be, it is tried again.
	pub(crate) fn close_case(case: Digest) {
		let Some(mut record) = Cases::<T>::get(case) else { return };
		if Self::return_deposit(&record.reporter, record.deposit).is_ok() {
			Cases::<T>::remove(case);
			return;
		}
		record.until = Self::now().saturating_add(T::RetryEvery::get().max(1));
		Due::<T>::insert(record.until, Turn::Case(case), ());
		Cases::<T>::insert(case, record);
	}

	/// Forgets an announcement that was not used, and returns its deposit. Where that cannot be, it is tried again.
	pub(crate) fn expire_announcement(reporter: T::AccountId) {
		let Some(mut record) = Announcements::<T>::get(&reporter) else { return };
		if Self::drop_announcement(&reporter, record.clone()).is_ok() {
			return;
		}
		record.until = Self::now().saturating_add(T::RetryEvery::get().max(1));
		Due::<T>::insert(record.until, Turn::Announcement(reporter.clone()), ());
		Announcements::<T>::insert(&reporter, record);
	}

	/// Names what somebody is reported for: one case for each signer, listing and period, however often they contradict themselves.
	fn case(kind: OffenceKind, listing: ListingId, period: Period, node: &T::AccountId) -> Digest {
		blake2_256(&(b"souk/case/v1", kind, listing, period, node).encode())
	}

	/// Hash of the chain's genesis block.
	pub(crate) fn genesis() -> Digest {
		let mut genesis = [0; 32];
		let block = frame_system::pallet_prelude::BlockNumberFor::<T>::zero();
		let hash = frame_system::Pallet::<T>::block_hash(block);
		for (to, from) in genesis.iter_mut().zip(hash.as_ref()) {
			*to = *from;
		}
		genesis
	}

	/// The chain's time in minutes since the Unix epoch.
	pub(crate) fn minutes() -> u32 {
		u32::try_from(T::UnixTime::now().as_secs().saturating_div(60)).unwrap_or(u32::MAX)
	}

	/// What the bytes of an announcement cost, with its turn; in planck.
	pub(crate) fn announcement_deposit(reporter: &T::AccountId) -> Balance {
		let turn = Turn::Announcement(reporter.clone());
		Self::deposit_for([
			Announcements::<T>::hashed_key_for(reporter).len(),
			AnnouncementRecord::max_encoded_len(),
			Due::<T>::hashed_key_for(0, turn).len(),
		])
	}

	/// What the bytes of a case cost, with its turn, and what is remembered for it against two bonds; in planck.
	pub(crate) fn case_deposit(case: Digest) -> Balance {
		let records = OffenceRecord::<T::AccountId>::max_encoded_len().saturating_mul(2);
		Self::deposit_for([
			Cases::<T>::hashed_key_for(case).len(),
			CaseRecord::<T::AccountId>::max_encoded_len(),
			Due::<T>::hashed_key_for(0, Turn::<T::AccountId>::Case(case)).len(),
			records,
		])
	}

	pub(crate) fn deposit_for<const N: usize>(bytes: [usize; N]) -> Balance {
		let bytes = bytes.into_iter().fold(0, usize::saturating_add);
		let bytes = Balance::try_from(bytes).unwrap_or(Balance::MAX);
		T::DepositBase::get().saturating_add(T::DepositPerByte::get().saturating_mul(bytes))
	}

	pub(crate) fn hold_deposit(who: &T::AccountId, deposit: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::Deposit.into(), who, deposit)
			.map_err(|_| Error::<T>::DepositUnpaid.into())
	}

	pub(crate) fn return_deposit(who: &T::AccountId, deposit: Balance) -> DispatchResult {
		if deposit == 0 {
			return Ok(());
		}
		T::Currency::release(&HoldReason::Deposit.into(), who, deposit, Precision::Exact).map(|_| ())
	}
}

impl<T> From<Innocence> for Error<T> {
	fn from(innocence: Innocence) -> Self {
		match innocence {
			Innocence::Malformed => Self::Malformed,
			Innocence::OtherChain => Self::OtherChain,
			Innocence::NotComparable => Self::NotComparable,
			Innocence::NoContradiction => Self::NoContradiction,
			Innocence::NotReproducible => Self::NotReproducible,
		}
	}
}
