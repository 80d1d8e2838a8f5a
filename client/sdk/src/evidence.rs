//! Statements that convict whoever signed them: read from files, judged as the chain judges them, and reported.
//!
//! A file is one JSON document with the statement's bytes under `signed`, hexadecimal, as they were signed and handed on; what stands
//! beside it is for people. A receipt of an answer (`souk query --attestation`) is such a file.

use crate::{
	calls,
	chain::Chain,
	error::SdkError,
	submit::Included,
	types::{ListingId, OffenceRecord, Period},
	Digest,
};
use serde::Serialize;
use souk_custody::{format_account, Account, AccountId};
use souk_proof_primitives::evidence::{self, Accusation, Innocence};
use souk_protocol::{signing, SignedSubmission};
use std::time::Duration;
use tokio::time::Instant;

/// How long the division of a fine is waited for: with very many subscribers it takes longer.
const DIVISION_PATIENCE: Duration = Duration::from_secs(60);

/// What kind of statements contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contradiction {
	/// Two submissions of one worker for one period.
	Submissions,
	/// Two answers of one node to one query over one snapshot.
	Attestations,
}

/// Why two statements convict nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unconvincing {
	/// They are no evidence.
	#[error("these two statements convict nobody: {0}")]
	Innocent(Innocence),
	/// A signature is not the signer's.
	#[error("one of these statements is not signed by who it says")]
	Forged,
}

/// A report that the chain has taken.
#[derive(Clone, Debug)]
pub struct Reported {
	/// The announcement; none where an earlier attempt has made it.
	pub announced: Option<Included>,
	/// The report.
	pub report: Included,
	/// The offence, as it is remembered against the signer's bond.
	pub offence: Option<OffenceRecord>,
	/// What it cost the curator's bond, in planck.
	pub of_curator: u128,
	/// What it cost the signer's bond, in planck.
	pub of_node: u128,
}

/// A signed submission, as a file shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubmissionDocument {
	/// The statement with its signature.
	pub signed: String,
	/// Hash of the chain's genesis block.
	pub genesis: String,
	/// The listing's number.
	pub listing: ListingId,
	/// The period.
	pub period: Period,
	/// Account of the worker that signed.
	pub worker: String,
	/// Hash of the commitments.
	pub commitments: String,
}

impl From<&SignedSubmission> for SubmissionDocument {
	fn from(signed: &SignedSubmission) -> Self {
		let claim = &signed.submission;
		let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
		Self {
			signed: hex(&codec::Encode::encode(signed)),
			genesis: hex(&claim.genesis),
			listing: claim.listing,
			period: claim.period,
			worker: format_account(&claim.worker),
			commitments: hex(&claim.commitments),
		}
	}
}

/// The bytes of the statement in a document: those under `signed`, or under `signed` of its `attestation`.
///
/// The error is what is wrong with it.
pub fn read_document(bytes: &[u8]) -> Result<Vec<u8>, String> {
	let document: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
	let signed = document.get("signed").or_else(|| document.get("attestation")?.get("signed"));
	let signed = signed.and_then(|signed| signed.as_str()).ok_or("it has no statement under \"signed\"")?;
	let digits = signed.strip_prefix("0x").ok_or("the statement is hexadecimal, and starts with 0x")?;
	hex::decode(digits).map_err(|error| format!("the statement is not hexadecimal: {error}"))
}

/// Asks of two statements what the chain will ask, signatures included.
///
/// Errors: [`Unconvincing`].
pub fn judge(
	kind: Contradiction,
	genesis: &Digest,
	first: &[u8],
	second: &[u8],
) -> Result<Accusation, Unconvincing> {
	let judged = match kind {
		Contradiction::Submissions => evidence::conflict(genesis, first, second),
		Contradiction::Attestations => evidence::contradiction(genesis, first, second),
	};
	let accusation = judged.map_err(Unconvincing::Innocent)?;
	for (digest, signature) in &accusation.signed {
		signing::verify(&accusation.signer, digest, signature, "statement")
			.map_err(|_| Unconvincing::Forged)?;
	}
	Ok(accusation)
}

