//! Bundles: which are refused, and for which reason. No bytes make the verifier panic.

use super::support::*;
use codec::{Decode, Encode};
use souk_aggregates::{commit, prove, soundness::soundness};
use souk_table_proofs::{
	bundle::VERSION, columns_root, commitment::dictionary_hash, config::PARAMETERS, outcome::OutcomeError,
	plan::PlanError, verify, Aggregate, Bundle, ColumnType, Expected, Figure, Query, VerifyError,
	MAX_BUNDLE_BYTES,
};
use std::ops::ControlFlow;

struct World {
	bundle: Bundle,
	root: [u8; 32],
}

fn world() -> &'static World {
	static WORLD: std::sync::OnceLock<World> = std::sync::OnceLock::new();
	WORLD.get_or_init(|| {
		let table = weather(200, 5);
		let asked = query(vec![Aggregate::CountAll, Aggregate::Sum(0)], vec![within(1, -9, 9)], Some(3));
		let bundle = prove(&table, &KEY, CONTEXT, &asked, 4, &mut |_| ControlFlow::Continue(())).unwrap();
		World { root: columns_root(200, &commit(&table, &KEY)), bundle }
	})
}

fn expected(world: &World) -> Expected<'_> {
	Expected {
		context: CONTEXT,
		columns_root: world.root,
		query: Some(&world.bundle.query),
		min_group_size: 4,
	}
}

fn refused(change: impl FnOnce(&mut Bundle)) -> VerifyError {
	let world = world();
	let mut bundle = world.bundle.clone();
	change(&mut bundle);
	verify(&bundle.encode(), &Expected { query: None, ..expected(world) }).unwrap_err()
}

#[test]
fn a_bundle_is_accepted_for_what_it_is_for_and_for_nothing_else() {
	let world = world();
	let bytes = world.bundle.encode();
	assert_eq!(verify(&bytes, &expected(world)).as_ref(), Ok(&world.bundle));

	let other = |change: &dyn Fn(&mut Expected<'_>)| {
		let mut expected = expected(world);
		change(&mut expected);
		verify(&bytes, &expected).unwrap_err()
	};
	assert_eq!(other(&|expected| expected.context.genesis[31] ^= 1), VerifyError::Context);
	assert_eq!(other(&|expected| expected.context.listing += 1), VerifyError::Context);
	assert_eq!(other(&|expected| expected.context.period += 1), VerifyError::Context);
	assert_eq!(other(&|expected| expected.columns_root[0] ^= 1), VerifyError::ColumnsRoot);
	assert_eq!(other(&|expected| expected.min_group_size = 3), VerifyError::MinGroupSize);
	let others = Query { group_by: None, ..world.bundle.query.clone() };
	assert_eq!(
		verify(&bytes, &Expected { query: Some(&others), ..expected(world) }).unwrap_err(),
		VerifyError::Query
	);
}

#[test]
fn a_proof_is_bound_to_all_of_its_bundle() {
	// What the verifier is told beforehand is changed on both sides, the root over the columns as well: only the proof can notice.
	let unnoticed = |bundle: &Bundle| {
		let expected = Expected {
			context: bundle.context,
			columns_root: bundle.columns_root().unwrap(),
			query: None,
			min_group_size: bundle.min_group_size,
		};
		verify(&bundle.encode(), &expected).map(drop)
	};
	let refused = |bundle: &Bundle, changes: &[fn(&mut Bundle)]| {
		assert_eq!(unnoticed(bundle), Ok(()));
		for (number, change) in changes.iter().enumerate() {
			let mut changed = bundle.clone();
			change(&mut changed);
			assert_ne!(changed, *bundle, "change {number}");
			assert_eq!(unnoticed(&changed), Err(VerifyError::Invalid), "change {number}");
		}
	};
	refused(
		&world().bundle,
		&[
			|bundle| bundle.context.genesis[0] ^= 1,
			|bundle| bundle.context.period += 1,
			|bundle| bundle.context.listing += 1,
			|bundle| bundle.min_group_size += 1,
			|bundle| {
				bundle.query.aggregates.swap(0, 1);
				bundle.answer.groups.iter_mut().for_each(|group| group.figures.swap(0, 1));
			},
			// Of a column that is asked for, and of one that is not.
			|bundle| bundle.columns[0].descriptor.name.push('x'),
			|bundle| bundle.columns[2].descriptor.name.push('x'),
			|bundle| bundle.columns[0].descriptor.kind = ColumnType::Decimal { scale: 2 },
			|bundle| bundle.columns[3].descriptor.kind = ColumnType::Timestamp,
			|bundle| bundle.withheld[0].1[0] ^= 1,
		],
	);
	// Words of a column that is grouped by: their order is looked at before, so one is renamed where it stands.
	let asked = query(vec![Aggregate::CountAll], vec![], Some(2));
	let by_word =
		prove(&weather(200, 5), &KEY, CONTEXT, &asked, 4, &mut |_| ControlFlow::Continue(())).unwrap();
	refused(
		&by_word,
		&[
			|bundle| {
				let word = bundle.columns[2].descriptor.dictionary.iter_mut().find(|word| *word == "Europe");
				word.unwrap().push('x');
			},
			|bundle| drop(bundle.columns[2].descriptor.dictionary.pop()),
		],
	);
}

#[test]
fn a_changed_answer_is_refused() {
	assert_eq!(
		refused(|bundle| {
			let Figure::Count(count) = &mut bundle.answer.groups[0].figures[0] else { panic!("a count") };
			*count += 1;
		}),
		VerifyError::Invalid
	);
	assert_eq!(refused(|bundle| drop(bundle.answer.groups.pop())), VerifyError::Invalid);
	assert_eq!(refused(|bundle| bundle.answer.groups.swap(0, 1)), VerifyError::Answer(OutcomeError::Order));
	assert_eq!(
		refused(|bundle| bundle.answer.groups[0].figures[1] = Figure::Sum(Some(i128::MAX))),
		VerifyError::Answer(OutcomeError::OutOfRange)
	);
}

