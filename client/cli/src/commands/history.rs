//! What is remembered against a listing and its nodes, for `souk show --history`.

use crate::{
	amount::Amount,
	context::native,
	failure::Failure,
	output::Out,
	records::hex,
	text::{grouped, printable},
};
use serde::Serialize;
use souk_custody::{format_account, AccountId};
use souk_sdk::types::{AssignmentView, Basis, Division, FineView, ListingView, OffenceRecord, RankView};
use souk_sdk::View;
use std::collections::BTreeMap;

/// All of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HistoryRecord {
	/// Newest first.
	pub offences: Vec<OffenceEntry>,
	/// How many of them lower the listing's rank.
	pub counted: u32,
	/// What the listing is ranked by after that.
	pub score: u64,
}

/// An offence, with what it cost both bonds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OffenceEntry {
	/// Block in which it was recorded.
	pub block: u32,
	/// What was done.
	pub kind: &'static str,
	/// The listing that it was done to.
	pub listing: u32,
	/// The node that did it.
	pub node: Option<String>,
	/// Who proved it.
	pub reporter: Option<String>,
	/// What it rests on.
	pub basis: Basis,
	/// Hash that names the evidence.
	pub evidence: String,
	/// What it cost the curator's bond; nothing is known of what is not remembered there.
	pub of_curator: Option<Amount>,
	/// What it cost the node's bond, likewise.
	pub of_node: Option<Amount>,
	/// Who got what of that so far.
	pub paid: Option<PaidEntry>,
	/// Whether all of it is paid.
	pub settled: bool,
	/// What is not paid yet.
	pub left: Option<Amount>,
	/// Block in which it is forgotten, if not before.
	pub forgotten_in: u32,
}

/// Who got what.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PaidEntry {
	/// Those who pay for the listing.
	pub subscribers: Amount,
	/// Who proved it.
	pub reporter: Amount,
	/// The treasury.
	pub treasury: Amount,
}

impl From<Division> for PaidEntry {
	fn from(division: Division) -> Self {
		Self {
			subscribers: native(division.subscribers),
			reporter: native(division.reporter),
			treasury: native(division.treasury),
		}
	}
}

impl HistoryRecord {
	/// Reads it from the chain: of the listing, of the nodes that are assigned to it, and of those that were when they did something.
	pub async fn read(
		view: &View,
		listing: &ListingView,
		assignments: &[AssignmentView],
	) -> Result<Self, Failure> {
		let of_listing = view.offences(listing.id).await?;
		let assigned = assignments.iter().map(|one| one.node);
		let mut nodes: Vec<AccountId> =
			assigned.chain(of_listing.iter().filter_map(|record| record.node)).collect();
		nodes.sort_unstable();
		nodes.dedup();
		let mut of_nodes = Vec::new();
		for node in nodes {
			of_nodes.extend(view.node_offences(node).await?);
		}
		let fines = view.fines().await?;
		Ok(Self::new(of_listing, of_nodes, &fines, view.rank(listing.id).await?))
	}

	fn new(
		of_listing: Vec<OffenceRecord>,
		of_nodes: Vec<OffenceRecord>,
		fines: &[FineView],
		rank: RankView,
	) -> Self {
		// An offence that two bonds answer for is remembered against both.
		let mut joined: BTreeMap<_, OffenceEntry> = BTreeMap::new();
		let kept = of_listing.into_iter().map(|record| (record, true));
		for (record, is_curators) in kept.chain(of_nodes.into_iter().map(|record| (record, false))) {
			let key = (record.at, record.kind, record.evidence);
			let entry = joined.entry(key).or_insert_with(|| OffenceEntry::new(&record));
			entry.divide(&record, fines);
			let taken = Some(native(record.taken));
			match is_curators {
				true => entry.of_curator = taken,
				false => entry.of_node = taken,
			}
		}
		let offences = joined.into_values().rev().collect();
		Self { offences, counted: rank.offences, score: rank.score }
	}

	/// For a person.
	pub fn describe(&self, out: Out<'_>) -> Result<(), Failure> {
		writeln!(out, "\nOffences")?;
		if self.offences.is_empty() {
			writeln!(out, "  none are remembered")?;
		}
		for offence in &self.offences {
			offence.describe(out)?;
		}
		let score = grouped(self.score.into());
		match self.counted {
			0 => writeln!(out, "  nothing lowers its rank; its score is {score}")?,
			1 => writeln!(out, "  one of them halves its rank; its score is {score}")?,
			counted => {
				let divisor = counted.saturating_add(1);
				writeln!(out, "  {counted} of them leave 1/{divisor} of its rank; its score is {score}")?
			}
		}
		Ok(())
	}
}

