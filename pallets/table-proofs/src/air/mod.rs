//! The constraints, in the order of `docs/statements/aggregate.md`.
//!
//! ```text
//!            range (16-bit limbs) <---- looked up by scan and fold
//!
//!   scan  ---- matched rows ---->  fold  ---- groups ---->  answer
//!   one row per four rows          one step per match,      the public answer
//!   and per used column one        sorted by key
//!   permutation of its digest
//! ```
//!
//! Tables are joined by buses: what one sends, another receives, as often. A field element that counts is far below the modulus.
#![allow(
	clippy::arithmetic_side_effects,
	reason = "field elements: their arithmetic is modular and cannot overflow"
)]
#![allow(
	clippy::indexing_slicing,
	reason = "columns are addressed by the layout that also tells the proof system the table's width, which it checks first"
)]

pub mod answer;
mod checks;
pub mod fold;
pub mod hash;
pub mod range;
pub mod scan;

pub use checks::{Rule, Stated};

use crate::{
	commitment::{digest_elements, CommittedColumn, DIGEST},
	config::Challenge,
	outcome::message_width,
	plan::{Plan, RANGE_HEIGHT},
	Felt,
};
use alloc::{borrow::Cow, boxed::Box, vec, vec::Vec};
use checks::Checks;
use p3_air::{Air, BaseAir};
use p3_field::{BasedVectorSpace, PrimeCharacteristicRing};
use p3_lookup::InteractionBuilder;

/// Numbers that scan and fold look up at random, from 0 on: as many as an element of the challenges' field has coordinates, so that
/// what they add to a table's sum over the buses may be any element.
pub const MASKS: usize = 4;
const _: () = assert!(MASKS == <Challenge as BasedVectorSpace<Felt>>::DIMENSION);
// The fold has one in each step, and the first row of the range table has them all.
const _: () = assert!(MASKS == fold::STEPS && MASKS <= range::NUMBERS);

/// A table with its constraints.
#[derive(Clone)]
pub struct Table {
	kind: Kind,
	without: Option<Rule>,
}

#[derive(Clone)]
enum Kind {
	Scan(Box<scan::Scan>),
	Fold(Box<fold::Fold>),
	Answer(answer::AnswerTable),
	Range,
}

/// The tables of a statement, their heights, and the public values of each.
#[derive(Clone)]
pub struct Tables {
	/// Scan, fold, answer, range.
	pub airs: Vec<Table>,
	/// Rows of each.
	pub heights: Vec<usize>,
	/// What the scan is given: what the proof is for, and the digests of the used columns. The others are given nothing.
	pub public_values: Vec<Vec<Felt>>,
}

impl Tables {
	/// The tables of a plan. `statement` stands for all that the proof is for; `messages` are the answer's
	/// ([`crate::outcome::messages`]). `None` where a digest is not canonical.
	pub fn new(
		plan: &Plan,
		columns: &[CommittedColumn],
		statement: &[u8; 32],
		messages: &[Vec<Felt>],
	) -> Option<Self> {
		let mut values: Vec<Felt> = Vec::with_capacity(scan::STATEMENT + plan.used.len() * DIGEST);
		for pair in statement.chunks_exact(2) {
			values.push(Felt::from_u16(u16::from_le_bytes(pair.try_into().ok()?)));
		}
		for column in &plan.used {
			values.extend(digest_elements(&columns.get(usize::from(*column))?.digest)?);
		}
		let answer_height = plan.answer_height(messages.len());
		let kinds = [
			Kind::Scan(Box::new(scan::Scan::new(plan.clone()))),
			Kind::Fold(Box::new(fold::Fold::new(plan.clone()))),
			Kind::Answer(answer::AnswerTable::new(messages, message_width(plan), answer_height)),
			Kind::Range,
		];
		Some(Self {
			airs: kinds.into_iter().map(|kind| Table { kind, without: None }).collect(),
			heights: vec![plan.scan_height(), plan.fold_height(), answer_height, RANGE_HEIGHT],
			public_values: vec![values, vec![], vec![], vec![]],
		})
	}

	/// The tables as far as degrees and buses go, from which the shape of a proof follows: without the permutations, whose thousands of
	/// terms take long to go through. Their degree is said by [`BaseAir::max_constraint_degree`], and they are on no bus.
	pub fn outlines(&self) -> Vec<Table> {
		let outline = |air: &Table| Table { without: air.without.or(Some(Rule::Permutation)), ..air.clone() };
		self.airs.iter().map(outline).collect()
	}

	/// The same tables with a rule left out: what such proofs could claim is for tests to find. [`crate::verify()`] never does.
	pub fn without(mut self, rule: Rule) -> Self {
		for air in &mut self.airs {
			air.without = Some(rule);
		}
		self
	}
}

impl BaseAir<Felt> for Table {
	fn width(&self) -> usize {
		match &self.kind {
			Kind::Scan(scan) => scan.layout.width,
			Kind::Fold(fold) => fold.layout.width * fold::STEPS,
			Kind::Answer(answer) => answer.width(),
			Kind::Range => range::WIDTH,
		}
	}

	fn max_constraint_degree(&self) -> Option<usize> {
		match &self.kind {
			Kind::Scan(scan) => scan.permutation_degree(),
			_ => None,
		}
	}

	fn num_public_values(&self) -> usize {
		match &self.kind {
			Kind::Scan(scan) => scan.public_values(),
			_ => 0,
		}
	}

	fn num_periodic_columns(&self) -> usize {
		match &self.kind {
			Kind::Answer(answer) => answer.width(),
			_ => 0,
		}
	}

	fn periodic_columns(&self) -> Cow<'_, [Vec<Felt>]> {
		match &self.kind {
			Kind::Answer(answer) => Cow::Borrowed(answer.columns()),
			_ => Cow::Borrowed(&[]),
		}
	}

	fn main_next_row_columns(&self) -> Vec<usize> {
		match &self.kind {
			Kind::Answer(_) => Vec::new(),
			_ => (0..self.width()).collect(),
		}
	}
}

impl Table {
	/// Tells the builder what the table states. Returns a list of it, in the same order.
	pub fn stated<AB: InteractionBuilder<F = Felt>>(&self, builder: &mut AB) -> Vec<Stated> {
		let mut list = Vec::new();
		self.state(&mut Checks::new(builder, self.without, Some(&mut list)));
		list
	}

	fn state<AB: InteractionBuilder<F = Felt>>(&self, checks: &mut Checks<'_, AB>) {
		match &self.kind {
			Kind::Scan(scan) => scan.eval(checks),
			Kind::Fold(fold) => fold.eval(checks),
			Kind::Answer(answer) => answer.eval(checks),
			Kind::Range => range::eval(checks),
		}
	}
}

impl<AB: InteractionBuilder<F = Felt>> Air<AB> for Table {
	fn eval(&self, builder: &mut AB) {
		self.state(&mut Checks::new(builder, self.without, None));
	}
}
