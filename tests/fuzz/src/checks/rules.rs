//! The rules of who may do what, and when, said a second time and in plain words: from the records as they are before a call. A call that
//! is made against them, or refused although it keeps them, is wrong.

mod availability;
mod backing;
mod reputation;

use crate::{cast, chain};
use frame_support::traits::Get;
use pallet_disputes::{
	Cases, CasesOf, Juries, LastEviction, LeavingPool, Phase, Pool, DRAW_EVERY, JURIES, MAX_EVIDENCE,
};
use pallet_escrow::{OrderState, Orders};
use pallet_tabs::{Phase as TabPhase, Tabs};
use souk_primitives::{
	reach::{Orders as _, Subscriptions as _},
	Holder, ListingState, NodeRole,
};
use souk_proof_primitives::voucher::SignedVoucher;
use souk_runtime::{configs::params, *};
use sp_core::{sr25519, Pair as _};

/// What the rules say of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
	/// It must not be done.
	MustNot(&'static str),
	/// It must be done.
	Must(&'static str),
	/// They do not say.
	Perhaps,
}

use Verdict::{Must, MustNot, Perhaps};

/// What the rules say of a call by somebody.
pub fn verdict(who: &AccountId, call: &RuntimeCall) -> Verdict {
	match call {
		RuntimeCall::Sudo(pallet_sudo::Call::sudo { .. }) if *who != cast::SUDO.to_account_id() => {
			MustNot("only sudo is root")
		}
		RuntimeCall::Listings(call) => listings(who, call),
		RuntimeCall::Subscriptions(call) => subscriptions(who, call),
		RuntimeCall::Curation(call) => curation(who, call),
		RuntimeCall::Escrow(call) => escrow(who, call),
		RuntimeCall::Tabs(call) => tabs(who, call),
		RuntimeCall::Asks(call) => asks(who, call),
		RuntimeCall::Disputes(call) => disputes(who, call),
		RuntimeCall::Stakes(call) => stakes(who, call),
		RuntimeCall::Availability(call) => availability::availability(who, call),
		RuntimeCall::Backing(call) => backing::backing(who, call),
		RuntimeCall::Reputation(call) => reputation::reputation(who, call),
		RuntimeCall::Utility(pallet_utility::Call::batch_all { calls }) => {
			unless(&[(!calls.iter().any(chain::is_authorized), "nobody signs a vote for a validator")])
		}
		RuntimeCall::Proofs(pallet_proofs::Call::verify { .. }) => Perhaps,
		RuntimeCall::Proofs(_) => MustNot("only governance changes keys"),
		RuntimeCall::Validators(pallet_validators::Call::force_chill { .. }) => {
			MustNot("only governance takes others off the list")
		}
		_ => Perhaps,
	}
}

/// The first rule that is broken.
fn unless(rules: &[(bool, &'static str)]) -> Verdict {
	rules.iter().find(|(kept, _)| !kept).map_or(Perhaps, |(_, rule)| MustNot(rule))
}

/// The same, and where none is broken it must be done.
fn if_and_only_if(rules: &[(bool, &'static str)]) -> Verdict {
	match unless(rules) {
		Perhaps => Must("all rules are kept"),
		broken => broken,
	}
}

fn listings(who: &AccountId, call: &pallet_listings::Call<Runtime>) -> Verdict {
	use pallet_listings::Call::*;
	let of = |id: &u32| pallet_listings::Listings::<Runtime>::get(id);
	let owned = |id: &u32| {
		let record = of(id);
		let owns = record.as_ref().is_some_and(|record| record.owner == *who);
		let lives = record.is_some_and(|record| !record.state.is_final());
		[(owns, "only its owner changes a listing"), (lives, "an ended listing stays as it is")]
	};
	match call {
		create { name, .. } => {
			let taken = pallet_listings::Addresses::<Runtime>::contains_key(who, name);
			unless(&[(!taken, "an address is never used again")])
		}
		update { id, .. } | set_state { id, .. } | set_payouts { id, .. } => unless(&owned(id)),
		retire { id } => if_and_only_if(&owned(id)),
		take_down { .. } => MustNot("only governance takes a listing down"),
		_ => Perhaps,
	}
}

fn subscriptions(who: &AccountId, call: &pallet_subscriptions::Call<Runtime>) -> Verdict {
	use pallet_subscriptions::{Call::*, Phase, TrialsUsed};
	let holder = |commitment: &Option<[u8; 32]>| holder_of(who, commitment);
	let of = |listing: &u32, holder: &Holder<AccountId>| {
		pallet_subscriptions::Subscriptions::<Runtime>::get(holder, listing)
	};
	let state = |listing: &u32| pallet_listings::Listings::<Runtime>::get(listing).map(|record| record.state);
	let ended = |listing: &u32| state(listing).is_some_and(ListingState::is_final);
	let pays = |listing: &u32, commitment: &Option<[u8; 32]>| {
		of(listing, &holder(commitment)).is_some_and(|record| record.payer == *who)
	};
	match call {
		subscribe { listing, holder: commitment, max_price, plan, period, .. } => {
			let plan = pallet_listings::Listings::<Runtime>::get(listing)
				.and_then(|record| record.plans.get(usize::from(*plan)).cloned());
			let agreed = plan.is_some_and(|plan| {
				plan.price.asset == max_price.asset
					&& plan.price.amount <= max_price.amount
					&& pallet_listings::period_of(&plan) == Some(*period)
			});
			unless(&[
				(state(listing) == Some(ListingState::Active), "only what is on sale is sold"),
				(of(listing, &holder(commitment)).is_none(), "nobody subscribes twice"),
				(agreed, "nobody pays what they did not agree to"),
			])
		}
		cancel { listing, holder } => {
			let settling = of(listing, &self::holder_of(who, holder))
				.is_some_and(|record| matches!(record.phase, Phase::Settling { .. }));
			match pays(listing, holder) {
				true if settling => Perhaps,
				true => Must("its payer cancels when they want"),
				false => MustNot("only its payer cancels a subscription"),
			}
		}
		set_auto_renew { listing, holder, .. } => {
			unless(&[(pays(listing, holder), "only its payer says whether it renews")])
		}
		renew { listing, holder } => {
			let record = of(listing, &self::holder_of(who, holder));
			let late = record
				.is_some_and(|record| matches!(record.phase, Phase::Grace { until } if chain::now() < until));
			unless(&[
				(pays(listing, holder), "only its payer renews a subscription"),
				(late, "only a late period is paid by hand"),
				(state(listing) == Some(ListingState::Active), "only what is on sale is renewed"),
			])
		}
		clear_trial { listing, holder } => if_and_only_if(&[
			(TrialsUsed::<Runtime>::contains_key(listing, holder), "there was no trial"),
			(ended(listing), "a trial is remembered while its listing lives"),
		]),
		settle { listing, holder } => {
			let record = of(listing, holder);
			let over = record.as_ref().is_some_and(|record| {
				matches!(record.phase, Phase::Settling { .. }) || chain::now() >= record.paid_until
			});
			unless(&[
				(record.is_some(), "there is no such subscription"),
				(over || ended(listing), "a running period is not settled"),
			])
		}
		_ => Perhaps,
	}
}

fn holder_of(who: &AccountId, commitment: &Option<[u8; 32]>) -> Holder<AccountId> {
	match commitment {
		Some(digest) => Holder::Commitment(*digest),
		None => Holder::Account(who.clone()),
	}
}

fn curation(who: &AccountId, call: &pallet_curation::Call<Runtime>) -> Verdict {
	use pallet_curation::{Call::*, CuratorBonds, NodeUnlocking, Nodes};
	let now = chain::now();
	let record = |listing: &u32| pallet_listings::Listings::<Runtime>::get(listing);
	let owns = |listing: &u32| record(listing).is_some_and(|record| record.owner == *who);
	let ended = |listing: &u32| record(listing).is_some_and(|record| record.state.is_final());
	let works = |listing: &u32, role: NodeRole| -> bool {
		let records = pallet_curation::Assignments::<Runtime>::get(listing, role);
		records.iter().any(|record| record.node == *who)
	};
	let is_node = Nodes::<Runtime>::contains_key(who);
	let curates = "only its curator does that with a listing";
	let goes_on = |listing: &u32| (!ended(listing), "nothing begins for what has ended");
	match call {
		register_node { .. } => unless(&[(!is_node, "a node registers once")]),
		update_node { .. } | restore_node_bond {} => unless(&[(is_node, "only nodes do that")]),
		deregister_node {} => {
			let busy = !pallet_curation::AssignmentsOf::<Runtime>::get(who).is_empty();
			unless(&[(is_node, "only nodes do that"), (!busy, "a node with work does not leave")])
		}
		withdraw_node_bond {} => {
			let ripe = NodeUnlocking::<Runtime>::get(who).0.iter().any(|chunk| chunk.at <= now);
			if_and_only_if(&[(ripe, "what is unbonded stays for its time")])
		}
		bond { listing, .. } | assign { listing, .. } => {
			unless(&[(owns(listing), curates), goes_on(listing)])
		}
		set_schedule { listing, schedule } => unless(&[
			(owns(listing), curates),
			goes_on(listing),
			(schedule.tolerance <= schedule.every, "a snapshot is late by no more than is between two"),
		]),
		unassign { listing, .. } => unless(&[(owns(listing), curates)]),
		unbond { listing, amount } => {
			let bond = CuratorBonds::<Runtime>::get(listing);
			let free = bond.map_or(0, |bond| bond.active.saturating_sub(bond.covered));
			let own = CuratorBonds::<Runtime>::get(listing).is_some_and(|bond| bond.curator == *who);
			unless(&[
				(own || owns(listing), curates),
				(free >= *amount, "what is set aside for sales is not unbonded"),
			])
		}
		withdraw_unbonded { listing } => {
			let bond = CuratorBonds::<Runtime>::get(listing);
			let own = bond.as_ref().is_some_and(|bond| bond.curator == *who);
			let chunks = bond.map(|bond| bond.unlocking.0).unwrap_or_default();
			let due: Vec<_> = chunks.iter().map(|chunk| chunk.at).filter(|at| *at <= now).collect();
			let free = due.iter().any(|at| !awaits_ruling(*listing, *at));
			unless(&[
				(own || owns(listing), curates),
				(!due.is_empty(), "what is unbonded stays for its time"),
				(free, "what is unbonded answers for the cases that are open"),
			])
		}
		resign { listing, role } => unless(&[(works(listing, *role), "only who has work gives it up")]),
		submit_snapshot { listing, period, .. } => unless(&[
			(works(listing, NodeRole::Worker), "only assigned workers submit"),
			(!ended(listing), "nothing begins for what has ended"),
			(*period <= chain::minutes() + 5, "nobody submits what is not due yet"),
		]),
		clear_listing { listing } => unless(&[
			(ended(listing), "a listing that lives is not cleared"),
			(Subscriptions::open(*listing) == 0, "who is owed something is paid first"),
			(Escrow::open(*listing) == 0, "its orders end first"),
		]),
		_ => Perhaps,
	}
}

/// Whether what leaves a listing's bond in block `at` has to wait for a ruling: a case was open before, and it may still be.
pub(super) fn awaits_ruling(listing: u32, at: u32) -> bool {
	CasesOf::<Runtime>::get(listing)
		.is_some_and(|open| open.since < at && chain::now() < at.saturating_add(open.longest))
}

fn escrow(who: &AccountId, call: &pallet_escrow::Call<Runtime>) -> Verdict {
	use pallet_escrow::Call::*;
	let now = chain::now();
	let of = |order: &u64| Orders::<Runtime>::get(order);
	let state_of = |listing: &u32| {
		pallet_listings::Listings::<Runtime>::get(listing).map(|record| (record.state, record.owner))
	};
	match call {
		order { listing, .. } => {
			let state = state_of(listing);
			unless(&[
				(
					state.as_ref().is_some_and(|(state, _)| *state == ListingState::Active),
					"only what is on sale is sold",
				),
				(state.is_some_and(|(_, owner)| owner != *who), "nobody buys from themselves"),
			])
		}
		offer { listing, buyer, milestones, .. } => {
			let stays = <Runtime as pallet_curation::Config>::UnbondingPeriod::get();
			unless(&[
				(
					state_of(listing).is_some_and(|(_, owner)| owner == *who),
					"only its curator offers a listing",
				),
				(buyer != who, "nobody buys from themselves"),
				(
					milestones.iter().all(|part| part.confirm_within <= stays),
					"nothing is disputed later than what answers for it may be gone",
				),
			])
		}
		deliver { order, .. } => {
			let record = of(order);
			let waits = record.as_ref().is_some_and(|record| record.awaits_key());
			let in_time = record.is_some_and(|record| record.deliver_until.is_some_and(|until| now < until));
			unless(&[(waits, "no key is awaited"), (in_time, "it is too late to deliver")])
		}
		deliver_batch { .. } => Perhaps,
		_ => match order_of(call).map(|order| (order, of(&order))) {
			None => Perhaps,
			Some((_, None)) => MustNot("there is no such order"),
			Some((order, Some(record))) => of_order(who, call, order, &record),
		},
	}
}

/// The order that a call is about.
fn order_of(call: &pallet_escrow::Call<Runtime>) -> Option<u64> {
	use pallet_escrow::Call::*;
	match call {
		fund { order }
		| mark_delivered { order, .. }
		| confirm { order, .. }
		| cancel { order }
		| claim_timeout { order }
		| prove_bad_chunk { order, .. }
		| dispute { order, .. }
		| resolve { order, .. }
		| forget { order } => Some(*order),
		_ => None,
	}
}

fn of_order(
	who: &AccountId,
	call: &pallet_escrow::Call<Runtime>,
	order: u64,
	record: &pallet_escrow::OrderRecordOf<Runtime>,
) -> Verdict {
	use pallet_escrow::Call::*;
	let now = chain::now();
	let (buys, sells) = (record.buyer == *who, record.seller == *who);
	let undecided = record.ended_at.is_none() && record.pending.is_none();
	let in_window = record.window_until.is_some_and(|until| now < until);
	let over = "it is decided already";
	match call {
		fund { .. } => unless(&[
			(buys, "only the buyer pays"),
			(record.state == OrderState::Created, "only an offer is funded"),
		]),
		mark_delivered { milestone, .. } => if_and_only_if(&[
			(sells, "only the seller says that it was delivered"),
			(undecided, over),
			(record.state == OrderState::Funded, "only what is paid for is delivered"),
			(record.goods().is_some_and(|goods| goods.current == *milestone), "parts come in their order"),
			(record.deliver_until.is_some_and(|until| now < until), "it is too late to deliver"),
		]),
		confirm { milestone, .. } => {
			let part = record.goods().map_or(0, |goods| goods.current);
			let there = record.goods().is_some() || record.delivered_at.is_some();
			if_and_only_if(&[
				(buys, "only the buyer confirms"),
				(undecided, over),
				(record.state != OrderState::Created && there, "nothing was delivered"),
				(part == *milestone, "parts come in their order"),
			])
		}
		cancel { .. } => {
			let offer = record.state == OrderState::Created;
			let funded = record.state == OrderState::Funded;
			let fresh = record.goods().is_some_and(|goods| goods.current == 0);
			let seller_may = sells && (record.goods().is_some() || funded);
			let buyer_may = buys && !sells && funded && fresh;
			let allowed = offer || seller_may || buyer_may;
			if_and_only_if(&[
				(buys || sells, "only a side gives an order up"),
				(undecided, over),
				(allowed, "what was delivered is not taken back"),
			])
		}
		claim_timeout { .. } => unless(&[
			(record.ended_at.is_none(), over),
			(record.pending.is_some() || record.due.is_some_and(|due| due <= now), "nothing is due"),
		]),
		prove_bad_chunk { .. } => unless(&[
			(buys, "only the buyer proves that a chunk is bad"),
			(undecided, over),
			(record.data().is_some_and(|data| data.delivery.is_some()), "nothing was delivered"),
			(in_window, "the window is closed"),
		]),
		dispute { .. } => {
			let shown = match record.state {
				OrderState::Delivered => in_window,
				OrderState::Funded => buys && record.data().is_none(),
				_ => false,
			};
			unless(&[
				(buys || sells, "only a side disputes"),
				(undecided, over),
				(record.held > 0, "there is nothing to quarrel about"),
				(shown, "nothing was delivered, or the window is closed"),
			])
		}
		forget { .. } => {
			let old = record.ended_at.is_some_and(|ended| now >= ended + params::escrow::KeepFor::get());
			if_and_only_if(&[
				(record.ended_at.is_some(), "only what has ended is forgotten"),
				(buys || old || record.funded_at.is_none(), "others wait until it is forgotten"),
				(!reputation::seller_may_rate(order, record), "nobody gets around a rating"),
			])
		}
		resolve { .. } => MustNot("only governance rules without a jury"),
		_ => Perhaps,
	}
}

fn tabs(who: &AccountId, call: &pallet_tabs::Call<Runtime>) -> Verdict {
	use pallet_tabs::Call::*;
	let now = chain::now();
	let of = |tab: &u64| Tabs::<Runtime>::get(tab);
	let pays = |tab: &u64| of(tab).is_some_and(|record| record.payer == *who);
	// A listing that has ended takes its tabs with it, in whichever block their turn comes.
	let sells = |listing| {
		let state = pallet_listings::Listings::<Runtime>::get(listing).map(|record| record.state);
		!matches!(state, None | Some(ListingState::Retired | ListingState::TakenDown))
	};
	let is_open = |tab: &u64| {
		of(tab).is_some_and(|record| matches!(record.phase, TabPhase::Open { until } if now < until))
	};
	match call {
		top_up_tab { tab, .. } => {
			unless(&[(pays(tab), "only its payer fills a tab"), (is_open(tab), "the tab is not open")])
		}
		close_tab { tab } => if_and_only_if(&[
			(pays(tab), "only its payer closes a tab"),
			(is_open(tab), "the tab is not open"),
			(
				of(tab).is_some_and(|record| sells(record.listing)),
				"a tab of a listing that has ended closes by itself",
			),
		]),
		settle_voucher { voucher } => voucher_rules(who, voucher),
		claim_timeout { tab } => {
			let waits = of(tab).is_some_and(|record| {
				let ended = is_open(tab) && !sells(record.listing);
				record.due > now && record.pending_since.is_none() && !ended
			});
			unless(&[(!waits, "nothing is due")])
		}
		set_free_quota { listing, .. } => {
			let owner = pallet_listings::Listings::<Runtime>::get(listing).map(|record| record.owner);
			unless(&[(owner.as_ref() == Some(who), "only its curator gives queries away")])
		}
		open_tab { listing, .. } => {
			let state = pallet_listings::Listings::<Runtime>::get(listing).map(|record| record.state);
			unless(&[(state == Some(ListingState::Active), "only what is on sale is sold")])
		}
		_ => Perhaps,
	}
}

/// A voucher is settled if, and only if, its node shows it in time, it has earned more than what was settled before, there is something
/// left, and the tab's key has signed it for this chain.
fn voucher_rules(who: &AccountId, signed: &SignedVoucher) -> Verdict {
	let voucher = &signed.voucher;
	let Some(record) = Tabs::<Runtime>::get(voucher.tab) else { return MustNot("there is no such tab") };
	let in_time = match record.phase {
		TabPhase::Open { .. } => true,
		TabPhase::Closing { until } => chain::now() < until,
		TabPhase::Over => false,
	};
	let before = record.earners.iter().find(|earner| earner.node == *who);
	let left = record.limit.saturating_sub(record.earners.iter().map(|earner| earner.earned).sum());
	// Who keeps the data has a place, before those who keep it for a shorter time and before all others.
	let keepers = pallet_curation::Assignments::<Runtime>::get(record.listing, NodeRole::Persistence);
	let first = keepers.iter().map(|assigned| &assigned.node).take_while(|node| *node != who);
	let kept = first.filter(|node| record.earners.iter().all(|earner| earner.node != **node)).count();
	let right = sr25519::Pair::verify(
		&sr25519::Signature::from_raw(signed.signature),
		voucher.digest(&chain::genesis()),
		&sr25519::Public::from_raw(record.key),
	);
	if_and_only_if(&[
		(AccountId::from(voucher.node) == *who, "a voucher is settled by the node that it names"),
		(in_time, "the tab's time is over"),
		(voucher.amount > before.map_or(0, |before| before.earned), "as much was settled before"),
		(left > 0, "there is nothing left"),
		(before.is_some() || record.earners.len() < 16, "a tab pays sixteen nodes"),
		(
			before.is_some() || record.earners.len() + kept < 16,
			"a tab keeps a place for each who keeps the data",
		),
		(right, "it is not signed by the tab's key"),
	])
}

fn asks(who: &AccountId, call: &pallet_asks::Call<Runtime>) -> Verdict {
	use pallet_asks::{AskState, Asks, Call::*};
	let now = chain::now();
	let of = |ask: &u64| Asks::<Runtime>::get(ask);
	match call {
		answer { ask, .. } => {
			let Some(record) = of(ask) else { return MustNot("there is no such ask") };
			let keeps = pallet_curation::Assignments::<Runtime>::get(record.listing, NodeRole::Persistence)
				.iter()
				.any(|assigned| assigned.node == *who);
			unless(&[
				(keeps, "only who keeps the data answers"),
				(record.state == AskState::Open, "it was answered, or is over"),
				(now < record.until, "its time is over"),
			])
		}
		withdraw { ask } => {
			unless(&[(of(ask).is_some_and(|record| record.asker == *who), "only the asker takes it back")])
		}
		claim_timeout { ask } => {
			let waits = of(ask).is_some_and(|record| {
				record.pending_since.is_none() && record.due.is_none_or(|due| due > now)
			});
			unless(&[(!waits, "nothing is due")])
		}
		forget { ask } => {
			let Some(record) = of(ask) else { return MustNot("there is no such ask") };
			let old = record.ended_at.is_some_and(|ended| now >= ended + params::escrow::KeepFor::get());
			if_and_only_if(&[
				(record.ended_at.is_some(), "only what has ended is forgotten"),
				(record.asker == *who || old, "others wait until it is forgotten"),
			])
		}
		_ => Perhaps,
	}
}

fn disputes(who: &AccountId, call: &pallet_disputes::Call<Runtime>) -> Verdict {
	use pallet_disputes::Call::*;
	let now = chain::now();
	let seat = || Pool::<Runtime>::get().into_iter().find(|seat| seat.who == *who);
	match call {
		leave_pool {} => if_and_only_if(&[
			(seat().is_some(), "only who is in the pool leaves it"),
			(seat().is_some_and(|seat| seat.seats == 0), "nobody leaves with a case"),
		]),
		withdraw {} => {
			let leaving = LeavingPool::<Runtime>::get(who);
			if_and_only_if(&[
				(leaving.is_some(), "nothing is on its way out"),
				(leaving.is_some_and(|leaving| leaving.at <= now), "what is unbonded stays for its time"),
			])
		}
		join_pool { bond, .. } => {
			let pool = Pool::<Runtime>::get();
			let places: u32 = <Runtime as pallet_disputes::Config>::MaxArbitrators::get();
			let full = pool.len() >= places as usize;
			let outbid = pool.iter().any(|seat| seat.seats == 0 && 4 * *bond >= 5 * seat.bond);
			let lately = LastEviction::<Runtime>::get().is_some_and(|last| now < last + DRAW_EVERY);
			unless(&[
				(seat().is_none(), "nobody has two places"),
				(!LeavingPool::<Runtime>::contains_key(who), "who leaves comes back later"),
				(!full || outbid, "a full pool has room for who outbids somebody"),
				(!full || !lately, "nobody is pushed out so soon after another"),
			])
		}
		bond_extra { .. } => unless(&[(seat().is_some(), "only who is in the pool has a bond there")]),
		_ => match case_of(call) {
			None => Perhaps,
			Some(case) => match Cases::<Runtime>::get(case.to_be_bytes()) {
				None => MustNot("there is no such case"),
				Some(record) => of_case(who, call, case, &record),
			},
		},
	}
}

/// The case that a call is about.
fn case_of(call: &pallet_disputes::Call<Runtime>) -> Option<u64> {
	use pallet_disputes::Call::*;
	match call {
		answer { case }
		| submit_evidence { case, .. }
		| commit_vote { case, .. }
		| reveal_vote { case, .. }
		| appeal { case }
		| request_review { case, .. }
		| approve_review { case, .. }
		| execute { case } => Some(*case),
		_ => None,
	}
}

fn of_case(
	who: &AccountId,
	call: &pallet_disputes::Call<Runtime>,
	case: u64,
	record: &pallet_disputes::CaseRecordOf<Runtime>,
) -> Verdict {
	use pallet_disputes::Call::*;
	let now = chain::now();
	let side = record.side_of(who);
	let in_phase = |phase: Phase| record.phase == phase && now < record.until;
	let jury = Juries::<Runtime>::get(case.to_be_bytes(), [record.round]);
	let seat = jury.as_ref().and_then(|jury| jury.sitting().find(|juror| juror.who == *who));
	let sits = (seat.is_some(), "only who sits on the jury votes");
	match call {
		answer { .. } => unless(&[
			(side == Some(record.opener.other()), "only the other side answers"),
			(in_phase(Phase::Opened), "a case is answered in time"),
		]),
		submit_evidence { hash, .. } => {
			let shown = pallet_disputes::Evidence::<Runtime>::get(case.to_be_bytes());
			let own: Vec<_> = shown.iter().filter(|shown| Some(shown.by) == side).collect();
			unless(&[
				(side.is_some(), "only a side shows evidence"),
				(own.len() < MAX_EVIDENCE as usize, "a side shows but so much"),
				(!own.iter().any(|shown| shown.hash == *hash), "it was shown already"),
				(record.round == 0 && record.is_open(), "it is too late for evidence"),
			])
		}
		commit_vote { .. } => if_and_only_if(&[
			sits,
			(in_phase(Phase::Commit), "it is not the time for it"),
			(seat.is_some_and(|seat| seat.commitment.is_none()), "a commitment is final"),
		]),
		reveal_vote { vote, salt, .. } => {
			let promised = pallet_disputes::commitment(case, record.round, who, *vote, salt);
			if_and_only_if(&[
				sits,
				(in_phase(Phase::Reveal), "it is not the time for it"),
				(seat.is_some_and(|seat| seat.commitment == Some(promised)), "it was not committed to"),
				(seat.is_some_and(|seat| seat.vote.is_none()), "a vote is revealed once"),
			])
		}
		appeal { .. } => {
			let loser = record.verdict.and_then(|verdict| verdict.ruling.loser());
			unless(&[
				(side.is_some(), "only a side appeals"),
				(loser.is_none() || loser == side, "only who has lost appeals"),
				(in_phase(Phase::Appeal), "it is not the time for it"),
				(usize::from(record.round) + 1 < JURIES.len(), "there are three rounds"),
			])
		}
		approve_review { .. } => {
			let mut juries =
				(0..=record.round).filter_map(|round| Juries::<Runtime>::get(case.to_be_bytes(), [round]));
			unless(&[(juries.any(|jury| jury.has(who)), "only jurors approve")])
		}
		request_review { .. } => unless(&[(side.is_none(), "no side reviews its case")]),
		execute { .. } => unless(&[(record.due <= now, "nothing is due")]),
		_ => Perhaps,
	}
}

fn stakes(who: &AccountId, call: &pallet_stakes::Call<Runtime>) -> Verdict {
	use pallet_stakes::{Announcements, Call::*, Challenges, Downtimes};
	let now = chain::now();
	let announced = |first: &[u8], second: &[u8]| {
		let record = Announcements::<Runtime>::get(who);
		let this = pallet_stakes::announcement(who, first, second);
		[
			(record.as_ref().is_some_and(|record| record.hash == this), "a report is announced before"),
			(
				record.is_some_and(|record| record.at < now && now < record.until),
				"a report comes after its announcement, and not long after",
			),
			(first != second, "one statement contradicts nothing"),
		]
	};
	match call {
		report_conflict { first, second } => unless(&announced(first, second)),
		report_attestations { first, second } => unless(&announced(first, second)),
		answer_challenge { listing, .. } => {
			let record = Challenges::<Runtime>::get(who, listing);
			unless(&[(
				record.is_some_and(|record| now < record.until),
				"nothing was asked, or it is too late",
			)])
		}
		announce_downtime { from, .. } => unless(&[
			(!Downtimes::<Runtime>::contains_key(who), "a node is away once in a while"),
			(*from >= now + HOURS, "a downtime is announced in time"),
		]),
		_ => Perhaps,
	}
}
