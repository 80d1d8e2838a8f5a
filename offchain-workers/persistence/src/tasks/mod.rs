//! What the daemon does, a verb per file.

pub mod announce;
pub mod ask_answer;
pub mod challenge_answer;
pub mod conflict_report;
pub mod download_serve;
pub mod evidence_keep;
pub mod follow;
pub mod handover_accept;
pub mod keep_metadata;
pub mod key_deliver;
mod pace;
pub mod parties_learn;
pub mod proof_resume;
pub mod prune;
pub mod query_answer;
mod query_prove;
mod streams;
pub mod voucher_settle;
