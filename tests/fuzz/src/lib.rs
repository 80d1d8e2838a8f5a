#![doc = include_str!("../README.md")]

pub mod action;
mod calls;
pub mod cast;
pub mod chain;
pub mod checks;
pub mod lifecycle;
mod play;
pub mod search;
pub mod seeds;
mod snapshot;
mod table;
pub mod wind_up;
pub mod world;

pub use play::{after_the_end, run, Outcome};
