//! The fold: the matching rows, sorted by key, added up group by group. A row of the fold holds four steps, each of which takes
//! one matching row, or none; the step after a row's last is the next row's first.

use super::{
	checks::{limb, Checks, Rule, Step, GROUPS, MATCHED},
	scan::Columns,
};
use crate::{
	limbs::{LIMB, LIMBS, SUM_LIMBS},
	plan::{Plan, PlannedValue},
	Felt,
};
use alloc::{vec, vec::Vec};
use p3_air::{AirBuilder, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use p3_lookup::InteractionBuilder;

/// What a sum begins with: the highest limb of [`crate::limbs::SUM_BIAS`].
pub const BIAS_LIMB: u32 = 1 << 7;
/// What the bias of a value puts into its highest limb.
pub const SIGN: u32 = LIMB / 2;

/// Steps of a row.
pub const STEPS: usize = 4;

/// Where the columns of the fold's first step are. The other steps' follow, `width` columns apart.
#[derive(Clone, Debug)]
pub struct Layout {
	/// Whether the step receives a matching row.
	pub live: usize,
	/// Whether the next step is of the same group.
	pub same: usize,
	/// Rows of the group so far.
	pub count: usize,
	/// How often the number of this step in its row is looked up, which nobody needs. Random somewhere, else 0.
	pub mask: usize,
	/// Without `GROUP BY`: 1 on the first step, which begins the one group and receives nothing.
	pub seed: Option<usize>,
	/// With `GROUP BY`.
	pub key: Option<KeyLayout>,
	/// Where groups may be suppressed.
	pub threshold: Option<ThresholdLayout>,
	/// Per aggregated column.
	pub values: Vec<ValueLayout>,
	/// Number of columns of a step.
	pub width: usize,
}

/// Where the columns of a grouped fold are.
#[derive(Clone, Debug)]
pub struct KeyLayout {
	/// Whether the next step begins another group.
	pub step: usize,
	/// Four: the key.
	pub key: usize,
	/// Three: the borrows of the next step's key - this one's - 1, which has no fourth.
	pub borrows: usize,
}

/// Where the columns are that decide whether a group is answered.
#[derive(Clone, Debug)]
pub struct ThresholdLayout {
	/// Whether the group that ends here is answered.
	pub answered: usize,
	/// Two limbs: by how much the number of rows reaches the threshold, or misses it by more than one.
	pub gap: usize,
}

/// Where the columns of an aggregated column are.
#[derive(Clone, Debug)]
pub struct ValueLayout {
	/// Four: the value, zeros for NULL.
	pub value: usize,
	/// Whether it is NULL.
	pub null: usize,
	/// Values of the group so far.
	pub count: Option<usize>,
	/// Whether the group had a value so far.
	pub some: Option<usize>,
	/// Six limbs of the sum so far, and five carries.
	pub sum: Option<(usize, usize)>,
	/// The least value.
	pub min: Option<ExtremeLayout>,
	/// The greatest value.
	pub max: Option<ExtremeLayout>,
}

/// Where the columns of a least or greatest value are.
#[derive(Clone, Debug)]
pub struct ExtremeLayout {
	/// Four: it, the same on all steps of the group.
	pub extreme: usize,
	/// Three: the borrows of the difference between it and the step's value.
	pub borrows: usize,
	/// Whether this step's value is it: so on one step of the group.
	pub hit: usize,
	/// Whether that step came.
	pub reached: usize,
}

impl Layout {
	/// The layout of a plan.
	pub fn new(plan: &Plan) -> Self {
		let mut columns = Columns(0);
		let (live, same, count) = (columns.take(1), columns.take(1), columns.take(1));
		let mask = columns.take(1);
		let seed = plan.group.is_none().then(|| columns.take(1));
		let key = plan.group.map(|_| KeyLayout {
			step: columns.take(1),
			key: columns.take(LIMBS),
			borrows: columns.take(LIMBS - 1),
		});
		let threshold =
			(plan.threshold > 0).then(|| ThresholdLayout { answered: columns.take(1), gap: columns.take(2) });
		let values = plan.values.iter().map(|value| ValueLayout::new(value, &mut columns)).collect();
		Self { live, same, count, mask, seed, key, threshold, values, width: columns.0 }
	}
}

impl ValueLayout {
	fn new(planned: &PlannedValue, columns: &mut Columns) -> Self {
		let (value, null) = (columns.take(LIMBS), columns.take(1));
		let count = planned.count.then(|| columns.take(1));
		let some = planned.some.then(|| columns.take(1));
		let sum = planned.sum.then(|| (columns.take(SUM_LIMBS), columns.take(SUM_LIMBS - 1)));
		let mut extreme = |asked: bool| {
			asked.then(|| ExtremeLayout {
				extreme: columns.take(LIMBS),
				borrows: columns.take(LIMBS - 1),
				hit: columns.take(1),
				reached: columns.take(1),
			})
		};
		let (min, max) = (extreme(planned.min), extreme(planned.max));
		Self { value, null, count, some, sum, min, max }
	}
}

/// The fold's constraints.
#[derive(Clone)]
pub struct Fold {
	plan: Plan,
	/// Where its columns are.
	pub layout: Layout,
}

/// Two steps, and what most constraints need of them.
struct Rows<'a, AB: AirBuilder> {
	here: &'a [AB::Var],
	next: &'a [AB::Var],
	/// Whether this step is of a group.
	open: AB::Expr,
	/// Whether the next step is of the same group.
	same: AB::Expr,
	/// Whether a group ends with this step.
	end: AB::Expr,
}

