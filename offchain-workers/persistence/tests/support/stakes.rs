//! Challenges and reports of the test's chain. Answers and evidence are judged by the code that the chain runs.

use super::{chain::FactChain, escrow::Purse, genesis};
use async_trait::async_trait;
use codec::Encode;
use souk_persistence::chain::{Challenge, ConflictReported, StakeError, StakeWrites};
use souk_proof_primitives::{
	evidence,
	merkle::{root_of, Path},
	piece::{leaf_of, sealed_len, Piece},
};
use souk_protocol::{AccountId, Digest, SignedSubmission, Verify as _};

/// The challenges and the transactions.
#[derive(Default)]
pub struct StakeBook {
	/// What is open, whose, and the root that it is about.
	pub open: Vec<(AccountId, Challenge, Digest, u64)>,
	/// What was answered, by whom, in which block.
	pub answered: Vec<(AccountId, Challenge, u32)>,
	/// What was reported.
	pub reported: Vec<(SignedSubmission, SignedSubmission)>,
	/// How often something was sent.
	pub sent: usize,
	/// Transactions that are lost before one gets there.
	pub lost: usize,
}

fn refused(why: &str) -> StakeError {
	StakeError::Refused { code: format!("Stakes.{why}"), reason: why.to_owned() }
}

impl FactChain {
	/// Asks a node for a piece of a snapshot that is on this chain.
	pub fn challenge(&self, node: AccountId, challenge: Challenge) {
		self.change(|facts| {
			let finals = facts.snapshots.get(&challenge.listing).expect("the listing has snapshots");
			let asked = finals.iter().find(|snapshot| snapshot.period == challenge.period);
			let asked = asked.expect("the snapshot is final");
			self.stakes().open.push((node, challenge, asked.cipher_root, asked.bytes));
		});
	}

	/// Whether the next transaction is lost.
	fn loses(&self) -> Result<(), StakeError> {
		let mut book = self.stakes();
		book.sent += 1;
		match book.lost.checked_sub(1) {
			Some(lost) => {
				book.lost = lost;
				Err(StakeError::NotSent("nothing was heard of it".into()))
			}
			None => Ok(()),
		}
	}

	/// An answer is in the next block, which is final at once.
	fn show(&self, by: AccountId, listing: u32, piece: &Piece, path: &Path) -> Result<u32, StakeError> {
		self.loses()?;
		let mut outcome = Err(refused("NotChallenged"));
		self.change(|facts| {
			facts.head.number += 1;
			let block = facts.head.number;
			let mut book = self.stakes();
			let mine = book.open.iter().position(|(who, one, ..)| *who == by && one.listing == listing);
			let Some(at) = mine else { return };
			let (_, challenge, cipher_root, bytes) = book.open[at];
			if block >= challenge.answer_until {
				outcome = Err(refused("TooLate"));
				return;
			}
			let sealed = sealed_len(bytes, challenge.chunk).expect("there is such a chunk");
			let leaf = leaf_of(piece, challenge.piece, sealed);
			if leaf.and_then(|leaf| root_of(leaf, challenge.chunk, path)) != Some(cipher_root) {
				outcome = Err(refused("WrongPiece"));
				return;
			}
			book.open.remove(at);
			book.answered.push((by, challenge, block));
			outcome = Ok(block);
		});
		outcome
	}

	fn report(
		&self,
		first: &SignedSubmission,
		second: &SignedSubmission,
	) -> Result<ConflictReported, StakeError> {
		self.loses()?;
		evidence::conflict(&genesis(), &first.encode(), &second.encode())
			.map_err(|innocence| refused(&format!("{innocence:?}")))?;
		if first.verify().is_err() || second.verify().is_err() {
			return Err(refused("BadSignature"));
		}
		let mut outcome = Err(refused("AlreadyReported"));
		self.change(|facts| {
			facts.head.number += 2;
			let mut book = self.stakes();
			if book.reported.is_empty() {
				book.reported.push((first.clone(), second.clone()));
				outcome = Ok(ConflictReported { block: facts.head.number, taken: 500 });
			}
		});
		outcome
	}
}

#[async_trait]
impl StakeWrites for Purse {
	async fn show(&self, listing: u32, piece: &Piece, path: &Path) -> Result<u32, StakeError> {
		self.chain.show(self.account, listing, piece, path)
	}

	async fn report_conflict(
		&self,
		first: &SignedSubmission,
		second: &SignedSubmission,
	) -> Result<ConflictReported, StakeError> {
		self.chain.report(first, second)
	}
}
