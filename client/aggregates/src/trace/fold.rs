//! The witness of the fold.

use super::{subtract, value_limbs, Lookups, Rows, Trace, UsedColumn};
use p3_field::PrimeCharacteristicRing;
use souk_table_proofs::{
	air::fold::{ExtremeLayout, Layout, ThresholdLayout, ValueLayout, BIAS_LIMB, SIGN, STEPS},
	limbs::{LIMBS, SUM_LIMBS},
	plan::Plan,
	Felt,
};

/// What is added up of one column in a group.
#[derive(Clone)]
struct Running {
	count: u32,
	sum: [i64; SUM_LIMBS],
	reached: [bool; 2],
	extremes: [Option<i64>; 2],
}

impl Running {
	/// The beginning of a group, whose least and greatest values are known beforehand.
	fn new(column: &UsedColumn<'_>, group: &[usize]) -> Self {
		let values = || group.iter().filter_map(|row| column.value(*row));
		let mut sum = [0; SUM_LIMBS];
		sum[SUM_LIMBS - 1] = i64::from(BIAS_LIMB);
		Self { count: 0, sum, reached: [false; 2], extremes: [values().min(), values().max()] }
	}
}

/// The fold of these rows of the table.
pub(super) fn trace(
	plan: &Plan,
	layout: &Layout,
	columns: &[UsedColumn<'_>],
	mut matched: Vec<usize>,
	lookups: &mut Lookups,
) -> Trace {
	let mut fold = Fold {
		plan,
		layout,
		columns,
		lookups,
		rows: Rows::new(plan.fold_height() * STEPS, layout.width),
		step: 0,
	};
	if let Some(slot) = plan.group {
		let key = |row: &usize| {
			let [a, b, c, d] = columns[slot].limbs(*row);
			[d, c, b, a]
		};
		matched.sort_by_key(key);
		let groups: Vec<&[usize]> = matched.chunk_by(|left, right| key(left) == key(right)).collect();
		for (number, group) in groups.iter().enumerate() {
			let next = groups.get(number + 1).map(|next| columns[slot].limbs(next[0]));
			fold.group(group, Some(columns[slot].limbs(group[0])), next);
		}
	} else {
		fold.group(&matched, None, None);
	}
	fold.padding();
	// Steps side by side instead of one below the other: the same cells in the same order.
	Trace::new(fold.rows.cells, layout.width * STEPS)
}

struct Fold<'a> {
	plan: &'a Plan,
	layout: &'a Layout,
	columns: &'a [UsedColumn<'a>],
	lookups: &'a mut Lookups,
	rows: Rows,
	step: usize,
}

impl Fold<'_> {
	fn group(&mut self, group: &[usize], key: Option<[u32; LIMBS]>, next_key: Option<[u32; LIMBS]>) {
		let mut running: Vec<Running> =
			self.plan.values.iter().map(|value| Running::new(&self.columns[value.slot], group)).collect();
		// Without GROUP BY the first step receives nothing.
		let seed = key.is_none().then_some(None);
		let received = seed.into_iter().chain(group.iter().map(|row| Some(*row)));
		let length = group.len() + usize::from(key.is_none());
		let mut count = 0;
		for (number, received) in received.enumerate() {
			let last = number + 1 == length;
			count += u32::from(received.is_some());
			let row = self.rows.row(self.step);
			row[self.layout.live] = Felt::from_bool(received.is_some());
			row[self.layout.same] = Felt::from_bool(!last);
			row[self.layout.count] = Felt::from_u32(count);
			if let Some(seed) = self.layout.seed {
				row[seed] = Felt::from_bool(number == 0);
			}
			if let (Some(layout), Some(key)) = (&self.layout.key, key) {
				write(&mut row[layout.key..], key);
				if let Some(next_key) = next_key.filter(|_| last) {
					row[layout.step] = Felt::ONE;
					let (differences, borrows) = subtract(next_key, key, 1);
					write_bits(&mut row[layout.borrows..], &borrows[..LIMBS - 1]);
					differences.iter().for_each(|difference| self.lookups.count(*difference));
				}
			}
			for ((layout, value), running) in
				self.layout.values.iter().zip(&self.plan.values).zip(&mut running)
			{
				let value = received.and_then(|row| self.columns[value.slot].value(row));
				take(row, layout, running, value, self.lookups);
			}
			if let Some(layout) = &self.layout.threshold {
				threshold(row, layout, last.then_some(count), self.plan.threshold, self.lookups);
			}
			self.step += 1;
		}
	}

	/// The steps after all groups.
	fn padding(&mut self) {
		for number in self.step..self.plan.fold_height() * STEPS {
			let row = self.rows.row(number);
			for layout in &self.layout.values {
				let mut empty = Running::new(&UsedColumn { salt: [0; 32], values: &[] }, &[]);
				take(row, layout, &mut empty, None, self.lookups);
			}
			if let Some(layout) = &self.layout.threshold {
				threshold(row, layout, None, self.plan.threshold, self.lookups);
			}
		}
	}
}

