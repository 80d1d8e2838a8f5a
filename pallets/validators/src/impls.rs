//! What the session and the offences pallets see of this one.

use crate::*;
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Encode;
use core::marker::PhantomData;
use frame_support::{
	traits::{
		fungible::{Balanced, BalancedHold, Credit},
		Get, Imbalance, OnUnbalanced,
	},
	weights::Weight,
	BoundedVec,
};
use pallet_session::SessionInterface;
use souk_primitives::{Balance, Digest};
use sp_runtime::{traits::Convert, Perbill};
use sp_staking::{
	offence::{OffenceDetails, OffenceSeverity, OnOffenceHandler},
	SessionIndex,
};

/// Who has registered which session keys.
pub trait RegisteredKeys<AccountId> {
	/// A digest of the session keys of `who`, or `None` where there are none.
	fn digest_of(who: &AccountId) -> Option<Digest>;
}

impl<T> RegisteredKeys<T::AccountId> for pallet_session::Pallet<T>
where
	T: pallet_session::Config<ValidatorId = <T as frame_system::Config>::AccountId>,
{
	fn digest_of(who: &T::AccountId) -> Option<Digest> {
		Self::load_keys(who).map(|keys| keys.using_encoded(sp_io::hashing::blake2_256))
	}
}

/// A validator's id is its account.
pub struct ValidatorIdOf<T>(PhantomData<T>);

impl<T: Config> Convert<T::AccountId, Option<T::AccountId>> for ValidatorIdOf<T> {
	fn convert(account: T::AccountId) -> Option<T::AccountId> {
		Some(account)
	}
}

/// What a validator of the running session has at stake in it. `None` for anybody else.
///
/// It is what was recorded when the session was planned, whatever happened to the bond since: the proof of an
/// equivocation is checked against exactly these values.
pub struct FullIdentificationOf<T>(PhantomData<T>);

impl<T: Config> Convert<T::AccountId, Option<Exposure>> for FullIdentificationOf<T> {
	fn convert(validator: T::AccountId) -> Option<Exposure> {
		Exposures::<T>::get(CurrentSession::<T>::get())
			.iter()
			.find(|record| record.validator == validator)
			.map(|record| Exposure { bond: record.bond })
	}
}

impl<T: Config> Pallet<T> {
	/// Elects the set of `session` and records what it has at stake. `None` where nothing changed, so that the consensus
	/// need not change its authorities.
	///
	/// A change of session keys is a change: the session pallet proves equivocations in past sessions against the keys
	/// of the last set that it was told of.
	fn plan(session: SessionIndex) -> Option<Vec<(T::AccountId, Exposure)>> {
		let previous = session.checked_sub(1).map(Exposures::<T>::get).unwrap_or_default();
		let mut keys = BTreeMap::new();
		let mut has_keys =
			|(account, _): &(T::AccountId, Balance)| match T::KeysRegistered::digest_of(account) {
				Some(digest) => {
					keys.insert(account.clone(), digest);
					true
				}
				None => false,
			};
		let candidates = Self::ranked_candidates()
			.into_iter()
			// `MinBond` may have been raised since the candidacy was declared.
			.filter(|(_, bond)| *bond >= T::MinBond::get())
			.filter(&mut has_keys)
			.collect();
		let sitting = previous
			.iter()
			.map(|record| (record.validator.clone(), Self::active_bond(&record.validator)))
			.filter(&mut has_keys)
			.collect();

		let (min, max) = Self::set_bounds();
		let elected: Vec<_> = elect(candidates, sitting, min, max)
			.into_iter()
			.map(|(validator, bond)| ExposureRecord {
				// Nobody without keys was put up for election.
				keys: keys.get(&validator).copied().unwrap_or_default(),
				validator,
				bond,
				slashed: Perbill::zero(),
			})
			.collect();
		let last: Vec<_> = previous
			.into_iter()
			.map(|record| ExposureRecord { slashed: Perbill::zero(), ..record })
			.collect();
		let unchanged = elected.is_empty() || elected == last;
		let planned = if unchanged { last } else { elected };
		let set = planned
			.iter()
			.map(|record| (record.validator.clone(), Exposure { bond: record.bond }))
			.collect::<Vec<_>>();
		// `elect` returns at most `MaxValidators`.
		Exposures::<T>::insert(session, BoundedVec::truncate_from(planned));
		Self::forget_before(session);

		if unchanged {
			return None;
		}
		let validators = u32::try_from(set.len()).unwrap_or(u32::MAX);
		Self::deposit_event(Event::SetPlanned { session, validators });
		Some(set)
	}

