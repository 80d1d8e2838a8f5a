//! A node and those who come to it. What looks at all children of its process has a file, and so a process, of its own.

mod ask_answer;
mod binary;
mod challenges;
mod conflicts;
mod delivery_killed;
mod download;
mod evidence;
mod handover;
mod key_delivery;
mod priced_proofs;
mod proofs_kept;
mod prove;
mod query;
mod strangers;
#[path = "../support/mod.rs"]
mod support;
mod tabs;
mod upkeep;
