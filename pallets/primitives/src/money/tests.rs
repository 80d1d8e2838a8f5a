use super::*;
use proptest::prelude::*;
use sp_runtime::Permill;

/// Most nodes at work in one of these tests.
const MOST: usize = 6;
/// Divisible by every number of nodes.
const PARTS: u128 = 60;

fn term(node: u8, since: u32, until: u32) -> Term<u8> {
	Term { node, since, until }
}

fn shares(part: Balance, from: u32, to: u32, terms: &[Term<u8>]) -> Vec<(u8, Balance)> {
	divide_by_time(part, from, to, terms).into_iter().collect()
}

/// A node each, at work in some blocks; perhaps twice.
fn terms() -> impl Strategy<Value = Vec<Term<u8>>> {
	let blocks = || (0u32..40, 0u32..20);
	proptest::collection::vec((blocks(), blocks()), 0..=MOST).prop_map(|nodes| {
		let mut all = Vec::new();
		for (node, ((first, length), (pause, second))) in (0u8..).zip(nodes) {
			all.push(term(node, first, first + length));
			let again = first + length + pause;
			all.push(term(node, again, again + second));
		}
		all
	})
}

#[test]
fn those_who_were_there_throughout_share_equally() {
	let terms = [term(1, 0, 50), term(2, 10, 30), term(3, 7, 40)];
	assert_eq!(shares(1_000, 10, 30, &terms), [(1, 333), (2, 333), (3, 333)]);
}

#[test]
fn who_left_is_paid_for_the_blocks_before_and_who_came_for_those_after() {
	assert_eq!(shares(1_000, 0, 10, &[term(1, 0, 7), term(2, 7, 10)]), [(1, 700), (2, 300)]);
	// Alone for seven blocks, one of two for three.
	assert_eq!(shares(1_000, 0, 10, &[term(1, 0, 10), term(2, 7, 10)]), [(1, 850), (2, 150)]);
}

#[test]
fn blocks_with_nobody_at_work_are_nobodys() {
	assert_eq!(shares(1_000, 0, 10, &[term(1, 2, 5)]), [(1, 300)]);
	assert_eq!(shares(1_000, 5, 5, &[term(1, 0, 10)]), []);
	assert_eq!(shares(1_000, 7, 5, &[term(1, 0, 10)]), []);
}

#[test]
fn a_pause_of_no_blocks_is_none() {
	assert_eq!(shares(1_001, 0, 10, &[term(1, 0, 4), term(1, 4, 10)]), [(1, 1_001)]);
}

#[test]
fn an_invalid_split_pays_the_curator() {
	let split = PayoutSplit { workers: Permill::from_percent(60), persistence: Permill::from_percent(60) };
	let parts = divide(1_000, Permill::from_percent(10), &split);
	assert_eq!(parts, Division { fee: 100, curator: 900, workers: 0, persistence: 0 });
}

const TREASURY: u8 = 200;
const CURATOR: u8 = 201;

/// A payment of 1,000 for ten blocks: a tenth is the fee, then 40 % the workers', 20 % the persistence nodes'.
fn payment() -> Payment<u8> {
	Payment {
		amount: 1_000,
		fee: Permill::from_percent(10),
		split: PayoutSplit { workers: Permill::from_percent(40), persistence: Permill::from_percent(20) },
		from: 0,
		to: 10,
		treasury: TREASURY,
		curator: CURATOR,
	}
}

/// Workers and persistence nodes, as a chain would answer.
fn at_work(workers: &[Term<u8>], nodes: &[Term<u8>]) -> impl Fn(NodeRole, u32, u32) -> Vec<Term<u8>> {
	let (workers, nodes) = (workers.to_vec(), nodes.to_vec());
	move |role, _, _| match role {
		NodeRole::Worker => workers.clone(),
		NodeRole::Persistence => nodes.clone(),
	}
}

#[test]
fn fee_workers_and_nodes_are_paid_by_their_shares_and_the_curator_gets_the_rest() {
	let shares = payment().shares(at_work(&[term(1, 0, 10), term(2, 5, 10)], &[term(3, 0, 5)]));
	// Worker 1: 360 × (5 + 5/2) / 10; worker 2 the rest of it; node 3 half of 180, since nobody did the other half.
	assert_eq!(shares, [(1, 270), (2, 90), (3, 90), (TREASURY, 100), (CURATOR, 450)]);
}

#[test]
fn who_earns_in_both_roles_is_paid_once() {
	let shares = payment().shares(at_work(&[term(1, 0, 10)], &[term(1, 0, 10)]));
	assert_eq!(shares, [(1, 540), (TREASURY, 100), (CURATOR, 360)]);
}

#[test]
fn a_curator_who_works_herself_is_paid_once_and_last() {
	let shares = payment().shares(at_work(&[term(CURATOR, 0, 10)], &[term(3, 0, 10)]));
	assert_eq!(shares, [(3, 180), (TREASURY, 100), (CURATOR, 720)]);
}

