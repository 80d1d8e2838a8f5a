//! Page, circuit and twin go through the same checks under the same headings.

use souk_circuits::{ChunkKey, KeyDelivery, Statement};

fn agree<S: Statement>(page: &str, source: &str, constraints: &str) {
	let mut page_rest = page;
	for check in S::CHECKS {
		let heading = format!("\n### {check}\n");
		let (_, rest) =
			page_rest.split_once(&heading).unwrap_or_else(|| panic!("the page has no{heading}in its place"));
		page_rest = rest;
	}
	assert!(!page_rest.contains("\n### "), "the page has a check more");
	// The twin first, then the circuit, each in order.
	let mut source_rest = source;
	for check in S::CHECKS.iter().chain(S::CHECKS) {
		let (_, rest) = source_rest
			.split_once(&format!("// {check}"))
			.unwrap_or_else(|| panic!("the source has no comment {check} in its place"));
		source_rest = rest;
	}
	assert!(page.contains(constraints), "the page does not say {constraints}");
}

#[test]
fn the_pages_have_the_circuits_headings_and_constraints() {
	agree::<ChunkKey>(
		include_str!("../../../../docs/statements/chunk-key.md"),
		include_str!("../../src/statements/chunk_key.rs"),
		"**720 constraints**",
	);
	agree::<KeyDelivery>(
		include_str!("../../../../docs/statements/key-delivery.md"),
		include_str!("../../src/statements/key_delivery.rs"),
		"**5,270 constraints**",
	);
}
