//! Everything that must hold before a byte of a result is handed out. Pure: reads come in, a verdict goes out.

use crate::{
	reads::ChainReads,
	types::{NodeRole, QueryPolicy, SnapshotView},
	AccountId, Digest, SdkError,
};
use souk_protocol::{
	attestation::{bundle_hash, query_hash},
	request::{QueryRequest, RequestLimits},
	Attestation, Outcome, SignedAttestation, Snapshot, Verify as _,
};

/// Blocks that a node may go on answering "latest" with the snapshot before the newest: it has to be handed over first.
pub const HANDOVER_BLOCKS: u32 = 100;

/// Blocks that a node's view of the chain may be behind ours when it takes a request in.
pub const MAX_LAG: u32 = 20;

/// What was received for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
	/// [`souk_protocol::attestation::result_hasher`] over the bytes.
	pub hash: Digest,
	/// Rows counted in them.
	pub rows: u64,
	/// How many bytes.
	pub bytes: u64,
}

/// An attestation that does not hold: the node's fault, whoever made it so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Distrust {
	/// Not signed by the account it names.
	#[error("its attestation is not signed by the account that it names")]
	Forged,
	/// It answers for something else.
	#[error("its attestation is for another {0}")]
	Another(&'static str),
	/// Not a node that may answer.
	#[error("it is not assigned to the listing at block {block}")]
	NotAssigned {
		/// Where that was looked up.
		block: u32,
	},
	/// The snapshot is not what the chain has.
	#[error("it answered from something that is not the final snapshot of period {period}")]
	WrongSnapshot {
		/// The period that it names.
		period: u32,
	},
	/// A newer one should have been used.
	#[error("it answered from the snapshot of period {period}, though that of {newest} has long been final")]
	Outdated {
		/// The period that it used.
		period: u32,
		/// The newest.
		newest: u32,
	},
	/// It answers for the chain as it was.
	#[error("it answered as of block {block}, when block {head} was final already")]
	Stale {
		/// The block that it names.
		block: u32,
		/// What was final when it was asked.
		head: u32,
	},
	/// The bytes are not those that were attested.
	#[error("the {0} of what it sent are not those that it attested")]
	Tampered(&'static str),
	/// More than was asked for.
	#[error("it sent more {0} than were asked for")]
	TooMuch(&'static str),
	/// Nobody could hold it to its answer.
	#[error("it does not promise that its answer is the same each time, which the listing's curator wants")]
	NoPromise,
	/// It promises something that an answer of its is never compared by.
	#[error(
		"it promises the same answer each time by the rules {rules}, and this program knows the rules {ours}: one of the two is of another release"
	)]
	OtherPromise {
		/// What it promises by.
		rules: u32,
		/// What a node of this release promises by.
		ours: u32,
	},
}

/// Checks that the attestation is `node`'s, and for this very request.
///
/// Errors: [`Distrust`].
pub fn check_claim(
	signed: &SignedAttestation,
	request: &QueryRequest,
	node: &AccountId,
) -> Result<(), Distrust> {
	let claim = &signed.attestation;
	if claim.node != *node {
		return Err(Distrust::Another("node"));
	}
	signed.verify().map_err(|_| Distrust::Forged)?;
	let same = [
		("chain", claim.genesis == request.genesis),
		("listing", claim.listing == request.listing),
		("request", claim.request == request.digest()),
		("query", claim.query == query_hash(&request.sql)),
	];
	match same.iter().find(|(_, same)| !same) {
		Some((what, _)) => Err(Distrust::Another(what)),
		None => Ok(()),
	}
}

/// Checks what was received against what was attested and asked for.
///
/// Errors: [`Distrust`].
pub fn check_bytes(claim: &Attestation, request: &QueryRequest, measured: &Measured) -> Result<(), Distrust> {
	let Outcome::Complete { result, rows, bytes } = &claim.outcome else {
		return Err(Distrust::Another("outcome"));
	};
	let same = [
		("bytes", *bytes == measured.bytes),
		("contents", *result == measured.hash),
		("rows", *rows == measured.rows),
	];
	if let Some((what, _)) = same.iter().find(|(_, same)| !same) {
		return Err(Distrust::Tampered(what));
	}
	if measured.rows > request.limits.rows {
		return Err(Distrust::TooMuch("rows"));
	}
	if measured.bytes > request.limits.bytes {
		return Err(Distrust::TooMuch("bytes"));
	}
	Ok(())
}