#[test]
fn a_changed_column_version_query_or_height_is_refused() {
	assert_eq!(refused(|bundle| bundle.version = VERSION + 1), VerifyError::Version);
	assert_eq!(refused(|bundle| bundle.rows += 1), VerifyError::ColumnsRoot);
	assert_eq!(refused(|bundle| bundle.columns[0].digest[0] ^= 1), VerifyError::ColumnsRoot);
	assert_eq!(refused(|bundle| bundle.columns[0].descriptor.name.push('x')), VerifyError::ColumnsRoot);
	assert_eq!(
		refused(|bundle| bundle.columns[0].descriptor.kind = ColumnType::Date),
		VerifyError::ColumnsRoot
	);
	assert_eq!(refused(|bundle| drop(bundle.columns.pop())), VerifyError::ColumnsRoot);
	assert_eq!(refused(|bundle| bundle.withheld.clear()), VerifyError::ColumnsRoot);
	assert_eq!(refused(|bundle| bundle.columns[0].descriptor.name = "x".repeat(65)), VerifyError::Columns);
	// Two codes for one string.
	let twice = vec![String::from("Asia"), String::from("Asia")];
	assert_eq!(refused(move |bundle| bundle.columns[2].descriptor.dictionary = twice), VerifyError::Columns);
	assert_eq!(
		refused(|bundle| bundle.query.group_by = Some(9)),
		VerifyError::Plan(PlanError::NoSuchColumn(9))
	);
	assert_eq!(refused(|bundle| bundle.proof.push(0)), VerifyError::MalformedProof);
	assert_eq!(refused(|bundle| bundle.proof.clear()), VerifyError::MalformedProof);
}

#[test]
fn the_dictionaries_of_columns_that_are_not_asked_for_are_not_in_the_bundle() {
	let bundle = &world().bundle;
	assert!(bundle.columns[2].descriptor.dictionary.is_empty());
	assert_eq!(bundle.withheld.iter().map(|(column, _)| *column).collect::<Vec<_>>(), [2]);
}

#[test]
fn the_words_of_columns_are_in_the_bundle_where_the_query_names_them_and_nowhere_else() {
	// Neither changes the root: without the rule one proof would have several bundles, and some of them no words to read it by.
	let table = weather(200, 5);
	let asked = query(vec![Aggregate::CountAll], vec![within(1, -9, 9)], Some(2));
	let named = prove(&table, &KEY, CONTEXT, &asked, 4, &mut |_| ControlFlow::Continue(())).unwrap();
	let root = columns_root(200, &commit(&table, &KEY));
	let expected = Expected { context: CONTEXT, columns_root: root, query: Some(&asked), min_group_size: 4 };
	assert_eq!(verify(&named.encode(), &expected).as_ref(), Ok(&named));
	let mut wordless = named;
	let words = std::mem::take(&mut wordless.columns[2].descriptor.dictionary);
	wordless.withheld.push((2, dictionary_hash(&words)));
	assert_eq!(wordless.columns_root(), Some(root));
	assert_eq!(verify(&wordless.encode(), &expected), Err(VerifyError::Withheld));

	assert_eq!(
		refused(|bundle| {
			bundle.columns[2].descriptor.dictionary = words;
			bundle.withheld.clear();
		}),
		VerifyError::Withheld
	);
}

#[test]
fn bytes_that_are_too_many_cut_off_or_changed_are_refused() {
	let world = world();
	let bytes = world.bundle.encode();
	assert_eq!(verify(&vec![0; MAX_BUNDLE_BYTES + 1], &expected(world)), Err(VerifyError::TooLong));
	let mut longer = bytes.clone();
	longer.push(0);
	assert_eq!(verify(&longer, &expected(world)), Err(VerifyError::Malformed));
	let mut noise = Noise(12);
	for _ in 0..300 {
		let length = noise.below(bytes.len() as u64) as usize;
		assert!(verify(&bytes[..length], &expected(world)).is_err());
	}
	// `make soak` has a million.
	for number in 0..1_000u64 {
		let mut changed = bytes.clone();
		for _ in 0..=noise.below(3) {
			let place = noise.below(bytes.len() as u64) as usize;
			// The first third of the changes are near the beginning, where lengths and shapes are.
			let place = if number % 3 == 0 { place % 4_096 } else { place };
			changed[place] ^= 1 << noise.below(8);
		}
		if changed != bytes {
			assert!(verify(&changed, &expected(world)).is_err(), "change {number}");
		}
	}
	for _ in 0..20_000 {
		let garbage: Vec<u8> = (0..noise.below(400)).map(|_| noise.next() as u8).collect();
		assert!(verify(&garbage, &expected(world)).is_err());
	}
}

#[test]
fn a_bundle_decodes_to_what_was_encoded() {
	let bundle = &world().bundle;
	assert_eq!(Bundle::decode(&mut &*bundle.encode()).as_ref(), Ok(bundle));
}

#[test]
fn a_hundred_bits_for_every_sample_and_for_the_widest_query_over_the_longest_table() {
	for statement in samples() {
		let bits = soundness(&statement.tables, &PARAMETERS);
		assert!(bits.conjectured >= 100.0, "{bits:?}");
	}
	let (_, tables) = widest();
	let bits = soundness(&tables, &PARAMETERS);
	println!("{bits:?}");
	assert!(bits.conjectured >= 100.0, "{bits:?}");
}
