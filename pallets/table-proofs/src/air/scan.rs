//! The scan: every row of the committed table, four to a row here; of each, whether it matches.

use super::{
	checks::{limb, Checks, Rule, MATCHED},
	hash, MASKS,
};
use crate::{
	commitment::{DIGEST, LANES, RATE, START},
	limbs::LIMBS,
	plan::{Plan, Test},
	Felt,
};
use alloc::{vec, vec::Vec};
use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use p3_lookup::InteractionBuilder;

/// Public values that say what the proof is for. No constraint reads them: the challenges depend on them.
pub const STATEMENT: usize = 16;

/// Where the scan's columns are.
#[derive(Clone, Debug)]
pub struct Layout {
	/// 1 on the salt's row.
	pub head: usize,
	/// Four: whether the lane holds a row of the table.
	pub real: usize,
	/// Rows so far.
	pub seen: usize,
	/// [`MASKS`]: how often numbers are looked up that nobody needs. Random somewhere, else 0.
	pub mask: usize,
	/// Per used column, the permutation's columns.
	pub hashes: Vec<usize>,
	/// Per used column, four: whether the lane's value is NULL. `None` where it does not matter.
	pub nulls: Vec<Option<usize>>,
	/// Per predicate.
	pub predicates: Vec<PredicateLayout>,
	/// Number of columns.
	pub width: usize,
}

/// Where a predicate's columns are.
#[derive(Clone, Debug)]
pub struct PredicateLayout {
	/// Sixteen, lane by lane: the borrows of value - low; the last says that the value is lower.
	pub low: Option<usize>,
	/// Sixteen, lane by lane: the borrows of high - value; the last says that the value is higher.
	pub high: Option<usize>,
	/// Four: whether the lane's row matches this predicate and all before it.
	pub matched: usize,
}

/// The scan's constraints.
#[derive(Clone)]
pub struct Scan {
	plan: Plan,
	/// Where its columns are.
	pub layout: Layout,
	permutation: hash::PermutationAir,
}

/// Hands out columns one after another.
pub(super) struct Columns(pub(super) usize);

impl Columns {
	pub(super) fn take(&mut self, number: usize) -> usize {
		let first = self.0;
		self.0 += number;
		first
	}
}

impl Layout {
	/// The layout of a plan.
	pub fn new(plan: &Plan) -> Self {
		let mut columns = Columns(0);
		let (head, real, seen) = (columns.take(1), columns.take(LANES), columns.take(1));
		let mask = columns.take(MASKS);
		let hashes = plan.used.iter().map(|_| columns.take(hash::COLUMNS)).collect();
		let nulls =
			(0..plan.used.len()).map(|slot| plan.nulls_matter(slot).then(|| columns.take(LANES))).collect();
		let predicates = plan
			.predicates
			.iter()
			.map(|predicate| {
				let mut borrows = |side: &Option<_>| side.as_ref().map(|_| columns.take(LANES * LIMBS));
				let (low, high) = match &predicate.test {
					Test::Range { low, high, .. } => (borrows(low), borrows(high)),
					Test::Null | Test::NotNull => (None, None),
				};
				PredicateLayout { low, high, matched: columns.take(LANES) }
			})
			.collect();
		Self { head, real, seen, mask, hashes, nulls, predicates, width: columns.0 }
	}
}

impl Scan {
	pub(super) fn new(plan: Plan) -> Self {
		let layout = Layout::new(&plan);
		Self { plan, layout, permutation: hash::PermutationAir::new(hash::constants()) }
	}

	/// The degree of the permutations' constraints, where there are any.
	pub(super) fn permutation_degree(&self) -> Option<usize> {
		(!self.plan.used.is_empty()).then_some(hash::DEGREE)
	}

	pub(super) fn public_values(&self) -> usize {
		STATEMENT + self.plan.used.len() * DIGEST
	}

	pub(super) fn eval<AB: InteractionBuilder<F = Felt>>(&self, checks: &mut Checks<'_, AB>) {
		let main = checks.builder.main();
		let (here, next) = (main.current_slice(), main.next_slice());
		for number in 0..MASKS {
			checks.mask(number, here[self.layout.mask + number].into());
		}
		self.rows(checks, here, next);
		self.digests(checks, here, next);
		let nulls = self.nulls(checks, here);
		let matched = self.predicates(checks, here, &nulls);
		for (lane, when) in matched.into_iter().enumerate() {
			let message = self.message::<AB>(here, &nulls, lane);
			checks.send(MATCHED, message, when);
		}
	}

