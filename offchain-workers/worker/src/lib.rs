//! `souk-worker`: the curation daemon.
//!
//! ```text
//!  manifest + assignment on chain ──> job ──cron tick──> run (one at a time per job)
//!
//!    fetch ─> transform ─> validate ─> privacy ─> encode ─> seal ─> submit ─> hand over ─> record
//!   source     DataFusion     rules     actions   Parquet   chunks,   chain    quorum,       done
//!                                                           roots             persistence nodes
//!
//!  follow ── finalised head (light client): assignments, registration
//!  jobs ──── a task per job: what is due, what is to be supplied to persistence nodes
//!  runner ── a run's state machine over the job database; tasks/ has a file per step
//!  admin (JSON-RPC on loopback), metrics (/health, /metrics)
//! ```
//!
//! Rules that hold throughout:
//! - all workers of a listing come to the same bytes from the same source, or they find out that they have not;
//! - a step is done, then recorded; killed in between, it is done again, and nothing is submitted twice;
//! - a table is never whole in memory;
//! - what cannot be mended by trying again is quarantined with its error and waits for a human.

pub mod admin;
pub mod budget;
pub mod carrier;
pub mod chain;
pub mod configured;
pub mod control;
pub mod decimal;
pub mod error;
pub mod faults;
pub mod follow;
pub mod groups;
pub mod inspect;
pub mod jobs;
pub mod light_chain;
pub mod metrics;
pub mod runner;
pub mod schedule;
pub mod sources;
pub mod status;
pub mod table;
pub mod tasks;
pub mod work;
pub mod worker;
