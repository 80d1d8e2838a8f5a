//! What is told of cases: how long everybody has, who rules, and what it costs to say nothing.

use super::{ensure, ledger::in_time};
use crate::chain;
use codec::Encode;
use frame_support::traits::Get;
use pallet_backing::Backers;
use pallet_disputes::{Cases, Ending, Event, Verdict, JURIES};
use pallet_escrow::{OrderState, Orders};
use souk_primitives::reach::{Ruling, Side};
use souk_runtime::{configs::params::disputes, *};
use sp_io::hashing::blake2_256;

/// Looks at what an event says of a case, among all `events` of its call, or of its block's hooks.
pub fn note(event: &Event<Runtime>, events: &[RuntimeEvent]) -> Result<(), String> {
	match event {
		// A seller who disputes leaves the buyer the rest of her window.
		Event::CaseOpened { order, by, until, .. } => {
			let record = Orders::<Runtime>::get(order).filter(|record| record.state == OrderState::Disputed);
			let Some(record) = record else { return Ok(()) };
			let window = record.window_until.filter(|_| *by == Side::Seller).unwrap_or(0);
			let left = window.saturating_sub(chain::now());
			let within = disputes::ResponseTime::get().max(left).max(1);
			in_time("an answer is too late", *until, Some(within))
		}
		// Who loses with a side does not rule.
		Event::JuryDrawn { case, jurors, .. } => {
			let record = Cases::<Runtime>::get(case.to_be_bytes());
			let Some(listing) = record.map(|record| record.listing) else { return Ok(()) };
			let backs = |who: &AccountId| {
				Backers::<Runtime>::contains_key(who, listing) && !has_backed(who, listing, events)
			};
			ensure(!jurors.iter().any(backs), || format!("who backs the seller rules in case {case}"))
		}
		// A ruling can be appealed for some time, but that of the last jury, and one that is counted because a side gives in.
		Event::Ruled { case, round, appeal_until, .. } => {
			let last = usize::from(*round) + 1 >= JURIES.len();
			match appeal_until {
				None => {
					ensure(last || gives_in(*case, events), || format!("nobody can appeal in case {case}"))
				}
				Some(_) if last => Err(format!("the last jury of case {case} has not the last word")),
				Some(until) => in_time("an appeal is too late", *until, Some(disputes::AppealTime::get())),
			}
		}
		// It costs a seller something of her bond only where she has said that it was delivered.
		Event::Closed { case, order, how: Ending::Default, ruling: Ruling::Buyer } => {
			let Some(record) = Orders::<Runtime>::get(order) else { return Ok(()) };
			let (delivered, held) = (record.delivered_at.is_some(), is_held_against(*case, events));
			ensure(delivered == held, || {
				format!("case {case} was lost by saying nothing: an offence {held}, a delivery {delivered}")
			})
		}
		// It costs who gives in what the ruling would have, if there is one against them, and nothing else. A buyer who has lost has no later part
		// to quarrel about: the case would be forgotten for that.
		Event::Closed { case, order, how: Ending::Settled, ruling } => {
			// One that a batch has had forgotten, because the order was disputed again.
			let Some(record) = Cases::<Runtime>::get(case.to_be_bytes()) else { return Ok(()) };
			let against_seller = Some(Verdict { ruling: Ruling::Buyer, decided: true });
			let lost = *ruling == Ruling::Buyer && record.verdict == against_seller;
			let held = is_held_against(*case, events);
			ensure(lost == held, || {
				format!(
					"a side gave in in case {case}: an offence {held}, a ruling against the seller {lost}"
				)
			})?;
			let against_buyer = Some(Verdict { ruling: Ruling::Seller, decided: true });
			let lost = *ruling == Ruling::Seller && record.verdict == against_buyer;
			let goes_on = Orders::<Runtime>::get(order)
				.is_some_and(|record| record.ended_at.is_none() && record.pending.is_none());
			ensure(!(lost && goes_on), || {
				format!("order {order} goes on, though its buyer has lost case {case}")
			})
		}
		_ => Ok(()),
	}
}

/// Whether somebody has backed a listing in this call or block: after the drawing, since before it they could not be drawn.
fn has_backed(who: &AccountId, listing: u32, events: &[RuntimeEvent]) -> bool {
	events.iter().any(|event| match event {
		RuntimeEvent::Backing(pallet_backing::Event::Backed { listing: of, backer, .. }) => {
			*of == listing && backer == who
		}
		_ => false,
	})
}

/// Whether a case has ended in this call because a side gave in.
fn gives_in(case: u64, events: &[RuntimeEvent]) -> bool {
	events.iter().any(|event| match event {
		RuntimeEvent::Disputes(Event::Closed { case: of, how, .. }) => *of == case && *how == Ending::Settled,
		_ => false,
	})
}

/// Whether the ruling in a case was held against the seller.
fn is_held_against(case: u64, events: &[RuntimeEvent]) -> bool {
	let ruling = blake2_256(&(b"souk/ruling/v1", case).encode());
	events.iter().any(|event| match event {
		RuntimeEvent::Stakes(pallet_stakes::Event::OffenceCommitted { evidence, .. }) => *evidence == ruling,
		_ => false,
	})
}
