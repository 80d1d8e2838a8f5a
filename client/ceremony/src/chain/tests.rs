use super::*;
use crate::ratio::multiple_g1;
use ark_bls12_381::Fr;

const FACTORS: &[&str] = &["first", "second"];

fn name(text: &str) -> Origin {
	Origin::Contributor(Name::new(text).unwrap())
}

fn chain() -> Chain {
	let mut chain = Chain::new([9; 32], FACTORS);
	for (who, state) in [("Alice", 1), ("Bob", 2), ("Carol", 3)] {
		let toxic = chain.draw(who.as_bytes()).unwrap();
		chain.add(name(who), &toxic, [state; 32]);
	}
	chain
}

fn with_beacon(mut chain: Chain) -> Chain {
	let beacon = Beacon::new(vec![5; 32], 4).unwrap();
	let toxic = chain.draw_beacon(&beacon).unwrap();
	chain.add(Origin::Beacon(beacon), &toxic, [4; 32]);
	chain
}

#[test]
fn honest_contributions_and_their_beacon_are_right() {
	let chain = chain();
	assert_eq!(chain.verify(), Ok(()));
	assert_eq!(chain.ended(), Err(Refusal::NotEnded));
	let chain = with_beacon(chain);
	assert_eq!((chain.verify(), chain.ended()), (Ok(()), Ok(())));
	assert_eq!((chain.is_about(&[4; 32]), chain.is_about(&[3; 32])), (Ok(()), Err(Refusal::OtherPoints)));
	let read = Chain::read([9; 32], FACTORS, &chain.to_bytes()).unwrap();
	assert_eq!(read, chain);
	assert_eq!(Chain::read([8; 32], FACTORS, &chain.to_bytes()).unwrap().verify(), not_from_the_last(1));
}

#[test]
fn values_are_the_product_of_all_factors() {
	let mut chain = Chain::new([9; 32], FACTORS);
	for factors in [[2u64, 3], [5, 7]] {
		chain.add(name("Alice"), &Toxic::chosen(&factors.map(Fr::from)), [0; 32]);
	}
	assert_eq!(chain.values(), [10, 21].map(|product: u64| multiple_g1(&Fr::from(product))));
}

fn not_from_the_last(contribution: usize) -> Result<(), Refusal> {
	Err(Refusal::NotFromTheLast { contribution })
}

#[test]
fn a_contribution_stays_where_it_was_made() {
	let good = chain();
	let mut without = good.clone();
	without.contributions.remove(1);
	assert_eq!(without.verify(), not_from_the_last(2));
	let mut exchanged = good.clone();
	exchanged.contributions.swap(0, 1);
	assert_eq!(exchanged.verify(), not_from_the_last(1));
	let mut twice = good.clone();
	twice.contributions.push(good.contributions[2].clone());
	assert_eq!(twice.verify(), not_from_the_last(4));

	// Its predecessor's name changed to fit: its proofs are of another place.
	let mut forged = without.clone();
	forged.contributions[1].previous = forged.contributions[0].hash();
	assert_eq!(forged.verify(), Err(Refusal::WrongProofOfKnowledge { contribution: 2, factor: "first" }));
}

#[test]
fn everything_that_a_contribution_says_is_bound_to_its_proofs() {
	let wrong = |factor| Err(Refusal::WrongProofOfKnowledge { contribution: 3, factor });
	let changed = |change: &dyn Fn(&mut Contribution)| {
		let mut chain = chain();
		change(&mut chain.contributions[2]);
		chain.verify()
	};
	assert_eq!(changed(&|c| c.by = name("Mallory")), wrong("first"));
	assert_eq!(changed(&|c| c.state[0] ^= 1), wrong("first"));
	assert_eq!(changed(&|c| c.steps[1].after = G1Affine::generator()), wrong("first"));
	assert_eq!(changed(&|c| c.steps[1].knowledge.raised = G1Affine::generator()), wrong("second"));
	assert_eq!(changed(&|c| c.steps[1].knowledge = c.steps[0].knowledge.clone()), wrong("second"));
	assert_eq!(changed(&|c| c.steps.swap(0, 1)), wrong("first"));
}

