//! Honest statements hold: answers are the plain twin's, for questions of every kind, in tables of every kind.

use super::support::*;
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_matrix::Matrix;
use souk_aggregates::{check::Checker, prove, Stage, Table};
use souk_table_proofs::{
	air::fold,
	columns_root,
	limbs::{limbs, sum_limbs, LIMB, LIMBS, SUM_LIMBS},
	verify, Aggregate, ColumnType, Condition, Expected, Felt, Predicate, Query, MAX_ROWS,
};
use std::ops::ControlFlow;

fn proved(table: &Table, query: &Query, k: u32) -> usize {
	let bundle = prove(table, &KEY, CONTEXT, query, k, &mut |_| ControlFlow::Continue(())).unwrap();
	let bytes = codec::Encode::encode(&bundle);
	let root = columns_root(bundle.rows, &souk_aggregates::commit(table, &KEY));
	let expected = Expected { context: CONTEXT, columns_root: root, query: Some(query), min_group_size: k };
	assert_eq!(verify(&bytes, &expected), Ok(bundle));
	bytes.len()
}

#[test]
fn every_sample_satisfies_its_constraints() {
	for (number, statement) in samples().iter().enumerate() {
		assert_eq!(statement.check(), Ok(()), "sample {number}");
	}
}

#[test]
fn questions_of_every_kind_are_proved_and_verified() {
	use Aggregate::*;
	let table = weather(300, 11);
	for (aggregates, predicates, group_by, k) in [
		(vec![CountAll, Sum(0)], vec![within(1, -5, 5)], None, 5),
		(all_of_x(), vec![], Some(2), 70),
		(vec![Avg(0)], vec![within(1, 3, -3)], None, 0),
		(vec![Sum(0), Count(0), Min(0)], vec![within(1, 3, -3)], None, 1),
		(vec![CountAll], vec![], None, 301),
		(vec![CountAll], vec![within(1, 3, -3)], Some(3), 0),
	] {
		proved(&table, &query(aggregates, predicates, group_by), k);
	}
}

#[test]
fn a_table_without_rows_has_answers() {
	use Aggregate::*;
	let empty = weather(0, 1);
	proved(&empty, &query(vec![CountAll, Sum(0), Max(1)], vec![within(1, -5, 5)], None), 0);
	proved(&empty, &query(vec![CountAll], vec![], Some(2)), 0);
	proved(&empty, &query(vec![CountAll], vec![], None), 10);
}

#[test]
fn sums_and_bounds_at_the_limits_of_a_value() {
	use Aggregate::*;
	let table = |values: Vec<Option<i64>>| Table {
		descriptors: vec![descriptor("x", ColumnType::Decimal { scale: 0 })],
		columns: vec![values],
	};
	for value in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX] {
		for rows in [1, 2, 500] {
			let predicates = vec![within(0, value, value)];
			let statement =
				Statement::new(table(vec![Some(value); rows]), query(all_of_x(), predicates, None), 0);
			assert_eq!(statement.check(), Ok(()), "{rows} times {value}");
			let sum = i128::from(value) * rows as i128;
			assert_eq!(statement.answer.groups[0].figures[2], souk_table_proofs::Figure::Sum(Some(sum)));
		}
	}
	let mixed = vec![Some(i64::MIN), Some(i64::MAX), None, Some(i64::MIN), Some(0), Some(-1), Some(i64::MAX)];
	for (low, high) in
		[(i64::MIN, i64::MAX), (i64::MIN, i64::MIN), (i64::MAX, i64::MAX), (i64::MIN + 1, -1), (1, 0)]
	{
		for condition in [Condition::Within { low, high }, Condition::Outside { low, high }] {
			let predicates = vec![Predicate { column: 0, condition }];
			let asked = query(vec![Sum(0), Min(0), Max(0), Count(0)], predicates, None);
			assert_eq!(Statement::new(table(mixed.clone()), asked, 0).check(), Ok(()), "{condition:?}");
		}
	}
}

#[test]
fn every_number_of_rows_around_the_blocks_and_heights() {
	for rows in (0..14).chain([1019, 1020, 1021, 1022, 1023, 1024]) {
		let asked = query(all_of_x(), vec![within(1, -15, 15)], Some(2));
		assert_eq!(Statement::new(weather(rows, rows as u64), asked, 2).check(), Ok(()), "{rows} rows");
	}
}

