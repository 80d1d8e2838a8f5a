//! What backs bonds, against its book.

use super::{does, found, on_the_chain, DATA, SERVICE};
use pallet_backing::{Backers, Backings, Call, Event, Income};
use pallet_disputes::{CasesOf, OpenCases};
use souk_fuzz::{
	cast::{person, CURATOR},
	chain::now,
	checks::ledger::Ledger,
};
use souk_primitives::{Asset, Bond};
use souk_runtime::*;
use sp_runtime::Permill;

type Backed = Event<Runtime>;

/// What the check must say, and what breaks it on a chain where somebody backs the data product.
type Broken = (&'static str, fn(&mut Ledger) -> Result<(), String>);

pub const BACKED: Balance = 77 * SOUK;
/// What an offence takes.
const TAKEN: Balance = 40 * SOUK;

/// The curator has opened her bond, and Eve backs it.
pub fn backed() -> Ledger {
	let mut ledger = Ledger::default();
	ledger.start();
	let curator = CURATOR.to_account_id();
	let open =
		Call::<Runtime>::open_backing { listing: DATA, share: Permill::from_percent(40), most: 150 * SOUK };
	let back = Call::<Runtime>::back { listing: DATA, amount: BACKED };
	for (who, call) in [(curator, open), (person(4), back)] {
		ledger.note(&does(who, call), false).expect("it is right");
	}
	assert_eq!(ledger.check_money(), Ok(()));
	ledger
}

fn noted(ledger: &mut Ledger, events: &[Backed]) -> Result<(), String> {
	let events: Vec<RuntimeEvent> = events.iter().cloned().map(Into::into).collect();
	ledger.note(&events, false)
}

/// The bond loses something, and what backs it says nothing, or that it has lost so much.
fn forfeited(ledger: &mut Ledger, of_backers: Option<Balance>) -> Result<(), String> {
	pallet_curation::CuratorBonds::<Runtime>::mutate(DATA, |slot| {
		slot.as_mut().expect("she has bonded").active -= TAKEN;
	});
	let bond = Bond::Listing(DATA);
	let mut events = vec![pallet_curation::Event::<Runtime>::BondForfeited { bond, amount: TAKEN }.into()];
	events.extend(of_backers.map(|amount| Backed::Forfeited { listing: DATA, amount }.into()));
	ledger.note(&events, false)
}

/// The curator has sent her backers away for so long that they are free, but for a case that may last for so many blocks more.
fn closes_in_a_case(ledger: &mut Ledger, lasts: u32) -> Result<(), String> {
	ledger.note(&does(CURATOR.to_account_id(), Call::<Runtime>::close_backing { listing: DATA }), false)?;
	let closes = Backings::<Runtime>::get(DATA).and_then(|record| record.closes).expect("it closes");
	CasesOf::<Runtime>::insert(DATA, OpenCases { count: 1, since: now(), longest: lasts });
	System::set_block_number(closes);
	Ok(())
}

/// The curator is paid for a listing, and so much of it was set aside for her backers.
fn paid(ledger: &mut Ledger, listing: u32, set_aside: Option<Balance>) -> Result<(), String> {
	let (recipient, asset) = (CURATOR.to_account_id(), Asset::Native);
	let shared =
		set_aside.map(|amount| Backed::IncomeShared { listing: DATA, asset: asset.clone(), amount }.into());
	let paid = pallet_subscriptions::Event::<Runtime>::PaidOut {
		listing,
		recipient,
		asset: asset.clone(),
		amount: 1_000,
	};
	let events: Vec<RuntimeEvent> = shared.into_iter().chain([paid.into()]).collect();
	ledger.note(&events, false)
}

/// Changes what Eve has.
fn of_eve(change: impl FnOnce(&mut pallet_backing::BackerRecord)) {
	Backers::<Runtime>::mutate(person(4), DATA, |slot| change(slot.as_mut().expect("she backs it")));
}

/// Changes what is known of the backing.
fn of_backing(change: impl FnOnce(&mut pallet_backing::BackingRecordOf<Runtime>)) {
	Backings::<Runtime>::mutate(DATA, |slot| change(slot.as_mut().expect("it is backed")));
}

const BROKEN: &[Broken] = &[
	// What events say.
	("what backs a bond does not answer with it", |ledger| forfeited(ledger, None)),
	("what backs listing 0 loses 1 instead of", |ledger| forfeited(ledger, Some(1))),
	("what backs a bond does not answer with it", |ledger| {
		closes_in_a_case(ledger, 9)?;
		forfeited(ledger, None)
	}),
	("what backs listing 0 loses 1 instead of 0", |ledger| {
		closes_in_a_case(ledger, 0)?;
		forfeited(ledger, Some(1))
	}),
	("of 1000 for listing 0 its backers have 0 instead of 400", |ledger| paid(ledger, DATA, None)),
	("of 1000 for listing 0 its backers have 7 instead of 400", |ledger| paid(ledger, DATA, Some(7))),
	("another payment was shared", |ledger| paid(ledger, SERVICE, Some(400))),
	("an income was nobody's", |ledger| {
		let asset = Asset::Native;
		noted(ledger, &[Backed::IncomeDiverted { listing: DATA, asset, amount: 5 }])
	}),
	("has earned of listing 0", |ledger| {
		let (backer, asset) = (person(4), Asset::Native);
		noted(ledger, &[Backed::IncomeClaimed { listing: DATA, backer, asset, amount: SOUK }])
	}),
	("has earned of listing 0", |ledger| {
		let (backer, asset) = (person(4), Asset::Native);
		noted(ledger, &[Backed::IncomeForsaken { listing: DATA, backer, asset, amount: SOUK }])
	}),
	("gets back of listing 0", |ledger| {
		noted(ledger, &[Backed::Withdrawn { listing: DATA, backer: person(4), amount: SOUK }])
	}),
	("more came out of listing 0 than went in", |ledger| {
		noted(ledger, &[Backed::Forfeited { listing: DATA, amount: BACKED + 1 }])
	}),
	("for backers who are gone", |ledger| noted(ledger, &[Backed::Closed { listing: DATA }])),
	("a lower share begins in block", |ledger| {
		let share = Permill::from_percent(10);
		noted(ledger, &[Backed::Opened { listing: DATA, share, from: now(), most: BACKED }])
	}),
	("a lower share begins in block", |ledger| {
		let share = Permill::from_percent(50);
		noted(ledger, &[Backed::Opened { listing: DATA, share, from: now() + 1, most: BACKED }])
	}),
	("a backing is free in block", |ledger| noted(ledger, &[Backed::Closing { listing: DATA, at: now() }])),
	("what backed a bond is free in block", |ledger| {
		noted(ledger, &[Backed::Unbacked { listing: DATA, backer: person(4), amount: SOUK, at: now() }])
	}),
	// What is stored.
	("a bond's backers are forgotten", |ledger| {
		Backings::<Runtime>::remove(DATA);
		ledger.check_money()
	}),
	("backs listing 0 instead of", |ledger| {
		of_backing(|record| record.active.amount += 1);
		ledger.check_money()
	}),
	("backers have another share", |ledger| {
		of_backing(|record| record.share = Permill::from_percent(41));
		ledger.check_money()
	}),
	("5 is there for the backers of listing 0 instead of 0", |ledger| {
		let income = Income { asset: Asset::Native, per_point: 0, unsettled: 5, carry: 0 };
		of_backing(|record| record.income.force_push(income));
		ledger.check_money()
	}),
	("somebody backs for nothing", |ledger| {
		Backers::<Runtime>::insert(person(3), DATA, pallet_backing::BackerRecord::default());
		ledger.check_money()
	}),
	("backs listing 0 with", |ledger| {
		of_eve(|own| own.points /= 2);
		ledger.check_money()
	}),
	("leaves listing 0 with", |ledger| {
		let unback = Call::<Runtime>::unback { listing: DATA, amount: 33 * SOUK };
		ledger.note(&does(person(4), unback), false)?;
		ledger.check_money()?;
		of_eve(|own| own.leaving.iter_mut().for_each(|chunk| chunk.points /= 2));
		ledger.check_money()
	}),
];

#[test]
fn what_backers_have_wrongly_is_found() {
	for (says, broken) in BROKEN {
		found(on_the_chain(|| broken(&mut backed())), says);
	}
}

#[test]
fn what_backers_lose_and_earn_rightly_is_no_fault() {
	on_the_chain(|| {
		let mut ledger = backed();
		assert_eq!(paid(&mut ledger, DATA, Some(400)), Ok(()));
		// A tenth of the bond, and so of what backs it.
		assert_eq!(forfeited(&mut ledger, Some(BACKED / 10)), Ok(()));
	});
}
