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
mod departures;
mod dispatchables;
#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
mod fixture;
mod forfeits;
mod impls;
mod integrity;
mod keepers;
#[cfg(test)]
mod mock;
mod promises;
mod slashing;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use departures::{Departure, Departures};
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{departures::Departures, types::*, weights::WeightInfo};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{Inspect, MutateHold},
			UnixTime,
		},
	};
	use frame_system::pallet_prelude::*;
	use souk_primitives::{
		reach::{Cases, Listings, OnKeepers, Orders, Subscriptions},
		Balance, Bond, Commitments, Digest, ListingId, NodeRole, Period, SnapshotHealth, SnapshotView,
	};
	use sp_runtime::Permill;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The native token, in which bonds and deposits are held.
		type Currency: Inspect<Self::AccountId, Balance = Balance>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Who owns a listing, and what state it is in.
		type Listings: Listings<Self::AccountId>;

		/// Whether a listing still owes anybody anything; it is not cleared before.
		type Subscriptions: Subscriptions;

		/// Whether a listing still has orders; it is not cleared before.
		type Orders: Orders;

		/// What is not ruled on yet; what was unbonded waits for it.
		type Cases: Cases;

		/// Who has to know of persistence nodes that go.
		type OnKeepers: OnKeepers<Self::AccountId>;

		/// The chain's time; a period is not submitted before it.
		type UnixTime: UnixTime;

		/// Deposit for a storage item, in planck. May change.
		type DepositBase: Get<Balance>;

		/// Deposit for a stored byte, in planck. May change.
		type DepositPerByte: Get<Balance>;

		/// Smallest curator bond of a data product that is on sale, in planck. May change.
		type MinCuratorBond: Get<Balance>;

		/// Share of a listing's active bond that is never set aside for sales, so that there is something to fine. May change.
		type BondReserve: Get<Permill>;

		/// Bond of a node for each role that it offers, in planck. May change.
		type MinNodeBond: Get<Balance>;

		/// Blocks that an unbonded amount stays held. May change.
		type UnbondingPeriod: Get<u32>;

		/// Blocks after its departure within which a persistence node that is back has not been away, for whoever asks it for snapshots. May change.
		type BackWithin: Get<u32>;

		/// Most blocks by which pauses put off what a listing has promised, from one final snapshot to the next.
		#[pallet::constant]
		type MaxPause: Get<u32>;

		/// Most portions of one bond on their way out at the same time.
		#[pallet::constant]
		type MaxUnlocking: Get<u32>;

		/// Most nodes assigned to a listing in one role.
		#[pallet::constant]
		type MaxAssigned: Get<u32>;

		/// Most terms of a listing: nodes assigned in both roles, and nodes that have left and are remembered.
		#[pallet::constant]
		type MaxTerms: Get<u32>;

		/// Blocks for which a node that has left is remembered at least: as long as what it has signed can be reported. May change.
		type RememberedFor: Get<u32>;

		/// Most assignments of one node.
		#[pallet::constant]
		type MaxAssignmentsPerNode: Get<u32>;

		/// Most snapshots kept of a listing.
		#[pallet::constant]
		type MaxRetention: Get<u32>;

		/// Most periods of a listing that have submissions, but no quorum yet.
		#[pallet::constant]
		type MaxOpenPeriods: Get<u32>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A node's bond.
		#[codec(index = 0)]
		NodeBond,
		/// A curator's bond on a listing.
		#[codec(index = 1)]
		CuratorBond,
		/// Deposits for stored bytes.
		#[codec(index = 2)]
		Deposit,
	}

	/// Registered nodes. Blake2, because anybody may choose the key. Each is paid for by its deposit. Written by
	/// `register_node`, `update_node` and `deregister_node`.
	#[pallet::storage]
	pub type Nodes<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, NodeRecord>;

	/// Node bonds on their way out; an entry holds at least the money that it is about. Written by `update_node`,
	/// `deregister_node` and `withdraw_node_bond`.
	#[pallet::storage]
	pub type NodeUnlocking<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, Unlocking<T::MaxUnlocking>, ValueQuery>;

	/// Curators' bonds by listing; an entry holds at least the money that it is about. Twox, because listings are numbered
	/// in sequence, here and below. Written by `bond`, `unbond` and `withdraw_unbonded`, and by `escrow` with sales.
	#[pallet::storage]
	pub type CuratorBonds<T: Config> =
		StorageMap<_, Twox64Concat, ListingId, CuratorBondRecord<T::AccountId, T::MaxUnlocking>>;

	/// What offences took of bonds and was not paid to anybody yet; an entry holds at least the money that it is about. Blake2,
	/// because anybody may choose a node's account. Written by `stakes`.
	#[pallet::storage]
	pub type Forfeited<T: Config> =
		StorageMap<_, Blake2_128Concat, Bond<T::AccountId>, Forfeit<T::AccountId>>;

	/// Schedules by listing and what was promised by them, paid for by their deposit together with all snapshot storage of the
	/// listing. Written by `set_schedule` and `clear_listing`, with each final snapshot, when the listing's state changes, and by `stakes`.
	#[pallet::storage]
	pub type Schedules<T: Config> = StorageMap<_, Twox64Concat, ListingId, ScheduleRecord<T::AccountId>>;

	/// Who works for a listing in a role: at most `MaxAssigned`, each paid for by a deposit. Written by `assign`,
	/// `unassign`, `resign` and `clear_listing`; that a node has agreed, once for each, by `submit_snapshot` and by `stakes`.
	#[pallet::storage]
	pub type Assignments<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		ListingId,
		Twox64Concat,
		NodeRole,
		BoundedVec<AssignmentRecord<T::AccountId>, T::MaxAssigned>,
		ValueQuery,
	>;

	/// The same by node: at most `MaxAssignmentsPerNode`, paid for by the assignments' deposits. Written with
	/// `Assignments`.
	#[pallet::storage]
	pub type AssignmentsOf<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		BoundedVec<(ListingId, NodeRole), T::MaxAssignmentsPerNode>,
		ValueQuery,
	>;

	/// Who has left a listing `RememberedFor` blocks ago at most, or while money for their work is held, and for how many periods there is any: at most
	/// `MaxTerms` together with those assigned, each paid for by a part of its assignment's deposit. Written by `assign`, `unassign`,
	/// `resign` and `clear_listing`, and by `subscriptions` with each period.
	#[pallet::storage]
	pub type Departed<T: Config> =
		StorageMap<_, Twox64Concat, ListingId, Departures<T::AccountId, T::MaxTerms>, OptionQuery>;

	/// The periods of a listing that have submissions, but no quorum yet, oldest first. Written by `submit_snapshot`,
	/// `unassign`, `resign` and `clear_listing`, like the four below.
	#[pallet::storage]
	pub type OpenPeriods<T: Config> =
		StorageMap<_, Twox64Concat, ListingId, BoundedVec<Period, T::MaxOpenPeriods>, ValueQuery>;

	/// Submissions for the open periods.
	#[pallet::storage]
	pub type Submissions<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		ListingId,
		Twox64Concat,
		Period,
		PeriodSubmissions<T::AccountId, T::MaxAssigned>,
		ValueQuery,
	>;

	/// Final snapshots: the newest `retention` of each listing.
	#[pallet::storage]
	pub type Snapshots<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ListingId, Twox64Concat, Period, SnapshotRecord>;

	/// The periods of the final snapshots that are kept, oldest first. Written by `set_schedule` as well.
	#[pallet::storage]
	pub type SnapshotPeriods<T: Config> =
		StorageMap<_, Twox64Concat, ListingId, BoundedVec<Period, T::MaxRetention>, ValueQuery>;

	/// The period of the newest final snapshot.
	#[pallet::storage]
	pub type Newest<T: Config> = StorageMap<_, Twox64Concat, ListingId, Period>;

	/// The block in which the first snapshot became final. Written by `submit_snapshot` and `clear_listing`.
	#[pallet::storage]
	pub type FirstFinalAt<T: Config> = StorageMap<_, Twox64Concat, ListingId, u32>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A node registered.
		#[codec(index = 0)]
		NodeRegistered {
			/// Its account.
			node: T::AccountId,
		},
		/// A node changed what it says of itself.
		#[codec(index = 1)]
		NodeUpdated {
			/// Its account.
			node: T::AccountId,
		},
		/// A node left the registry.
		#[codec(index = 2)]
		NodeDeregistered {
			/// Its account.
			node: T::AccountId,
		},
		/// A part of a node's bond started on its way out.
		#[codec(index = 3)]
		NodeUnbonded {
			/// The node's account.
			node: T::AccountId,
			/// How much, in planck.
			amount: Balance,
			/// First block in which it can be withdrawn.
			at: u32,
		},
		/// A part of a node's bond was released.
		#[codec(index = 4)]
		NodeBondWithdrawn {
			/// The node's account.
			node: T::AccountId,
			/// How much, in planck.
			amount: Balance,
		},
		/// A curator added to the bond on a listing.
		#[codec(index = 5)]
		Bonded {
			/// The listing.
			listing: ListingId,
			/// What was added, in planck.
			amount: Balance,
		},
		/// A part of a listing's bond started on its way out.
		#[codec(index = 6)]
		Unbonded {
			/// The listing.
			listing: ListingId,
			/// How much, in planck.
			amount: Balance,
			/// First block in which it can be withdrawn.
			at: u32,
		},
		/// A part of a listing's bond was released.
		#[codec(index = 7)]
		Withdrawn {
			/// The listing.
			listing: ListingId,
			/// How much, in planck.
			amount: Balance,
		},
		/// A node works for a listing from now on.
		#[codec(index = 8)]
		Assigned {
			/// The listing.
			listing: ListingId,
			/// The node.
			node: T::AccountId,
			/// What it does.
			role: NodeRole,
		},
		/// An assigned node got the listing's secret anew.
		#[codec(index = 9)]
		KeyReplaced {
			/// The listing.
			listing: ListingId,
			/// The node.
			node: T::AccountId,
			/// What it does.
			role: NodeRole,
		},
		/// The curator ended an assignment.
		#[codec(index = 10)]
		Unassigned {
			/// The listing.
			listing: ListingId,
			/// The node.
			node: T::AccountId,
			/// What it did.
			role: NodeRole,
		},
		/// A node ended its assignment.
		#[codec(index = 11)]
		Resigned {
			/// The listing.
			listing: ListingId,
			/// The node.
			node: T::AccountId,
			/// What it did.
			role: NodeRole,
		},
		/// A listing's schedule was set.
		#[codec(index = 12)]
		ScheduleSet {
			/// The listing.
			listing: ListingId,
			/// The schedule.
			schedule: Schedule,
		},
		/// A worker submitted what a snapshot commits to.
		#[codec(index = 13)]
		SnapshotSubmitted {
			/// The listing.
			listing: ListingId,
			/// The period.
			period: Period,
			/// The worker.
			worker: T::AccountId,
			/// Hash of the commitments: workers who disagree show different ones.
			hash: Digest,
		},
		/// Two workers submitted different commitments for one period.
		#[codec(index = 14)]
		SnapshotDisagreement {
			/// The listing.
			listing: ListingId,
			/// The period.
			period: Period,
		},
		/// A quorum of the assigned workers agreed.
		#[codec(index = 15)]
		SnapshotFinal {
			/// The listing.
			listing: ListingId,
			/// The period.
			period: Period,
			/// Hash of the commitments.
			hash: Digest,
			/// How many workers agreed.
			signers: u32,
		},
		/// The submissions for a period were dropped: a later one became final, too many were open, or nobody who
		/// submitted is assigned any more.
		#[codec(index = 16)]
		PeriodAbandoned {
			/// The listing.
			listing: ListingId,
			/// The period.
			period: Period,
		},
		/// All that was stored of an ended listing is gone, its bond excepted.
		#[codec(index = 17)]
		ListingCleared {
			/// The listing.
			listing: ListingId,
		},
		/// A part of a listing's bond was taken from its curator.
		#[codec(index = 18)]
		Slashed {
			/// The listing.
			listing: ListingId,
			/// How much, in planck.
			amount: Balance,
			/// Who got it.
			to: T::AccountId,
		},
		/// A part of a bond was taken for an offence.
		#[codec(index = 19)]
		BondForfeited {
			/// Which bond.
			bond: Bond<T::AccountId>,
			/// How much, in planck.
			amount: Balance,
		},
		/// A node brought its bond back to what its roles need.
		#[codec(index = 20)]
		NodeBondRestored {
			/// The node's account.
			node: T::AccountId,
			/// What was added, in planck.
			amount: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such listing, node or assignment.
		#[codec(index = 0)]
		NotFound,
		/// Only the listing's curator can do this.
		#[codec(index = 1)]
		NotAuthorized,
		/// Nothing new begins for a listing that has ended.
		#[codec(index = 2)]
		ListingEnded,
		/// A listing is cleared after it has ended.
		#[codec(index = 3)]
		ListingNotEnded,
		/// A listing is cleared after the last of its subscriptions was settled.
		#[codec(index = 4)]
		SubscriptionsOpen,
		/// There is nothing to clear.
		#[codec(index = 5)]
		NothingToClear,
		/// An account is registered once: change it with `update_node`.
		#[codec(index = 6)]
		AlreadyRegistered,
		/// Only a registered node can do this, or be assigned.
		#[codec(index = 7)]
		NotRegistered,
		/// A node offers one role at least.
		#[codec(index = 8)]
		NoRole,
		/// A node has a peer id, and a key that is not all zeros.
		#[codec(index = 9)]
		InvalidNode,
		/// A node keeps offering what it is assigned to do: resign first.
		#[codec(index = 10)]
		StillAssigned,
		/// The amount must be more than nothing.
		#[codec(index = 11)]
		ZeroAmount,
		/// A bond is at least the minimum, or nothing.
		#[codec(index = 12)]
		BelowMinimum,
		/// A data product keeps the minimum bond while it is active or paused.
		#[codec(index = 13)]
		BondInUse,
		/// There is no bond here.
		#[codec(index = 14)]
		NotBonded,
		/// The active bond is smaller than the amount.
		#[codec(index = 15)]
		InsufficientBond,
		/// At most `MaxUnlocking` portions can be on their way out: withdraw some first.
		#[codec(index = 16)]
		TooManyUnlocking,
		/// Nothing can be withdrawn before the unbonding period has passed.
		#[codec(index = 17)]
		TooEarly,
		/// A node is assigned only to a role that it offers.
		#[codec(index = 18)]
		RoleNotOffered,
		/// The node takes no new assignments.
		#[codec(index = 19)]
		NotAccepting,
		/// A listing has at most `MaxAssigned` nodes in a role.
		#[codec(index = 20)]
		TooManyAssigned,
		/// A node has at most `MaxAssignmentsPerNode` assignments.
		#[codec(index = 21)]
		NodeIsFull,
		/// An assignment needs the listing's secret for the node.
		#[codec(index = 22)]
		MissingKey,
		/// A snapshot is due every block at most, and 1 to `MaxRetention` are kept.
		#[codec(index = 23)]
		InvalidSchedule,
		/// Snapshots need a schedule.
		#[codec(index = 24)]
		NoSchedule,
		/// Only a worker that is assigned to the listing submits snapshots.
		#[codec(index = 25)]
		NotAssigned,
		/// A period is later than the newest final one, and not older than all open ones where no more can be open.
		#[codec(index = 26)]
		PeriodPast,
		/// A period is at most five minutes ahead of the chain's time.
		#[codec(index = 27)]
		PeriodAhead,
		/// The worker has submitted exactly this. Nothing is lost.
		#[codec(index = 28)]
		AlreadySubmitted,
		/// The worker has submitted something else for this period.
		#[codec(index = 29)]
		ConflictsWithOwn,
		/// Nodes that have left are owed for, and together with those assigned they are `MaxTerms`: wait until subscriptions
		/// of their time are settled.
		#[codec(index = 30)]
		TooManyTerms,
		/// What is set aside for sales stays bonded until their windows have closed.
		#[codec(index = 31)]
		BondCovers,
		/// A listing is cleared after the last of its orders has ended.
		#[codec(index = 32)]
		OrdersOpen,
		/// A node begins nothing new with less than the bond that its roles need: it restores the bond first.
		#[codec(index = 33)]
		NodeUnderbonded,
		/// Nothing is missing of the bond.
		#[codec(index = 34)]
		BondComplete,
		/// What was unbonded answers for the cases about the listing that were opened before it was free: until they are ruled on, or have been
		/// open for as long as a case can be.
		#[codec(index = 35)]
		CaseOpen,
		/// A snapshot is late by as many blocks at most as are between two: `tolerance` is not longer than `every`.
		#[codec(index = 36)]
		ToleranceTooLong,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			Self::assert_limits();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers the caller as a node. Holds `MinNodeBond` for each role that it offers, and a deposit for the record.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register_node())]
		pub fn register_node(origin: OriginFor<T>, info: NodeInfo) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_register_node(node, info)
		}

		/// Replaces what the calling node says of itself. Bond and deposit follow: what a dropped role had bonded is on its
		/// way out. A role that the node is assigned to cannot be dropped. After a new encryption key, curators have to
		/// `assign` the node again, with the listing's secret wrapped to it.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::update_node())]
		pub fn update_node(origin: OriginFor<T>, info: NodeInfo) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_update_node(node, info)
		}

		/// Takes the calling node off the registry. It has no assignments. Its deposit is released, and its bond after the
		/// unbonding period. It is asked at its health address no more.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::deregister_node())]
		pub fn deregister_node(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_deregister_node(node)
		}

		/// Releases what of the caller's node bond has passed the unbonding period.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::withdraw_node_bond())]
		pub fn withdraw_node_bond(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_withdraw_node_bond(node)
		}

		/// Adds `amount` planck to the curator's bond on a listing. The bond is `MinCuratorBond` at least then.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::bond())]
		pub fn bond(
			origin: OriginFor<T>,
			listing: ListingId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let curator = ensure_signed(origin)?;
			Self::do_bond(curator, listing, amount)
		}

		/// Starts `amount` planck of a listing's bond on its way out. What is left is `MinCuratorBond` at least, or nothing;
		/// nothing is only for a listing that needs no bond (any more). What is set aside for sales is not unbonded.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::unbond())]
		pub fn unbond(
			origin: OriginFor<T>,
			listing: ListingId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let curator = ensure_signed(origin)?;
			Self::do_unbond(curator, listing, amount)
		}

		/// Releases what of a listing's bond has passed the unbonding period, but for what waits for a ruling: where a case about the listing was
		/// opened before, until none is open, and no longer after that period than a case can take.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::withdraw_unbonded())]
		pub fn withdraw_unbonded(origin: OriginFor<T>, listing: ListingId) -> DispatchResult {
			let curator = ensure_signed(origin)?;
			Self::do_withdraw_unbonded(curator, listing)
		}

		/// Assigns a node to a listing in a role, with the listing's secret wrapped to the node's encryption key. The
		/// curator's deposit pays for the record. For a node that is assigned already, the wrapped key is replaced.
		///
		/// Refused while too many nodes have left that are still owed for. Deposits of those who are not owed for any more
		/// are released.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::assign())]
		pub fn assign(
			origin: OriginFor<T>,
			listing: ListingId,
			node: T::AccountId,
			role: NodeRole,
			wrapped_key: WrappedKey,
		) -> DispatchResult {
			let curator = ensure_signed(origin)?;
			Self::do_assign(curator, listing, node, role, wrapped_key)
		}

		/// Ends a node's assignment. What a worker had submitted for open periods is dropped, and the quorum is counted
		/// anew among the others. What the node has earned by this block it is paid when the subscriptions are settled; until
		/// then it is remembered, and a part of the deposit stays held.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::unassign())]
		pub fn unassign(
			origin: OriginFor<T>,
			listing: ListingId,
			node: T::AccountId,
			role: NodeRole,
		) -> DispatchResult {
			let curator = ensure_signed(origin)?;
			Self::do_unassign(curator, listing, node, role)
		}

		/// Ends the calling node's own assignment, like `unassign`.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::resign())]
		pub fn resign(origin: OriginFor<T>, listing: ListingId, role: NodeRole) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_resign(node, listing, role)
		}

		/// Sets a listing's schedule. The curator's deposit pays for the schedule, `retention` snapshots, and the
		/// submissions of the open periods. Snapshots beyond a smaller retention are dropped at once.
		///
		/// The next snapshot is due when the old schedule has promised it, or the new one does from this block on, whichever is sooner.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::set_schedule(T::MaxRetention::get()))]
		pub fn set_schedule(origin: OriginFor<T>, listing: ListingId, schedule: Schedule) -> DispatchResult {
			let curator = ensure_signed(origin)?;
			Self::do_set_schedule(curator, listing, schedule)
		}

		/// Submits what the snapshot of a period commits to, as an assigned worker: once per period. It is final as soon as
		/// more than half of the assigned workers have submitted the same.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::submit_snapshot().saturating_add(T::DbWeight::get().reads_writes(1, 1)))]
		pub fn submit_snapshot(
			origin: OriginFor<T>,
			listing: ListingId,
			period: Period,
			commitments: Commitments,
		) -> DispatchResult {
			let worker = ensure_signed(origin)?;
			Self::do_submit_snapshot(worker, listing, period, commitments)
		}

		/// Removes schedule, assignments, submissions and snapshots of a listing that has ended, has no orders and owes nobody anything,
		/// and returns their deposits. Anybody may.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::clear_listing(T::MaxRetention::get()))]
		pub fn clear_listing(origin: OriginFor<T>, listing: ListingId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_clear_listing(listing)
		}

		/// Brings the calling node's bond back to `MinNodeBond` for each of its roles, after a slash or where that has risen. It
		/// needs it for new assignments.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::restore_node_bond())]
		pub fn restore_node_bond(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_restore_node_bond(node)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A registered node.
		pub fn node(account: T::AccountId) -> Option<NodeView<T::AccountId>> {
			Self::node_view(account)
		}

		/// Up to `limit` (at most 100) nodes that offer a role, in the order of storage. For the next page, start after the
		/// last account of this one.
		pub fn nodes(
			role: NodeRole,
			start_after: Option<T::AccountId>,
			limit: u32,
		) -> Vec<NodeView<T::AccountId>> {
			Self::nodes_page(role, start_after, limit)
		}

		/// Who works for a listing, workers first.
		pub fn assignments(listing: ListingId) -> Vec<AssignmentView<T::AccountId>> {
			Self::assignment_views(listing)
		}

		/// What a node is assigned to.
		pub fn assignments_of(account: T::AccountId) -> Vec<(ListingId, NodeRole)> {
			AssignmentsOf::<T>::get(account).into_inner()
		}

		/// A listing's newest final snapshot.
		pub fn newest_snapshot(listing: ListingId) -> Option<SnapshotView> {
			Newest::<T>::get(listing).and_then(|period| Self::snapshot_view(listing, period))
		}

		/// The final snapshot of a period, while it is kept.
		pub fn snapshot(listing: ListingId, period: Period) -> Option<SnapshotView> {
			Self::snapshot_view(listing, period)
		}

		/// The final snapshots that are kept of a listing, newest first.
		pub fn snapshots(listing: ListingId) -> Vec<SnapshotView> {
			Self::snapshot_views(listing)
		}

		/// Who submitted what (the hash of the commitments) for a period that is not final.
		pub fn submissions(listing: ListingId, period: Period) -> Vec<(T::AccountId, Digest)> {
			Self::submission_views(listing, period)
		}

		/// A listing's schedule, if it has one.
		pub fn schedule(listing: ListingId) -> Option<Schedule> {
			Schedules::<T>::get(listing).map(|record| record.schedule)
		}

		/// How fresh a listing is.
		pub fn health(listing: ListingId) -> SnapshotHealth {
			Self::health_of(listing)
		}

		/// A curator's bond on a listing.
		pub fn curator_bond(listing: ListingId) -> BondView {
			Self::bond_view(listing)
		}
	}
}
