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
mod bonds;
mod dispatchables;
#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
mod fixture;
mod impls;
mod limit;
#[cfg(test)]
mod mock;
mod records;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use limit::without_gain;
pub use pallet::*;
pub use types::*;
pub use views::{BackedView, BackingView};
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		types::*,
		views::{BackedView, BackingView},
		weights::WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungibles},
	};
	use frame_system::pallet_prelude::*;
	use souk_primitives::{
		reach::{Bonds, Cases, Listings},
		Asset, Balance, ListingId,
	};
	use sp_runtime::{FixedU128, Permill};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The native token, in which bonds are backed and deposits held.
		type Currency: fungible::Inspect<Self::AccountId, Balance = Balance>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// Everything that prices are in: the native token and the assets together.
		type Money: fungibles::Inspect<Self::AccountId, AssetId = Asset, Balance = Balance>
			+ fungibles::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Whose listings are.
		type Listings: Listings<Self::AccountId>;

		/// The bonds that are backed.
		type Bonds: Bonds<Self::AccountId>;

		/// What is not ruled on yet; what backs a bond waits for it.
		type Cases: Cases;

		/// Where what nobody else can be paid goes.
		type Treasury: Get<Self::AccountId>;

		/// The most that backs a bond and answers with it, in multiples of the bond. May change; see [`crate::without_gain`].
		type MaxBacking: Get<FixedU128>;

		/// The least that an account backs a bond with, in planck. May change.
		type MinBacking: Get<Balance>;

		/// The largest share of a curator's income that backers get.
		#[pallet::constant]
		type MaxShare: Get<Permill>;

		/// Deposit for a storage item, in planck. May change.
		type DepositBase: Get<Balance>;

		/// Deposit for a stored byte, in planck. May change.
		type DepositPerByte: Get<Balance>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// What backs a curator's bond, and what was taken of that and is not paid to anybody yet; on the curator's account.
		#[codec(index = 0)]
		Backing,
		/// What backers have earned; on the curator's account, in each asset.
		#[codec(index = 1)]
		Income,
		/// Rent for the bytes of a record; on the account of the curator, or of the backer.
		#[codec(index = 2)]
		Deposit,
	}

	/// What backs the bonds of listings. Twox, because listings are numbered in sequence. Each is paid for by the curator's deposit.
	/// Written by all calls, when a curator is paid, with offences and their fines, and when a listing ends.
	#[pallet::storage]
	pub type Backings<T: Config> = StorageMap<_, Twox64Concat, ListingId, BackingRecordOf<T>>;

	/// Who backs what. Blake2, because anybody may choose an account; Twox as above. Each is paid for by the backer's deposit. Written
	/// by `back`, `unback`, `withdraw_unbacked` and `claim_income`.
	#[pallet::storage]
	pub type Backers<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, ListingId, BackerRecord>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A curator opened her bond to backers, or changed the terms.
		#[codec(index = 0)]
		Opened {
			/// The listing.
			listing: ListingId,
			/// The backers' share of her income.
			share: Permill,
			/// First block of that share.
			from: u32,
			/// The most that may be behind the bond, in planck.
			most: Balance,
		},
		/// Nobody can back the bond any more; from a block on, all of it is free.
		#[codec(index = 1)]
		Closing {
			/// The listing.
			listing: ListingId,
			/// That block.
			at: u32,
		},
		/// The last backer is gone, and so is the record.
		#[codec(index = 2)]
		Closed {
			/// The listing.
			listing: ListingId,
		},
		/// Somebody put money behind a listing's bond.
		#[codec(index = 3)]
		Backed {
			/// The listing.
			listing: ListingId,
			/// Who.
			backer: T::AccountId,
			/// How much, in planck.
			amount: Balance,
		},
		/// A part of it is on its way out.
		#[codec(index = 4)]
		Unbacked {
			/// The listing.
			listing: ListingId,
			/// Whose.
			backer: T::AccountId,
			/// How much it is now, in planck.
			amount: Balance,
			/// First block in which it can be withdrawn.
			at: u32,
		},
		/// What was on its way out has been paid back.
		#[codec(index = 5)]
		Withdrawn {
			/// The listing.
			listing: ListingId,
			/// To whom.
			backer: T::AccountId,
			/// How much was left of it, in planck.
			amount: Balance,
		},
		/// The backers' part of a payment to the curator was set aside for them.
		#[codec(index = 6)]
		IncomeShared {
			/// The listing.
			listing: ListingId,
			/// The asset.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// The backers' part of a payment went to the treasury, because backers of the listing earn in `MAX_ASSETS` others already.
		#[codec(index = 7)]
		IncomeDiverted {
			/// The listing.
			listing: ListingId,
			/// The asset.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// A backer was paid what they have earned.
		#[codec(index = 8)]
		IncomeClaimed {
			/// The listing.
			listing: ListingId,
			/// Who.
			backer: T::AccountId,
			/// The asset.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// What a backer has earned could not be paid to them for so long that it went to the treasury, or, where that has no account
		/// in the asset, stays the curator's.
		#[codec(index = 9)]
		IncomeForsaken {
			/// The listing.
			listing: ListingId,
			/// Whose it was.
			backer: T::AccountId,
			/// The asset.
			asset: Asset,
			/// How much, in the asset's smallest unit.
			amount: Balance,
		},
		/// An offence took a part of what backs a bond.
		#[codec(index = 10)]
		Forfeited {
			/// The listing.
			listing: ListingId,
			/// How much, in planck.
			amount: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such listing, its bond is not open to backers, or the account does not back it.
		#[codec(index = 0)]
		NotFound,
		/// Only the listing's curator can do this.
		#[codec(index = 1)]
		NotAuthorized,
		/// Nothing new begins for a listing that has ended.
		#[codec(index = 2)]
		ListingEnded,
		/// Backers get more than nothing of a curator's income, and `MaxShare` at most.
		#[codec(index = 3)]
		InvalidShare,
		/// All of it is on its way out already.
		#[codec(index = 4)]
		AlreadyClosing,
		/// A curator bonds; others back.
		#[codec(index = 5)]
		OwnListing,
		/// An account backs a bond with the minimum at least, or with nothing.
		#[codec(index = 6)]
		BelowMinimum,
		/// No more is behind a bond than its curator allows, nor than `MaxBacking` times the bond.
		#[codec(index = 7)]
		TooMuch,
		/// Offences have taken everything: nobody joins before those have left who had it.
		#[codec(index = 8)]
		WipedOut,
		/// The amount must be more than nothing.
		#[codec(index = 9)]
		ZeroAmount,
		/// The account backs the listing with less than that.
		#[codec(index = 10)]
		InsufficientBacking,
		/// At most `MAX_LEAVING` portions can be on their way out: withdraw some first.
		#[codec(index = 11)]
		TooManyLeaving,
		/// Nothing can be withdrawn before the unbonding period has passed.
		#[codec(index = 12)]
		TooEarly,
		/// The backer has earned nothing in that asset that was not claimed.
		#[codec(index = 13)]
		NothingEarned,
		/// The backer has no account in the asset, and it is too little to make one; or the asset is frozen.
		#[codec(index = 14)]
		CannotBePaid,
		/// What backs a bond answers for the cases about the listing that were opened before it was free: until they are ruled on, or have been
		/// open for as long as a case can be.
		#[codec(index = 15)]
		CaseOpen,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxShare::get() < Permill::one(), "nothing of the income is left to the curator");
			assert!(!T::MaxShare::get().is_zero(), "backers can earn nothing");
			assert!(
				T::MinBacking::get() >= <T::Currency as fungible::Inspect<_>>::minimum_balance(),
				"what is paid back cannot make an account"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Opens a listing's bond to backers, as its curator, or changes the terms: they get `share` of what she is paid for the
		/// listing, and put `most` planck behind the bond at most. A share that is lower than before begins when who leaves now is
		/// gone; a higher one at once. Holds a deposit for the record.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::open_backing())]
		pub fn open_backing(
			origin: OriginFor<T>,
			listing: ListingId,
			share: Permill,
			#[pallet::compact] most: Balance,
		) -> DispatchResult {
			let curator = ensure_signed(origin)?;
			Self::do_open_backing(curator, listing, share, most)
		}

		/// Sends all backers of a listing away, as its curator: everything is on its way out for an unbonding period, earns so long, and answers
		/// until it is free.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::close_backing())]
		pub fn close_backing(origin: OriginFor<T>, listing: ListingId) -> DispatchResult {
			let curator = ensure_signed(origin)?;
			Self::do_close_backing(curator, listing)
		}

		/// Puts `amount` planck behind a listing's bond, for a share of the curator's income; an offence takes the part of it that
		/// it takes of the bond. Holds a deposit for the record the first time.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::back())]
		pub fn back(
			origin: OriginFor<T>,
			listing: ListingId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let backer = ensure_signed(origin)?;
			Self::do_back(backer, listing, amount)
		}

		/// Starts `amount` planck of what the caller backs a listing with on its way out. It earns nothing any more, and answers until
		/// it is withdrawn.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::unback())]
		pub fn unback(
			origin: OriginFor<T>,
			listing: ListingId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let backer = ensure_signed(origin)?;
			Self::do_unback(backer, listing, amount)
		}

		/// Pays a backer what of their money is free. Anybody may. Where a case about the listing was opened before its time had come, it is free
		/// when none is open any more, and no longer after that time than a case can take.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::withdraw_unbacked())]
		pub fn withdraw_unbacked(
			origin: OriginFor<T>,
			listing: ListingId,
			backer: T::AccountId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_withdraw_unbacked(listing, backer)
		}

		/// Pays a backer what they have earned in an asset. Anybody may.
		///
		/// What cannot be paid stays theirs, until a whole unbonding period after the closing was over: then it goes to the
		/// treasury, so that nothing is left behind.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::claim_income())]
		pub fn claim_income(
			origin: OriginFor<T>,
			listing: ListingId,
			asset: Asset,
			backer: T::AccountId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_income(listing, asset, backer)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What backs a listing's bond, if it is open to backers.
		pub fn backing(listing: ListingId) -> Option<BackingView<T::AccountId>> {
			Self::backing_view(listing)
		}

		/// Up to `limit` (at most 100) listings that an account backs, in the order of storage. For the next page, start after the last
		/// listing of this one.
		pub fn backed_by(
			account: T::AccountId,
			start_after: Option<ListingId>,
			limit: u32,
		) -> Vec<BackedView> {
			Self::backed_page(account, start_after, limit)
		}
	}
}
