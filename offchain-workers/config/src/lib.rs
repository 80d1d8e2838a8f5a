//! What a curator writes, and how the daemons are configured: types, defaults, example files.
//!
//! A [`Manifest`] describes one dataset: where it comes from, what is done to it before it leaves the curator's
//! machine, what a query over it may do, and what it costs. [`WorkerConfig`] and [`PersistenceConfig`] tell a daemon
//! where its files are and what it may use.
//!
//! All three are TOML, refuse keys that they do not know, and say of what they refuse which key it is, on which line,
//! and what belongs there. `examples/` has a minimal and a maximal file of each; tests read them.

mod daemon;
mod errors;
mod lines;
mod manifest;
mod manifest_check;
mod money;
mod period;
mod rules;
mod schedule;

pub use daemon::{
	Admin, CommonConfig, DaemonConfig, ListedManifest, PersistenceConfig, PersistenceLimits, WorkerConfig,
	WorkerLimits, ADMIN_PORT_PERSISTENCE, ADMIN_PORT_WORKER,
};
pub use errors::{ConfigError, Problem};
pub use manifest::{
	Dataset, Manifest, Payouts, Plan, PlanKind, Policy, Prove, Source, SourceKind, Transform,
};
pub use money::{Amount, Price, PriceError};
pub use period::{Period, PeriodError, BLOCK_SECONDS};
pub use rules::{Below, Bound, PrivacyAction, PrivacyRule, Rule};
pub use schedule::{Schedule, ScheduleError};
