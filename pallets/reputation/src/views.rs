//! What clients see, in types that they decode by metadata. Of ratings nobody sees more than ranges.

use crate::*;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::traits::Get;
use scale_info::TypeInfo;
use souk_primitives::{Balance, Digest, ListingId};

/// What the chain knows of a credential, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct CredentialView<AccountId> {
	/// Its name.
	pub id: CredentialId,
	/// What was ordered.
	pub listing: ListingId,
	/// Who says it.
	pub issuer: AccountId,
	/// Of whom.
	pub subject: AccountId,
	/// Hash of the credential.
	pub hash: Digest,
	/// Block in which it was issued.
	pub issued_at: u32,
	/// First block in which it can be removed, if it is revoked.
	pub final_at: u32,
	/// Block in which it expires.
	pub until: u32,
	/// Block in which it was revoked.
	pub revoked_at: Option<u32>,
	/// What is held for its record, in planck.
	pub deposit: Balance,
}

/// The numbers that hold for what is rated or issued now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ReputationSettings {
	/// Blocks from the end of an order or a period in which both sides rate it, and issue credentials about an order.
	pub window: u32,
	/// Blocks after the last rating of somebody until all of them are forgotten.
	pub memory: u32,
	/// Blocks until a credential expires.
	pub credential_life: u32,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn range_for(rated: RatedOf<T>) -> Option<RatingRange> {
		range_of(&Tallies::<T>::get(rated)?.scores)
	}

	pub(crate) fn view_of(id: CredentialId) -> Option<CredentialView<T::AccountId>> {
		let CredentialRecord {
			listing,
			issuer,
			subject,
			hash,
			issued_at,
			final_at,
			until,
			revoked_at,
			deposit,
		} = Credentials::<T>::get(id)?;
		Some(CredentialView {
			id,
			listing,
			issuer,
			subject,
			hash,
			issued_at,
			final_at,
			until,
			revoked_at,
			deposit,
		})
	}

	pub(crate) fn page_of(
		who: T::AccountId,
		start_after: Option<CredentialId>,
		limit: u32,
	) -> Vec<CredentialView<T::AccountId>> {
		let limit = usize::try_from(limit.min(CREDENTIAL_PAGE)).unwrap_or(0);
		let keys = match start_after {
			None => CredentialsOf::<T>::iter_key_prefix(&who),
			Some(id) => {
				let start = CredentialsOf::<T>::hashed_key_for(&who, id.key());
				CredentialsOf::<T>::iter_key_prefix_from(&who, start)
			}
		};
		keys.take(limit).filter_map(CredentialId::of).filter_map(Self::view_of).collect()
	}

	pub(crate) fn current_settings() -> ReputationSettings {
		ReputationSettings {
			window: T::Window::get(),
			memory: T::Memory::get(),
			credential_life: T::CredentialLife::get(),
		}
	}
}