	fn rows<AB: InteractionBuilder<F = Felt>>(
		&self,
		checks: &mut Checks<'_, AB>,
		here: &[AB::Var],
		next: &[AB::Var],
	) {
		let Layout { head, real, seen, .. } = self.layout;
		let head_here: AB::Expr = here[head].into();
		let lane = |row: &[AB::Var], lane: usize| -> AB::Expr { row[real + lane].into() };

		// S1
		checks.first(Rule::Head, head_here.clone() - AB::Expr::ONE);
		checks.between(Rule::Head, next[head]);

		// S2: none on the salt's row; in a row, from the first lane on; a row begins where the one before it is full.
		for number in 0..LANES {
			checks.bit(Rule::Lanes, lane(here, number));
			checks.first(Rule::Lanes, lane(here, number));
		}
		for number in 1..LANES {
			checks.zero(Rule::Lanes, lane(here, number) * (AB::Expr::ONE - lane(here, number - 1)));
		}
		let full = head_here + lane(here, LANES - 1);
		checks.between(Rule::Lanes, lane(next, 0) * (AB::Expr::ONE - full));

		// S3
		let added = (0..LANES).map(|number| lane(next, number)).fold(AB::Expr::ZERO, |sum, one| sum + one);
		checks.first(Rule::RowCount, here[seen]);
		checks.between(Rule::RowCount, next[seen].into() - here[seen].into() - added);
		checks.last(Rule::RowCount, here[seen].into() - AB::Expr::from_u32(self.plan.rows));
	}

	fn digests<AB: InteractionBuilder<F = Felt>>(
		&self,
		checks: &mut Checks<'_, AB>,
		here: &[AB::Var],
		next: &[AB::Var],
	) {
		let public: Vec<AB::Expr> =
			checks.builder.public_values().iter().map(|value| (*value).into()).collect();
		let goes_on: AB::Expr = next[self.layout.real].into();
		let begun: AB::Expr = here[self.layout.head].into() + here[self.layout.real].into();
		for (slot, first) in self.layout.hashes.iter().copied().enumerate() {
			// S4
			checks.permutation(&self.permutation, first);
			let output = |element: usize| -> AB::Expr { here[first + hash::OUTPUTS + element].into() };
			for (element, tag) in START.into_iter().enumerate() {
				let place = first + RATE + element;
				// S5
				checks.first(Rule::Start, here[place].into() - AB::Expr::from_u32(tag));
				// S6
				let carried = next[place].into() - output(RATE + element);
				checks.between(Rule::Chain, goes_on.clone() * carried);
			}
			// S7: on the row after which no row of the table follows. There is one such row.
			for element in 0..DIGEST {
				let difference = output(element) - public[STATEMENT + slot * DIGEST + element].clone();
				checks.between(Rule::Digest, (begun.clone() - goes_on.clone()) * difference.clone());
				checks.last(Rule::Digest, begun.clone() * difference);
			}
		}
	}

	/// Per used column and lane, whether the value is NULL.
	fn nulls<AB: InteractionBuilder<F = Felt>>(
		&self,
		checks: &mut Checks<'_, AB>,
		here: &[AB::Var],
	) -> Vec<Vec<AB::Expr>> {
		let mut all = vec![Vec::new(); self.plan.used.len()];
		for (slot, columns) in self.layout.nulls.iter().enumerate() {
			let Some(columns) = columns else { continue };
			for lane in 0..LANES {
				let null: AB::Expr = here[columns + lane].into();
				let real: AB::Expr = here[self.layout.real + lane].into();
				// S8: the highest limb has 16 bits or is 2^16, the columns' digests being of nothing else. Without the 2^16
				// of NULL, it has 16 bits; with it taken from a value, it has not.
				checks.bit(Rule::Null, null.clone());
				checks.zero(Rule::Null, null.clone() * (AB::Expr::ONE - real.clone()));
				let highest =
					self.limb::<AB>(here, slot, lane, LIMBS - 1) - null.clone() * limb::<AB::Expr>();
				checks.range(Rule::Null, highest, real);
				all[slot].push(null);
			}
		}
		all
	}