impl OffenceEntry {
	fn new(record: &OffenceRecord) -> Self {
		Self {
			block: record.at,
			kind: record.kind.name(),
			listing: record.listing,
			node: record.node.as_ref().map(format_account),
			reporter: record.reporter.as_ref().map(format_account),
			basis: record.basis,
			evidence: hex(record.evidence),
			of_curator: None,
			of_node: None,
			paid: None,
			settled: true,
			left: None,
			forgotten_in: record.until,
		}
	}

	/// Who gets what was taken, as one of the bonds remembers it. A bond that had nothing to lose knows nothing of what the other lost.
	fn divide(&mut self, record: &OffenceRecord, fines: &[FineView]) {
		let fine = record.fine.and_then(|id| fines.iter().find(|fine| fine.id == id));
		// Of a fine that is neither divided nor being divided, a newer block knows more.
		let paid = record.division.or(fine.map(|fine| fine.paid));
		self.paid = self.paid.take().or(paid.map(PaidEntry::from));
		self.settled &= record.division.is_some() || record.fine.is_none();
		self.left = self.left.take().or(fine.map(|fine| native(fine.left)));
	}

	fn describe(&self, out: Out<'_>) -> Result<(), Failure> {
		let by = self.node.as_ref().map(|node| format!(" by {}", printable(node))).unwrap_or_default();
		let what = self.kind.replace('_', " ");
		writeln!(out, "  block {}: {what}{by}, listing {}", self.block, self.listing)?;
		writeln!(out, "    {}, evidence {}", reason(self.basis), self.evidence)?;
		if let Some(reporter) = &self.reporter {
			writeln!(out, "    reported by {}", printable(reporter))?;
		}
		let taken = [(&self.of_curator, "the curator's bond"), (&self.of_node, "the node's bond")];
		let taken: Vec<_> = taken
			.into_iter()
			.filter_map(|(amount, of)| Some(format!("{} of {of}", amount.as_ref()?)))
			.collect();
		writeln!(out, "    took {}", taken.join(", "))?;
		if let Some(PaidEntry { subscribers, reporter, treasury }) = &self.paid {
			writeln!(out, "    paid {subscribers} to subscribers, {reporter} to the reporter, {treasury} to the treasury")?;
		}
		if let Some(left) = &self.left {
			writeln!(out, "    {left} of it is still being divided")?;
		}
		Ok(())
	}
}

