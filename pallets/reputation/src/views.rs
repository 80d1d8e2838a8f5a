//! What clients see, in types that they decode by metadata. Of ratings nobody sees more than ranges.

use crate::*;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::traits::Get;
use scale_info::TypeInfo;

/// What the chain knows of a credential, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct CredentialView<AccountId> {
	/// Its name.
	pub id: CredentialId,
	/// The rest.
	pub record: CredentialRecord<AccountId>,
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
		Some(CredentialView { id, record: Credentials::<T>::get(id)? })
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
