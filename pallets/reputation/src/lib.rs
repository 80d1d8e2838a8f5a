#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(any(test, feature = "runtime-benchmarks")),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

extern crate alloc;

#[cfg(any(test, feature = "runtime-benchmarks"))]
mod benchmarking;
mod dispatchables;
mod hooks;
mod impls;
#[cfg(test)]
mod mock;
mod ranges;
mod records;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use ranges::{range_of, RatingRange, BOUNDS, MEAN_WIDTH};
pub use types::*;
pub use views::{CredentialView, ReputationSettings};
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		ranges::RatingRange,
		types::*,
		views::{CredentialView, ReputationSettings},
		weights::WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;
	use souk_primitives::{
		reach::{Curation, Deals, Listings, Rulings},
		Balance, Digest, ListingId, OrderId,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The native token, in which deposits are held.
		type Currency: fungible::Inspect<Self::AccountId, Balance = Balance>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// What came of orders.
		type Orders: Deals<Self::AccountId>;

		/// What came of disputes.
		type Rulings: Rulings<Self::AccountId>;

		/// Whose the listings are.
		type Listings: Listings<Self::AccountId>;

		/// Who serves them.
		type Curation: Curation<Self::AccountId>;

		/// Blocks from the end of an order or a period in which both sides rate it, and issue credentials about an order; none for
		/// nobody. May change, like all numbers below; a right that is stored, and a credential, keep the block that they have.
		type Window: Get<u32>;

		/// Blocks after the last rating of somebody until all of them are forgotten.
		type Memory: Get<u32>;

		/// Blocks until a credential expires.
		type CredentialLife: Get<u32>;

		/// Deposit for a stored byte, in planck.
		type DepositPerByte: Get<Balance>;

		/// Deposit for any record, in planck.
		type DepositBase: Get<Balance>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Rent for the bytes of a right, a tally or a credential; on the account of whoever had them stored.
		#[codec(index = 0)]
		Deposit,
	}

	/// Who may rate what, and has: those of periods from when they were served, those of orders from the first rating on. Blake2,
	/// because a payer may be anybody. Each is backed by its depositor's deposit, and gone when its time is over. Written by `rate`,
	/// by what subscriptions say, and by the hooks.
	#[pallet::storage]
	pub type Rights<T: Config> = StorageMap<_, Blake2_128Concat, DealOf<T>, RightRecordOf<T>>;

	/// What was said of listings and of payers: how often each score was given, and never by whom. Blake2, because a payer may be
	/// anybody. Each is backed by the deposit of whoever rated last. Written by `rate` and by the hooks.
	#[pallet::storage]
	pub type Tallies<T: Config> = StorageMap<_, Blake2_128Concat, RatedOf<T>, TallyRecordOf<T>>;

	/// Credentials that have neither expired nor been removed. Twox, because orders are numbered in sequence. Each is backed by its
	/// issuer's deposit, and so are its entries below. Written by the calls about credentials, and by the hooks.
	#[pallet::storage]
	pub type Credentials<T: Config> = StorageMap<_, Twox64Concat, CredentialId, CredentialRecordOf<T>>;

	/// Credentials by who issued them, and by whom they are about. Blake2, because anybody may choose an account; identity over
	/// the name, so that iteration ascends and the chain alone chooses keys. Written with each credential.
	#[pallet::storage]
	pub type CredentialsOf<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, CredentialKey, ()>;

	/// What ends in a block: each right, tally and credential has one place. A map and no list, so that there is room for any
	/// number in any block; the hooks do in a block what it has room for. Twox, because blocks are numbered; Blake2, because
	/// anybody may choose an account. Written with each of them.
	#[pallet::storage]
	pub type Due<T: Config> = StorageDoubleMap<_, Twox64Concat, u32, Blake2_128Concat, TurnOf<T>, ()>;

	/// The first block whose queue is not worked off. Written by the hooks.
	#[pallet::storage]
	pub type NextDue<T: Config> = StorageValue<_, u32>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Both sides of a served period may rate it.
		#[codec(index = 0)]
		MayRate {
			/// The period.
			deal: DealOf<T>,
			/// First block in which it is too late.
			until: u32,
		},
		/// A side has rated a deal.
		#[codec(index = 1)]
		Rated {
			/// Which deal.
			deal: DealOf<T>,
		},
		/// Nobody has said anything of somebody for so long that what was said is forgotten.
		#[codec(index = 2)]
		Forgotten {
			/// Of whom.
			rated: RatedOf<T>,
		},
		/// A side of an order has issued a credential to the other.
		#[codec(index = 3)]
		CredentialIssued {
			/// Which one.
			id: CredentialId,
			/// Who says it.
			issuer: T::AccountId,
			/// Of whom.
			subject: T::AccountId,
			/// Hash of the credential.
			hash: Digest,
			/// Block in which it expires.
			until: u32,
		},
		/// Who issued a credential does not stand by it any more.
		#[codec(index = 4)]
		CredentialRevoked {
			/// Which one.
			id: CredentialId,
		},
		/// A credential has expired, or was revoked and removed. Its deposit is returned.
		#[codec(index = 5)]
		CredentialRemoved {
			/// Which one.
			id: CredentialId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// A score is 1, 2, 3, 4 or 5.
		#[codec(index = 0)]
		NoScore,
		/// There is no such order that has come to something, no served period that may be rated, no such credential.
		#[codec(index = 1)]
		NotFound,
		/// Only the two sides rate a deal and issue credentials about it; only its issuer revokes or removes a credential.
		#[codec(index = 2)]
		NotAuthorized,
		/// The time to rate, or to issue a credential, is over.
		#[codec(index = 3)]
		Expired,
		/// Each side rates a deal once.
		#[codec(index = 4)]
		AlreadyRated,
		/// Nobody rates, or is trusted for, what they bought of a listing that they own, or were paid to serve.
		#[codec(index = 5)]
		OwnListing,
		/// The caller cannot pay the deposit.
		#[codec(index = 6)]
		DepositUnpaid,
		/// A buyer trusts a seller, a seller relies on a payer, and a dispute is lost by the other side.
		#[codec(index = 7)]
		WrongSide,
		/// Trust is for sales that ended with the seller paid.
		#[codec(index = 8)]
		NotReleased,
		/// No side has lost a dispute about the order, as far as the chain remembers.
		#[codec(index = 9)]
		NotLost,
		/// An order has one credential of each kind.
		#[codec(index = 10)]
		AlreadyIssued,
		/// The credential is revoked.
		#[codec(index = 11)]
		AlreadyRevoked,
		/// Only a revoked credential is removed by hand.
		#[codec(index = 12)]
		NotRevoked,
		/// As long as another one could be issued, a revoked credential stays.
		#[codec(index = 13)]
		TooEarly,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::work_off(Self::now(), Self::hook_limit())
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::work_off(Self::now(), remaining)
		}

		fn integrity_test() {
			let one = T::WeightInfo::work_off().saturating_add(T::WeightInfo::turn());
			assert!(one.all_lte(Self::hook_limit()), "a block has no room for a single turn");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Rates a deal, as one of its sides: the payer the listing, the curator the payer. Once, within `Window` blocks after an
		/// order that came to something has ended, or a period was served. Holds a deposit for the tally until somebody else rates
		/// the same one, or nobody has for `Memory` blocks; and one for the right, where it is stored with this call, until the
		/// window is over.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::rate())]
		pub fn rate(origin: OriginFor<T>, deal: DealOf<T>, score: u8) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_rate(who, deal, score)
		}

		/// Registers the hash of a credential about the other side of an order: the buyer a `TrustedSeller`, the seller a
		/// `ReliablePayer`, the winner of a dispute a `DisputeLost`. One of each kind, within `Window` blocks after the order's end.
		/// It expires after `CredentialLife` blocks; its deposit returns then.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::issue_credential())]
		pub fn issue_credential(
			origin: OriginFor<T>,
			order: OrderId,
			kind: CredentialKind,
			hash: Digest,
		) -> DispatchResult {
			let issuer = ensure_signed(origin)?;
			Self::do_issue_credential(issuer, order, kind, hash)
		}

		/// Says, as its issuer, that a credential does not hold any more.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::revoke_credential())]
		pub fn revoke_credential(origin: OriginFor<T>, id: CredentialId) -> DispatchResult {
			let issuer = ensure_signed(origin)?;
			Self::do_revoke_credential(issuer, id)
		}

		/// Removes, as its issuer, a revoked credential once no other one can be issued in its place. The deposit returns. One
		/// that has expired is removed by itself.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::remove_credential())]
		pub fn remove_credential(origin: OriginFor<T>, id: CredentialId) -> DispatchResult {
			let issuer = ensure_signed(origin)?;
			Self::do_remove_credential(issuer, id)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What was said of a listing, in ranges; `None` for nothing.
		pub fn listing_ratings(listing: ListingId) -> Option<RatingRange> {
			Self::range_for(Rated::Listing(listing))
		}

		/// What was said of an account as a payer, likewise.
		pub fn payer_ratings(payer: T::AccountId) -> Option<RatingRange> {
			Self::range_for(Rated::Payer(payer))
		}

		/// First block in which it is too late for somebody to rate a deal; `None` where they may not.
		pub fn may_rate(deal: DealOf<T>, who: T::AccountId) -> Option<u32> {
			Self::rates_until(&deal, &who)
		}

		/// A credential, while it is on the chain.
		pub fn credential(id: CredentialId) -> Option<CredentialView<T::AccountId>> {
			Self::view_of(id)
		}

		/// A page of the credentials that an account has issued or that are about it, in ascending order: up to `limit` and
		/// `CREDENTIAL_PAGE` of those after `start_after`. An empty page is the end.
		pub fn credentials_of(
			who: T::AccountId,
			start_after: Option<CredentialId>,
			limit: u32,
		) -> Vec<CredentialView<T::AccountId>> {
			Self::page_of(who, start_after, limit)
		}

		/// The numbers that hold for what is rated or issued now.
		pub fn settings() -> ReputationSettings {
			Self::current_settings()
		}
	}
}
