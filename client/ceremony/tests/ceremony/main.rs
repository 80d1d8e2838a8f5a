//! A ceremony from nothing to proofs, by the commands that people type.

mod commands;
mod support;
mod transcript;
