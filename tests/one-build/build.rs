//! Empty: it makes the build-dependencies above part of the graph, as they are in `node` and `runtime`.
fn main() {}
