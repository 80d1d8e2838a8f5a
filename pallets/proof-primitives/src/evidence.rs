//! Whether two signed statements convict their signer, and the hashes under which they are announced and named. Whoever reports them asks
//! the same questions as the chain, by the same code.
//!
//! What is asked, in this order, the cheap questions first:
//!
//! 1. is each the one encoding of its statement, and the other one not the same;
//! 2. are both about this chain, and about one listing, period and signer;
//! 3. do they contradict each other;
//! 4. are both signatures the signer's (which the caller checks, since only the host can)?

use crate::{
	attestation::{Attestation, Outcome, SignedAttestation},
	hash::Digest,
	submission::{SignedSubmission, Submission},
};
use codec::{DecodeAll, Encode};
use core::fmt;
use sp_crypto_hashing::blake2_256;

/// Bytes of a signed submission.
pub const SUBMISSION: u32 = 168;
/// Bytes of a signed attestation of a complete answer that can be reproduced.
pub const ATTESTATION: u32 = 290;

/// The hash under which a report is announced: nobody but the reporter can use it.
pub fn announcement<AccountId: Encode>(reporter: &AccountId, first: &[u8], second: &[u8]) -> Digest {
	blake2_256(&(b"souk/report/v1", reporter, evidence_hash(first, second)).encode())
}

/// The hash that names two statements, in whatever order they come.
pub fn evidence_hash(first: &[u8], second: &[u8]) -> Digest {
	let (low, high) = if first <= second { (first, second) } else { (second, first) };
	blake2_256(&(b"souk/evidence/v1", low, high).encode())
}

/// Why two statements convict nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Innocence {
	/// A statement has one encoding.
	Malformed,
	/// A statement is for one chain.
	OtherChain,
	/// Both are about the same listing, period and signer.
	NotComparable,
	/// They do not contradict each other.
	NoContradiction,
	/// It is not promised of both answers, by the same rules, that they are the same bytes each time.
	NotReproducible,
}

impl fmt::Display for Innocence {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Malformed => "one of them is no statement of this kind",
			Self::OtherChain => "one of them is for another chain",
			Self::NotComparable => {
				"they are not about the same listing, period and signer, or not about the same query"
			}
			Self::NoContradiction => "they do not contradict each other",
			Self::NotReproducible => {
				"it is not promised of both answers, by the same rules, that they are the same each time"
			}
		})
	}
}

/// Two statements of one signer that contradict each other, where both signatures are theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accusation {
	/// Whose they are.
	pub signer: [u8; 32],
	/// What they are about.
	pub listing: u32,
	/// The period of the snapshot.
	pub period: u32,
	/// What was signed, and the signatures.
	pub signed: [(Digest, [u8; 64]); 2],
	/// The blocks that the statements name; none where they name none.
	pub blocks: Option<(u32, u32)>,
}

/// Questions 1 to 3 about two submissions.
pub fn conflict(genesis: &Digest, first: &[u8], second: &[u8]) -> Result<Accusation, Innocence> {
	let read = |mut bytes: &[u8]| SignedSubmission::decode_all(&mut bytes).map_err(|_| Innocence::Malformed);
	let (one, other) = (read(first)?, read(second)?);
	let (a, b) = (&one.submission, &other.submission);
	if a.genesis != *genesis || b.genesis != *genesis {
		return Err(Innocence::OtherChain);
	}
	let about = |claim: &Submission| (claim.listing, claim.period, claim.worker);
	if about(a) != about(b) {
		return Err(Innocence::NotComparable);
	}
	if a.commitments == b.commitments {
		return Err(Innocence::NoContradiction);
	}
	Ok(Accusation {
		signer: a.worker,
		listing: a.listing,
		period: a.period,
		signed: [(a.digest(), one.signature), (b.digest(), other.signature)],
		blocks: None,
	})
}

