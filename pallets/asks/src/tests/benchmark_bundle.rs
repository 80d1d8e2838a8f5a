//! The bundle of the benchmarks is one that today's chain takes.

use super::*;
use crate::benchmarking::BUNDLE;
use codec::Decode;
use souk_table_proofs::{Aggregate, Bundle, Condition, Predicate, Query};

fn query() -> Query {
	let within = |low, high| Condition::Within { low, high };
	Query {
		aggregates: vec![
			Aggregate::CountAll,
			Aggregate::Sum(0),
			Aggregate::Min(0),
			Aggregate::Max(0),
			Aggregate::Avg(0),
		],
		predicates: vec![
			Predicate { column: 0, condition: within(-450, 450) },
			Predicate { column: 1, condition: Condition::IsNotNull },
		],
		group_by: Some(1),
	}
}

#[test]
fn the_bundle_of_the_benchmarks_is_valid() {
	TestExt.execute(|| {
		let listing = list();
		if std::env::var_os("SOUK_WRITE_BUNDLE").is_some() {
			let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/benchmarking/aggregate.bundle");
			std::fs::write(path, bundle(listing, PERIOD, &query(), 0)).expect("the file can be written");
			return;
		}
		let kept = Bundle::decode(&mut &BUNDLE[..]).expect("it is a bundle");
		assert_eq!(kept.query, query());
		assert_eq!(kept.answer, truth(PERIOD, &query(), 0));
		assert_eq!(Shape::of(&kept, BUNDLE.len() as u32), Shape::MEASURED);
		assert_ok!(dispatch(OTHER, check_call(listing, PERIOD, BUNDLE.to_vec())));
	});
}
