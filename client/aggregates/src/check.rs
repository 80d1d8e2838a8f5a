//! Whether tables satisfy their constraints and their buses balance, found out directly instead of by a proof: what a prover's
//! witness must pass, and what tests change cell by cell.

use crate::trace::Trace;
use p3_air::{symbolic::AirLayout, Air, BaseAir, DebugConstraintBuilder, SymbolicExpression};
use p3_field::PrimeCharacteristicRing;
use p3_lookup::{InteractionSymbolicBuilder, SymbolicInteraction};
use p3_matrix::{dense::RowMajorMatrixView, stack::ViewPair, Matrix};
use souk_table_proofs::{
	air::{Table, Tables},
	Felt,
};
use std::collections::BTreeMap;

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
	interactions: Vec<Vec<SymbolicInteraction<Felt>>>,
}

impl<'a> Checker<'a> {
	/// For these tables.
	pub fn new(tables: &'a Tables) -> Self {
		let interactions = tables.airs.iter().map(|air| {
			let mut builder = InteractionSymbolicBuilder::<Felt, Felt>::new(AirLayout::from_air::<Felt>(air));
			air.eval(&mut builder);
			builder.global_interactions().to_vec()
		});
		Self { tables, interactions: interactions.collect() }
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
		self.on_row(table, trace, row, |builder| {
			let value = |expression: &SymbolicExpression<Felt>| expression.resolve(&*builder);
			self.interactions[table]
				.iter()
				.map(|one| (one.bus_name.as_str(), value(&one.count), one))
				.filter(|(_, times, _)| *times != Felt::ZERO)
				.map(|(bus, times, one)| (bus, (one.fields.iter().map(value).collect(), times)))
				.collect()
		})
	}

	/// Whether each bus balances.
	pub fn balance(&self, traces: &[Trace]) -> Result<(), Broken> {
		let mut sums: BTreeMap<(&str, Vec<Felt>), Felt> = BTreeMap::new();
		for (table, trace) in traces.iter().enumerate() {
			for row in 0..trace.height() {
				for (bus, (message, times)) in self.messages(table, trace, row) {
					*sums.entry((bus, message)).or_default() += times;
				}
			}
		}
		match sums.into_iter().find(|(_, sum)| *sum != Felt::ZERO) {
			Some(((bus, _), _)) => Err(Broken::Bus(bus.to_owned())),
			None => Ok(()),
		}
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
