//! The bodies of calls. Origins are checked by the calls.

use crate::*;
use codec::{Decode, Encode};
use frame_support::{
	dispatch::{DispatchErrorWithPostInfo, DispatchResultWithPostInfo},
	ensure,
	pallet_prelude::DispatchResult,
	traits::Get,
	weights::Weight,
};
use souk_primitives::{
	reach::{BundleRefusal, Curation as _, Listings as _, TableProofs as _},
	Digest, ListingId, ListingState, NodeRole, Period, Price,
};
use souk_table_proofs::{Bundle, Context, Expected, Query};
use sp_runtime::{traits::Zero, DispatchError};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_ask(
		asker: T::AccountId,
		listing: ListingId,
		period: Option<Period>,
		query: Query,
		text_hash: Option<Digest>,
		min_group_size: u32,
		bounty: Price,
		wait: u32,
	) -> DispatchResult {
		ensure!(bounty.amount > 0, Error::<T>::ZeroBounty);
		ensure!((1..=T::MaxWait::get()).contains(&wait), Error::<T>::BadWait);
		let (state, _) = T::Listings::state(listing).ok_or(Error::<T>::UnknownListing)?;
		ensure!(state == ListingState::Active, Error::<T>::NotActive);
		ensure!(Self::group_size(listing) == Some(min_group_size), Error::<T>::PolicyChanged);
		let snapshot = match period {
			Some(period) => T::Curation::snapshot(listing, period),
			None => T::Curation::newest(listing),
		};
		let snapshot = snapshot.ok_or(Error::<T>::UnknownSnapshot)?;
		let columns_root = snapshot.commitments.columns_root.ok_or(Error::<T>::NothingProvable)?;
		let rows = snapshot.commitments.rows;
		check_query(&query, rows, min_group_size).map_err(Error::<T>::from)?;
		// Nobody waits for what nobody can prove.
		ensure!(T::Proofs::current_version().is_some(), Error::<T>::ProofsPaused);
		let query: QueryBytes = query.encode().try_into().map_err(|_| Error::<T>::BadPredicates)?;
		let query_hash = query_hash(&query);
		let now = Self::now();
		let until = now.saturating_add(wait);
		let ask = Self::begin(AskRecord {
			listing,
			asker: asker.clone(),
			deposit: 0,
			bounty: bounty.clone(),
			period: snapshot.period,
			columns_root,
			rows,
			min_group_size,
			query,
			text_hash,
			state: AskState::Open,
			created_at: now,
			until,
			ended_at: None,
			due: None,
			pending_since: None,
			held: 0,
			paid: 0,
			refunded: 0,
			verdict: None,
		})?;
		let period = snapshot.period;
		Self::deposit_event(Event::Asked {
			ask,
			listing,
			period,
			asker,
			bounty,
			query_hash,
			min_group_size,
			until,
		});
		Ok(())
	}

	/// What `answer` weighs with a bundle of this shape.
	pub fn answer_weight(shape: Shape) -> Weight {
		T::WeightInfo::answer().saturating_add(shape.surcharge())
	}

	/// What `check` of a bundle of this shape weighs.
	pub fn check_weight(shape: Shape) -> Weight {
		T::WeightInfo::check().saturating_add(shape.surcharge())
	}

	pub(crate) fn do_answer(by: T::AccountId, ask: AskId, bundle: &[u8]) -> DispatchResultWithPostInfo {
		let not_read = |error| refused(error, T::WeightInfo::answer_not_read());
		let (mut record, query) = Self::answerable(&by, ask).map_err(not_read)?;
		let expected = Expected {
			context: Self::context(record.listing, record.period),
			columns_root: record.columns_root,
			query: Some(&query),
			min_group_size: record.min_group_size,
		};
		let (shape, verified) = Self::verify(bundle, &expected)?;

		let answer = verified.answer;
		let (bundle_hash, answer_hash) = (bundle_hash(bundle), answer_hash(&answer));
		record.state = AskState::Answered;
		record.verdict = Some(Verdict {
			by: by.clone(),
			at: Self::now(),
			version: verified.version.into(),
			bundle_hash,
			answer_hash,
		});
		Self::deposit_event(Event::Answered {
			ask,
			listing: record.listing,
			period: record.period,
			by,
			min_group_size: record.min_group_size,
			bundle_hash,
			answer_hash,
			answer,
		});
		Self::settle(ask, record);
		Ok(Some(Self::answer_weight(shape)).into())
	}

	pub(crate) fn do_check(
		who: T::AccountId,
		listing: ListingId,
		period: Period,
		bundle: &[u8],
	) -> DispatchResultWithPostInfo {
		let not_read = |error: Error<T>| refused(error.into(), T::WeightInfo::check_not_read());
		let min_group_size = Self::group_size(listing).ok_or(Error::<T>::UnknownListing).map_err(not_read)?;
		let snapshot =
			T::Curation::snapshot(listing, period).ok_or(Error::<T>::UnknownSnapshot).map_err(not_read)?;
		let columns_root =
			snapshot.commitments.columns_root.ok_or(Error::<T>::NothingProvable).map_err(not_read)?;
		let expected =
			Expected { context: Self::context(listing, period), columns_root, query: None, min_group_size };
		let (shape, verified) = Self::verify(bundle, &expected)?;
		Self::deposit_event(Event::Checked {
			who,
			listing,
			period,
			query: verified.query,
			min_group_size,
			bundle_hash: bundle_hash(bundle),
			answer_hash: answer_hash(&verified.answer),
			answer: verified.answer,
		});
		Ok(Some(Self::check_weight(shape)).into())
	}

	pub(crate) fn do_withdraw(asker: T::AccountId, ask: AskId) -> DispatchResult {
		let mut record = Self::found(ask)?;
		ensure!(record.asker == asker, Error::<T>::NotAuthorized);
		Self::ensure_open(&record)?;
		ensure!(!Self::can_be_answered(&record), Error::<T>::AnswerOnItsWay);
		Self::deposit_event(Event::Withdrawn { ask });
		record.state = AskState::Refunded;
		Self::settle(ask, record);
		Ok(())
	}

	pub(crate) fn do_claim_timeout(ask: AskId) -> DispatchResult {
		let record = Self::found(ask)?;
		ensure!(record.ended_at.is_none(), Error::<T>::Ended);
		if record.state != AskState::Open {
			ensure!(Self::settle(ask, record), Error::<T>::SettlementPending);
			return Ok(());
		}
		ensure!(record.until <= Self::now(), Error::<T>::NothingDue);
		Self::take_turn(ask);
		Ok(())
	}

	pub(crate) fn do_forget(who: T::AccountId, ask: AskId) -> DispatchResult {
		let record = Self::found(ask)?;
		let ended_at = record.ended_at.ok_or(Error::<T>::NotEnded)?;
		// The asker may need the verdict for a while.
		let kept = Self::now() < ended_at.saturating_add(T::KeepFor::get());
		ensure!(!kept || record.asker == who, Error::<T>::TooEarly);
		Self::remove(ask, record)
	}

	/// An ask that only the proof can still keep `by` from answering, and its query.
	fn answerable(by: &T::AccountId, ask: AskId) -> Result<(AskRecordOf<T>, Query), DispatchError> {
		let record = Self::found(ask)?;
		Self::ensure_open(&record)?;
		ensure!(Self::now() < record.until, Error::<T>::Expired);
		ensure!(Self::nodes(record.listing).contains(by), Error::<T>::NotAuthorized);
		let same = Self::group_size(record.listing) == Some(record.min_group_size);
		ensure!(same, Error::<T>::PolicyChanged);
		// The bytes were written from a query.
		let query = Query::decode(&mut &record.query[..]).map_err(|_| Error::<T>::BadPredicates)?;
		Ok((record, query))
	}

	/// Checks that it is not decided whose the money of an ask is.
	fn ensure_open(record: &AskRecordOf<T>) -> DispatchResult {
		match record.state {
			AskState::Open => Ok(()),
			AskState::Answered => Err(Error::<T>::AlreadyAnswered.into()),
			AskState::Refunded => Err(Error::<T>::Ended.into()),
		}
	}

	/// Whether there is anybody who could still collect the bounty: the listing lives, has the policy that the ask was made under,
	/// and a node that keeps it.
	pub(crate) fn can_be_answered(record: &AskRecordOf<T>) -> bool {
		let lives = T::Listings::state(record.listing).is_some_and(|(state, _)| !state.is_final());
		lives
			&& Self::group_size(record.listing) == Some(record.min_group_size)
			&& !Self::nodes(record.listing).is_empty()
	}

	/// The persistence nodes that are assigned to a listing in this block.
	fn nodes(listing: ListingId) -> alloc::vec::Vec<T::AccountId> {
		let now = Self::now();
		let terms = T::Curation::terms(listing, NodeRole::Persistence, now, now.saturating_add(1));
		terms.into_iter().map(|term| term.node).collect()
	}

	/// The least size of a group in a proved answer, by a listing's policy.
	fn group_size(listing: ListingId) -> Option<u32> {
		T::Listings::policy(listing).map(|policy| policy.proved_group_size())
	}

	/// Checks a bundle. One that is refused has used all the weight that was charged for it.
	fn verify(bundle: &[u8], expected: &Expected<'_>) -> Result<(Shape, Bundle), DispatchErrorWithPostInfo> {
		let length = u32::try_from(bundle.len()).ok().filter(|length| *length <= MAX_BUNDLE);
		let length = length.ok_or(BundleRefusal::TooLarge).map_err(Error::<T>::from)?;
		let verified = T::Proofs::verify(bundle, expected).map_err(Error::<T>::from)?;
		Ok((Shape::of(&verified, length), verified))
	}

	/// What a proof over a snapshot of this chain is for.
	pub(crate) fn context(listing: ListingId, period: Period) -> Context {
		let mut genesis = [0; 32];
		let hash =
			frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::zero());
		for (to, from) in genesis.iter_mut().zip(hash.as_ref()) {
			*to = *from;
		}
		Context { genesis, listing, period }
	}
}

/// A refusal that used less weight than was charged.
fn refused(error: DispatchError, used: Weight) -> DispatchErrorWithPostInfo {
	DispatchErrorWithPostInfo { post_info: Some(used).into(), error }
}
