//! A million bundles with changed bytes, none of which may be accepted: `soak-bundles [bundles [first]]`. The same number is always the
//! same change, so that a run can go on where another ended.

use codec::Encode;
use souk_aggregates::{commit, prove, Table};
use souk_table_proofs::{
	columns_root, verify, Aggregate, ColumnDescriptor, ColumnType, Condition, Context, Expected, Predicate,
	Query,
};
use std::{
	ops::ControlFlow,
	sync::atomic::{AtomicU64, Ordering},
};

fn main() {
	let argument = |place, default| {
		std::env::args().nth(place).map_or(default, |text| text.parse().expect("a number of bundles"))
	};
	let (bundles, first) = (argument(1, 1_000_000), argument(2, 0));
	let number = ColumnType::Decimal { scale: 0 };
	let descriptor = |name: &str| ColumnDescriptor { name: name.into(), kind: number, dictionary: vec![] };
	let table = Table {
		descriptors: vec![descriptor("x"), descriptor("y")],
		columns: vec![(0..200).map(Some).collect(), (0..200).map(|row| Some(row % 5)).collect()],
	};
	let query = Query {
		aggregates: vec![Aggregate::CountAll, Aggregate::Sum(0), Aggregate::Min(0)],
		predicates: vec![Predicate { column: 0, condition: Condition::Within { low: 20, high: 150 } }],
		group_by: Some(1),
	};
	let context = Context { genesis: [1; 32], listing: 1, period: 1 };
	let bundle = prove(&table, &[3; 32], context, &query, 2, &mut |_| ControlFlow::Continue(()))
		.expect("the example's query fits its table");
	let expected = Expected {
		context,
		columns_root: columns_root(bundle.rows, &commit(&table, &[3; 32])),
		query: None,
		min_group_size: 2,
	};
	let bytes = bundle.encode();
	verify(&bytes, &expected).expect("unchanged, it is accepted");

	let next = AtomicU64::new(first);
	std::thread::scope(|scope| {
		for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
			scope.spawn(|| loop {
				let number = next.fetch_add(1, Ordering::Relaxed);
				if number >= bundles {
					break;
				}
				let changed = changed(&bytes, number);
				assert!(verify(&changed, &expected).is_err(), "change {number} is accepted");
				if number % 10_000 == 9_999 {
					println!("{} changed bundles refused", number + 1);
				}
			});
		}
	});
	println!("{first} to {bundles}: changed bundles, all refused");
}

/// One to four bytes changed; every second time among the first 8 KiB, where lengths and shapes are.
fn changed(bytes: &[u8], number: u64) -> Vec<u8> {
	let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66;
	let mut random = move || {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		state
	};
	let mut changed = bytes.to_vec();
	for _ in 0..=random() % 4 {
		let range = if number.is_multiple_of(2) { bytes.len().min(8_192) } else { bytes.len() };
		let place = (random() % range as u64) as usize;
		changed[place] = changed[place].wrapping_add(1 + (random() % 255) as u8);
	}
	if changed == bytes {
		changed.pop();
	}
	changed
}