	/// Per lane, whether its row matches.
	fn predicates<AB: InteractionBuilder<F = Felt>>(
		&self,
		checks: &mut Checks<'_, AB>,
		here: &[AB::Var],
		nulls: &[Vec<AB::Expr>],
	) -> Vec<AB::Expr> {
		let mut matched: Vec<AB::Expr> =
			(0..LANES).map(|lane| here[self.layout.real + lane].into()).collect();
		for (predicate, layout) in self.plan.predicates.iter().zip(&self.layout.predicates) {
			for (lane, so_far) in matched.iter_mut().enumerate() {
				let null = nulls[predicate.slot][lane].clone();
				let known = AB::Expr::ONE - null.clone();
				let holds = match &predicate.test {
					Test::Null => null,
					Test::NotNull => known,
					Test::Range { low, high, outside } => {
						let value: Vec<AB::Expr> = self.value::<AB>(here, predicate.slot, lane, &null);
						let mut within = AB::Expr::ONE;
						if let (Some(low), Some(columns)) = (low, layout.low) {
							let low = low.map(AB::Expr::from_u32);
							within = AB::Expr::ONE - self.lower(checks, here, lane, columns, &value, &low);
						}
						if let (Some(high), Some(columns)) = (high, layout.high) {
							let high = high.map(AB::Expr::from_u32);
							within *= AB::Expr::ONE - self.lower(checks, here, lane, columns, &high, &value);
						}
						known * if *outside { AB::Expr::ONE - within } else { within }
					}
				};
				// S11
				let now: AB::Expr = here[layout.matched + lane].into();
				checks.zero(Rule::Match, now.clone() - so_far.clone() * holds);
				*so_far = now;
			}
		}
		matched
	}

	/// Whether `left < right`: the last borrow of left - right.
	fn lower<AB: InteractionBuilder<F = Felt>>(
		&self,
		checks: &mut Checks<'_, AB>,
		here: &[AB::Var],
		lane: usize,
		columns: usize,
		left: &[AB::Expr],
		right: &[AB::Expr],
	) -> AB::Expr {
		let real: AB::Expr = here[self.layout.real + lane].into();
		let mut borrowed = AB::Expr::ZERO;
		for place in 0..LIMBS {
			let borrow: AB::Expr = here[columns + lane * LIMBS + place].into();
			// S9
			checks.bit(Rule::Borrow, borrow.clone());
			checks.zero(Rule::Borrow, borrow.clone() * (AB::Expr::ONE - real.clone()));
			// S10
			let difference =
				left[place].clone() - right[place].clone() - borrowed + borrow.clone() * limb::<AB::Expr>();
			checks.range(Rule::Difference, difference, real.clone());
			borrowed = borrow;
		}
		borrowed
	}

	/// A limb as it is committed to.
	fn limb<AB: InteractionBuilder<F = Felt>>(
		&self,
		here: &[AB::Var],
		slot: usize,
		lane: usize,
		place: usize,
	) -> AB::Expr {
		here[self.layout.hashes[slot] + lane * LIMBS + place].into()
	}

	/// A value's limbs, zeros for NULL.
	fn value<AB: InteractionBuilder<F = Felt>>(
		&self,
		here: &[AB::Var],
		slot: usize,
		lane: usize,
		null: &AB::Expr,
	) -> Vec<AB::Expr> {
		let mut limbs: Vec<AB::Expr> =
			(0..LIMBS).map(|place| self.limb::<AB>(here, slot, lane, place)).collect();
		limbs[LIMBS - 1] -= null.clone() * limb::<AB::Expr>();
		limbs
	}

	/// What a matching row sends: its key, and of each aggregated column the value and whether it is NULL.
	fn message<AB: InteractionBuilder<F = Felt>>(
		&self,
		here: &[AB::Var],
		nulls: &[Vec<AB::Expr>],
		lane: usize,
	) -> Vec<AB::Expr> {
		let mut message = vec![AB::Expr::ONE];
		if let Some(slot) = self.plan.group {
			message.extend((0..LIMBS).map(|place| self.limb::<AB>(here, slot, lane, place)));
		}
		for value in &self.plan.values {
			let null = nulls[value.slot][lane].clone();
			message.extend(self.value::<AB>(here, value.slot, lane, &null));
			message.push(null);
		}
		message
	}
}
