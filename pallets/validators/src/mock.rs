//! A chain with real balances, sessions, history and offences around the pallet.

use crate::{self as pallet_validators, Exposure};
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::InspectHold, tokens::imbalance::ResolveTo, ConstU128, ConstU32, ConstU64},
};
use frame_system::EnsureRoot;
use pallet_session::historical as pallet_session_historical;
use sp_runtime::{impl_opaque_keys, testing::UintAuthorityId, BuildStorage, Perbill, Permill};
use sp_staking::{
	offence::{Offence, ReportOffence},
	SessionIndex,
};

pub type AccountId = u64;
pub type Balance = u128;

/// Blocks of a session.
pub const SESSION: u64 = 5;
pub const MIN_BOND: Balance = 100;
pub const UNBONDING_SESSIONS: SessionIndex = 3;
pub const HISTORY_DEPTH: SessionIndex = 4;
pub const TREASURY: AccountId = 900;
/// What each account of the builder owns, bonded or not.
pub const ENDOWMENT: Balance = 100_000;

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	// Before `Session`, whose genesis elects from our candidates.
	2: Validators = pallet_validators,
	3: Session = pallet_session,
	4: Historical = pallet_session_historical,
	5: Offences = pallet_offences,
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlock<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

souk_mock_support::balances_config!(ConstU128<10>);

impl_opaque_keys! {
	pub struct SessionKeys {
		pub dummy: UintAuthorityId,
	}
}

impl pallet_session::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = crate::ValidatorIdOf<Test>;
	type ShouldEndSession = pallet_session::PeriodicSessions<ConstU64<SESSION>, ConstU64<0>>;
	type NextSessionRotation = pallet_session::PeriodicSessions<ConstU64<SESSION>, ConstU64<0>>;
	type SessionManager = pallet_session_historical::NoteHistoricalRoot<Test, Validators>;
	type SessionHandler = pallet_session::TestSessionHandler;
	type Keys = SessionKeys;
	// One of three may be disabled.
	type DisablingStrategy = pallet_session::disabling::UpToLimitDisablingStrategy<2>;
	type WeightInfo = ();
	type Currency = Balances;
	type KeyDeposit = ConstU128<0>;
}

impl pallet_session_historical::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = Exposure;
	type FullIdentificationOf = crate::FullIdentificationOf<Test>;
}

impl pallet_offences::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = pallet_session_historical::IdentificationTuple<Test>;
	type OnOffenceHandler = Validators;
}

parameter_types! {
	pub const TreasuryAccount: AccountId = TREASURY;
	pub const ReporterShare: Permill = Permill::from_percent(10);
	pub static MinValidators: u32 = 2;
	pub static SetSize: u32 = 0;
}

impl crate::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SessionInterface = Session;
	type KeysRegistered = Session;
	type AdminOrigin = EnsureRoot<AccountId>;
	type SlashTreasury = ResolveTo<TreasuryAccount, Balances>;
	type ReporterShare = ReporterShare;
	type MinBond = ConstU128<MIN_BOND>;
	type MaxValidators = ConstU32<3>;
	type MinValidators = MinValidators;
	type SetSize = SetSize;
	type MaxCandidates = ConstU32<5>;
	type UnbondingSessions = ConstU32<UNBONDING_SESSIONS>;
	type MaxUnlocking = ConstU32<3>;
	type HistoryDepth = ConstU32<HISTORY_DEPTH>;
	type WeightInfo = ();
}

/// The world of a test: who validates from the start, and who merely owns money and keys.
pub struct TestExt {
	validators: Vec<(AccountId, Balance)>,
	with_keys: Vec<AccountId>,
	without_keys: Vec<AccountId>,
}

impl Default for TestExt {
	/// Validators 1, 2 and 3 with bonds of 1000, 2000 and 3000; accounts 4 to 8 with keys; 9 and 10 without.
	fn default() -> Self {
		Self {
			validators: vec![(1, 1_000), (2, 2_000), (3, 3_000)],
			with_keys: (4..=8).collect(),
			without_keys: vec![9, 10],
		}
	}
}

impl TestExt {
	/// Starts with these validators and bonds instead.
	pub fn validators(mut self, validators: &[(AccountId, Balance)]) -> Self {
		self.validators = validators.to_vec();
		self.with_keys.retain(|account| validators.iter().all(|(validator, _)| validator != account));
		self
	}

	/// Runs `test` in the first block and checks the invariants after it.
	pub fn execute(self, test: impl FnOnce()) {
		let mut ext = self.build();
		ext.execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(1);
			test();
			Validators::do_try_state().expect("the invariants hold after the test");
		});
	}

	pub fn build(self) -> sp_io::TestExternalities {
		let keyed =
			|| self.validators.iter().map(|(account, _)| *account).chain(self.with_keys.iter().copied());
		let keys_of =
			|account: AccountId| (account, account, SessionKeys { dummy: UintAuthorityId(account) });
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: keyed()
					.chain(self.without_keys.iter().copied())
					.chain([TREASURY])
					.map(|account| (account, ENDOWMENT))
					.collect(),
				..Default::default()
			},
			validators: crate::GenesisConfig { validators: self.validators.clone() },
			session: pallet_session::GenesisConfig {
				keys: self.validators.iter().map(|(account, _)| keys_of(*account)).collect(),
				non_authority_keys: self.with_keys.iter().map(|account| keys_of(*account)).collect(),
			},
			..Default::default()
		}
		.build_storage()
		.expect("the genesis is valid");
		storage.into()
	}
}

/// Runs to the first block of `session` and checks the invariants in each session on the way.
pub fn run_to_session(session: SessionIndex) {
	while Session::current_index() < session {
		let next = (System::block_number() / SESSION + 1) * SESSION;
		System::run_to_block::<AllPalletsWithSystem>(next);
		Validators::do_try_state().expect("the invariants hold in each session");
	}
}

/// What is held of an account's bond.
pub fn held(account: AccountId) -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::Bond.into(), &account)
}

souk_mock_support::functions! { pallet_validators: events, free(native) }

/// Somebody signed twice: a tenth of the bond for one offender in a slot, all of it for two or more.
pub struct Equivocation {
	pub offenders: Vec<(AccountId, Exposure)>,
	pub session: SessionIndex,
	pub slot: u64,
}

impl Offence<(AccountId, Exposure)> for Equivocation {
	const ID: sp_staking::offence::Kind = *b"test:equivocatio";
	type Slot = u64;

	fn offenders(&self) -> Vec<(AccountId, Exposure)> {
		self.offenders.clone()
	}
	fn session_index(&self) -> SessionIndex {
		self.session
	}
	fn validator_set_count(&self) -> u32 {
		3
	}
	fn slot(&self) -> u64 {
		self.slot
	}
	fn slash_fraction(&self, offenders_count: u32) -> Perbill {
		Perbill::from_percent(if offenders_count > 1 { 100 } else { 10 })
	}
}

/// Reports an equivocation of `offender` in `session` through the offences pallet.
pub fn report(reporters: &[AccountId], offender: AccountId, session: SessionIndex, slot: u64) {
	let bond = crate::Exposures::<Test>::get(session)
		.iter()
		.find(|record| record.validator == offender)
		.map_or(0, |record| record.bond);
	Offences::report_offence(
		reporters.to_vec(),
		Equivocation { offenders: vec![(offender, Exposure { bond })], session, slot },
	)
	.expect("the report is new");
}
