//! The marketplace: listings, subscriptions, curation. The numbers are parameters that governance tunes
//! (`configs/governance.rs`).

use crate::*;
use frame_support::traits::ConstU32;

impl pallet_listings::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Assets = AllAssets;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type TakeDownOrigin = EnsureRootOrCouncil;
	type Curation = Curation;
	type Subscriptions = Subscriptions;
	type OnState = ();
	type MaxPlans = ConstU32<8>;
	type MaxTags = ConstU32<8>;
	type MaxListPage = ConstU32<50>;
	type WeightInfo = ();
}

impl pallet_subscriptions::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Money = AllAssets;
	type Listings = Listings;
	type Curation = Curation;
	type Treasury = TreasuryAccount;
	type ProtocolFee = params::market::ProtocolFee;
	type Grace = params::market::LatePaymentGrace;
	type RetryEvery = params::market::LatePaymentRetry;
	type RetainedAfter = params::market::RetainedAfter;
	type MaxDuePerBlock = ConstU32<50>;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type WeightInfo = ();
}

impl pallet_curation::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = Listings;
	type Subscriptions = Subscriptions;
	type UnixTime = Timestamp;
	type DepositBase = params::deposits::PerRecord;
	type DepositPerByte = params::deposits::PerByte;
	type MinCuratorBond = params::market::MinCuratorBond;
	type MinNodeBond = params::market::MinNodeBond;
	type UnbondingPeriod = params::market::UnbondingPeriod;
	type MaxUnlocking = ConstU32<32>;
	type MaxAssigned = ConstU32<8>;
	// `weights` of curation and of subscriptions count for as many.
	type MaxTerms = ConstU32<48>;
	type MaxAssignmentsPerNode = ConstU32<256>;
	type MaxRetention = ConstU32<64>;
	type MaxOpenPeriods = ConstU32<4>;
	type WeightInfo = ();
}