fn write(cells: &mut [Felt], limbs: [u32; LIMBS]) {
	for (cell, limb) in cells.iter_mut().zip(limbs) {
		*cell = Felt::from_u32(limb);
	}
}

fn write_bits(cells: &mut [Felt], bits: &[bool]) {
	for (cell, bit) in cells.iter_mut().zip(bits) {
		*cell = Felt::from_bool(*bit);
	}
}

fn take(
	row: &mut [Felt],
	layout: &ValueLayout,
	running: &mut Running,
	value: Option<i64>,
	lookups: &mut Lookups,
) {
	let limbs = value_limbs(value);
	write(&mut row[layout.value..], limbs);
	row[layout.null] = Felt::from_bool(value.is_none());
	running.count += u32::from(value.is_some());
	if let Some(count) = layout.count {
		row[count] = Felt::from_u32(running.count);
	}
	if let Some(some) = layout.some {
		row[some] = Felt::from_bool(running.count > 0);
	}
	if let Some((sum, carries)) = layout.sum {
		let mut carry = 0;
		for place in 0..SUM_LIMBS {
			let added = limbs.get(place).map_or(0, |limb| i64::from(*limb));
			let sign = if place == LIMBS - 1 && value.is_some() { i64::from(SIGN) } else { 0 };
			let total = running.sum[place] + added - sign + carry;
			(running.sum[place], carry) = (total.rem_euclid(1 << 16), total.div_euclid(1 << 16));
			row[sum + place] = Felt::from_i64(running.sum[place]);
			lookups.count(running.sum[place]);
			if place < SUM_LIMBS - 1 {
				row[carries + place] = Felt::from_i64(carry);
			}
		}
	}
	for (side, layout) in [&layout.min, &layout.max].into_iter().enumerate() {
		if let Some(layout) = layout {
			extreme(row, layout, running, side, value, lookups);
		}
	}
}

/// `side`: 0 is the least value, 1 the greatest.
fn extreme(
	row: &mut [Felt],
	layout: &ExtremeLayout,
	running: &mut Running,
	side: usize,
	value: Option<i64>,
	lookups: &mut Lookups,
) {
	let end = value_limbs(running.extremes[side]);
	write(&mut row[layout.extreme..], end);
	if value.is_some() {
		let limbs = value_limbs(value);
		let (differences, borrows) =
			if side == 0 { subtract(limbs, end, 0) } else { subtract(end, limbs, 0) };
		write_bits(&mut row[layout.borrows..], &borrows[..LIMBS - 1]);
		differences.iter().for_each(|difference| lookups.count(*difference));
	}
	let hit = !running.reached[side] && value.is_some() && value == running.extremes[side];
	running.reached[side] |= hit;
	row[layout.hit] = Felt::from_bool(hit);
	row[layout.reached] = Felt::from_bool(running.reached[side]);
}

/// `count`: the rows of the group that ends here, if one does.
fn threshold(
	row: &mut [Felt],
	layout: &ThresholdLayout,
	count: Option<u32>,
	threshold: u32,
	lookups: &mut Lookups,
) {
	let answered = count.is_some_and(|count| count >= threshold);
	let gap = match count {
		Some(count) if answered => count - threshold,
		Some(count) => threshold - 1 - count,
		None => 0,
	};
	row[layout.answered] = Felt::from_bool(answered);
	let limbs = [gap & 0xffff, gap >> 16];
	for (cell, limb) in row[layout.gap..].iter_mut().zip(limbs) {
		*cell = Felt::from_u32(limb);
		lookups.count(i64::from(limb));
	}
	lookups.count(i64::from(limbs[1]) << 8);
}
