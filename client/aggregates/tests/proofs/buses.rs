//! The messages of a bus have one width. Plonky3 folds a message as if zeros stood before it: a short one passes for a longer one that
//! begins with zeros. It leaves the check to whoever puts the tables together, and its verifier has none.

use super::support::*;
use p3_lookup::{check_bus_widths, LookupError, Lookups};
use souk_table_proofs::{
	air::{Table, Tables},
	config::Challenge,
	limbs::LIMBS,
	outcome::message_width,
	plan::Plan,
	Felt,
};

fn lookups(airs: &[Table]) -> Vec<Lookups<Felt>> {
	airs.iter().map(Lookups::from_air::<Challenge, _>).collect()
}

/// The longest message: a matching row's (that it is one, its key, and of each aggregated column the value and whether it is NULL), or a
/// group's.
fn longest(plan: &Plan) -> usize {
	let key = if plan.group.is_some() { LIMBS } else { 0 };
	(1 + key + plan.values.len() * (LIMBS + 1)).max(message_width(plan))
}

fn assert_one_width(plan: &Plan, tables: &Tables) {
	// Proofs are made with the tables, and checked with their outlines.
	for airs in [&tables.airs, &tables.outlines()] {
		assert_eq!(check_bus_widths(&lookups(airs)).unwrap(), longest(plan), "{plan:?}");
	}
}

#[test]
fn all_tables_on_a_bus_send_messages_of_one_width() {
	for statement in samples() {
		assert_one_width(&statement.plan, &statement.tables);
	}
	let (plan, tables) = widest();
	assert_one_width(&plan, &tables);
}

#[test]
fn tables_of_two_statements_send_messages_of_two_widths() {
	let samples = samples();
	let mut airs = samples[0].tables.airs.clone();
	airs[0] = samples[1].tables.airs[0].clone();
	let refused = check_bus_widths(&lookups(&airs));
	assert!(
		matches!(&refused, Err(LookupError::BusWidthMismatch { bus, .. }) if bus == "matched"),
		"{refused:?}"
	);
}
