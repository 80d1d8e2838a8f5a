//! What tests do with a mock runtime.

/// The functions that a mock names, for the tests of its pallet: see each below. Some take a word: `advance_to(check)` calls `check` in
/// each block, `held(Bounty)` is about holds for that reason, `free(native)` and `dispatch(own)` know SOUK and the pallet's calls only.
#[macro_export]
macro_rules! functions {
	($pallet:ident: $($name:ident $(($word:ident))?),+ $(,)?) => {
		$($crate::functions!(@$name $pallet $($word)?);)+
	};

	// --- blocks and events -------------------------------------------------------------------------
	(@now $pallet:ident) => {
		/// The current block.
		pub fn now() -> u32 {
			System::block_number()
		}
	};
	(@advance_to $pallet:ident $check:ident) => {
		/// Runs to `block` and checks the invariants in each block on the way.
		pub fn advance_to(block: u32) {
			while System::block_number() < block {
				System::reset_events();
				System::run_to_block::<AllPalletsWithSystem>(System::block_number() + 1);
				$check();
			}
		}
	};
	(@events $pallet:ident) => {
		/// The pallet's own events since the last block began.
		pub fn events() -> Vec<$pallet::Event<Test>> {
			System::read_events_for_pallet::<$pallet::Event<Test>>()
		}
	};
	(@assert_event $pallet:ident) => {
		/// The event is among the pallet's own since the last block began.
		#[track_caller]
		pub fn assert_event(event: $pallet::Event<Test>) {
			let events = events();
			assert!(events.contains(&event), "{event:?} is not among {events:#?}");
		}
	};

	// --- calls -------------------------------------------------------------------------------------
	(@dispatch $pallet:ident) => {
		/// Dispatches a call as a block does it: what fails leaves nothing behind.
		pub fn dispatch(who: AccountId, call: impl Into<RuntimeCall>) -> sp_runtime::DispatchResult {
			$crate::dispatch::<RuntimeCall>(RuntimeOrigin::signed(who), call.into())
		}
	};
	(@dispatch $pallet:ident own) => {
		/// Dispatches one of the pallet's calls as a block does it: what fails leaves nothing behind.
		pub fn dispatch(who: AccountId, call: $pallet::Call<Test>) -> sp_runtime::DispatchResult {
			$crate::dispatch::<RuntimeCall>(RuntimeOrigin::signed(who), call.into())
		}
	};
	(@dispatch_root $pallet:ident) => {
		/// Dispatches a call of governance.
		pub fn dispatch_root(call: impl Into<RuntimeCall>) -> sp_runtime::DispatchResult {
			$crate::dispatch::<RuntimeCall>(RuntimeOrigin::root(), call.into())
		}
	};

	// --- money -------------------------------------------------------------------------------------
	(@free $pallet:ident) => {
		/// What an account can spend of an asset.
		pub fn free(asset: &souk_primitives::Asset, account: AccountId) -> souk_primitives::Balance {
			<Money as frame_support::traits::fungibles::Inspect<AccountId>>::balance(asset.clone(), &account)
		}
	};
	(@free $pallet:ident native) => {
		/// What an account can spend.
		pub fn free(account: AccountId) -> souk_primitives::Balance {
			Balances::free_balance(account)
		}
	};
	(@held $pallet:ident $reason:ident) => {
		/// What is held of an account's money, but for deposits.
		pub fn held(asset: &souk_primitives::Asset, account: AccountId) -> souk_primitives::Balance {
			let reason = $pallet::HoldReason::$reason.into();
			<Money as frame_support::traits::fungibles::InspectHold<AccountId>>::balance_on_hold(
				asset.clone(),
				&reason,
				&account,
			)
		}
	};
	(@deposit $pallet:ident) => {
		/// What is held of an account's SOUK for bytes.
		pub fn deposit(account: AccountId) -> souk_primitives::Balance {
			let reason = $pallet::HoldReason::Deposit.into();
			<Balances as frame_support::traits::fungible::InspectHold<AccountId>>::balance_on_hold(&reason, &account)
		}
	};
	(@transfer $pallet:ident) => {
		/// Sends somebody money, and keeps the sender's account.
		pub fn transfer(
			asset: &souk_primitives::Asset,
			from: AccountId,
			to: AccountId,
			amount: souk_primitives::Balance,
		) -> sp_runtime::DispatchResult {
			match *asset {
				souk_primitives::Asset::Native => dispatch(
					from,
					pallet_balances::Call::<Test>::transfer_keep_alive { dest: to, value: amount },
				),
				souk_primitives::Asset::WithId(id) => {
					dispatch(from, pallet_assets::Call::<Test>::transfer_keep_alive { id, target: to, amount })
				}
			}
		}
	};
	(@freeze $pallet:ident) => {
		/// Freezes or thaws wUSD altogether.
		pub fn freeze(frozen: bool) {
			let call = if frozen {
				pallet_assets::Call::<Test>::freeze_asset { id: 1 }
			} else {
				pallet_assets::Call::<Test>::thaw_asset { id: 1 }
			};
			frame_support::assert_ok!(dispatch(CURATOR, call));
		}
	};
	(@block $pallet:ident) => {
		/// Keeps somebody from sending and receiving wUSD.
		pub fn block(who: AccountId) {
			frame_support::assert_ok!(dispatch(CURATOR, pallet_assets::Call::<Test>::block { id: 1, who }));
		}
	};
	(@unblock $pallet:ident) => {
		/// Lets them again.
		pub fn unblock(who: AccountId) {
			frame_support::assert_ok!(dispatch(CURATOR, pallet_assets::Call::<Test>::thaw { id: 1, who }));
		}
	};
}

/// The method that runs a test in the world that `build` makes.
#[macro_export]
macro_rules! execute {
	($check:ident) => {
		/// Runs `test` in the first block and checks the invariants after it.
		pub fn execute(self, test: impl FnOnce()) {
			self.build().execute_with(|| {
				System::run_to_block::<AllPalletsWithSystem>(1);
				test();
				$check();
			});
		}
	};
}