/// The rules by which nodes of this release promise the same answer each time.
pub fn reproducible_by() -> u32 {
	souk_protocol::attestation::reproducible_by(datafusion::DATAFUSION_VERSION)
}

/// Whether a node has to promise the same answer each time, where the listing's curator wants that: not where the request's own limit of rows is
/// below the listing's, which makes another plan of the query.
pub fn is_promise_due(request: &RequestLimits, policy: &QueryPolicy) -> bool {
	request.rows >= u64::from(policy.max_rows)
}

/// Checks that a complete answer is promised to be the same each time, by rules that its node's other answers are compared by.
///
/// Errors: [`Distrust::NoPromise`], [`Distrust::OtherPromise`].
pub fn check_promise(claim: &Attestation) -> Result<(), Distrust> {
	let ours = reproducible_by();
	match claim.reproducible {
		Some(rules) if rules == ours => Ok(()),
		Some(rules) => Err(Distrust::OtherPromise { rules, ours }),
		None => Err(Distrust::NoPromise),
	}
}

/// Checks the bytes of a bundle against what was attested. What is in it is a matter for its proof.
///
/// Errors: [`Distrust`].
pub fn check_bundle(claim: &Attestation, bundle: &[u8]) -> Result<(), Distrust> {
	match &claim.outcome {
		Outcome::Proved { bundle: hash, bytes } => {
			let same = *hash == bundle_hash(bundle) && *bytes == bundle.len() as u64;
			same.then_some(()).ok_or(Distrust::Tampered("bundle"))
		}
		_ => Err(Distrust::Another("outcome")),
	}
}

/// Checks the node and the snapshot against the chain. `reads` are at a block not older than the attested one; block
/// `asked_at` was final when the request was sent.
///
/// Errors: the outer one where the chain cannot be read, the inner one where the attestation does not hold.
pub async fn check_chain(
	reads: &dyn ChainReads,
	claim: &Attestation,
	request: &QueryRequest,
	asked_at: u32,
) -> Result<Result<(), Distrust>, SdkError> {
	// A node chooses the block that it attests. An old one would make an old snapshot the newest, and old rights live.
	if claim.block.saturating_add(MAX_LAG) < asked_at {
		return Ok(Err(Distrust::Stale { block: claim.block, head: asked_at }));
	}
	let assigned = reads.assignments(claim.listing).await?;
	let ours = assigned.iter().any(|one| one.node == claim.node && one.role == NodeRole::Persistence);
	if !ours {
		return Ok(Err(Distrust::NotAssigned { block: reads.head().number }));
	}
	if matches!(claim.outcome, Outcome::Failed { .. }) {
		return Ok(Ok(()));
	}
	let snapshots = reads.snapshots(claim.listing).await?;
	Ok(check_snapshot(&snapshots, claim, request.snapshot))
}

/// Checks that the attested snapshot is final, and the one that was asked for.
fn check_snapshot(finals: &[SnapshotView], claim: &Attestation, wanted: Snapshot) -> Result<(), Distrust> {
	let period = claim.period;
	let wrong = Distrust::WrongSnapshot { period };
	let found = finals.iter().find(|snapshot| snapshot.period == period).ok_or(wrong.clone())?;
	if found.commitments.content_root != claim.content_root {
		return Err(wrong);
	}
	match wanted {
		Snapshot::Period(wanted) if wanted != period => Err(Distrust::Another("period")),
		Snapshot::Period(_) => Ok(()),
		Snapshot::Latest => {
			let settled = |snapshot: &&SnapshotView| {
				snapshot.period > period && snapshot.final_at.saturating_add(HANDOVER_BLOCKS) < claim.block
			};
			match finals.iter().filter(settled).map(|snapshot| snapshot.period).max() {
				Some(newest) => Err(Distrust::Outdated { period, newest }),
				None => Ok(()),
			}
		}
	}
}
