//! How constraints are stated: each under the name of its rule.

use super::hash;
use crate::{limbs::LIMB, Felt};
use alloc::vec::Vec;
use core::panic::Location;
use p3_air::AirBuilder;
use p3_field::PrimeCharacteristicRing;
use p3_lookup::{Count, InteractionBuilder};

/// The rules of the statement, one constraint or several of a kind each. `docs/statements/aggregate.md` says why each is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
	/// S1: the first row of the scan, and only it, is the salt's.
	Head,
	/// S2: rows of the table fill the lanes in order, without gaps.
	Lanes,
	/// S3: there are as many rows as the commitment says.
	RowCount,
	/// S4: each row of the scan computes the permutation, for each used column.
	Permutation,
	/// S5: the first permutation begins with the tag of a column.
	Start,
	/// S6: each permutation carries on the one before.
	Chain,
	/// S7: the last one ends with the column's digest.
	Digest,
	/// S8: a value is NULL where its highest limb says so.
	Null,
	/// S9: comparisons subtract limb by limb.
	Borrow,
	/// S10: the limbs of a difference have 16 bits.
	Difference,
	/// S11: a row matches where all predicates do.
	Match,
	/// F1: what belongs to groups comes first; rows that receive nothing hold nothing.
	Live,
	/// F2: where one group ends and the next begins.
	Boundary,
	/// F3: rows of a group have one key.
	Key,
	/// F4: keys ascend strictly from group to group.
	Ascending,
	/// F5: the number of rows is counted.
	Count,
	/// F6: the number of values is counted, and whether there is one is known.
	Values,
	/// F7: values are added up.
	Sum,
	/// F8: the limbs of a sum have 16 bits.
	SumLimbs,
	/// F9: no value is beyond the least or greatest one.
	Bound,
	/// F10: the least or greatest value is one of the group's, or there is none.
	Reached,
	/// F11: a group is answered where it has enough rows, and only there.
	Threshold,
	/// A1: the answer is the public one.
	Answer,
	/// R1: the range table has each 16-bit number once.
	Range,
}

impl Rule {
	/// All of them, in the order of the statement.
	pub const ALL: [Self; 24] = [
		Self::Head,
		Self::Lanes,
		Self::RowCount,
		Self::Permutation,
		Self::Start,
		Self::Chain,
		Self::Digest,
		Self::Null,
		Self::Borrow,
		Self::Difference,
		Self::Match,
		Self::Live,
		Self::Boundary,
		Self::Key,
		Self::Ascending,
		Self::Count,
		Self::Values,
		Self::Sum,
		Self::SumLimbs,
		Self::Bound,
		Self::Reached,
		Self::Threshold,
		Self::Answer,
		Self::Range,
	];
}