impl Fold {
	pub(super) fn new(plan: Plan) -> Self {
		let layout = Layout::new(&plan);
		Self { plan, layout }
	}

	pub(super) fn eval<AB: InteractionBuilder<F = Felt>>(&self, checks: &mut Checks<'_, AB>) {
		let main = checks.builder.main();
		let (row, next_row) = (main.current_slice(), main.next_slice());
		let width = self.layout.width;
		for number in 0..STEPS {
			let here = &row[number * width..(number + 1) * width];
			let next = row.get((number + 1) * width..(number + 2) * width).unwrap_or(&next_row[..width]);
			checks.step = Step { first: number == 0, last: number == STEPS - 1 };
			checks.mask(number, here[self.layout.mask].into());
			self.step(checks, here, next);
		}
	}

	fn step<AB: InteractionBuilder<F = Felt>>(
		&self,
		checks: &mut Checks<'_, AB>,
		here: &[AB::Var],
		next: &[AB::Var],
	) {
		let open = self.open::<AB>(here);
		let same: AB::Expr = here[self.layout.same].into();
		let end = open.clone() - same.clone();
		let rows = Rows::<AB> { here, next, open, same, end };
		self.boundaries(checks, &rows);
		self.keys(checks, &rows);
		self.count(checks, &rows);
		for layout in &self.layout.values {
			let live: AB::Expr = here[self.layout.live].into();
			values(checks, &rows, layout, live);
			if let Some((limbs, carries)) = layout.sum {
				sum(checks, &rows, layout, limbs, carries);
			}
			for (extreme, greatest) in [(&layout.min, false), (&layout.max, true)] {
				if let (Some(extreme), Some(some)) = (extreme, layout.some) {
					bound(checks, &rows, layout, extreme, greatest);
					reached(checks, &rows, layout, extreme, some);
				}
			}
		}
		let answered = self.threshold(checks, &rows);

		checks.receive(MATCHED, self.received::<AB>(here), here[self.layout.live].into());
		checks.send(GROUPS, self.group::<AB>(here), answered);
	}

	/// Whether a row is of a group.
	fn open<AB: InteractionBuilder<F = Felt>>(&self, row: &[AB::Var]) -> AB::Expr {
		let live: AB::Expr = row[self.layout.live].into();
		self.layout.seed.map_or(live.clone(), |seed| live + row[seed].into())
	}

