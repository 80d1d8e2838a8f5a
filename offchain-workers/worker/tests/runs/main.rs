//! Runs from beginning to end, over a test chain: killed, refused, late, contradicted.

mod admin;
mod binary;
mod hand_over;
mod inspect;
mod job;
mod kill;
mod run;
#[path = "../support/mod.rs"]
mod support;
