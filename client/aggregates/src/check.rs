//! Whether tables satisfy their constraints and their buses balance, found out directly instead of by a proof: what a prover's
//! witness must pass, and what tests change cell by cell.

use crate::trace::Trace;
use p3_air::{
	symbolic::AirLayout, Air, BaseAir, ConstraintFailure, DebugConstraintBuilder, SymbolicExpression,
};
use p3_field::PrimeCharacteristicRing;
use p3_lookup::{InteractionSymbolicBuilder, SymbolicInteraction};
use p3_matrix::{dense::RowMajorMatrixView, stack::ViewPair, Matrix};
use souk_table_proofs::{
	air::{Stated, Table, Tables},
	Felt,
};
use std::collections::{BTreeMap, BTreeSet};

/// What tables break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
	/// A constraint, on this row of this table.
	Constraint {
		/// Number of the table.
		table: usize,
		/// The row.
		row: usize,
		/// Number of the constraint.
		constraint: usize,
	},
	/// A message of this bus is not received as often as it is sent.
	Bus(String),
	/// A table has another height than its statement demands.
	Height(usize),
}

/// A message, and how often it is sent; received is minus sent.
pub type Message = (Vec<Felt>, Felt);

/// Tables, with what is needed to check them row by row.
pub struct Checker<'a> {
	tables: &'a Tables,
	listed: Vec<Listed>,
}

/// What a table states.
struct Listed {
	/// Its constraints, by their numbers.
	constraints: Vec<Stated>,
	/// Its messages, and what states them.
	messages: Vec<(SymbolicInteraction<Felt>, Stated)>,
}

impl Listed {
	fn new(air: &Table) -> Self {
		let mut builder = InteractionSymbolicBuilder::<Felt, Felt>::new(AirLayout::from_air::<Felt>(air));
		let stated = air.stated(&mut builder);
		let of_messages = |stated: &Stated| matches!(stated, Stated::Lookup(..) | Stated::Message(_));
		let (messages, constraints): (Vec<_>, Vec<_>) = stated.into_iter().partition(of_messages);
		// A permutation is many constraints, all permutations equally many.
		let permutations = constraints.iter().filter(|stated| **stated == Stated::Permutation).count();
		let others = constraints.len() - permutations;
		let each = (builder.base_constraints().len() - others).checked_div(permutations).unwrap_or(0);
		let times = |stated: &Stated| if *stated == Stated::Permutation { each } else { 1 };
		Self {
			constraints: constraints
				.into_iter()
				.flat_map(|stated| std::iter::repeat_n(stated, times(&stated)))
				.collect(),
			messages: builder.global_interactions().iter().cloned().zip(messages).collect(),
		}
	}
}

impl<'a> Checker<'a> {
	/// For these tables.
	pub fn new(tables: &'a Tables) -> Self {
		Self { tables, listed: tables.airs.iter().map(Listed::new).collect() }
	}

	/// All that the tables state.
	pub fn stated(&self) -> BTreeSet<Stated> {
		let all = |listed: &Listed| -> Vec<Stated> {
			let messages = listed.messages.iter().map(|(_, stated)| *stated);
			listed.constraints.iter().copied().chain(messages).collect()
		};
		self.listed.iter().flat_map(all).collect()
	}

	/// Checks all constraints and buses.
	pub fn check(&self, traces: &[Trace]) -> Result<(), Broken> {
		if let Some(table) =
			(0..traces.len()).find(|table| traces[*table].height() != self.tables.heights[*table])
		{
			return Err(Broken::Height(table));
		}
		for (table, trace) in traces.iter().enumerate() {
			for row in 0..trace.height() {
				if let Some(constraint) = self.broken_constraint(table, trace, row) {
					return Err(Broken::Constraint { table, row, constraint });
				}
			}
		}
		self.balance(traces)
	}

