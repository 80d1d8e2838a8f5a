//! Many renewals at once, with the weights of this runtime.

use super::*;
use frame_support::{assert_ok, traits::Hooks};
use souk_primitives::{Asset, Holder, ListingKind, ListingState, PayoutSplit, Plan, PlanKind, Price};
use sp_keyring::Sr25519Keyring::{Alice, Bob};

const PERIOD: BlockNumber = 10;
/// As many as one queue takes.
const RENEWERS: u8 = 50;

#[test]
fn fifty_renewals_due_in_one_block_wait_for_their_turn_and_are_served_meanwhile() {
	world("local_testnet").execute_with(|| {
		let price = Price { asset: Asset::WithId(WUSD), amount: ONE_WUSD };
		let (curator, buyer) = (|| RuntimeOrigin::signed(Bob.to_account_id()), Alice.to_account_id());
		let plan = Plan { kind: PlanKind::Subscription { period: PERIOD }, price: price.clone() };
		let payouts = PayoutSplit { workers: Default::default(), persistence: Default::default() };
		let name = b"many".to_vec().try_into().expect("it is short");
		let plans = vec![plan].try_into().expect("one fits");
		assert_ok!(Listings::create(curator(), name, ListingKind::Service, details(), plans, payouts));
		assert_ok!(Listings::set_state(curator(), 0, ListingState::Active));
		for number in 0..RENEWERS {
			let (holder, price) = (Some([number; 32]), price.clone());
			let who = RuntimeOrigin::signed(buyer.clone());
			assert_ok!(Subscriptions::subscribe(who, 0, 0, holder, true, PERIOD, price));
		}

		let views = || {
			(0..RENEWERS).map(|number| {
				Subscriptions::entitlement(0, Holder::Commitment([number; 32])).expect("none has ended")
			})
		};
		let renewed = || views().filter(|view| view.period_start == 1 + PERIOD).count();
		let limit = RuntimeBlockWeights::get().max_block.ref_time() / 4;
		let (mut block, mut blocks) = (1, 0);
		while renewed() < RENEWERS.into() {
			block += 1;
			System::set_block_number(block);
			let taken = Subscriptions::on_initialize(block);
			assert!(taken.ref_time() <= limit, "{taken:?} of {limit}");
			assert!(views().all(|view| view.live), "refused in block {block}");
			blocks += u32::from(block > PERIOD);
			assert!(block < 1 + 2 * PERIOD, "{} of {RENEWERS} after {blocks} blocks", renewed());
		}
		assert!(blocks > 1, "all at once: there was no backlog to test");
		assert_ok!(Subscriptions::do_try_state());
	});
}