#[test]
fn nobody_is_listed_for_nothing() {
	let nobody = payment().shares(at_work(&[], &[]));
	assert_eq!(nobody, [(TREASURY, 100), (CURATOR, 900)]);
	let free = Payment { fee: Permill::zero(), ..payment() };
	assert_eq!(free.shares(at_work(&[], &[])), [(CURATOR, 1_000)]);
	let nothing = Payment { amount: 0, ..payment() };
	assert_eq!(nothing.shares(at_work(&[term(1, 0, 10)], &[term(2, 0, 10)])), []);
}

#[test]
fn those_at_work_are_asked_for_in_the_blocks_of_the_payment() {
	let asked = core::cell::RefCell::new(Vec::new());
	let payment = Payment { from: 3, to: 7, ..payment() };
	payment.shares(|role, from, to| {
		asked.borrow_mut().push((role, from, to));
		Vec::new()
	});
	assert_eq!(asked.into_inner(), [(NodeRole::Worker, 3, 7), (NodeRole::Persistence, 3, 7)]);
}

proptest! {
	#[test]
	fn the_shares_of_a_payment_sum_to_it(
		amount: Balance, fee in 0u32..=1_000_000, workers in 0u32..=1_000_000, persistence in 0u32..=1_000_000,
		from in 0u32..50, length in 0u32..50, at_work_as_worker in terms(), at_work_as_node in terms(),
		curator in 0u8..10, treasury in 0u8..10,
	) {
		let payment = Payment {
			amount,
			fee: Permill::from_parts(fee),
			split: PayoutSplit {
				workers: Permill::from_parts(workers),
				persistence: Permill::from_parts(persistence),
			},
			from,
			to: from + length,
			treasury,
			curator,
		};
		let shares = payment.shares(at_work(&at_work_as_worker, &at_work_as_node));
		let sum = shares.iter().try_fold(0, |sum: Balance, (_, share)| sum.checked_add(*share));
		prop_assert_eq!(sum, Some(amount));
		prop_assert!(shares.iter().all(|(_, share)| *share > 0));
		let accounts: std::collections::BTreeSet<_> = shares.iter().map(|(account, _)| account).collect();
		prop_assert_eq!(accounts.len(), shares.len(), "somebody is paid twice");
	}

	#[test]
	fn the_parts_sum_to_what_was_divided(
		amount: Balance, fee in 0u32..=1_000_000, workers in 0u32..=1_000_000, persistence in 0u32..=1_000_000
	) {
		let split =
			PayoutSplit { workers: Permill::from_parts(workers), persistence: Permill::from_parts(persistence) };
		let parts = divide(amount, Permill::from_parts(fee), &split);
		let others = parts.fee.checked_add(parts.workers).and_then(|sum| sum.checked_add(parts.persistence));
		prop_assert_eq!(others.and_then(|sum| sum.checked_add(parts.curator)), Some(amount));
	}

	#[test]
	fn each_is_paid_what_the_blocks_say_but_for_rounding(
		part in 0u128..1 << 100, from in 0u32..50, length in 0u32..50, terms in terms()
	) {
		let to = from + length;
		let shares = divide_by_time(part, from, to, &terms);
		// Block by block, in sixtieths of a block.
		let mut exact = BTreeMap::<u8, u128>::new();
		for block in from..to {
			let at_work: Vec<u8> =
				terms.iter().filter(|t| t.since <= block && block < t.until).map(|t| t.node).collect();
			for node in &at_work {
				*exact.entry(*node).or_default() += PARTS / at_work.len() as u128;
			}
		}
		prop_assert!(shares.keys().eq(exact.keys()));
		for (node, parts) in exact {
			let whole = PARTS * u128::from(length);
			let (paid, owed) = (shares[&node] * whole, part * parts);
			prop_assert!(paid <= owed && owed - paid < whole * MOST as u128, "{node}: {paid} of {owed}");
		}
		prop_assert!(shares.values().sum::<Balance>() <= part);
	}

	#[test]
	fn what_comes_later_takes_nothing_from_what_was_earned(
		part in 0u128..1 << 64, half in 1u32..40, now in terms(), later in terms()
	) {
		let before: Vec<_> =
			now.into_iter().map(|t| Term { since: t.since.min(half), until: t.until.min(half), ..t }).collect();
		let mut all = before.clone();
		all.extend(later.into_iter().map(|t| Term {
			node: t.node + 100,
			since: t.since + half,
			until: t.until + half,
		}));
		// Twice the time for twice the money.
		let (short, long) =
			(divide_by_time(part, 0, half, &before), divide_by_time(2 * part, 0, 2 * half, &all));
		for (node, share) in short {
			prop_assert_eq!(long[&node], share);
		}
	}
}
