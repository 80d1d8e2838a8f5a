//! Two statements that one signer made and that contradict each other: whoever has both reports them.

use crate::stage::Stage;
use anyhow::{ensure, Context, Result};
use codec::{Decode as _, Encode as _};
use serde_json::{json, Value};
use souk_protocol::{Outcome, Sign as _, SignedAttestation, SignedSubmission, Submission};
use souk_scenarios::telling::{amount, chapter, says, units};
use souk_sdk::{
	evidence::{read_document, SubmissionDocument},
	Account,
};

/// A question whose answer is the same bytes each time.
const QUESTION: &str = "SELECT origin, count(*) AS hours FROM t GROUP BY origin ORDER BY origin";

impl Stage {
	/// Mallory's worker has signed another snapshot of a minute for somebody else.
	pub fn signs_two_snapshots(&mut self) -> Result<()> {
		chapter("Mallory's worker signs one snapshot for the chain, and another one of the same minute for a friend. Nora gets hold of both.");
		let account = Account::from_uri(self.worker.uri())?;
		let newest =
			self.runtime.block_on(async { self.light.latest().await?.newest_snapshot(self.id).await });
		let newest = newest?.context("no snapshot is final")?;
		let say = |commitments| -> SignedSubmission {
			let claim = Submission {
				genesis: self.light.genesis(),
				listing: self.id,
				period: newest.period,
				worker: account.id(),
				commitments,
			};
			claim.sign(&account)
		};
		let first = serde_json::to_vec(&SubmissionDocument::from(&say(newest.commitments.hash())))?;
		let second = serde_json::to_vec(&SubmissionDocument::from(&say([7; 32])))?;
		self.reports("conflict", &first, &second)
	}

	/// Mallory's second node answers one question in two ways.
	pub fn gives_two_answers(&mut self) -> Result<()> {
		chapter("Nora asks Mallory's second node, which promises the same answer each time. It signs another answer for somebody else.");
		let kept = self.dir.join("answer.json");
		let (out, path) = (self.dir.join("answer.csv").display().to_string(), kept.display().to_string());
		let nora = self.user("//nora");
		nora.json(&[
			"query",
			&self.ticker,
			QUESTION,
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
		let signed = other.sign(&Account::from_uri(self.second.uri())?);
		let second = serde_json::to_vec(&json!({ "signed": format!("0x{}", hex::encode(signed.encode())) }))?;
		self.reports("attestations", &first, &second)
	}

	/// Nora reports it.
	fn reports(&self, kind: &str, first: &[u8], second: &[u8]) -> Result<()> {
		let mut paths = Vec::new();
		for (name, document) in [("first", first), ("second", second)] {
			let path = self.dir.join(format!("{kind}-{name}.json"));
			std::fs::write(&path, document)?;
			paths.push(path.display().to_string());
		}
		let reported: Value = self.user("//nora").json(&["report", kind, &paths[0], &paths[1]])?;
		let share = &reported["paid"]["reporter"];
		ensure!(units(&reported["of_node"])? > 0 && units(share)? > 0, "nothing was taken: {reported}");
		says(format!(
			"she reports it: {} of the node's bond is gone, and {} of that is hers.",
			amount(&reported["of_node"]),
			amount(share)
		));
		Ok(())
	}
}
