//! What is proved is what DataFusion computes, and what the guide says.

mod datafusion;
mod guide;
#[path = "../support/mod.rs"]
mod support;
