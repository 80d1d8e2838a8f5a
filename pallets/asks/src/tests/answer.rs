use super::*;
use frame_support::{dispatch::GetDispatchInfo, weights::Weight};
use souk_table_proofs::Context;

#[test]
fn a_proved_answer_has_the_bounty_and_the_chain_says_what_it_is() {
	TestExt.execute(|| {
		let (listing, ask, bundle) = open_ask();
		assert_ok!(answer(NODES[0], ask, bundle.clone()));
		assert_eq!((earned(&WUSD, NODES[0]), earned(&WUSD, TREASURY)), (NODE_SHARE, TREASURY_SHARE));
		assert_eq!((held(&WUSD, ASKER), spent(&WUSD)), (0, BOUNTY));
		let right = truth(PERIOD, &total(), 0);
		let (bundle_hash, answer_hash) = (bundle_hash(&bundle), answer_hash(&right));
		let min_group_size = 0;
		let by = NODES[0];
		assert_event(Event::Answered {
			ask,
			listing,
			period: PERIOD,
			by,
			min_group_size,
			bundle_hash,
			answer_hash,
			answer: right,
		});
		assert_event(Event::PaidOut { ask, recipient: by, asset: WUSD, amount: NODE_SHARE });
		assert_event(Event::PaidOut { ask, recipient: TREASURY, asset: WUSD, amount: TREASURY_SHARE });
		assert_event(Event::Ended { ask, state: AskState::Answered });
		let view = view(ask);
		assert_eq!((view.state, view.held, view.paid, view.due), (AskState::Answered, 0, BOUNTY, None));
		let verdict = view.verdict.expect("it was answered");
		assert_eq!((verdict.by, verdict.at), (by, 1));
		assert_eq!((verdict.bundle_hash, verdict.answer_hash), (bundle_hash, answer_hash));
	});
}

#[test]
fn small_groups_are_left_out_of_the_answer_that_is_paid_for() {
	TestExt.execute(|| {
		let listing = list();
		set_policy(listing, false, 5);
		let query = by_city();
		let ask = asked(Asking { query: query.clone(), min_group_size: 5, ..asking(listing) });
		// One that shows all of them is refused.
		let all = bundle(listing, PERIOD, &query, 0);
		assert_noop!(answer(NODES[0], ask, all), Error::<Test>::WrongGroupSize);
		assert_ok!(answer(NODES[0], ask, bundle(listing, PERIOD, &query, 5)));
		let answered = events().into_iter().find_map(|event| match event {
			Event::Answered { answer, .. } => Some(answer),
			_ => None,
		});
		assert_eq!(answered, Some(truth(PERIOD, &query, 5)));
		assert_eq!(answered.expect("it was").groups.len(), 2, "the third has one row");
	});
}

#[test]
fn only_a_persistence_node_of_the_listing_answers() {
	TestExt.execute(|| {
		let (listing, ask, bundle) = open_ask();
		for who in [ASKER, CURATOR, WORKER, OTHER] {
			assert_noop!(answer(who, ask, bundle.clone()), Error::<Test>::NotAuthorized);
		}
		serve(listing, &[NODES[1], OTHER]);
		assert_noop!(answer(NODES[0], ask, bundle.clone()), Error::<Test>::NotAuthorized);
		// Whoever is assigned since may as well.
		assert_ok!(answer(OTHER, ask, bundle));
	});
}

#[test]
fn an_ask_is_answered_once_and_in_time() {
	TestExt.execute(|| {
		let (listing, ask, bundle) = open_ask();
		assert_noop!(answer(NODES[0], ask + 1, bundle.clone()), Error::<Test>::NotFound);
		let late = asked(asking(listing));
		assert_ok!(answer(NODES[1], ask, bundle.clone()));
		assert_noop!(answer(NODES[0], ask, bundle.clone()), Error::<Test>::AlreadyAnswered);
		advance_to(WAIT);
		// The same proof answers every ask of the same query.
		let last = asked(Asking { wait: 1, ..asking(listing) });
		assert_ok!(answer(NODES[0], last, bundle.clone()));
		advance_to(1 + WAIT);
		assert_eq!(state(late), AskState::Refunded);
		assert_noop!(answer(NODES[0], late, bundle), Error::<Test>::Ended);
	});
}

#[test]
fn a_bundle_for_anything_else_is_refused_by_name_and_nothing_changes() {
	TestExt.execute(|| {
		let (listing, ask, good) = open_ask();
		let other = list();
		add_table(listing, LATER);
		let Context { mut genesis, listing: number, period } = context(listing, PERIOD);
		genesis[0] ^= 1;
		let elsewhere = Context { genesis, listing: number, period };
		let longer = [&good[..], &[0]].concat();
		for (bundle, error) in [
			(bundle_for(elsewhere, PERIOD, &total(), 0), Error::<Test>::WrongContext),
			(bundle(other, PERIOD, &total(), 0), Error::WrongContext),
			(bundle(listing, LATER, &total(), 0), Error::WrongContext),
			// The right table's name on another table.
			(bundle_for(context(listing, PERIOD), LATER, &total(), 0), Error::WrongColumns),
			(bundle(listing, PERIOD, &gains(), 0), Error::WrongQuery),
			(bundle(listing, PERIOD, &total(), 3), Error::WrongGroupSize),
			(good[..good.len() - 1].to_vec(), Error::BundleMalformed),
			(longer, Error::BundleMalformed),
			(vec![], Error::BundleMalformed),
		] {
			assert_noop!(answer(NODES[0], ask, bundle), error);
		}
		// What exactly a changed bit breaks depends on where it is.
		assert!(answer(NODES[0], ask, damaged(good.clone())).is_err());
		assert_eq!((state(ask), held(&WUSD, ASKER)), (AskState::Open, BOUNTY));
		assert_ok!(answer(NODES[0], ask, good));
	});
}

