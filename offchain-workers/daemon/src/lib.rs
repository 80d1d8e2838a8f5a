//! What `souk-worker` and `souk-persistence` have in common: everything around the work itself.
//!
//! ```text
//! configuration ─ log ─ account ─ network ─ tasks ─ admin interface (JSON-RPC), health and metrics (HTTP)
//!                                             │ SIGINT, SIGTERM, or a task that ends by itself
//!                                             └─> stop
//! ```
//!
//! A daemon gives [`run`] what it does at its start and at its end, and serves its own methods and figures beside the
//! common ones. Nothing here knows what a job or a query is.

pub mod account;
pub mod admin;
pub mod chain_spec;
mod doorway;
mod error;
pub mod head;
mod lifecycle;
pub mod log;
pub mod metrics;
pub mod network;
pub mod observe;
mod origin;
mod registration;
mod tasks;

pub use account::unlock;
pub use error::DaemonError;
pub use head::HeadSeen;
pub use lifecycle::{block_on, run};
pub use registration::{NodeFacts, Registration, Role};
pub use tasks::Tasks;