	/// All that does not hold, on whichever row. A message that is not received as often as it is sent breaks the lookups that send
	/// it; where none does, its bus.
	///
	/// # Panics
	/// If a table has another height than its statement demands.
	pub fn all_broken(&self, traces: &[Trace]) -> BTreeSet<Stated> {
		let mut broken = BTreeSet::new();
		for (table, trace) in traces.iter().enumerate() {
			assert_eq!(trace.height(), self.tables.heights[table], "the height of table {table}");
			for row in 0..trace.height() {
				self.on_row(table, trace, row, |builder| {
					self.tables.airs[table].eval(builder);
					let number =
						|failure: &ConstraintFailure| self.listed[table].constraints[failure.constraint];
					broken.extend(builder.failures().iter().map(number));
				});
			}
		}
		let unbalanced: BTreeMap<_, _> =
			self.sums(traces).into_iter().filter(|(_, sum)| *sum != Felt::ZERO).collect();
		if unbalanced.is_empty() {
			return broken;
		}
		let mut senders: BTreeMap<_, BTreeSet<Stated>> = BTreeMap::new();
		for (table, trace) in traces.iter().enumerate() {
			for row in 0..trace.height() {
				for (number, (message, _)) in self.sent(table, trace, row) {
					let (interaction, stated) = &self.listed[table].messages[number];
					let message = (interaction.bus_name.as_str(), message);
					if unbalanced.contains_key(&message) {
						senders.entry(message).or_default().insert(*stated);
					}
				}
			}
		}
		for stated in senders.into_values() {
			let lookups = stated.iter().filter(|one| matches!(one, Stated::Lookup(..)));
			let blamed: Vec<Stated> = lookups.copied().collect();
			broken.extend(if blamed.is_empty() { stated.into_iter().collect() } else { blamed });
		}
		broken
	}

	/// The first constraint that does not hold on a row.
	pub fn broken_constraint(&self, table: usize, trace: &Trace, row: usize) -> Option<usize> {
		let air = &self.tables.airs[table];
		self.on_row(table, trace, row, |builder| {
			air.eval(builder);
			builder.failures().first().map(|failure| failure.constraint)
		})
	}

	/// The messages of a row, bus by bus. What is sent or received no times is none.
	pub fn messages(&self, table: usize, trace: &Trace, row: usize) -> Vec<(&str, Message)> {
		let bus = |number: usize| self.listed[table].messages[number].0.bus_name.as_str();
		self.sent(table, trace, row).into_iter().map(|(number, message)| (bus(number), message)).collect()
	}

	/// The messages of a row, and the numbers of what states them.
	fn sent(&self, table: usize, trace: &Trace, row: usize) -> Vec<(usize, Message)> {
		self.on_row(table, trace, row, |builder| {
			let value = |expression: &SymbolicExpression<Felt>| expression.resolve(&*builder);
			self.listed[table]
				.messages
				.iter()
				.enumerate()
				.map(|(number, (one, _))| (number, value(&one.count), one))
				.filter(|(_, times, _)| *times != Felt::ZERO)
				.map(|(number, times, one)| (number, (one.fields.iter().map(value).collect(), times)))
				.collect()
		})
	}

	/// Whether each bus balances.
	pub fn balance(&self, traces: &[Trace]) -> Result<(), Broken> {
		match self.sums(traces).into_iter().find(|(_, sum)| *sum != Felt::ZERO) {
			Some(((bus, _), _)) => Err(Broken::Bus(bus.to_owned())),
			None => Ok(()),
		}
	}

	/// How much more often each message is sent than received.
	fn sums(&self, traces: &[Trace]) -> BTreeMap<(&str, Vec<Felt>), Felt> {
		let mut sums: BTreeMap<(&str, Vec<Felt>), Felt> = BTreeMap::new();
		for (table, trace) in traces.iter().enumerate() {
			for row in 0..trace.height() {
				for (bus, (message, times)) in self.messages(table, trace, row) {
					*sums.entry((bus, message)).or_default() += times;
				}
			}
		}
		sums
	}

	fn on_row<R>(
		&self,
		table: usize,
		trace: &Trace,
		row: usize,
		then: impl FnOnce(&mut DebugConstraintBuilder<'_, Felt>) -> R,
	) -> R {
		let (width, height) = (trace.width, trace.height());
		let cells = |row: usize| &trace.values[row * width..(row + 1) * width];
		let main = ViewPair::new(
			RowMajorMatrixView::new_row(cells(row)),
			RowMajorMatrixView::new_row(cells((row + 1) % height)),
		);
		let none = || RowMajorMatrixView::new(&[], 0);
		let periodic = periodic_row(&self.tables.airs[table], row);
		let mut builder = DebugConstraintBuilder::new(
			row,
			main,
			ViewPair::new(none(), none()),
			&self.tables.public_values[table],
			Felt::from_bool(row == 0),
			Felt::from_bool(row + 1 == height),
			Felt::from_bool(row + 1 != height),
			&periodic,
		);
		then(&mut builder)
	}
}

fn periodic_row(air: &Table, row: usize) -> Vec<Felt> {
	air.periodic_columns().iter().map(|column| column[row % column.len()]).collect()
}
