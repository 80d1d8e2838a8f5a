//! One file per call, one per idea that spans calls, and the ledger.

use crate::mock::*;

#[test]
fn nothing_happens_where_nothing_is_ordered() {
	TestExt.execute(|| advance_to(5));
}
