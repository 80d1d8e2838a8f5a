//! Proofs over tables that this node has made, and those that it is to make: both outlive the process (souk-store's `ProofStore`).
//!
//! ```text
//! query ─ its normal form: at hand, or from the executor that reads the SQL ─ made before, by statement? ── yes ──> checked, handed out
//!                                                                              └── no ── executor ── bundle, kept ──> handed out
//! ```
//!
//! A statement is chain, listing, period, commitment to the columns, query, and least size of a group: whoever asks the same of the same
//! snapshot, in whatever words, as a subscriber or by an ask, gets the proof that is there.

use crate::node::Node;
use bytes::Bytes;
use codec::Encode;
use serde::{Deserialize, Serialize};
use souk_engine::{ProofEvent, ProofRun, ProveJob, QueryError, Question};
use souk_protocol::{hash::tagged, Digest};
use souk_store::{ProofJobId, ProofStore, StoreError};
use souk_table_proofs::{bundle::VERSION, verify, Context, Expected};
use std::time::Instant;

/// A proof that is to be made, as it is noted. What is secret, and where the file is, is found again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NotedProof {
	pub(crate) listing: u32,
	pub(crate) period: u32,
	pub(crate) columns_root: Digest,
	pub(crate) min_group_size: u32,
	pub(crate) question: Question,
	pub(crate) max_groups: u64,
	pub(crate) result_bytes: u64,
}

impl NotedProof {
	fn of(job: &ProveJob) -> Self {
		Self {
			listing: job.listing,
			period: job.period,
			columns_root: job.columns_root,
			min_group_size: job.min_group_size,
			question: job.question.clone(),
			max_groups: job.max_groups,
			result_bytes: job.limits.result_bytes,
		}
	}
}

/// Notes that a proof is to be made, so that the node's next life makes it, should this one end before. What cannot be noted is made all
/// the same.
pub(crate) async fn note(node: &Node, job: &ProveJob) -> Option<ProofJobId> {
	// Numbers and text always become JSON.
	let noted = serde_json::to_vec(&NotedProof::of(job)).unwrap_or_default();
	match stored(node, move |store| store.begin(&noted)).await {
		Ok(id) => Some(id),
		Err(error) => {
			tracing::warn!(%error, "a proof that is to be made could not be noted");
			None
		}
	}
}

/// Notes that nobody waits for a proof any more, or that it was made.
pub(crate) async fn done(node: &Node, id: Option<ProofJobId>) {
	let Some(id) = id else { return };
	if let Err(error) = stored(node, move |store| store.end(id)).await {
		tracing::warn!(%error, "a proof that is not to be made any more could not be noted");
	}
}

/// Works with the store of proofs, on a thread for blocking work.
pub(crate) async fn stored<T: Send + 'static>(
	node: &Node,
	work: impl FnOnce(&ProofStore) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
	let proofs = node.proof_store.clone();
	match tokio::task::spawn_blocking(move || work(&proofs)).await {
		Ok(done) => done,
		Err(error) => match error.try_into_panic() {
			Ok(panic) => std::panic::resume_unwind(panic),
			// Blocking work is cancelled only where the runtime ends, and with it whoever waits here.
			Err(_) => std::future::pending().await,
		},
	}
}

/// What a proof is of, but for its query; and what may be handed out.
#[derive(Clone)]
struct About {
	context: Context,
	columns_root: Digest,
	min_group_size: u32,
	max_groups: u64,
	most_bytes: u64,
}

impl About {
	fn of(job: &ProveJob) -> Self {
		Self {
			context: Context { genesis: job.genesis, listing: job.listing, period: job.period },
			columns_root: job.columns_root,
			min_group_size: job.min_group_size,
			max_groups: job.max_groups,
			most_bytes: job.limits.result_bytes,
		}
	}

	/// The name of the statement about a query in its normal form.
	fn statement(&self, query: &[u8]) -> Digest {
		let parts = (VERSION, self.context, self.columns_root, self.min_group_size).encode();
		tagged("souk/kept-proof/v1", &[&parts, query])
	}
}