/// A contributor who multiplies the values by something, and proves that they know something else.
#[test]
fn knowing_another_factor_is_not_enough() {
	let mut chain = chain();
	let (previous, state) = (chain.last(), [6; 32]);
	let after = vec![multiple_g1(&Fr::from(77u64)), multiple_g1(&Fr::from(78u64))];
	let by = name("Mallory");
	let steps = after
		.iter()
		.enumerate()
		.map(|(number, &value)| Step {
			after: value,
			knowledge: Knowledge::show(
				&Fr::from(3u64),
				&Fr::from(4u64),
				&bound(&previous, &by, &after, &state, number),
			),
		})
		.collect();
	chain.contributions.push(Contribution { previous, by, steps, state });
	assert_eq!(chain.verify(), Err(Refusal::WrongFactor { contribution: 4, factor: "first" }));
}

#[test]
fn a_factor_of_one_is_refused() {
	let mut chain = chain();
	chain.add(name("Idle"), &Toxic::chosen(&[Fr::from(5u64), Fr::from(1u64)]), [0; 32]);
	assert_eq!(chain.verify(), Err(Refusal::ChangesNothing { contribution: 4, factor: "second" }));
}

#[test]
fn the_beacon_is_what_its_value_gives_and_comes_last() {
	let good = with_beacon(chain());
	assert_eq!(good.draw(b"").err(), Some(Refusal::Ended));
	assert_eq!(good.draw_beacon(&Beacon::new(vec![5; 32], 4).unwrap()).err(), Some(Refusal::Ended));

	// Somebody's own factors, called a beacon.
	let mut forged = chain();
	let toxic = forged.draw(b"").unwrap();
	forged.add(Origin::Beacon(Beacon::new(vec![5; 32], 4).unwrap()), &toxic, [4; 32]);
	assert_eq!(forged.verify(), Err(Refusal::WrongBeacon { contribution: 4 }));
	// The right factors, and another proof that they were known.
	let mut again = good.clone();
	let last = again.contributions.pop().unwrap();
	let Origin::Beacon(beacon) = &last.by else { panic!("the last one is the beacon") };
	let factors = again.draw_beacon(beacon).unwrap().factors().to_vec();
	again.add(last.by.clone(), &Toxic::chosen(&factors), last.state);
	assert_eq!(again.verify(), Err(Refusal::WrongBeacon { contribution: 4 }));

	let mut longer = good.clone();
	let toxic = Toxic::random(2, b"");
	longer.add(name("Late"), &toxic, [5; 32]);
	assert_eq!(longer.verify(), Err(Refusal::AfterTheBeacon { contribution: 5 }));
}

#[test]
fn a_beacon_alone_is_no_ceremony() {
	let mut chain = Chain::new([9; 32], FACTORS);
	let beacon = Beacon::new(vec![5; 32], 4).unwrap();
	assert_eq!(chain.draw_beacon(&beacon).err(), Some(Refusal::NobodyContributed));
	assert_eq!(chain.ended(), Err(Refusal::NobodyContributed));
	let toxic = chain.of_beacon(&beacon, &chain.last());
	chain.add(Origin::Beacon(beacon), &toxic, [0; 32]);
	assert_eq!(chain.ended(), Err(Refusal::NobodyContributed));
}

#[test]
fn a_name_can_be_printed() {
	for good in ["A", "Zoë Müller, Example Ltd <z@example.org>", &"x".repeat(64)] {
		assert_eq!(Name::new(good).unwrap().to_string(), good);
	}
	for bad in ["", " A", "A\n", "A\u{1b}[2J", &"x".repeat(65)] {
		assert_eq!(Name::new(bad), Err(Refusal::Name), "{bad:?}");
	}
}
