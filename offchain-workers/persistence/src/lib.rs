//! `souk-persistence`: the daemon that keeps snapshots, answers queries, and delivers what is sold whole.
//!
//! ```text
//!                 workers                                            subscribers
//!                    │ hand-over: offer, sealed chunks                    │ sealed request
//!  ┌─────────────────▼──────────────────────────────────────────────────▼──────────────────────┐
//!  │ network (libp2p; limits per peer and in total)                                            │
//!  └─────────────────┬──────────────────────────────────────────────────┬──────────────────────┘
//!     tasks/handover_accept                                  tasks/query_answer
//!      offer checked against the chain                        open ─ checks/ in order ─ snapshot ─ place
//!      chunks opened, both roots checked                        │                                  │
//!                    │                                          │ refusal            executor (a sandboxed process)
//!                    ▼                                          ▼                                  │ Arrow IPC pieces
//!          store: Parquet files, nonces ───────read───────────────────────────────────────────────▶│
//!                    ▲                                   attestation ◀──── hash ◀───────────────────┘
//!     tasks/prune    │                                          │
//!                                                               ▼ sealed to the reply key
//!     tasks/download_serve ── sealed again, chunk by chunk ──▶ whoever asks
//!     tasks/key_deliver ── orders that await a key ── proved ──▶ the chain
//!     tasks/ask_answer ── asks that wait ── proved in an executor ──▶ the chain
//!     tasks/evidence_keep ── sealed evidence of disputes, left by a side ──▶ whoever may read it
//!     tasks/parties_learn ── who has a part in which dispute, and so does not wait for strangers there
//!     tasks/voucher_settle ── vouchers that pay queries ──▶ the chain
//!     tasks/challenge_answer ── what the chain asks to be shown ── cut out of the stored file ──▶ the chain
//!     tasks/conflict_report ── workers that signed two snapshots of one period ──▶ evidence files, the chain
//!     tasks/proof_resume ── proofs that an earlier life of the process was to make ── proved in an executor ──> store
//!     tasks/follow ── finalised head (light client): assignments, entitlements, final snapshots
//!     tasks/announce ── provider records in the DHT, tasks/keep_metadata ── documents of listings there
//!     admin (JSON-RPC on loopback), metrics (/health, /metrics)
//! ```
//!
//! Rules that hold throughout:
//! - nothing is believed that the chain does not say at a finalised head;
//! - an opened request always gets an attested answer, errors included, and each nonce gets one;
//! - a result is never whole in memory, and neither is a snapshot;
//! - a query that is paid by itself is answered when its voucher is on the disk, and charged before its first byte is sent: for good, once
//!   rows were sent;
//! - a key that is sent is given away: it is sent with its proof, in time, or not at all;
//! - whatever an executor does, the daemon goes on.

pub mod admin;
pub mod asks;
pub mod chain;
pub mod challenges;
pub mod checks;
pub mod deliveries;
pub mod downloads;
pub mod duties;
pub mod holders;
pub mod light_chain;
pub mod light_writer;
pub mod mailbox;
pub mod metrics;
pub mod node;
mod parties;
pub mod places;
mod proofs;
pub mod proving;
pub mod stop;
pub mod tasks;
pub mod turns;
pub mod vouchers;
pub mod watched;
