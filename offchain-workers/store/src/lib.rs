//! Snapshots and durable state of the daemons: files and SQLite, no network.
//!
//! ```text
//! <dir>/
//!   snapshots.db           which snapshots there are, with roots, sizes and file names
//!   files/<listing>/       <period>-<random>.parquet | .sealed, mode 0600, each named by one row of the index
//!   unfinished/            what is being written; emptied when the store is opened
//!   requests.db            requests that were answered, until their deadline
//!   documents.db           the metadata document of each listing
//!   answers.db             answers to asks that were proved, until the ask is over
//!   submissions.db         what workers have signed of which period
//!   mailbox.db             evidence of disputes that was left here, sealed, and the keys to it for those who may read it
//!   vouchers.db            the highest voucher of each tab, and what was answered for it
//!   proofs.db              proofs that were made, the most recently used ones; proofs that are to be made
//!   jobs.db                curation jobs and their runs
//! ```
//!
//! Nothing here is ever half done. A file is written under `unfinished/`, synced, moved to a name that was never used
//! before, and only then named by a row of the index, in one transaction; a file that no row names is removed when the
//! store is opened. So a process that is killed at any point leaves either the old state or the new one.
//!
//! All calls block for as long as the disk takes; asynchronous callers run them on a thread for blocking work.
//! Every store belongs to one process at a time: opening it takes a lock that ends with the process.

mod answers;
mod database;
mod documents;
mod error;
mod files;
mod jobs;
mod mailbox;
mod proofs;
mod replay;
mod snapshots;
mod submissions;
mod vouchers;

pub use answers::{AnswerStore, ProvedAnswer};
pub use documents::DocumentStore;
pub use error::StoreError;
pub use jobs::{Job, JobState, JobStore, NewJob, Run, Step};
pub use mailbox::{Kept, MailboxStore};
pub use proofs::{LeftJob, ProofJobId, ProofStore};
pub use replay::ReplayGuard;
pub use snapshots::{SnapshotFacts, SnapshotStore, SnapshotWriter, StoredSnapshot};
pub use submissions::{Conflict, SubmissionStore};
pub use vouchers::{HeldVoucher, VoucherStore};
