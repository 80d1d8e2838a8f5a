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
pub mod endpoint;
#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
mod fixture;
mod hooks;
mod judging;
mod leaving;
#[cfg(test)]
mod mock;
mod periods;
mod probing;
mod refusal;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use endpoint::Endpoint;
pub use pallet::*;
pub use refusal::Refusal;
pub use types::*;
pub use views::{AvailabilityView, PeriodView};
pub use weights::WeightInfo;

// FRAME's macros expand to these; nothing is computed in this module.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::{
		refusal::Refusal,
		types::*,
		views::{AvailabilityView, PeriodView},
		weights::WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::{offchain::CreateAuthorizedTransaction, pallet_prelude::*};
	use souk_primitives::{
		reach::{Downtimes, Keepers, Listings, Offences},
		Balance, Digest,
	};
	use sp_runtime::{
		transaction_validity::{TransactionPriority, TransactionValidityWithRefund},
		RuntimeAppPublic,
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The runtime's transactions must have the extension `frame_system::AuthorizeCall`.
	#[pallet::config]
	pub trait Config:
		CreateAuthorizedTransaction<Call<Self>> + frame_system::Config<RuntimeEvent: From<Event<Self>>>
	{
		/// The native token, in which deposits are held.
		type Currency: fungible::Inspect<Self::AccountId, Balance = Balance>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// A session key of the validators.
		type AuthorityId: Member + Parameter + RuntimeAppPublic + MaxEncodedLen;

		/// The session keys of the validators, each once.
		type Validators: Get<Vec<Self::AuthorityId>>;

		/// What is on sale.
		type Listings: Listings<Self::AccountId>;

		/// Who keeps snapshots and answers queries.
		type Keepers: Keepers<Self::AccountId>;

		/// Who has said in time that they would be away.
		type Downtimes: Downtimes<Self::AccountId>;

		/// Where offences are recorded.
		type Offences: Offences<Self::AccountId>;

		/// Blocks of a period; 0 for no further ones. May change.
		type Every: Get<u32>;

		/// Least number of validators that must have said anything of a node. May change.
		type MinVoters: Get<u32>;

		/// Most nodes of a period; no more than [`MAX_NODES`].
		#[pallet::constant]
		type MaxNodes: Get<u32>;

		/// Most validators of a period.
		#[pallet::constant]
		type MaxVoters: Get<u32>;

		/// Priority of votes among transactions.
		#[pallet::constant]
		type VotePriority: Get<TransactionPriority>;

		/// Deposit for a stored byte, in planck. May change; holds for what is written after that.
		type DepositPerByte: Get<Balance>;

		/// Deposit for a record, in planck.
		type DepositBase: Get<Balance>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Rent for the bytes of a health address; on the node's account.
		#[codec(index = 0)]
		Deposit,
	}

	/// Where nodes are asked whether they are there: one for each node, paid for by its deposit. Blake2, because anybody may choose an
	/// account. Written by `set_health`, `clear_health`, `curation`'s `deregister_node` and `update_node`, and by the hooks.
	#[pallet::storage]
	pub type Health<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, HealthRecord>;

	/// The period in which validators vote, or that is being judged. Written by `vote`, and by the hooks.
	#[pallet::storage]
	pub type Current<T: Config> = StorageValue<_, PeriodRecord>;

	/// The validators of that period, in the order of the session's set: at most `MaxVoters`. Written by `vote`, and by the hooks.
	#[pallet::storage]
	pub type Voters<T: Config> =
		StorageValue<_, BoundedVec<VoterRecord<T::AuthorityId>, T::MaxVoters>, ValueQuery>;

	/// Its list of nodes, with what was voted on each: at most `MaxNodes`. Written by `vote`, and by the hooks.
	#[pallet::storage]
	pub type Tallies<T: Config> =
		StorageValue<_, BoundedVec<TallyRecord<T::AccountId>, T::MaxNodes>, ValueQuery>;

	/// What nodes of that list have left since its first block, and answer for at its end: at most [`MAX_LEFT`] listings of each, gone when the node has
	/// been judged. Only who had a bond and as many assignments is here. Blake2, because anybody may choose an account. Written by `curation`'s `resign`
	/// and `unassign`, and by the hooks.
	#[pallet::storage]
	pub type Left<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, LeftListings, ValueQuery>;

	/// Number and first node of the next period. Written by the hooks.
	#[pallet::storage]
	pub type Next<T: Config> = StorageValue<_, NextRecord<T::AccountId>, ValueQuery>;

	/// Whether nodes may be asked at addresses that are not public, for all of the chain is on one machine. Written by genesis alone.
	#[pallet::storage]
	pub type AllowPrivate<T: Config> = StorageValue<_, bool, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A node said where it is asked whether it is there.
		#[codec(index = 0)]
		HealthSet {
			/// The node.
			node: T::AccountId,
			/// The URL.
			url: HealthUrl,
		},
		/// A node will be asked no more when the running period has been judged.
		#[codec(index = 1)]
		HealthLeaving {
			/// The node.
			node: T::AccountId,
		},
		/// A node is asked no more.
		#[codec(index = 2)]
		HealthCleared {
			/// The node.
			node: T::AccountId,
		},
		/// Validators begin to probe.
		#[codec(index = 3)]
		PeriodBegan {
			/// Number of the period.
			period: PeriodNumber,
			/// First block in which it is too late to vote.
			until: u32,
			/// How many nodes are on its list.
			nodes: u32,
			/// How many validators can vote.
			voters: u32,
		},
		/// A validator voted.
		#[codec(index = 4)]
		Voted {
			/// In which period.
			period: PeriodNumber,
			/// Its place in the set.
			voter: u32,
			/// How many nodes it reached.
			reachable: u32,
			/// How many it did not.
			unreachable: u32,
		},
		/// So many validators could not reach a node that it is an offence.
		#[codec(index = 5)]
		NodeUnreachable {
			/// The node.
			node: T::AccountId,
			/// In which period.
			period: PeriodNumber,
			/// How many validators did not reach it.
			unreachable: u32,
			/// Of how many.
			voters: u32,
			/// Hash that names this in the offences.
			evidence: Digest,
		},
		/// All nodes of a period were judged.
		#[codec(index = 6)]
		PeriodClosed {
			/// Number of the period.
			period: PeriodNumber,
			/// How many validators voted.
			voted: u32,
			/// How many nodes it was an offence of.
			unreachable: u32,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// A health address is `http://<IP address>[:<port>]/<path>`: no name, no query, no escapes.
		#[codec(index = 0)]
		BadUrl,
		/// A health address is one that the whole internet reaches.
		#[codec(index = 1)]
		NotPublic,
		/// Only a registered persistence node has a health address.
		#[codec(index = 2)]
		NotPersistence,
		/// The node has no health address.
		#[codec(index = 3)]
		NotFound,
		/// The node cannot pay the deposit for its health address.
		#[codec(index = 4)]
		DepositUnpaid,
		/// Votes are taken from the block after a period's first up to its last.
		#[codec(index = 5)]
		NotOpen,
		/// A vote is for a period that is over.
		#[codec(index = 6)]
		PeriodOver,
		/// A vote is for a period that has not begun.
		#[codec(index = 7)]
		PeriodAhead,
		/// A vote has a finding for each node of the period's list, and for no other.
		#[codec(index = 8)]
		WrongLength,
		/// A vote says something of one node at least.
		#[codec(index = 9)]
		SaysNothing,
		/// Who votes is in the period's set of validators.
		#[codec(index = 10)]
		NotValidator,
		/// A validator votes once in a period.
		#[codec(index = 11)]
		AlreadyVoted,
		/// A vote is signed with the validator's session key, for this chain and this list of nodes.
		#[codec(index = 12)]
		BadSignature,
	}

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Whether nodes may be asked at addresses that are not public. Never on a chain whose validators are not all on one machine.
		pub allow_private: bool,
		/// The runtime that this is the genesis of.
		#[serde(skip)]
		pub runtime: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if self.allow_private {
				AllowPrivate::<T>::put(true);
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::go_on(Self::now(), Self::hook_limit())
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::go_on(Self::now(), remaining)
		}

		fn offchain_worker(_: BlockNumberFor<T>) {
			if sp_io::offchain::is_validator() {
				Self::probe(Self::now());
			}
		}

		fn integrity_test() {
			let most = T::MaxNodes::get();
			assert!((1..=MAX_NODES).contains(&most), "{most} findings are not one vote");
			assert!(T::MaxVoters::get() >= 1, "nobody can vote");
			let weights = T::WeightInfo::judging().saturating_add(T::WeightInfo::close());
			for step in [
				T::WeightInfo::begin(),
				weights.saturating_add(T::WeightInfo::judge()),
				weights.saturating_add(Self::punish_weight()),
			] {
				let all = step.saturating_add(T::WeightInfo::look());
				assert!(all.all_lte(Self::hook_limit()), "a block has no room for a single step");
			}
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Says, as a registered persistence node, where validators ask whether it is there: `GET` at this URL is answered with 200. The
		/// deposit comes back when it is cleared. A new URL counts at once.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_health())]
		pub fn set_health(origin: OriginFor<T>, url: HealthUrl) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_set_health(node, url)
		}

		/// Takes the signing node's health address away: at once, or when the running period has been judged, if the node is on its list.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::clear_health())]
		pub fn clear_health(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_clear_health(node)
		}

		/// A validator's vote on all nodes of the running period. Sent by its off-chain worker, signed with its session key, and without a
		/// fee: it is authorized once for each validator and period.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::vote())]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_vote())]
		#[pallet::authorize(Self::authorize_vote)]
		pub fn vote(
			origin: OriginFor<T>,
			ballot: Ballot,
			// Looked at by `authorize`.
			_signature: <T::AuthorityId as RuntimeAppPublic>::Signature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_vote(&ballot)
		}
	}

	impl<T: Config> Pallet<T> {
		/// Takes a vote into the pool and into blocks.
		fn authorize_vote(
			_source: TransactionSource,
			ballot: &Ballot,
			signature: &<T::AuthorityId as RuntimeAppPublic>::Signature,
		) -> TransactionValidityWithRefund {
			let longevity = Self::check_vote(ballot, signature).map_err(Refusal::validity)?;
			ValidTransaction::with_tag_prefix("SoukAvailability")
				.priority(T::VotePriority::get())
				.and_provides((ballot.period, ballot.voter))
				.longevity(longevity.into())
				.propagate(true)
				.build()
				.map(|valid| (valid, Weight::zero()))
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Where a node is asked whether it is there, and what came of it. `None` for a node that is not asked.
		pub fn availability(node: T::AccountId) -> Option<AvailabilityView> {
			Self::availability_of(&node)
		}

		/// The period in which validators vote, or that is being judged.
		pub fn period() -> Option<PeriodView> {
			Self::period_view()
		}
	}
}
