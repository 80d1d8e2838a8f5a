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
mod fines;
mod history;
mod hooks;
mod impls;
#[cfg(test)]
mod mock;
pub mod penalty;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use penalty::Penalty;
pub use types::*;
pub use views::FineView;
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{penalty::Penalty, types::*, views::FineView, weights::WeightInfo};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, tokens::ConversionFromAssetBalance},
	};
	use frame_system::pallet_prelude::*;
	use souk_primitives::{
		reach::{Bonds, Listings, Subscribers},
		Asset, Balance, Bond, Digest, ListingId, OffenceKind,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The table of penalties.
	pub trait Penalties {
		/// What an offence of a kind costs. May change; holds for what is recorded after that.
		fn of(kind: OffenceKind) -> Penalty;
	}

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The native token, in which bonds and deposits are held.
		type Currency: fungible::Inspect<Self::AccountId, Balance = Balance>;

		/// What is for sale, and whose it is.
		type Listings: Listings<Self::AccountId>;

		/// The bonds that answer.
		type Bonds: Bonds<Self::AccountId>;

		/// Who pays for a listing.
		type Subscribers: Subscribers<Self::AccountId>;

		/// What an amount of an asset is worth in planck. The native token is worth itself.
		type Worth: ConversionFromAssetBalance<Balance, Asset, Balance>;

		/// Where the rest of a fine goes, and what nobody else can be paid.
		type Treasury: Get<Self::AccountId>;

		/// What offences cost.
		type Penalties: Penalties;

		/// Blocks after which money that could not be moved is tried first. May change.
		type RetryEvery: Get<u32>;

		/// Blocks for which an offence is remembered.
		#[pallet::constant]
		type Memory: Get<u32>;

		/// Most offences that are remembered against one bond: the newest ones.
		#[pallet::constant]
		type MaxRemembered: Get<u32>;

		/// Blocks after an offence in which it can still be reported. What is unbonded stays held for longer.
		#[pallet::constant]
		type ReportWindow: Get<u32>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// What is remembered against a bond, oldest first: at most `MaxRemembered` for each listing and node that has ever had a bond,
	/// and each for `Memory` blocks. Paid for by the bond. Blake2, because anybody may choose a node's account. Written with each
	/// offence, and by the hooks.
	#[pallet::storage]
	pub type History<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		Bond<T::AccountId>,
		BoundedVec<OffenceRecord<T::AccountId>, T::MaxRemembered>,
		ValueQuery,
	>;

	/// Fines that are being divided. Identity over the number in big-endian order, so that iteration ascends and the chain alone
	/// chooses keys. Each is gone when all of it is paid. Written with each offence, and by the hooks.
	#[pallet::storage]
	pub type Fines<T: Config> = StorageMap<_, Identity, [u8; 8], FineRecordOf<T>>;

	/// The number of the next fine. Written with each offence.
	#[pallet::storage]
	pub type NextFineId<T: Config> = StorageValue<_, FineId, ValueQuery>;

	/// What is due in a block. Twox, because the key is sequential; Blake2, because anybody may choose an account. One entry for
	/// each block in which something is forgotten, and bond. Written with each offence, and by the hooks.
	#[pallet::storage]
	pub type Due<T: Config> =
		StorageDoubleMap<_, Twox64Concat, u32, Blake2_128Concat, Turn<T::AccountId>, ()>;

	/// The first block whose queue is not worked off. Written by the hooks.
	#[pallet::storage]
	pub type NextDue<T: Config> = StorageValue<_, u32>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An offence was recorded.
		#[codec(index = 0)]
		OffenceCommitted {
			/// What was done.
			kind: OffenceKind,
			/// The listing that it was done to.
			listing: ListingId,
			/// The node that did it, where one did.
			node: Option<T::AccountId>,
			/// Who proved it, where somebody did.
			reporter: Option<T::AccountId>,
			/// Hash that names the evidence.
			evidence: Digest,
			/// What it cost the curator's bond, in planck.
			of_curator: Balance,
			/// What it cost the node's bond, in planck.
			of_node: Balance,
		},
		/// The division of a fine began.
		#[codec(index = 1)]
		FineImposed {
			/// Its number.
			fine: FineId,
			/// For what was done to which listing.
			listing: ListingId,
			/// How much, in planck.
			amount: Balance,
		},
		/// Who pays for a listing got a share of a fine.
		#[codec(index = 2)]
		Compensated {
			/// The listing.
			listing: ListingId,
			/// Who pays for it.
			payer: T::AccountId,
			/// How much, in planck.
			amount: Balance,
		},
		/// Who proved an offence got their share.
		#[codec(index = 3)]
		Rewarded {
			/// The listing.
			listing: ListingId,
			/// Who proved it.
			reporter: T::AccountId,
			/// How much, in planck.
			amount: Balance,
		},
		/// The treasury got the rest of a fine.
		#[codec(index = 4)]
		Collected {
			/// The listing.
			listing: ListingId,
			/// How much, in planck.
			amount: Balance,
		},
		/// All of a fine is paid.
		#[codec(index = 5)]
		FineSettled {
			/// Its number.
			fine: FineId,
		},
		/// The rest of a fine cannot be moved. It is tried again.
		#[codec(index = 6)]
		FineDelayed {
			/// Its number.
			fine: FineId,
			/// What is left, in planck.
			left: Balance,
		},
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
			let unbonding = T::Bonds::unbonding_period();
			let window = T::ReportWindow::get();
			assert!(unbonding > window, "bonds are gone after {unbonding} blocks, reports come for {window}");
			assert!(T::Memory::get() > window, "an offence is forgotten while it can be reported");
			assert!(T::MaxRemembered::get() >= 1, "nothing can be remembered");
			let fine = T::WeightInfo::next_fine();
			for step in [
				T::WeightInfo::forget(),
				fine.saturating_add(T::WeightInfo::pay_next()),
				fine.saturating_add(T::WeightInfo::pay_rest()),
			] {
				let all = step
					.saturating_add(T::WeightInfo::work_off())
					.saturating_add(T::DbWeight::get().reads(1));
				assert!(all.all_lte(Self::hook_limit()), "a block has no room for a single step");
			}
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What is remembered against a listing, newest first.
		pub fn history(listing: ListingId) -> Vec<OffenceRecord<T::AccountId>> {
			Self::history_of(&Bond::Listing(listing))
		}

		/// What is remembered against a node, newest first.
		pub fn node_history(node: T::AccountId) -> Vec<OffenceRecord<T::AccountId>> {
			Self::history_of(&Bond::Node(node))
		}

		/// What each kind of offence costs.
		pub fn penalties() -> Vec<(OffenceKind, Penalty)> {
			Self::penalty_table()
		}

		/// Fines that are being divided, by ascending number: up to `limit` (at most 100) of those after `start_after`.
		pub fn fines(start_after: Option<FineId>, limit: u32) -> Vec<FineView<T::AccountId>> {
			Self::fine_page(start_after, limit)
		}
	}
}