/// A kept bundle, looked at again.
enum Kept {
	Good(Vec<u8>),
	/// It does not hold: the disk, or whoever had it in hand, has changed it.
	Bad,
	/// There are more groups in it than may be handed out.
	TooManyGroups,
	TooLong,
}

fn look_at(about: &About, bundle: Vec<u8>) -> Kept {
	let expected = Expected {
		context: about.context,
		columns_root: about.columns_root,
		query: None,
		min_group_size: about.min_group_size,
	};
	match verify(&bundle, &expected) {
		Err(_) => Kept::Bad,
		Ok(held) if held.answer.groups.len() as u64 > about.max_groups => Kept::TooManyGroups,
		Ok(_) if bundle.len() as u64 > about.most_bytes => Kept::TooLong,
		Ok(_) => Kept::Good(bundle),
	}
}

/// A proof that is being made, or was made before. Dropping it kills the executor.
pub(crate) struct Making<'a> {
	node: &'a Node,
	about: About,
	started: Instant,
	run: Option<ProofRun>,
	/// The statement's name, once its query is understood.
	statement: Option<Digest>,
	/// A bundle that was made before, and not handed out yet.
	kept: Option<Bytes>,
}

impl<'a> Making<'a> {
	/// Begins with a job; without an executor where the proof is there and the query needs no reading.
	///
	/// # Errors
	/// As of [`souk_engine::ExecutorPool::prove`], and those of a proof that is there and may not be handed out.
	pub(crate) async fn begin(node: &'a Node, job: ProveJob) -> Result<Self, QueryError> {
		let about = About::of(&job);
		let mut making =
			Self { node, about, started: Instant::now(), run: None, statement: None, kept: None };
		if let Question::Form(query) = &job.question {
			making.look_up(query).await?;
		}
		if making.kept.is_none() {
			making.run = Some(node.pool.prove(job).await?);
		}
		Ok(making)
	}

	/// Waits for what comes next: progress, or the bundle; `None` after it. Not to be given up and called again.
	///
	/// # Errors
	/// As [`ProofRun::next`].
	pub(crate) async fn next(&mut self) -> Result<Option<ProofEvent>, QueryError> {
		loop {
			if let Some(bundle) = self.kept.take() {
				self.run = None;
				return Ok(Some(ProofEvent::Bundle(bundle)));
			}
			let Some(run) = &mut self.run else { return Ok(None) };
			match run.next().await? {
				Some(ProofEvent::Understood(query)) if self.statement.is_none() => {
					self.look_up(&query).await?
				}
				Some(ProofEvent::Understood(_)) => {}
				Some(ProofEvent::Bundle(bundle)) => {
					self.node.metrics.query_proved(self.started.elapsed().as_secs_f64());
					self.keep(bundle.clone()).await;
					return Ok(Some(ProofEvent::Bundle(bundle)));
				}
				other => return Ok(other),
			}
		}
	}

	async fn look_up(&mut self, query: &[u8]) -> Result<(), QueryError> {
		let (about, statement) = (self.about.clone(), self.about.statement(query));
		self.statement = Some(statement);
		let found = stored(self.node, move |store| {
			let kept = store.get(&statement)?.map(|bundle| look_at(&about, bundle));
			if let Some(Kept::Bad) = kept {
				store.remove(&statement)?;
			}
			Ok(kept)
		});
		match found.await {
			Ok(None) => {}
			Ok(Some(Kept::Good(bundle))) => {
				self.node.metrics.proof_reused();
				self.kept = Some(bundle.into());
			}
			Ok(Some(Kept::Bad)) => tracing::warn!("a kept proof does not hold any more; it is made again"),
			Ok(Some(Kept::TooManyGroups)) => {
				return Err(QueryError::TooManyRows { limit: self.about.max_groups })
			}
			Ok(Some(Kept::TooLong)) => return Err(QueryError::ResultTooLarge),
			Err(error) => tracing::warn!(%error, "proofs that were made before could not be looked up"),
		}
		Ok(())
	}

	async fn keep(&self, bundle: Bytes) {
		let Some(statement) = self.statement else { return };
		if let Err(error) = stored(self.node, move |store| store.put(&statement, &bundle)).await {
			tracing::warn!(%error, "a proof could not be kept");
		}
	}
}