	/// Drops what is older than `HistoryDepth` sessions, here and in the session pallet.
	fn forget_before(session: SessionIndex) {
		if let Some(oldest_kept) = session.checked_sub(T::HistoryDepth::get()) {
			if let Some(forgotten) = oldest_kept.checked_sub(1) {
				Exposures::<T>::remove(forgotten);
				T::SessionInterface::prune_up_to(oldest_kept);
			}
		}
	}

	/// Punishes one offender: slashes the bond that was exposed in the session of the offence, rewards the reporters,
	/// ends the candidacy and lets the session pallet disable it.
	///
	/// Offences of one session cost the largest of their fractions, not the sum. A fraction of zero changes nothing.
	fn punish(
		validator: &T::AccountId,
		reporters: &[T::AccountId],
		fraction: Perbill,
		session: SessionIndex,
	) {
		if fraction.is_zero() {
			return;
		}
		let found = Exposures::<T>::mutate_exists(session, |slot| {
			let record = slot.as_mut()?.iter_mut().find(|record| &record.validator == validator)?;
			let before = record.slashed;
			record.slashed = before.max(fraction);
			Some((record.bond, before))
		});
		let Some((bond, before)) = found else {
			Self::deposit_event(Event::OffenceIgnored { validator: validator.clone(), session });
			return;
		};
		if fraction <= before {
			return;
		}
		let due = fraction.mul_floor(bond).saturating_sub(before.mul_floor(bond));

		let taken = Ledgers::<T>::mutate_exists(validator, |slot| {
			let Some(ledger) = slot.as_mut() else { return 0 };
			let taken = ledger.slash(due, session);
			if ledger.total() == 0 {
				*slot = None;
			}
			taken
		});
		let (credit, _) = T::Currency::slash(&HoldReason::Bond.into(), validator, taken);
		let amount = credit.peek();
		let (rewarded, rest) = Self::reward(reporters, credit);
		T::SlashTreasury::on_unbalanced(rest);
		Self::deposit_event(Event::Slashed { validator: validator.clone(), session, amount, rewarded });

		// Not being a candidate is fine here.
		let _ = Self::do_chill(validator.clone());
		T::SessionInterface::report_offence(validator.clone(), OffenceSeverity(fraction));
	}

	/// Pays the reporters their share of `slashed` in equal parts. Returns what they got and what is left of it.
	fn reward(
		reporters: &[T::AccountId],
		slashed: Credit<T::AccountId, T::Currency>,
	) -> (Balance, Credit<T::AccountId, T::Currency>) {
		let count = Balance::try_from(reporters.len()).unwrap_or(Balance::MAX);
		let Some(each) = T::ReporterShare::get().mul_floor(slashed.peek()).checked_div(count) else {
			return (0, slashed);
		};
		let mut rest = slashed;
		let mut rewarded: Balance = 0;
		for reporter in reporters {
			let (reward, remaining) = rest.split(each);
			rest = match T::Currency::resolve(reporter, reward) {
				Ok(()) => {
					rewarded = rewarded.saturating_add(each);
					remaining
				}
				// An account that cannot take it leaves it to the treasury.
				Err(refused) => remaining.merge(refused),
			};
		}
		(rewarded, rest)
	}
}

impl<T: Config> pallet_session::SessionManager<T::AccountId> for Pallet<T> {
	fn new_session(new_index: SessionIndex) -> Option<Vec<T::AccountId>> {
		Self::plan(new_index).map(|set| set.into_iter().map(|(account, _)| account).collect())
	}

	fn start_session(start_index: SessionIndex) {
		CurrentSession::<T>::put(start_index);
	}

	fn end_session(_: SessionIndex) {}
}

impl<T: Config> pallet_session::historical::SessionManager<T::AccountId, Exposure> for Pallet<T> {
	fn new_session(new_index: SessionIndex) -> Option<Vec<(T::AccountId, Exposure)>> {
		Self::plan(new_index)
	}

	fn start_session(start_index: SessionIndex) {
		CurrentSession::<T>::put(start_index);
	}

	fn end_session(_: SessionIndex) {}
}

impl<T: Config> OnOffenceHandler<T::AccountId, (T::AccountId, Exposure), Weight> for Pallet<T> {
	fn on_offence(
		offenders: &[OffenceDetails<T::AccountId, (T::AccountId, Exposure)>],
		slash_fraction: &[Perbill],
		session: SessionIndex,
	) -> Weight {
		for (details, fraction) in offenders.iter().zip(slash_fraction) {
			Self::punish(&details.offender.0, &details.reporters, *fraction, session);
		}
		let reports = u64::try_from(offenders.len()).unwrap_or(u64::MAX);
		// Exposures, ledger, account and holds, candidates, the reporter's and the treasury's account.
		T::DbWeight::get().reads_writes(7, 7).saturating_mul(reports)
	}
}