/// What a table states, in the order in which a builder is told: for tests of what each is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stated {
	/// A constraint of this rule, stated on this line of this file. What a line states in a loop, it states once.
	Constraint(Rule, &'static str, u32),
	/// A number of 16 bits, by this rule, stated on this line of this file.
	Lookup(Rule, &'static str, u32),
	/// All constraints of one permutation.
	Permutation,
	/// A message on this bus.
	Message(&'static str),
}

/// Rows that matched, from the scan to the fold.
pub(super) const MATCHED: &str = "matched";
/// Groups that are answered, from the fold to the answer.
pub(super) const GROUPS: &str = "groups";
/// Numbers of 16 bits.
pub(super) const RANGE: &str = "range";

/// Where in a row the constraints are stated: a row of the table may hold several steps, one after another.
#[derive(Clone, Copy)]
pub(super) struct Step {
	/// Whether the step before it is in the row before.
	pub(super) first: bool,
	/// Whether the step after it is in the next row.
	pub(super) last: bool,
}

/// A builder, with the rule that is left out in tests of what the rule is for.
pub(super) struct Checks<'a, AB> {
	pub(super) builder: &'a mut AB,
	pub(super) step: Step,
	without: Option<Rule>,
	/// Where what is stated is listed, if somebody wants to know.
	list: Option<&'a mut Vec<Stated>>,
}

impl<'a, AB: InteractionBuilder<F = Felt>> Checks<'a, AB> {
	pub(super) fn new(builder: &'a mut AB, without: Option<Rule>, list: Option<&'a mut Vec<Stated>>) -> Self {
		Self { builder, step: Step { first: true, last: true }, without, list }
	}

	pub(super) fn has(&self, rule: Rule) -> bool {
		self.without != Some(rule)
	}

	/// States a constraint of a rule, unless the rule is left out.
	#[track_caller]
	fn constraint(&mut self, rule: Rule, state: impl FnOnce(&mut AB)) {
		if self.has(rule) {
			let place = Location::caller();
			self.note(Stated::Constraint(rule, place.file(), place.line()));
			state(self.builder);
		}
	}

	fn note(&mut self, stated: Stated) {
		if let Some(list) = &mut self.list {
			list.push(stated);
		}
	}

	/// Zero on every step.
	#[track_caller]
	pub(super) fn zero(&mut self, rule: Rule, value: impl Into<AB::Expr>) {
		self.constraint(rule, |builder| builder.assert_zero(value));
	}

	/// Zero on the first step.
	#[track_caller]
	pub(super) fn first(&mut self, rule: Rule, value: impl Into<AB::Expr>) {
		if self.step.first {
			self.constraint(rule, |builder| builder.when_first_row().assert_zero(value));
		}
	}

	/// Zero on every step but the last.
	#[track_caller]
	pub(super) fn between(&mut self, rule: Rule, value: impl Into<AB::Expr>) {
		if self.step.last {
			self.constraint(rule, |builder| builder.when_transition().assert_zero(value));
		} else {
			self.zero(rule, value);
		}
	}

	/// Zero on the last step.
	#[track_caller]
	pub(super) fn last(&mut self, rule: Rule, value: impl Into<AB::Expr>) {
		if self.step.last {
			self.constraint(rule, |builder| builder.when_last_row().assert_zero(value));
		}
	}

	/// 0 or 1 on every step.
	#[track_caller]
	pub(super) fn bit(&mut self, rule: Rule, value: impl Into<AB::Expr>) {
		let value = value.into();
		self.zero(rule, value.clone() * (value - AB::Expr::ONE));
	}

	/// A number of 16 bits where `when`, which is 0 or 1.
	#[track_caller]
	pub(super) fn range(&mut self, rule: Rule, value: AB::Expr, when: AB::Expr) {
		if self.has(rule) {
			let place = Location::caller();
			self.note(Stated::Lookup(rule, place.file(), place.line()));
			self.builder.push_interaction(RANGE, [value], Count::bounded(when, 1));
		}
	}

	/// A number that is looked up this often.
	pub(super) fn provide(&mut self, value: AB::Expr, times: AB::Expr) {
		self.note(Stated::Message(RANGE));
		self.builder.push_interaction(RANGE, [value], Count::provided(-times));
	}

	/// Looks a number up that the range table has, however often: where that is random, what the table's messages add up to, which a
	/// proof says openly, tells nothing. Nothing can be claimed by it, for the number is a constant and has 16 bits.
	pub(super) fn mask(&mut self, number: usize, times: AB::Expr) {
		self.note(Stated::Message(RANGE));
		self.builder.push_interaction(RANGE, [AB::Expr::from_usize(number)], Count::provided(times));
	}

	/// Sends a message where `when`, which is 0 or 1.
	pub(super) fn send(&mut self, bus: &'static str, message: Vec<AB::Expr>, when: AB::Expr) {
		self.note(Stated::Message(bus));
		self.builder.push_interaction(bus, message, Count::bounded(when, 1));
	}

	/// Receives a message where `when`, which is 0 or 1.
	pub(super) fn receive(&mut self, bus: &'static str, message: Vec<AB::Expr>, when: AB::Expr) {
		self.note(Stated::Message(bus));
		self.builder.push_interaction(bus, message, -Count::bounded(when, 1));
	}

	/// The columns from `first` on are a permutation.
	pub(super) fn permutation(&mut self, air: &hash::PermutationAir, first: usize) {
		if self.has(Rule::Permutation) {
			self.note(Stated::Permutation);
			hash::eval(air, self.builder, first);
		}
	}
}

/// 2^16.
pub(super) fn limb<E: PrimeCharacteristicRing>() -> E {
	E::from_u32(LIMB)
}
