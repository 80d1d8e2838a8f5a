//! The end of every sequence: all listings end, and without anybody's help but for what each does in their own interest, everything else does
//! as well. Nobody's money stays behind, nor a byte.

use crate::{
	cast,
	chain::as_sudo,
	checks::{
		ensure,
		storage::{item, keys},
	},
	play::Play,
};
use frame_support::traits::fungibles::hold::Inspect as _;
use souk_primitives::{reach::Ratings as _, Asset};
use souk_proof_primitives::statements::{StatementId, AGGREGATE};
use souk_runtime::*;

/// Leaps within which everything is over; each is to the next block in which something is due.
const LEAPS: u32 = 120;

/// What is empty once everything is over.
pub const EMPTY: &[(&str, &[&str])] = &[
	("Listings", &["Searchable"]),
	("Subscriptions", &["Subscriptions", "Due", "TrialsUsed", "Payers", "Holders", "Stats"]),
	(
		"Curation",
		&[
			"Forfeited",
			"Schedules",
			"Assignments",
			"AssignmentsOf",
			"Departed",
			"LastLeft",
			"OpenPeriods",
			"Submissions",
			"Snapshots",
			"SnapshotPeriods",
			"Newest",
			"FirstFinalAt",
		],
	),
	("Escrow", &["Orders", "OrdersOf", "SalesOf", "Awaiting", "Open", "Due"]),
	("Asks", &["Asks", "AsksBy", "AsksOf", "Waiting", "Due"]),
	("Tabs", &["Tabs", "TabsBy", "TabsOf", "Due", "Endings", "FreeQuotas"]),
	("Disputes", &["Cases", "CaseOf", "CasesOf", "Juries", "Evidence", "Reviews", "Due"]),
	("Stakes", &["Fines", "Challenges", "Announcements"]),
	("Availability", &["Health"]),
	("Backing", &["Backings", "Backers"]),
	("Reputation", &["Rights", "Tallies", "Credentials", "CredentialsOf", "Due"]),
];

/// Winds everything up, and looks what is left.
pub(crate) fn all(play: &mut Play) -> Result<(), String> {
	thaw(play)?;
	for id in 0..pallet_listings::NextListingId::<Runtime>::get() {
		let record = pallet_listings::Listings::<Runtime>::get(id).ok_or("a listing has no record")?;
		if !record.state.is_final() {
			must(play, record.owner, pallet_listings::Call::<Runtime>::retire { id })?;
		}
	}
	let mut leaps = 0;
	while let Some(open) = what_is_open() {
		leaps += 1;
		ensure(leaps <= LEAPS, || format!("{open} after {leaps} blocks in which something was due"))?;
		settle(play)?;
		play.leap()?;
	}
	tidy(play)?;
	nothing_is_left()
}

/// Nothing is frozen or paused any more.
fn thaw(play: &mut Play) -> Result<(), String> {
	let issuer = cast::SUDO.to_account_id();
	may(play, issuer.clone(), pallet_assets::Call::<Runtime>::thaw_asset { id: WUSD.into() })?;
	for who in cast::PEOPLE.map(|key| key.to_account_id()) {
		may(play, issuer.clone(), pallet_assets::Call::<Runtime>::thaw { id: WUSD.into(), who: who.into() })?;
	}
	for statement in StatementId::ALL.map(|statement| statement.code()).into_iter().chain([AGGREGATE]) {
		let (who, call) = as_sudo(pallet_proofs::Call::<Runtime>::resume { statement });
		may(play, who, call)?;
	}
	Ok(())
}

/// A call that may fail.
fn may(play: &mut Play, who: AccountId, call: impl Into<RuntimeCall>) -> Result<(), String> {
	play.try_perform(u8::MAX, (who, call.into())).map(|_| ())
}

/// A call that must not.
fn must(play: &mut Play, who: AccountId, call: impl Into<RuntimeCall>) -> Result<(), String> {
	let call = call.into();
	for _ in 0..3 {
		match play.try_perform(u8::MAX, (who.clone(), call.clone()))? {
			Ok(()) => return Ok(()),
			// The block is full.
			Err(sp_runtime::DispatchError::Other(_)) => play.advance(1, 1)?,
			Err(error) => return Err(format!("{call:?} was refused: {error:?}")),
		}
	}
	Err(format!("no block has room for {call:?}"))
}

/// Who is owed something collects it.
fn settle(play: &mut Play) -> Result<(), String> {
	let subscriptions: Vec<_> = pallet_subscriptions::Subscriptions::<Runtime>::iter_keys().collect();
	for (holder, listing) in subscriptions {
		may(play, cast::person(4), pallet_subscriptions::Call::<Runtime>::settle { listing, holder })?;
	}
	let asked: Vec<_> = pallet_availability::Health::<Runtime>::iter().collect();
	for (node, record) in asked {
		if !record.leaving {
			must(play, node, pallet_availability::Call::<Runtime>::clear_health {})?;
		}
	}
	leave_bonds(play)
}

/// Whoever backs a bond has back what is free, and what they have earned.
fn leave_bonds(play: &mut Play) -> Result<(), String> {
	let somebody = cast::person(4);
	let backers: Vec<_> = pallet_backing::Backers::<Runtime>::iter_keys().collect();
	for (backer, listing) in backers {
		let withdraw = pallet_backing::Call::<Runtime>::withdraw_unbacked { listing, backer: backer.clone() };
		may(play, somebody.clone(), withdraw)?;
		for asset in [Asset::Native, Asset::WithId(WUSD)] {
			let claim =
				pallet_backing::Call::<Runtime>::claim_income { listing, asset, backer: backer.clone() };
			may(play, somebody.clone(), claim)?;
		}
	}
	Ok(())
}

