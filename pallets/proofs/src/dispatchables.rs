//! The bodies of calls and of genesis. Origins are checked by the calls.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::DispatchResult};
use souk_primitives::Digest;
use souk_proof_primitives::{
	groth16::VerifyingKey,
	key_id::{is_development_key, verifying_key_id},
	proof_id::proof_id,
	public_inputs::scalars_of,
	statements::{Era, StatementId, AGGREGATE},
};
use sp_runtime::traits::UniqueSaturatedInto;

/// Of a key that no ceremony made.
const NO_TRANSCRIPT: Digest = [0; 32];

impl<T: Config> Pallet<T> {
	pub(crate) fn do_genesis(keys: &[(u8, u32, Vec<u8>, Digest)], development_keys: bool) {
		if development_keys {
			AllowDevelopmentKeys::<T>::put(true);
		}
		for (statement, era, key, transcript) in keys {
			let registered = Self::do_register_key(*statement, *era, key, *transcript);
			assert!(
				registered.is_ok(),
				"genesis has no usable key of statement {statement} for era {era}: {registered:?}"
			);
		}
	}

	pub(crate) fn do_register_key(code: u8, era: u32, bytes: &[u8], transcript: Digest) -> DispatchResult {
		let (statement, era) = (Self::statement(code)?, Era(era));
		ensure!(!Keys::<T>::contains_key(statement, era), Error::<T>::AlreadyExists);
		let development = era == Era::DEVELOPMENT || is_development_key(statement, bytes);
		if development {
			ensure!(AllowDevelopmentKeys::<T>::get(), Error::<T>::DevelopmentKey);
		} else {
			ensure!(transcript != NO_TRANSCRIPT, Error::<T>::NoTranscript);
		}
		let key = VerifyingKey::<souk_proof_primitives::groth16::Curve>::from_bytes(statement, bytes)
			.map_err(Error::<T>::from)?;
		LiveEras::<T>::try_mutate(statement, |eras| -> DispatchResult {
			let at = eras.partition_point(|other| *other < era);
			eras.try_insert(at, era).map_err(|_| Error::<T>::TooManyKeys)?;
			Ok(())
		})?;
		let id = verifying_key_id(statement, era, bytes);
		let record = KeyRecord {
			id,
			// There is room for the keys of all statements.
			key: key.to_prepared().try_into().map_err(|_| Error::<T>::KeyWrongLength)?,
			transcript,
			development,
			registered_at: Self::now(),
			retired_from: None,
		};
		Keys::<T>::insert(statement, era, record);
		Self::deposit_event(Event::KeyRegistered { statement: code, era: era.0, id, transcript });
		Ok(())
	}

	pub(crate) fn do_retire_key(code: u8, era: u32) -> DispatchResult {
		if code == AGGREGATE {
			return Self::do_retire_version(era);
		}
		let (statement, era) = (Self::statement(code)?, Era(era));
		let from = Self::next();
		Keys::<T>::try_mutate(statement, era, |slot| -> DispatchResult {
			let record = slot.as_mut().ok_or(Error::<T>::NotFound)?;
			ensure!(record.retired_from.is_none(), Error::<T>::Retired);
			record.retired_from = Some(from);
			Ok(())
		})?;
		LiveEras::<T>::mutate(statement, |eras| eras.retain(|other| *other != era));
		Self::deposit_event(Event::KeyRetired { statement: code, era: era.0, from });
		Ok(())
	}

	pub(crate) fn do_pause(code: u8) -> DispatchResult {
		Self::turn_switch(code, true, Error::<T>::AlreadyPaused)?;
		Self::deposit_event(Event::Paused { statement: code, from: Self::next() });
		Ok(())
	}

	pub(crate) fn do_resume(code: u8) -> DispatchResult {
		Self::turn_switch(code, false, Error::<T>::NotPaused)?;
		Self::deposit_event(Event::Resumed { statement: code, from: Self::next() });
		Ok(())
	}

	fn turn_switch(code: u8, paused: bool, already: Error<T>) -> DispatchResult {
		let statement = if code == AGGREGATE { None } else { Some(Self::statement(code)?) };
		let switch = statement.map_or_else(TableSwitch::<T>::get, Switches::<T>::get);
		let Turned::To(switch) = turn(switch, paused, Self::now()) else { return Err(already.into()) };
		match statement {
			Some(statement) => Switches::<T>::set(statement, switch),
			None => TableSwitch::<T>::set(switch),
		}
		Ok(())
	}

	fn do_retire_version(version: u32) -> DispatchResult {
		ensure!(TABLE_VERSIONS.contains(&version), Error::<T>::NotFound);
		ensure!(!RetiredVersions::<T>::contains_key(version), Error::<T>::Retired);
		let from = Self::next();
		RetiredVersions::<T>::insert(version, from);
		Self::deposit_event(Event::KeyRetired { statement: AGGREGATE, era: version, from });
		Ok(())
	}

	pub(crate) fn do_verify(
		who: T::AccountId,
		code: u8,
		era: u32,
		inputs: &[u8],
		proof: &[u8],
	) -> DispatchResult {
		let (statement, era) = (Self::statement(code)?, Era(era));
		let scalars = scalars_of(statement, inputs).map_err(Error::<T>::from)?;
		Self::check(statement, era, &scalars, proof).map_err(Error::<T>::from)?;
		let proof_id = proof_id(statement, era, inputs);
		Self::deposit_event(Event::Verified { who, statement: code, era: era.0, proof_id });
		Ok(())
	}

	/// The statement of a number, if it has keys.
	fn statement(code: u8) -> Result<StatementId, Error<T>> {
		ensure!(code != AGGREGATE, Error::<T>::NoKeys);
		StatementId::from_code(code).ok_or(Error::<T>::UnknownStatement)
	}

	/// The current block.
	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	/// The next block.
	pub(crate) fn next() -> u32 {
		Self::now().saturating_add(1)
	}
}
