//! The steps that need nobody else, on real files.

mod columns;
mod pipeline;
mod privacy;
mod rules;
#[path = "../support/mod.rs"]
mod support;