/// Questions 1 to 3 about two attestations.
///
/// Only complete answers can contradict each other: a node may fail at one time and not at another, and proofs are randomised. And only
/// those of which the node has promised that they are the same bytes each time: where a query does not say an order, rows come in any, and
/// sums of floating-point numbers depend on it.
pub fn contradiction(genesis: &Digest, first: &[u8], second: &[u8]) -> Result<Accusation, Innocence> {
	let read = |mut bytes: &[u8]| SignedAttestation::decode_all(&mut bytes).map_err(|_| Innocence::Malformed);
	let (one, other) = (read(first)?, read(second)?);
	let (a, b) = (&one.attestation, &other.attestation);
	if a.genesis != *genesis || b.genesis != *genesis {
		return Err(Innocence::OtherChain);
	}
	let about =
		|claim: &Attestation| (claim.listing, claim.period, claim.content_root, claim.query, claim.node);
	if about(a) != about(b) {
		return Err(Innocence::NotComparable);
	}
	match (&a.outcome, &b.outcome) {
		(Outcome::Complete { result, .. }, Outcome::Complete { result: other, .. }) if result != other => {}
		_ => return Err(Innocence::NoContradiction),
	}
	if a.reproducible.is_none() || a.reproducible != b.reproducible {
		return Err(Innocence::NotReproducible);
	}
	Ok(Accusation {
		signer: a.node,
		listing: a.listing,
		period: a.period,
		signed: [(a.digest(), one.signature), (b.digest(), other.signature)],
		blocks: Some((a.block, b.block)),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec::Vec;
	use codec::MaxEncodedLen;

	const GENESIS: Digest = [1; 32];

	fn submission() -> Submission {
		Submission { genesis: GENESIS, listing: 2, period: 3, worker: [4; 32], commitments: [5; 32] }
	}

	fn signed(submission: Submission) -> Vec<u8> {
		SignedSubmission { submission, signature: [6; 64] }.encode()
	}

	fn attestation() -> Attestation {
		Attestation {
			genesis: GENESIS,
			listing: 2,
			node: [4; 32],
			request: [7; 32],
			query: [8; 32],
			period: 3,
			content_root: [9; 32],
			outcome: Outcome::Complete { result: [5; 32], rows: 1, bytes: 2 },
			block: 6,
			reproducible: Some(1),
		}
	}

	fn attested(attestation: Attestation) -> Vec<u8> {
		SignedAttestation { attestation, signature: [6; 64] }.encode()
	}

	fn complete(result: u8) -> Outcome {
		Outcome::Complete { result: [result; 32], rows: 1, bytes: 2 }
	}

	#[test]
	fn the_lengths_are_those_of_the_statements() {
		assert_eq!(SignedSubmission::max_encoded_len(), SUBMISSION as usize);
		assert_eq!(attested(attestation()).len(), ATTESTATION as usize);
	}

	#[test]
	fn two_submissions_for_one_period_convict_their_worker() {
		let (first, second) = (submission(), Submission { commitments: [6; 32], ..submission() });
		let accusation = conflict(&GENESIS, &signed(first.clone()), &signed(second.clone())).unwrap();
		assert_eq!((accusation.signer, accusation.listing, accusation.period), ([4; 32], 2, 3));
		assert_eq!(accusation.signed, [(first.digest(), [6; 64]), (second.digest(), [6; 64])]);
	}

	#[test]
	fn submissions_that_differ_in_anything_else_convict_nobody() {
		let judge =
			|first: Submission, second: Submission| conflict(&GENESIS, &signed(first), &signed(second));
		let other = || Submission { commitments: [6; 32], ..submission() };
		assert_eq!(judge(submission(), submission()), Err(Innocence::NoContradiction));
		for second in [
			Submission { listing: 9, ..other() },
			Submission { period: 9, ..other() },
			Submission { worker: [9; 32], ..other() },
		] {
			assert_eq!(judge(submission(), second), Err(Innocence::NotComparable));
		}
		let elsewhere = Submission { genesis: [9; 32], ..other() };
		assert_eq!(judge(submission(), elsewhere.clone()), Err(Innocence::OtherChain));
		assert_eq!(judge(elsewhere, submission()), Err(Innocence::OtherChain));
	}

	#[test]
	fn two_results_of_one_query_convict_their_node() {
		let (first, second) = (
			attestation(),
			Attestation { outcome: complete(6), request: [1; 32], block: 9, ..attestation() },
		);
		let accusation =
			contradiction(&GENESIS, &attested(first.clone()), &attested(second.clone())).unwrap();
		assert_eq!((accusation.signer, accusation.listing, accusation.period), ([4; 32], 2, 3));
		assert_eq!(accusation.blocks, Some((6, 9)));
		assert_eq!(accusation.signed.map(|(digest, _)| digest), [first.digest(), second.digest()]);
	}

	#[test]
	fn attestations_that_differ_in_anything_else_convict_nobody() {
		let judge =
			|second: Attestation| contradiction(&GENESIS, &attested(attestation()), &attested(second));
		let other = || Attestation { outcome: complete(6), ..attestation() };
		for second in [
			Attestation { listing: 9, ..other() },
			Attestation { period: 9, ..other() },
			Attestation { content_root: [1; 32], ..other() },
			Attestation { query: [9; 32], ..other() },
			Attestation { node: [9; 32], ..other() },
		] {
			assert_eq!(judge(second), Err(Innocence::NotComparable));
		}
		for outcome in [
			complete(5),
			Outcome::Complete { result: [5; 32], rows: 9, bytes: 9 },
			Outcome::Failed { code: "timed_out".into(), message: "it took too long".into() },
			Outcome::Proved { bundle: [6; 32], bytes: 2 },
		] {
			assert_eq!(judge(Attestation { outcome, ..attestation() }), Err(Innocence::NoContradiction));
		}
		assert_eq!(judge(Attestation { genesis: [9; 32], ..other() }), Err(Innocence::OtherChain));
		// The engine may have been renewed, or have promised nothing.
		for reproducible in [None, Some(2)] {
			let second = Attestation { reproducible, ..other() };
			assert_eq!(judge(second.clone()), Err(Innocence::NotReproducible));
			let unsure = attested(Attestation { reproducible: None, ..attestation() });
			assert_eq!(contradiction(&GENESIS, &unsure, &attested(second)), Err(Innocence::NotReproducible));
		}
	}

	#[test]
	fn two_statements_have_one_name_and_each_reporter_an_announcement_of_their_own() {
		let (first, second) = (signed(submission()), signed(Submission { period: 9, ..submission() }));
		assert_eq!(evidence_hash(&first, &second), evidence_hash(&second, &first));
		assert_ne!(evidence_hash(&first, &second), evidence_hash(&first, &first));
		let [one, other] = [[1u8; 32], [2; 32]].map(|reporter| announcement(&reporter, &first, &second));
		assert_ne!(one, other);
	}

	#[test]
	fn a_byte_more_or_less_is_no_statement() {
		let (first, second) =
			(signed(submission()), signed(Submission { commitments: [6; 32], ..submission() }));
		let longer = [&second[..], &[0]].concat();
		for bad in [&second[..second.len() - 1], &longer, &[]] {
			assert_eq!(conflict(&GENESIS, &first, bad), Err(Innocence::Malformed));
			assert_eq!(conflict(&GENESIS, bad, &first), Err(Innocence::Malformed));
			assert_eq!(contradiction(&GENESIS, bad, bad), Err(Innocence::Malformed));
		}
	}
}
