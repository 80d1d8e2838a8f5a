//! Answers a query with its figures and the proof that they are right.
//!
//! ```text
//! admitted ─ columns_root on chain ─ key here ─ noted ─ place among the provers ─ executor ──progress──> client
//!                                                                            └──bundle, kept──> pieces ─ Proved{hash, bytes}
//! ```
//!
//! An executor makes the proof: locked in, with bounded memory, and killed when the client goes away. It refuses SQL that
//! cannot be proved before it reads a value. A statement that was proved before is not proved again; and what is noted when
//! the node ends is proved in its next life (`proof_resume`).

use crate::{
	chain::FinalSnapshot,
	checks::{codes, Admitted, Refusal, Stage},
	node::Node,
	proofs::{self, Making},
	tasks::query_answer::{failed, place, Client, Ended},
	vouchers::Payment,
};
use souk_engine::{ProofEvent, ProofProgress, ProofStep, ProveJob, Question};
use souk_protocol::{
	answer::MAX_PIECE,
	attestation::bundle_hash,
	request::{group_size, QueryRequest},
	Digest, Outcome, Progress, Step,
};
use std::time::Instant;

/// Proves an admitted query over its snapshot, and sends the bundle.
pub(super) async fn run(
	node: &Node,
	client: &mut Client,
	request: &QueryRequest,
	mut admitted: Admitted,
	until: Instant,
) -> Result<Outcome, Ended> {
	let (columns_key, columns_root) = keys(node, request.listing, &admitted.snapshot)?;
	let mut limits = node.settings.proof_limits.clone();
	limits.result_bytes = limits.result_bytes.min(request.limits.bytes);
	let listing = &admitted.listing;
	let min_group_size = u32::try_from(listing.min_group_size).unwrap_or(u32::MAX);
	let job = ProveJob {
		question: Question::Sql { text: request.sql.clone(), tables: admitted.tables },
		parquet: admitted.file.path.clone(),
		columns_key,
		columns_root,
		genesis: node.chain.genesis(),
		listing: request.listing,
		period: admitted.snapshot.period,
		min_group_size: group_size(listing.aggregate_only, min_group_size),
		max_groups: listing.max_rows.min(request.limits.rows),
		limits,
	};
	let noted = proofs::note(node, &job).await;
	let outcome = prove(node, client, job, &mut admitted.payment, until).await;
	// Whoever has gone away, or has an answer, waits no more. A node that is stopped goes on in its next life.
	let stopping = matches!(&outcome, Err(Ended::Refused(refusal)) if refusal.code == codes::SHUTTING_DOWN);
	if !stopping {
		proofs::done(node, noted).await;
	}
	outcome
}

async fn prove(
	node: &Node,
	client: &mut Client,
	mut job: ProveJob,
	payment: &mut Payment,
	until: Instant,
) -> Result<Outcome, Ended> {
	client.send_progress(Progress { done: 0, of: 0, step: Step::Waiting }).await?;
	let _place = place(node, client, &node.provers, until).await?;

	job.limits.wall = job.limits.wall.min(until.saturating_duration_since(Instant::now()));
	let mut proof = client.waits_for(node, Making::begin(node, job)).await?.map_err(failed)?;
	let bundle = loop {
		match client.waits_for(node, proof.next()).await?.map_err(failed)? {
			Some(ProofEvent::Progress(progress)) => client.send_progress(told(progress)).await?,
			Some(ProofEvent::Understood(_)) => {}
			Some(ProofEvent::Bundle(bundle)) => break bundle,
			None => return Err(Refusal::internal(Stage::Execution, "proving the query").into()),
		}
	};
	// On the disk before a byte of it is sent.
	payment.charge().await?;
	for part in bundle.chunks(MAX_PIECE) {
		client.send_piece(part).await?;
		node.metrics.sent(part.len());
	}
	Ok(Outcome::Proved { bundle: bundle_hash(&bundle), bytes: bundle.len() as u64 })
}

/// The key of the salts of the snapshot's columns, and the commitment to them that the chain has.
pub(super) fn keys(node: &Node, listing: u32, snapshot: &FinalSnapshot) -> Result<(Digest, Digest), Refusal> {
	let refuse = |code, message: String| Err(Refusal::new(Stage::Snapshot, code, message));
	let Some(columns_root) = snapshot.columns_root else {
		return refuse(
			codes::NOT_PROVABLE,
			format!(
				"the snapshot of period {} commits to no columns, so nothing over it can be proved: query it without a proof, or ask \
				 the curator to name columns under [prove] in the manifest",
				snapshot.period
			),
		);
	};
	let duties = node.duties.borrow().clone();
	let key = duties.secret(listing).map(|secret| secret.snapshot_key(listing, snapshot.period));
	match key {
		Some(key) if snapshot.key_commitment == Some(key.commitment()) => {
			Ok((key.columns_key(), columns_root))
		}
		_ => refuse(
			codes::NO_KEY,
			format!(
				"this node has not got the key of the snapshot of period {}: ask another node, or for a newer snapshot",
				snapshot.period
			),
		),
	}
}

fn told(progress: ProofProgress) -> Progress {
	let step = match progress.step {
		ProofStep::Reading => Step::Reading,
		ProofStep::Tracing => Step::Tracing,
		ProofStep::Proving => Step::Proving,
		ProofStep::Checking => Step::Checking,
	};
	Progress { done: progress.done, of: progress.of, step }
}