/// The last steps of a fold over as many rows as there can be, all of them the least or the greatest value. Those before them are not
/// there: the sum begins where they would have left it, which the first row refuses.
#[test]
fn the_sum_of_the_most_rows_at_the_limits_of_a_value_does_not_wrap() {
	const LAST: usize = 40;
	for value in [i64::MIN, i64::MAX] {
		let table = Table {
			descriptors: vec![descriptor("x", ColumnType::Decimal { scale: 0 })],
			columns: vec![vec![Some(value); LAST]],
		};
		let statement = Statement::new(table, query(vec![Aggregate::Sum(0)], vec![], None), 0);
		let layout = fold::Layout::new(&statement.plan);
		let (sum, carries) = layout.values[0].sum.unwrap();
		let mut trace = statement.traces[1].clone();
		let before = i128::from(value) * (i128::from(MAX_ROWS) - LAST as i128);
		let mut running = sum_limbs(before).unwrap().map(i64::from);
		// The first step, the seed, receives nothing.
		for step in 0..=LAST {
			let first = step / fold::STEPS * trace.width + step % fold::STEPS * layout.width;
			let mut carry = 0;
			for (place, limb) in running.iter_mut().enumerate() {
				let sign = if place == LIMBS - 1 { i64::from(fold::SIGN) } else { 0 };
				let added = limbs(Some(value)).get(place).map_or(0, |limb| i64::from(*limb)) - sign;
				let total = *limb + carry + if step == 0 { 0 } else { added };
				(*limb, carry) = (total.rem_euclid(1 << 16), total.div_euclid(1 << 16));
				trace.values[first + sum + place] = Felt::from_i64(*limb);
				if place < SUM_LIMBS - 1 {
					trace.values[first + carries + place] = Felt::from_i64(carry);
				}
			}
			assert_eq!(carry, 0, "the sum has outgrown its limbs");
			let so_far = before + i128::from(value) * step as i128;
			assert_eq!(running, sum_limbs(so_far).unwrap().map(i64::from), "step {step}");
		}
		assert_eq!(running, sum_limbs(i128::from(value) << 20).unwrap().map(i64::from));

		let checker = Checker::new(&statement.tables);
		assert!(checker.broken_constraint(1, &trace, 0).is_some(), "a sum of {value} that begins anywhere");
		for row in 1..trace.height() {
			assert_eq!(checker.broken_constraint(1, &trace, row), None, "row {row}, {value}");
			for (bus, (message, _)) in checker.messages(1, &trace, row) {
				assert!(bus != "range" || message[0].as_canonical_u32() < LIMB, "row {row}, {value}");
			}
		}
	}
}

#[test]
fn four_hundred_random_questions_over_random_tables() {
	let mut noise = Noise(77);
	for number in 0..400 {
		let rows = noise.below(90) as usize;
		let seed = noise.next();
		let (asked, k) = (random_query(&mut noise), noise.below(12) as u32);
		let statement = Statement::new(weather(rows, seed), asked, k);
		assert_eq!(
			statement.check(),
			Ok(()),
			"{number}: {:?} over {rows} rows of {seed}, k {k}",
			statement.query
		);
	}
}

fn random_query(noise: &mut Noise) -> Query {
	use Aggregate::*;
	let mut aggregates = Vec::new();
	for _ in 0..=noise.below(5) {
		let column = noise.below(4) as u8;
		aggregates.push(match noise.below(6) {
			0 => CountAll,
			1 => Count(column),
			2 => Sum(column % 2),
			3 => Min(column),
			4 => Max(column),
			_ => Avg(column % 2),
		});
	}
	let mut predicates: Vec<Predicate> = (0..noise.below(4))
		.map(|_| {
			let column = noise.below(4) as u8;
			let near = |noise: &mut Noise| match column {
				0 => noise.signed(1 << 40),
				1 => noise.signed(20),
				2 => noise.below(5) as i64,
				_ => 20_000 + noise.below(9) as i64,
			};
			let (low, high) = (near(noise), near(noise));
			let condition = match noise.below(7) {
				0 => Condition::IsNull,
				1 => Condition::IsNotNull,
				2 => Condition::Outside { low, high },
				3 => Condition::Within { low: i64::MIN, high },
				4 => Condition::Within { low, high: i64::MAX },
				5 => Condition::Within { low, high: low },
				_ => Condition::Within { low: low.min(high), high: low.max(high) },
			};
			Predicate { column, condition }
		})
		.collect();
	predicates.sort();
	predicates.dedup();
	let group_by = (noise.below(3) != 0).then(|| noise.below(4) as u8);
	query(aggregates, predicates, group_by)
}

#[test]
fn a_prover_that_is_told_to_stop_stops() {
	let table = weather(10, 1);
	let asked = query(vec![Aggregate::CountAll], vec![], None);
	for last in [Stage::Committing, Stage::Tracing, Stage::Proving, Stage::Checking] {
		let stopped = prove(&table, &KEY, CONTEXT, &asked, 1, &mut |stage| {
			if stage == last {
				ControlFlow::Break(())
			} else {
				ControlFlow::Continue(())
			}
		});
		assert!(matches!(stopped, Err(souk_aggregates::ProveError::Stopped(stage)) if stage == last));
	}
}
