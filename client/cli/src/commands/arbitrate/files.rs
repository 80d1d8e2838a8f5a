//! The evidence of one case, as far as it was opened.

use crate::{
	commands::dispute::{PieceRecord, Rounds},
	failure::Failure,
	output::Out,
};
use souk_sdk::types::{CaseId, CaseView};
use std::collections::BTreeSet;

/// Blocks after which mailboxes are looked into again, where something is unread and where nothing is.
pub(super) const LOOK_EVERY: (u32, u32) = (4, 20);

/// The evidence of one case.
#[derive(Default)]
pub(super) struct CaseFiles {
	pub(super) rounds: Rounds,
	pub(super) pieces: Vec<PieceRecord>,
	told: BTreeSet<usize>,
}

impl CaseFiles {
	/// Takes what was opened, and says which files are new.
	pub(super) fn tell(
		&mut self,
		pieces: Vec<PieceRecord>,
		id: CaseId,
		block: u32,
		json: bool,
		out: Out<'_>,
	) -> Result<(), Failure> {
		self.pieces = pieces;
		for piece in &self.pieces {
			if piece.file.is_none() || !self.told.insert(piece.number) {
				continue;
			}
			if json {
				let line = serde_json::json!({
					"event": "evidence", "case": id, "block": block, "number": piece.number, "file": piece.file,
				});
				writeln!(out, "{line}")?;
			} else {
				write!(out, "Case {id}: ")?;
				piece.describe(out)?;
			}
			out.flush()?;
		}
		Ok(())
	}

	/// Whether all that was shown has been opened, or never will be.
	pub(super) fn all_read(&self, case: &CaseView) -> bool {
		self.pieces.len() == case.evidence.len()
			&& self.pieces.iter().all(|piece| ["read", "broken"].contains(&piece.state))
	}
}

/// Whether it is time to be asked for a vote: everything is there to be read, or half of the time is over.
pub(super) fn ready(files: Option<&CaseFiles>, case: &CaseView, block: u32) -> bool {
	let half = case.until.saturating_sub(case.terms.commit_time / 2);
	block >= half || files.is_some_and(|files| files.all_read(case))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::dispute::tests::case;
	use souk_sdk::types::{CasePhase, EvidenceView, Party};

	fn piece(state: &'static str) -> PieceRecord {
		PieceRecord {
			number: 1,
			by: "buyer",
			hash: String::new(),
			state,
			reason: None,
			file: None,
			bytes: None,
			mailboxes: 1,
			readers: vec![],
		}
	}

	#[test]
	fn nobody_is_asked_before_everything_is_there_to_be_read_unless_time_runs_out() {
		let mut case = case(CasePhase::Commit);
		case.terms.commit_time = 20;
		case.evidence = vec![EvidenceView { by: Party::Buyer, hash: [1; 32], at: 1 }];
		let files = |pieces| CaseFiles { pieces, ..CaseFiles::default() };
		assert!(!ready(None, &case, 95) && !ready(Some(&files(vec![])), &case, 95));
		assert!(!ready(Some(&files(vec![piece("sealed")])), &case, 95));
		assert!(ready(Some(&files(vec![piece("sealed")])), &case, 100), "half of the time is over");
		assert!(ready(Some(&files(vec![piece("read")])), &case, 95));
		assert!(ready(Some(&files(vec![piece("broken")])), &case, 95), "nobody will ever read it");
	}
}
