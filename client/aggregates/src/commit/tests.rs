use super::*;

/// The digests by the committer that everybody has.
fn plain(columns: &[Vec<Option<i64>>], salts: &[[u8; 32]]) -> Vec<ColumnDigest> {
	let digest = |(column, salt): (&Vec<Option<i64>>, &[u8; 32])| {
		let mut committer = ColumnCommitter::new(*salt);
		column.iter().for_each(|value| committer.push(*value));
		committer.finish()
	};
	columns.iter().zip(salts).map(digest).collect()
}

fn columns(count: usize, rows: usize) -> Vec<Vec<Option<i64>>> {
	let mut state = (count * 1_000 + rows + 1) as u64;
	let mut next = || {
		state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		(state ^ (state >> 29)).cast_signed()
	};
	let mut value = || match next() % 9 {
		0 => None,
		1 => Some(i64::MIN),
		2 => Some(i64::MAX),
		3 => Some(next() % 100),
		_ => Some(next()),
	};
	(0..count).map(|_| (0..rows).map(|_| value()).collect()).collect()
}

fn salts(count: usize) -> Vec<[u8; 32]> {
	(0..count).map(|column| column_salt(&[column as u8; 32], 3, 0)).collect()
}

#[test]
fn every_processor_makes_the_same_digests_of_any_number_of_columns_and_rows() {
	for means in Means::available() {
		for count in 0..=17 {
			for rows in [0, 1, 3, 4, 5, 127, 128, 129, 300] {
				let (columns, salts) = (columns(count, rows), salts(count));
				let mut committers = Committers::with(means, 2, &salts);
				committers.push(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>());
				assert_eq!(
					committers.finish(),
					plain(&columns, &salts),
					"{means:?}: {count} columns, {rows} rows"
				);
			}
		}
	}
}

#[test]
fn how_rows_come_in_batches_does_not_matter() {
	let (columns, salts) = (columns(5, 700), salts(5));
	let expected = plain(&columns, &salts);
	for means in Means::available() {
		for step in [1, 2, 3, 4, 5, 7, 64, 129, 699] {
			let mut committers = Committers::with(means, 2, &salts);
			for first in (0..700).step_by(step) {
				let batch: Vec<_> =
					columns.iter().map(|column| &column[first..700.min(first + step)]).collect();
				committers.push(&batch);
			}
			assert_eq!(committers.finish(), expected, "{means:?} by {step}");
		}
	}
}

#[test]
fn one_thread_and_many_make_the_same_digests() {
	let (columns, salts) = (columns(11, 90), salts(11));
	let expected = plain(&columns, &salts);
	for threads in [1, 2, 3, 16] {
		for means in Means::available() {
			let mut committers = Committers::with(means, threads, &salts);
			committers.push(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>());
			assert_eq!(committers.finish(), expected, "{means:?} on {threads} threads");
		}
	}
}
