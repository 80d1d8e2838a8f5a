//! Configuration files: those that are read, and those that are refused.

mod examples;
mod refusals;
