//! What accounts and records have, against the book.

use super::{
	events::{asked, funded, opened, order},
	found, on_the_chain, DATA,
};
use frame_support::BoundedVec;
use pallet_escrow::{OrderRecord, Orders};
use pallet_tabs::{Phase, TabRecord, Tabs as Records};
use souk_fuzz::{
	cast::{arbitrator, person},
	chain::now,
	checks::ledger::Ledger,
};
use souk_primitives::{Asset, PayoutSplit, Price};
use souk_runtime::*;
use sp_runtime::Permill;

/// What the check must say, what it was told before, and what is broken then.
type Kept = (&'static str, fn() -> Vec<RuntimeEvent>, fn());

fn nothing() -> Vec<RuntimeEvent> {
	Vec::new()
}

/// A node has shown a voucher for three.
fn settled() -> Vec<RuntimeEvent> {
	let settled =
		pallet_tabs::Event::<Runtime>::VoucherSettled { tab: 0, node: person(1), counter: 1, amount: 3 };
	vec![settled.into()]
}

/// A tab of which no node has anything.
pub fn tab() -> TabRecord<AccountId> {
	TabRecord {
		listing: DATA,
		plan: 3,
		payer: person(4),
		key: [0; 32],
		price: Price { asset: Asset::Native, amount: 1 },
		split: PayoutSplit { workers: Permill::zero(), persistence: Permill::zero() },
		opened_at: now(),
		phase: Phase::Open { until: now() + 5 },
		due: now() + 5,
		pending_since: None,
		limit: 5,
		held: 5,
		earners: BoundedVec::new(),
		deposit: 0,
	}
}

const KEPT: &[Kept] = &[
	("are issued instead of", nothing, || {
		pallet_balances::TotalIssuance::<Runtime>::mutate(|all| *all += 1);
	}),
	("all together have", nothing, || {
		frame_system::Account::<Runtime>::mutate(person(0), |account| account.data.free += 1);
	}),
	("all together have", nothing, || {
		pallet_assets::Account::<Runtime>::mutate(WUSD, person(0), |slot| {
			slot.as_mut().expect("she has some").balance += 1;
		});
	}),
	("reserved and", nothing, || {
		pallet_balances::Holds::<Runtime>::mutate(arbitrator(0), |holds| {
			holds.iter_mut().for_each(|hold| hold.amount += 1);
		});
	}),
	("Order(0) holds Some(0) instead of 5", || vec![funded()], || ()),
	("Order(0) holds None instead of 5", || vec![funded()], || Orders::<Runtime>::remove(0)),
	("Tab(0) holds None instead of 7", || vec![opened(7)], || ()),
	("Tab(0) holds Some(5) instead of 7", || vec![opened(7)], || Records::<Runtime>::insert(0, tab())),
	("Ask(0) holds None instead of 7", || vec![asked(7)], || ()),
	("None instead of 3", settled, || Records::<Runtime>::insert(0, tab())),
	("an order is in an asset that nobody has", nothing, || {
		let price = Price { asset: Asset::WithId(99), amount: 5 };
		Orders::<Runtime>::insert(0, OrderRecord { price, ..order() });
	}),
];

#[test]
fn money_that_is_not_where_it_should_be_is_found() {
	for (says, told, broken) in KEPT {
		let checked = on_the_chain(|| {
			let mut ledger = Ledger::default();
			ledger.start();
			Orders::<Runtime>::insert(0, order());
			ledger.note(&told(), false).expect("what was told is right");
			broken();
			ledger.check_money()
		});
		found(checked, says);
	}
}

#[test]
fn the_book_of_a_chain_that_nobody_has_touched_is_right() {
	on_the_chain(|| {
		let mut ledger = Ledger::default();
		ledger.start();
		assert_eq!(ledger.check_money(), Ok(()));
	});
}
