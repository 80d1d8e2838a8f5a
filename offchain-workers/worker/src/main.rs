//! The curation daemon.
fn main() {}
