//! The daemon that keeps snapshots and answers queries.
fn main() {}