impl Chain {
	/// Reports two statements of one signer: announces the report, waits until that is final, makes it, and waits until what it took is
	/// divided, or a minute. Nothing is sent for what convicts nobody.
	///
	/// Errors: [`SdkError::Unconvincing`]; as [`Chain::submit`].
	pub async fn report(
		&self,
		reporter: &Account,
		kind: Contradiction,
		first: &[u8],
		second: &[u8],
	) -> Result<Reported, SdkError> {
		let accusation = judge(kind, &self.genesis(), first, second)?;
		let announcement = evidence::announcement(&reporter.id(), first, second);
		let announced = match self.submit(reporter, calls::stakes_announce_report(announcement)).await {
			Ok(announced) => Some(announced),
			// By an earlier attempt that got no further.
			Err(SdkError::Dispatch { error, .. }) if error == "AlreadyAnnounced" => None,
			Err(error) => return Err(error),
		};
		let call = match kind {
			Contradiction::Submissions => calls::stakes_report_conflict(first, second),
			Contradiction::Attestations => calls::stakes_report_attestations(first, second),
		};
		let report = self.submit(reporter, call).await?;
		let amount = |field: &str| {
			let taken = report.field("Stakes", "OffenceCommitted", field);
			taken.and_then(|taken| taken.as_str()).and_then(|taken| taken.parse().ok()).unwrap_or(0)
		};
		let (of_curator, of_node) = (amount("of_curator"), amount("of_node"));
		let evidence = evidence::evidence_hash(first, second);
		let offence = self.divided(accusation.signer, evidence, report.block).await;
		Ok(Reported { announced, report, offence, of_curator, of_node })
	}

	/// The offence that the evidence names, when what it took is divided; or as it is after a while. The report is made, whatever can be read.
	async fn divided(&self, signer: AccountId, evidence: Digest, block: u32) -> Option<OffenceRecord> {
		let mut found = None;
		let deadline = Instant::now() + DIVISION_PATIENCE;
		let mut from = block;
		while let Ok(head) = self.reached(from, DIVISION_PATIENCE).await {
			let offences = self.at(head).node_offences(signer).await.unwrap_or_default();
			found = offences.into_iter().find(|record| record.evidence == evidence).or(found);
			let over = |record: &OffenceRecord| record.division.is_some() || record.fine.is_none();
			if found.as_ref().is_some_and(over) || Instant::now() >= deadline {
				break;
			}
			from = head.number.saturating_add(1);
		}
		found
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use souk_protocol::{Sign as _, Submission};

	const GENESIS: Digest = [1; 32];

	fn worker() -> Account {
		Account::from_uri("//Alice").unwrap()
	}

	fn submission(commitments: u8) -> SignedSubmission {
		let claim = Submission {
			genesis: GENESIS,
			listing: 2,
			period: 3,
			worker: worker().id(),
			commitments: [commitments; 32],
		};
		claim.sign(&worker())
	}

	#[test]
	fn two_submissions_of_one_worker_are_evidence_and_nothing_less_is() {
		let [first, second] = [4, 5].map(|commitments| submission(commitments).encode());
		let judge = |first: &[u8], second: &[u8]| judge(Contradiction::Submissions, &GENESIS, first, second);
		assert_eq!(judge(&first, &second).map(|accusation| accusation.signer), Ok(worker().id()));
		assert_eq!(judge(&first, &first), Err(Unconvincing::Innocent(Innocence::NoContradiction)));
		let mut forged = submission(5);
		forged.signature[7] ^= 1;
		assert_eq!(judge(&first, &forged.encode()), Err(Unconvincing::Forged));
		assert_eq!(
			super::judge(Contradiction::Attestations, &GENESIS, &first, &second),
			Err(Unconvincing::Innocent(Innocence::Malformed))
		);
	}

	#[test]
	fn a_statement_is_read_from_its_document_and_from_a_report_with_one() {
		let signed = submission(4);
		let document = serde_json::to_vec(&SubmissionDocument::from(&signed)).unwrap();
		assert_eq!(read_document(&document), Ok(signed.encode()));
		let report = serde_json::json!({ "rows": 1, "attestation": { "signed": "0x0102" } });
		assert_eq!(read_document(report.to_string().as_bytes()), Ok(vec![1, 2]));
		for (bad, word) in [
			("{}", "no statement"),
			("[", "EOF"),
			(r#"{"signed":"12"}"#, "0x"),
			(r#"{"signed":"0x1"}"#, "hexadecimal"),
		] {
			assert!(read_document(bad.as_bytes()).unwrap_err().contains(word), "{bad}");
		}
	}
}