/// What is not over yet.
pub fn what_is_open() -> Option<&'static str> {
	let open = [
		(
			pallet_subscriptions::Subscriptions::<Runtime>::iter_keys().next().is_some(),
			"a subscription is open",
		),
		(pallet_escrow::Open::<Runtime>::iter_keys().next().is_some(), "an order is open"),
		(pallet_tabs::Tabs::<Runtime>::iter_keys().next().is_some(), "a tab is open"),
		(pallet_asks::Asks::<Runtime>::iter().any(|(_, ask)| ask.ended_at.is_none()), "an ask is open"),
		(pallet_disputes::Cases::<Runtime>::iter_keys().next().is_some(), "a case is not forgotten"),
		(pallet_stakes::Fines::<Runtime>::iter_keys().next().is_some(), "a fine is not paid"),
		(pallet_stakes::Challenges::<Runtime>::iter_keys().next().is_some(), "a challenge is open"),
		(pallet_stakes::Announcements::<Runtime>::iter_keys().next().is_some(), "an announcement is kept"),
		(pallet_availability::Health::<Runtime>::iter_keys().next().is_some(), "a node is asked"),
		(pallet_backing::Backings::<Runtime>::iter_keys().next().is_some(), "a bond is backed"),
		(pallet_reputation::Due::<Runtime>::iter_keys().next().is_some(), "something is said of somebody"),
		(pallet_escrow::Orders::<Runtime>::iter_keys().any(Reputation::awaited), "a seller may rate a buyer"),
	];
	open.into_iter().find(|(is_open, _)| *is_open).map(|(_, what)| what)
}

/// Whoever paid a deposit has it back.
fn tidy(play: &mut Play) -> Result<(), String> {
	let orders: Vec<_> = pallet_escrow::Orders::<Runtime>::iter().collect();
	for (order, record) in orders {
		must(play, record.buyer, pallet_escrow::Call::<Runtime>::forget { order })?;
	}
	let asks: Vec<_> = pallet_asks::Asks::<Runtime>::iter().collect();
	for (ask, record) in asks {
		must(play, record.asker, pallet_asks::Call::<Runtime>::forget { ask })?;
	}
	let trials: Vec<_> = pallet_subscriptions::TrialsUsed::<Runtime>::iter()
		.map(|(listing, holder, _)| (listing, holder))
		.collect();
	for (listing, holder) in trials {
		must(play, cast::person(1), pallet_subscriptions::Call::<Runtime>::clear_trial { listing, holder })?;
	}
	for listing in 0..pallet_listings::NextListingId::<Runtime>::get() {
		may(play, cast::person(1), pallet_curation::Call::<Runtime>::clear_listing { listing })?;
	}
	play.advance(1, 1)
}

/// No money is held that belongs to nothing, and nothing is stored that belongs to nobody.
pub fn nothing_is_left() -> Result<(), String> {
	let stored = keys();
	for (pallet, items) in EMPTY {
		for name in *items {
			let count = stored.get(&item(pallet, name)).copied().unwrap_or(0);
			ensure(count == 0, || format!("{count} keys are left under {pallet}::{name}"))?;
		}
	}
	let idle = pallet_disputes::Pool::<Runtime>::get().iter().all(|seat| seat.seats == 0 && seat.locked == 0);
	ensure(idle, || "somebody sits on the jury of no case".into())?;
	let covered = pallet_curation::CuratorBonds::<Runtime>::iter().find(|(_, bond)| bond.covered > 0);
	ensure(covered.is_none(), || format!("something is set aside for no sale: {covered:?}"))?;
	for who in cast::everybody().chain([TreasuryAccount::get()]) {
		for (asset, reason) in reasons() {
			let held = AllAssets::balance_on_hold(asset.clone(), &reason, &who);
			ensure(held == 0, || format!("{held} of {who:?} in {asset:?} are held as {reason:?}"))?;
		}
	}
	Ok(())
}

/// What is held for nothing but open business, by asset.
pub fn reasons() -> Vec<(Asset, RuntimeHoldReason)> {
	use RuntimeHoldReason as Reason;
	let payments = [
		Reason::Subscriptions(pallet_subscriptions::HoldReason::Payment),
		Reason::Escrow(pallet_escrow::HoldReason::Order),
		Reason::Asks(pallet_asks::HoldReason::Bounty),
		Reason::Tabs(pallet_tabs::HoldReason::Tab),
		Reason::Backing(pallet_backing::HoldReason::Backing),
		Reason::Backing(pallet_backing::HoldReason::Income),
	];
	let deposits = [
		Reason::Subscriptions(pallet_subscriptions::HoldReason::Deposit),
		Reason::Escrow(pallet_escrow::HoldReason::Deposit),
		Reason::Asks(pallet_asks::HoldReason::Deposit),
		Reason::Tabs(pallet_tabs::HoldReason::Deposit),
		Reason::Disputes(pallet_disputes::HoldReason::Fee),
		Reason::Availability(pallet_availability::HoldReason::Deposit),
		Reason::Backing(pallet_backing::HoldReason::Deposit),
		Reason::Reputation(pallet_reputation::HoldReason::Deposit),
	];
	let native = payments.iter().chain(&deposits).map(|reason| (Asset::Native, *reason));
	native.chain(payments.iter().map(|reason| (Asset::WithId(WUSD), *reason))).collect()
}
