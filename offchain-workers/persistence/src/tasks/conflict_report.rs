//! What becomes of a worker that has signed two snapshots of one period: both statements are written into files, and reported where the
//! operator wants that.
//!
//! ```text
//! hand-over ─ submission kept ─ another one of this worker and period ─ evidence/…-1.json, …-2.json ─ announced ─ reported ─ noted
//! ```

use crate::{
	chain::{StakeError, StakeWrites},
	node::Node,
	tasks::pace::Pace,
};
use souk_custody::format_account;
use souk_protocol::SignedSubmission;
use souk_sdk::evidence::SubmissionDocument;
use souk_store::Conflict;
use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path, sync::Arc};

/// What the chain says where a report will never be taken.
const HOPELESS: [&str; 8] = [
	"Stakes.AlreadyReported",
	"Stakes.TooLate",
	"Stakes.NothingAtStake",
	"Stakes.BadSignature",
	"Stakes.NoContradiction",
	"Stakes.NotComparable",
	"Stakes.OtherChain",
	"Stakes.Malformed",
];

/// Looks after conflicts until the node closes. What is not done then is done after the next start.
pub async fn run(node: Arc<Node>, chain: Arc<dyn StakeWrites>) {
	let mut found = node.conflicts.subscribe();
	let mut pace = Pace::default();
	loop {
		found.mark_unchanged();
		let complete = tokio::select! {
			biased;
			() = node.stop.closing() => return,
			complete = round(&node, &*chain) => complete,
		};
		tokio::select! {
			biased;
			() = node.stop.closing() => return,
			_ = found.changed() => {},
			() = tokio::time::sleep(pace.after(complete)) => {},
		}
	}
}

/// Looks at each conflict once. Returns whether nothing is left to be tried again.
async fn round(node: &Node, chain: &dyn StakeWrites) -> bool {
	let conflicts = match node.submissions(|store| store.conflicts()).await {
		Ok(conflicts) => conflicts,
		Err(error) => {
			tracing::error!(%error, "what workers have signed could not be read");
			return false;
		}
	};
	let (count, mut complete) = (conflicts.len(), true);
	for conflict in conflicts {
		let dir = node.evidence_dir.clone();
		let (pair, to) = (conflict.clone(), dir.clone());
		match tokio::task::spawn_blocking(move || write(&pair, &to)).await {
			Ok(Ok(())) => {}
			Ok(Err(error)) => {
				tracing::error!(%error, dir = %dir.display(), "evidence could not be written");
				complete = false;
			}
			Err(error) => tracing::error!(%error, "writing evidence ended with a panic"),
		}
		if conflict.outcome.is_none() && node.settings.report_conflicts {
			complete &= report(node, chain, &conflict).await;
		}
	}
	node.metrics.conflicts(count);
	complete
}

/// Reports a conflict. Returns whether it is done with.
async fn report(node: &Node, chain: &dyn StakeWrites, conflict: &Conflict) -> bool {
	let claim = &conflict.first.submission;
	let (listing, period, worker) = (claim.listing, claim.period, claim.worker);
	let named = format_account(&worker);
	let outcome = match chain.report_conflict(&conflict.first, &conflict.second).await {
		Ok(reported) => {
			let (block, taken) = (reported.block, reported.taken);
			tracing::info!(
				listing,
				period,
				worker = named,
				block,
				taken,
				"a worker that signed two snapshots is reported"
			);
			format!("reported in block {block}, which took {taken} planck")
		}
		Err(StakeError::Refused { code, reason }) if HOPELESS.contains(&code.as_str()) => {
			tracing::warn!(listing, period, worker = named, code, reason, "a conflict cannot be reported");
			format!("refused: {reason} ({code})")
		}
		Err(error) => {
			tracing::warn!(listing, period, worker = named, %error, "a conflict is reported later");
			return false;
		}
	};
	match node.submissions(move |store| store.set_outcome(listing, period, &worker, &outcome)).await {
		Ok(()) => true,
		Err(error) => {
			tracing::error!(%error, "what became of a report could not be noted");
			false
		}
	}
}

/// Writes both statements, each into a file of its own, where they are not there yet.
fn write(conflict: &Conflict, dir: &Path) -> std::io::Result<()> {
	std::fs::create_dir_all(dir)?;
	for (signed, number) in [(&conflict.first, 1), (&conflict.second, 2)] {
		let path = dir.join(file_name(signed, number));
		if path.exists() {
			continue;
		}
		let unfinished = path.with_extension("unfinished");
		let mut file = std::fs::OpenOptions::new()
			.write(true)
			.create(true)
			.truncate(true)
			.mode(0o600)
			.open(&unfinished)?;
		serde_json::to_writer_pretty(&mut file, &SubmissionDocument::from(signed))?;
		file.write_all(b"\n")?;
		file.sync_all()?;
		std::fs::rename(&unfinished, &path)?;
		tracing::error!(path = %path.display(), "evidence that a worker has signed two snapshots of one period was written");
	}
	Ok(())
}

/// The name of a statement's file.
fn file_name(signed: &SignedSubmission, number: u32) -> String {
	let claim = &signed.submission;
	format!("conflict-{}-{}-{}-{number}.json", claim.listing, claim.period, format_account(&claim.worker))
}
