//! The statements, from outside: that they hold where they should and nowhere else.

mod chunk_key;
mod determined;
mod key_delivery;
mod membership;
mod mutations;
mod pages;
mod proofs;
mod removed;
mod setup;
mod support;
mod vectors;
