//! Two statements that one signer made and that contradict each other: what the signer says to everybody, and what it says to somebody else.
//! As the documents that `souk report` reads.

use crate::{Daemon, Souk};
use anyhow::{ensure, Context, Result};
use codec::{Decode as _, Encode as _};
use serde_json::json;
use souk_protocol::{Outcome, Sign as _, SignedAttestation, SignedSubmission, Submission};
use souk_sdk::{
	evidence::{read_document, SubmissionDocument},
	types::SnapshotView,
	Account, Digest,
};
use std::path::Path;

/// The two documents.
pub type Documents = [Vec<u8>; 2];

/// A worker has signed the newest snapshot of a listing, and another one of the same period.
pub fn two_snapshots(
	genesis: Digest,
	listing: u32,
	newest: &SnapshotView,
	worker: &Daemon,
) -> Result<Documents> {
	let account = Account::from_uri(worker.uri())?;
	let say = |commitments| -> SignedSubmission {
		let claim = Submission { genesis, listing, period: newest.period, worker: account.id(), commitments };
		claim.sign(&account)
	};
	let document = |commitments| serde_json::to_vec(&SubmissionDocument::from(&say(commitments)));
	Ok([document(newest.commitments.hash())?, document([7; 32])?])
}

/// Somebody asks nodes that promise the same answer each time, and whichever answers has signed another answer to the same question. Returns
/// it as well. The question has to have an answer whose rows have an order.
pub fn two_answers<'a>(
	asker: &Souk,
	listing: &str,
	question: &str,
	nodes: &[&'a Daemon],
	dir: &Path,
) -> Result<(&'a Daemon, Documents)> {
	let kept = dir.join("answer.json");
	let (out, path) = (dir.join("answer.csv").display().to_string(), kept.display().to_string());
	asker.json(&[
		"query",
		listing,
		question,
		"--timeout",
		"8m",
		"--format",
		"csv",
		"--out",
		&out,
		"--attestation",
		&path,
	])?;
	let first = std::fs::read(&kept)?;
	let bytes = read_document(&first).map_err(anyhow::Error::msg)?;
	let mut other = SignedAttestation::decode(&mut &bytes[..])?.attestation;
	ensure!(other.reproducible.is_some(), "the node promises nothing: {other:?}");
	let Outcome::Complete { result, .. } = &mut other.outcome else {
		anyhow::bail!("the question was not answered: {other:?}");
	};
	result[0] ^= 1;
	for node in nodes {
		let account = Account::from_uri(node.uri())?;
		if account.id() == other.node {
			let signed = other.sign(&account);
			let signed = format!("0x{}", hex::encode(signed.encode()));
			return Ok((*node, [first, serde_json::to_vec(&json!({ "signed": signed }))?]));
		}
	}
	anyhow::bail!("nobody knows the node that has answered: {other:?}")
}

/// Writes them into a folder. Returns the files' names.
pub fn write(dir: &Path, kind: &str, documents: &Documents) -> Result<[String; 2]> {
	let file = |name: &str, document: &[u8]| -> Result<String> {
		let path = dir.join(format!("{kind}-{name}.json"));
		std::fs::write(&path, document).with_context(|| format!("cannot write {}", path.display()))?;
		Ok(path.display().to_string())
	};
	Ok([file("first", &documents[0])?, file("second", &documents[1])?])
}
