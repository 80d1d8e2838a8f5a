//! The statements, from outside: that they hold where they should and nowhere else.

mod chunk_key;
mod determined;
mod key_delivery;
mod mutations;
mod pages;
mod proofs;
mod setup;
mod support;
mod vectors;