	fn boundaries<AB: InteractionBuilder<F = Felt>>(&self, checks: &mut Checks<'_, AB>, rows: &Rows<'_, AB>) {
		let live: AB::Expr = rows.here[self.layout.live].into();
		let open_next = self.open::<AB>(rows.next);

		// F1: steps of groups first, then none. Without GROUP BY the first step is the seed, and no other.
		checks.bit(Rule::Live, live.clone());
		checks.between(Rule::Live, open_next.clone() * (AB::Expr::ONE - rows.open.clone()));
		if let Some(seed) = self.layout.seed {
			checks.first(Rule::Live, rows.here[seed].into() - AB::Expr::ONE);
			checks.first(Rule::Live, live);
			checks.between(Rule::Live, rows.next[seed]);
		}

		// F2: the next step is of this group, or of the next one, or of none. Without GROUP BY there is one group.
		checks.bit(Rule::Boundary, rows.same.clone());
		checks.last(Rule::Boundary, rows.same.clone());
		let step = match &self.layout.key {
			Some(key) => {
				let step: AB::Expr = rows.here[key.step].into();
				checks.bit(Rule::Boundary, step.clone());
				checks.last(Rule::Boundary, step.clone());
				step
			}
			None => AB::Expr::ZERO,
		};
		checks.between(Rule::Boundary, open_next - rows.same.clone() - step);
	}

	fn keys<AB: InteractionBuilder<F = Felt>>(&self, checks: &mut Checks<'_, AB>, rows: &Rows<'_, AB>) {
		let Some(layout) = &self.layout.key else { return };
		let step: AB::Expr = rows.here[layout.step].into();
		let mut borrowed = AB::Expr::ONE;
		for place in 0..LIMBS {
			let key: AB::Expr = rows.here[layout.key + place].into();
			let key_next: AB::Expr = rows.next[layout.key + place].into();
			// F3
			checks.between(Rule::Key, rows.same.clone() * (key_next.clone() - key.clone()));
			checks.zero(Rule::Key, (AB::Expr::ONE - rows.open.clone()) * key.clone());
			// F4: the next key - this one - 1 is not negative: its last limb borrows nothing.
			let borrow = if place < LIMBS - 1 {
				let borrow: AB::Expr = rows.here[layout.borrows + place].into();
				checks.bit(Rule::Ascending, borrow.clone());
				checks.zero(Rule::Ascending, borrow.clone() * (AB::Expr::ONE - step.clone()));
				borrow
			} else {
				AB::Expr::ZERO
			};
			let difference = key_next - key - borrowed + borrow.clone() * limb::<AB::Expr>();
			checks.range(Rule::Ascending, difference, step.clone());
			borrowed = borrow;
		}
	}

	fn count<AB: InteractionBuilder<F = Felt>>(&self, checks: &mut Checks<'_, AB>, rows: &Rows<'_, AB>) {
		// F5
		let Layout { live, count, .. } = self.layout;
		checks.first(Rule::Count, rows.here[count].into() - rows.here[live].into());
		let grown = rows.same.clone() * rows.here[count].into() + rows.next[live].into();
		checks.between(Rule::Count, rows.next[count].into() - grown);
	}

	/// Whether the group that ends here is answered.
	fn threshold<AB: InteractionBuilder<F = Felt>>(
		&self,
		checks: &mut Checks<'_, AB>,
		rows: &Rows<'_, AB>,
	) -> AB::Expr {
		let Some(layout) = &self.layout.threshold else { return rows.end.clone() };
		let answered: AB::Expr = rows.here[layout.answered].into();
		let count: AB::Expr = rows.here[self.layout.count].into();
		let threshold = AB::Expr::from_u32(self.plan.threshold);
		let (low, high): (AB::Expr, AB::Expr) =
			(rows.here[layout.gap].into(), rows.here[layout.gap + 1].into());

		// F11: count - k is not negative where the group is answered, k - 1 - count where it is not. Both are below 2^24: the
		// higher limb has eight bits, being a number of 16 bits, and so being its 256-fold.
		checks.bit(Rule::Threshold, answered.clone());
		checks.zero(Rule::Threshold, answered.clone() * (AB::Expr::ONE - rows.end.clone()));
		let reached = answered.clone() * (count.clone() - threshold.clone());
		let missed = (rows.end.clone() - answered.clone()) * (threshold - AB::Expr::ONE - count);
		let gap = low.clone() + high.clone() * limb::<AB::Expr>();
		checks.zero(Rule::Threshold, reached + missed - gap);
		checks.range(Rule::Threshold, low, AB::Expr::ONE);
		checks.range(Rule::Threshold, high.clone(), AB::Expr::ONE);
		checks.range(Rule::Threshold, high * AB::Expr::from_u32(256), AB::Expr::ONE);
		answered
	}