/// The answer is part of what is proved: another figure with the same proof is refused.
#[test]
fn another_figure_with_the_same_proof_is_refused() {
	use codec::{Decode, Encode};
	use souk_table_proofs::{Bundle, Figure};
	TestExt.execute(|| {
		let (_, ask, good) = open_ask();
		let mut bundle = Bundle::decode(&mut &good[..]).expect("it is a bundle");
		let figure = &mut bundle.answer.groups[0].figures[1];
		let Figure::Sum(Some(sum)) = *figure else { panic!("it is a sum") };
		*figure = Figure::Sum(Some(sum + 1));
		assert_noop!(answer(NODES[0], ask, bundle.encode()), Error::<Test>::ProofNotValid);
	});
}

#[test]
fn a_pruned_snapshot_is_answered_all_the_same() {
	TestExt.execute(|| {
		let (listing, ask, bundle) = open_ask();
		prune_snapshot(listing, PERIOD);
		assert_ok!(answer(NODES[0], ask, bundle));
	});
}

#[test]
fn under_another_policy_no_answer_is_taken() {
	TestExt.execute(|| {
		let (listing, ask, good) = open_ask();
		set_policy(listing, false, 3);
		assert_noop!(answer(NODES[0], ask, good.clone()), Error::<Test>::PolicyChanged);
		let stricter = bundle(listing, PERIOD, &total(), 3);
		assert_noop!(answer(NODES[0], ask, stricter), Error::<Test>::PolicyChanged);
		set_policy(listing, false, 1);
		assert_ok!(answer(NODES[0], ask, good));
	});
}

#[test]
fn while_proofs_are_paused_none_is_taken_and_time_goes_on() {
	TestExt.execute(|| {
		let (_, ask, bundle) = open_ask();
		pause(true);
		assert_noop!(answer(NODES[0], ask, bundle.clone()), Error::<Test>::ProofsPaused);
		advance_to(1 + WAIT);
		assert_eq!((state(ask), spent(&WUSD)), (AskState::Refunded, 0));
	});
}

#[test]
fn a_bundle_above_the_bound_is_no_call() {
	use codec::{Compact, Decode, Encode};
	let call = |length: u32| {
		[vec![4u8, 1], 0u64.encode(), Compact(length).encode(), vec![0; length as usize]].concat()
	};
	assert!(RuntimeCall::decode(&mut &call(MAX_BUNDLE)[..]).is_ok());
	assert!(RuntimeCall::decode(&mut &call(MAX_BUNDLE + 1)[..]).is_err());
	// Not even its length is read to the end.
	let short = call(MAX_BUNDLE + 1);
	assert!(RuntimeCall::decode(&mut &short[..20]).is_err());
}

#[test]
fn what_a_bundle_did_not_use_of_its_weight_is_not_paid_for() {
	TestExt.execute(|| {
		let (listing, ask, bundle) = open_ask();
		let charged = |call: &Call<Test>| call.get_dispatch_info().call_weight;
		let used = |who, call: Call<Test>| -> Option<Weight> {
			match dispatch_with_info(who, call) {
				Ok(info) => info.actual_weight,
				Err(refused) => refused.post_info.actual_weight,
			}
		};
		let call = answer_call(ask, bundle.clone());
		let all = charged(&call);
		assert_eq!(all, Market::answer_weight(Shape::most(bundle.len() as u32)));
		// Not read: not by a node, or no such ask.
		assert_eq!(used(OTHER, call.clone()), Some(<() as WeightInfo>::answer_not_read()));
		assert_eq!(
			used(NODES[0], answer_call(9, bundle.clone())),
			Some(<() as WeightInfo>::answer_not_read())
		);
		// Read and refused: all of it.
		assert_eq!(used(NODES[0], answer_call(ask, damaged(bundle.clone()))), None);
		let taken = used(NODES[0], call).expect("it used less").ref_time();
		let least = <() as WeightInfo>::answer_not_read().ref_time();
		assert!(least < taken && taken < all.ref_time(), "{taken} of {all:?}");
		// The fee is paid all the same.
		let free = dispatch_with_info(OTHER, check_call(listing, PERIOD, bundle)).expect("it is valid");
		assert_eq!(free.pays_fee, frame_support::dispatch::Pays::Yes);
	});
}
