#![doc = include_str!("../README.md")]

pub mod action;
mod calls;
mod cast;
mod chain;
pub mod checks;
pub mod lifecycle;
mod play;
pub mod search;
pub mod seeds;
mod snapshot;
mod table;
mod wind_up;
mod world;

pub use play::{run, Outcome};