	/// The message of a matching row, as the scan sends it.
	fn received<AB: InteractionBuilder<F = Felt>>(&self, here: &[AB::Var]) -> Vec<AB::Expr> {
		let mut message = vec![AB::Expr::ONE];
		if let Some(layout) = &self.layout.key {
			message.extend(cells::<AB>(here, layout.key, LIMBS));
		}
		for layout in &self.layout.values {
			message.extend(cells::<AB>(here, layout.value, LIMBS));
			message.push(here[layout.null].into());
		}
		message
	}

	/// The message of a group: what is asked for, and nothing else.
	fn group<AB: InteractionBuilder<F = Felt>>(&self, here: &[AB::Var]) -> Vec<AB::Expr> {
		let mut message = Vec::new();
		if let Some(layout) = &self.layout.key {
			message.extend(cells::<AB>(here, layout.key, LIMBS));
		}
		if self.plan.rows_counted {
			message.push(here[self.layout.count].into());
		}
		for layout in &self.layout.values {
			message.extend(layout.count.iter().chain(&layout.some).map(|column| here[*column].into()));
			if let Some((limbs, _)) = layout.sum {
				message.extend(cells::<AB>(here, limbs, SUM_LIMBS));
			}
			for extreme in layout.min.iter().chain(&layout.max) {
				message.extend(cells::<AB>(here, extreme.extreme, LIMBS));
			}
		}
		message
	}
}

fn cells<AB: InteractionBuilder<F = Felt>>(
	row: &[AB::Var],
	first: usize,
	number: usize,
) -> impl Iterator<Item = AB::Expr> + '_ {
	row[first..first + number].iter().map(|cell| (*cell).into())
}

/// The value received, how many there were, and whether there was one.
fn values<AB: InteractionBuilder<F = Felt>>(
	checks: &mut Checks<'_, AB>,
	rows: &Rows<'_, AB>,
	layout: &ValueLayout,
	live: AB::Expr,
) {
	let (null, null_next): (AB::Expr, AB::Expr) =
		(rows.here[layout.null].into(), rows.next[layout.null].into());
	let (known, known_next) = (AB::Expr::ONE - null.clone(), AB::Expr::ONE - null_next.clone());

	// F1: what is received is the scan's; a step that receives nothing holds NULL.
	let idle = AB::Expr::ONE - live;
	checks.zero(Rule::Live, idle.clone() * known.clone());
	for cell in cells::<AB>(rows.here, layout.value, LIMBS) {
		checks.zero(Rule::Live, idle.clone() * cell);
	}

	// F6
	if let Some(count) = layout.count {
		checks.first(Rule::Values, rows.here[count].into() - known.clone());
		let grown = rows.same.clone() * rows.here[count].into() + known_next.clone();
		checks.between(Rule::Values, rows.next[count].into() - grown);
	}
	if let Some(some) = layout.some {
		checks.first(Rule::Values, rows.here[some].into() - known);
		let kept = rows.same.clone() * rows.here[some].into() * null_next;
		checks.between(Rule::Values, rows.next[some].into() - kept - known_next);
	}
}