/// Who says so, or what proves it.
fn reason(basis: Basis) -> String {
	match basis {
		Basis::Votes { against, of } => format!("{against} of {of} validators did not reach it"),
		Basis::NoAnswer { until } => format!("no answer before block {until}"),
		Basis::Late { until } => format!("no snapshot before block {until}"),
		Basis::Statements => "two signed statements".into(),
		Basis::Proof { order } => format!("proved by the buyer of order {order}"),
		Basis::Ruling { case } => format!("ruled in case {case}"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_sdk::types::OffenceKind;

	fn record(kind: OffenceKind, at: u32, taken: u128) -> OffenceRecord {
		OffenceRecord {
			kind,
			listing: 1,
			node: Some([7; 32]),
			reporter: None,
			basis: Basis::NoAnswer { until: at },
			evidence: [at as u8; 32],
			at,
			until: at + 100,
			taken,
			fine: Some(at.into()),
			division: None,
		}
	}

	fn souk(amount: u128) -> u128 {
		amount * 1_000_000_000_000
	}

	/// A missed challenge that is divided, and a conflict that is being divided.
	fn history() -> HistoryRecord {
		let divided = Some(Division { subscribers: souk(3), reporter: 0, treasury: souk(4) });
		let missed = |taken| OffenceRecord {
			division: divided,
			..record(OffenceKind::MissedChallenge, 10, souk(taken))
		};
		let conflict = OffenceRecord {
			reporter: Some([8; 32]),
			basis: Basis::Statements,
			..record(OffenceKind::ConflictingSnapshots, 20, souk(50))
		};
		let fine = FineView {
			id: 20,
			listing: 1,
			at: 20,
			left: souk(30),
			paid: Division { subscribers: souk(20), ..Division::default() },
			subscribers: souk(5),
			reporter: Some(([8; 32], souk(10))),
			waits_until: None,
		};
		let rank = RankView { live_paid: 1, retained: 1, score: 2, offences: 1 };
		HistoryRecord::new(vec![missed(5)], vec![conflict, missed(2)], &[fine], rank)
	}

	#[test]
	fn an_offence_that_two_bonds_answer_for_is_one_and_the_newest_comes_first() {
		let HistoryRecord { offences, counted, score } = history();
		assert_eq!((offences.len(), counted, score), (2, 1, 2));
		assert_eq!((offences[0].block, offences[0].kind), (20, "conflicting_snapshots"));
		assert_eq!((&offences[0].of_curator, &offences[0].of_node), (&None, &Some(native(souk(50)))));
		assert!(!offences[0].settled && offences[1].settled);
		assert_eq!(offences[1].of_curator, Some(native(souk(5))));
		assert_eq!(offences[1].of_node, Some(native(souk(2))));
	}

	#[test]
	fn a_bond_that_had_nothing_to_lose_does_not_hide_what_the_other_lost() {
		let record = |taken, fine| OffenceRecord { fine, ..record(OffenceKind::MissedChallenge, 10, taken) };
		let divided = Some(Division { treasury: souk(2), ..Division::default() });
		let rank = RankView { live_paid: 1, retained: 1, score: 2, offences: 1 };
		let of =
			|of_node| HistoryRecord::new(vec![record(0, None)], vec![of_node], &[], rank).offences.remove(0);
		let open = of(record(souk(2), Some(10)));
		assert!(!open.settled && open.paid.is_none());
		let paid = of(OffenceRecord { division: divided, ..record(souk(2), Some(10)) });
		assert!(paid.settled);
		assert_eq!(paid.paid, divided.map(PaidEntry::from));
	}

	#[test]
	fn it_reads_as_who_did_what_and_who_got_the_money() {
		let mut out = Vec::new();
		history().describe(&mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		let evidence = |byte: &str| byte.repeat(32);
		for part in [
			"block 20: conflicting snapshots by 5",
			&format!("    two signed statements, evidence 0x{}\n", evidence("14")),
			"reported by 5",
			"took 50 SOUK of the node's bond",
			"paid 20 SOUK to subscribers, 0 SOUK to the reporter, 0 SOUK to the treasury",
			"30 SOUK of it is still being divided",
			"block 10: missed challenge by 5",
			&format!("    no answer before block 10, evidence 0x{}\n", evidence("0a")),
			"took 5 SOUK of the curator's bond, 2 SOUK of the node's bond",
			"paid 3 SOUK to subscribers, 0 SOUK to the reporter, 4 SOUK to the treasury",
			"halves its rank; its score is 2",
		] {
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
	}

	#[test]
	fn it_says_who_says_so_or_what_proves_it() {
		for (basis, said) in [
			(Basis::Votes { against: 3, of: 4 }, "3 of 4 validators did not reach it"),
			(Basis::NoAnswer { until: 5 }, "no answer before block 5"),
			(Basis::Late { until: 6 }, "no snapshot before block 6"),
			(Basis::Statements, "two signed statements"),
			(Basis::Proof { order: 7 }, "proved by the buyer of order 7"),
			(Basis::Ruling { case: 8 }, "ruled in case 8"),
		] {
			let mut entry =
				OffenceEntry::new(&OffenceRecord { basis, ..record(OffenceKind::LostDispute, 1, 0) });
			entry.of_curator = Some(native(0));
			let mut out = Vec::new();
			entry.describe(&mut out).unwrap();
			let text = String::from_utf8(out).unwrap();
			assert!(text.contains(&format!("    {said}, evidence 0x01")), "{said:?} is not in\n{text}");
		}
	}

	#[test]
	fn where_nothing_is_remembered_that_is_said() {
		let rank = RankView { live_paid: 1, retained: 1, score: 4, offences: 0 };
		let mut out = Vec::new();
		HistoryRecord::new(vec![], vec![], &[], rank).describe(&mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		assert!(text.contains("none are remembered") && text.contains("its score is 4"), "{text}");
	}
}