/// The sum: each value without its bias, in limbs with carries, beginning at the bias of sums.
fn sum<AB: InteractionBuilder<F = Felt>>(
	checks: &mut Checks<'_, AB>,
	rows: &Rows<'_, AB>,
	layout: &ValueLayout,
	limbs: usize,
	carries: usize,
) {
	let added = |row: &[AB::Var], place: usize| -> AB::Expr {
		if place >= LIMBS {
			return AB::Expr::ZERO;
		}
		let value: AB::Expr = row[layout.value + place].into();
		if place < LIMBS - 1 {
			return value;
		}
		let known = AB::Expr::ONE - row[layout.null].into();
		value - known * AB::Expr::from_u32(SIGN)
	};
	let carry = |row: &[AB::Var], place: usize| -> AB::Expr {
		if place < SUM_LIMBS - 1 {
			row[carries + place].into()
		} else {
			AB::Expr::ZERO
		}
	};
	for place in 0..SUM_LIMBS {
		let begin = AB::Expr::from_u32(if place == SUM_LIMBS - 1 { BIAS_LIMB } else { 0 });
		let (here, next): (AB::Expr, AB::Expr) =
			(rows.here[limbs + place].into(), rows.next[limbs + place].into());
		// F7: a carry is 0 or 1 below the highest limb of a value; from there on it may be -1, values being signed.
		if place < SUM_LIMBS - 1 {
			let out = carry(rows.here, place);
			let either = out.clone() * (out.clone() - AB::Expr::ONE);
			checks.zero(Rule::Sum, if place < LIMBS - 1 { either } else { either * (out + AB::Expr::ONE) });
		}
		let before = |row: &[AB::Var]| if place == 0 { AB::Expr::ZERO } else { carry(row, place - 1) };
		let gained =
			|row: &[AB::Var]| added(row, place) + before(row) - carry(row, place) * limb::<AB::Expr>();
		checks.first(Rule::Sum, here.clone() - begin.clone() - gained(rows.here));
		let kept = rows.same.clone() * here.clone() + (AB::Expr::ONE - rows.same.clone()) * begin;
		checks.between(Rule::Sum, next - kept - gained(rows.next));
		// F8
		checks.range(Rule::SumLimbs, here, AB::Expr::ONE);
	}
}

/// No value of the group is beyond the least or greatest one.
fn bound<AB: InteractionBuilder<F = Felt>>(
	checks: &mut Checks<'_, AB>,
	rows: &Rows<'_, AB>,
	layout: &ValueLayout,
	extreme: &ExtremeLayout,
	greatest: bool,
) {
	// F9: the difference is not negative: its last limb borrows nothing.
	let known = AB::Expr::ONE - rows.here[layout.null].into();
	let mut borrowed = AB::Expr::ZERO;
	for place in 0..LIMBS {
		let value: AB::Expr = rows.here[layout.value + place].into();
		let end: AB::Expr = rows.here[extreme.extreme + place].into();
		let end_next: AB::Expr = rows.next[extreme.extreme + place].into();
		checks.between(Rule::Bound, rows.same.clone() * (end_next - end.clone()));
		let borrow = if place < LIMBS - 1 {
			let borrow: AB::Expr = rows.here[extreme.borrows + place].into();
			checks.bit(Rule::Bound, borrow.clone());
			checks.zero(Rule::Bound, borrow.clone() * (AB::Expr::ONE - known.clone()));
			borrow
		} else {
			AB::Expr::ZERO
		};
		let difference = if greatest { end - value } else { value - end };
		checks.range(Rule::Bound, difference - borrowed + borrow.clone() * limb::<AB::Expr>(), known.clone());
		borrowed = borrow;
	}
}

/// The least or greatest value is one of the group's; where there is none, it is four zeros.
fn reached<AB: InteractionBuilder<F = Felt>>(
	checks: &mut Checks<'_, AB>,
	rows: &Rows<'_, AB>,
	layout: &ValueLayout,
	extreme: &ExtremeLayout,
	some: usize,
) {
	// F10
	let hit: AB::Expr = rows.here[extreme.hit].into();
	let reached: AB::Expr = rows.here[extreme.reached].into();
	let some: AB::Expr = rows.here[some].into();
	checks.bit(Rule::Reached, hit.clone());
	checks.zero(Rule::Reached, hit.clone() * rows.here[layout.null].into());
	for place in 0..LIMBS {
		let value: AB::Expr = rows.here[layout.value + place].into();
		let end: AB::Expr = rows.here[extreme.extreme + place].into();
		checks.zero(Rule::Reached, hit.clone() * (value - end.clone()));
		checks
			.zero(Rule::Reached, (AB::Expr::ONE - rows.same.clone()) * (AB::Expr::ONE - some.clone()) * end);
	}
	checks.first(Rule::Reached, reached.clone() - hit);
	let kept = rows.same.clone() * reached.clone() + rows.next[extreme.hit].into();
	checks.between(Rule::Reached, rows.next[extreme.reached].into() - kept);
	checks.bit(Rule::Reached, reached.clone());
	checks.zero(Rule::Reached, rows.end.clone() * (reached - some));
}
