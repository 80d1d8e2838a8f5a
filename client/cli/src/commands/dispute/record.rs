//! How a case reads.

use crate::{
	amount::Amount,
	commands::order::span,
	context::native,
	failure::Failure,
	output::{self, Out},
	records::hex,
	text::grouped,
};
use serde::Serialize;
use souk_custody::format_account;
use souk_sdk::types::{CaseEnding, CasePhase, CaseView, JurorView, Party, Ruling};

/// A case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseRecord {
	/// Its number.
	pub case: u64,
	/// About which order.
	pub order: u64,
	/// The listing's number.
	pub listing: u32,
	/// Who pays for the order.
	pub buyer: String,
	/// Who is paid.
	pub seller: String,
	/// Which of them opened it.
	pub opened_by: &'static str,
	/// Block in which it was opened.
	pub opened_at: u32,
	/// Where it is in its life.
	pub phase: &'static str,
	/// First block in which it is too late for what it waits for.
	pub until: u32,
	/// Which jury, from 1.
	pub round: u8,
	/// What the buyer has posted.
	pub posted_by_buyer: Amount,
	/// What the seller has posted.
	pub posted_by_seller: Amount,
	/// What a juror earns.
	pub juror_fee: Amount,
	/// What a juror can lose.
	pub juror_stake: Amount,
	/// The ruling of the last jury that was counted.
	pub last_ruling: Option<&'static str>,
	/// Whether a majority voted for it.
	pub decided: Option<bool>,
	/// How it ended.
	pub ended: Option<&'static str>,
	/// What it ended with.
	pub final_ruling: Option<&'static str>,
	/// Its juries.
	pub juries: Vec<JuryRecord>,
	/// Its evidence.
	pub evidence: Vec<EvidenceRecord>,
	/// Who from outside asks to see it, or may.
	pub reviews: Vec<ReviewRecord>,
}

/// The jury of a round.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JuryRecord {
	/// Which, from 1.
	pub round: usize,
	/// How many seats it has.
	pub seats: u32,
	/// Who was drawn.
	pub jurors: Vec<JurorRecord>,
}

/// A juror.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JurorRecord {
	/// Who.
	pub account: String,
	/// What can be seen of the vote: `none`, `sealed`, `absent`, or what it is for.
	pub vote: &'static str,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceRecord {
	/// Which side shows it.
	pub by: &'static str,
	/// Its hash.
	pub hash: String,
	/// Since which block.
	pub block: u32,
}

/// Somebody from outside.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewRecord {
	/// Who.
	pub reviewer: String,
	/// How many jurors approve.
	pub approvals: usize,
	/// Whether the access is given.
	pub open: bool,
	/// First block in which it is over.
	pub until: Option<u32>,
}

/// A ruling in a word.
pub fn vote_name(ruling: Ruling) -> &'static str {
	match ruling {
		Ruling::Buyer => "buyer",
		Ruling::Seller => "seller",
		Ruling::Refused => "refuse",
	}
}

fn side_name(side: Party) -> &'static str {
	match side {
		Party::Buyer => "buyer",
		Party::Seller => "seller",
	}
}

fn phase_name(phase: CasePhase) -> &'static str {
	match phase {
		CasePhase::Opened => "opened",
		CasePhase::Evidence => "evidence",
		CasePhase::Drawing => "drawing",
		CasePhase::Commit => "commit",
		CasePhase::Reveal => "reveal",
		CasePhase::Appeal => "appeal",
		CasePhase::Closed => "closed",
	}
}

fn ending_name(ending: CaseEnding) -> &'static str {
	match ending {
		CaseEnding::Ruled => "ruled",
		CaseEnding::Default => "not answered",
		CaseEnding::Settled => "settled",
		CaseEnding::NoJury => "no jury",
	}
}

fn seen_of(juror: &JurorView) -> &'static str {
	match (juror.replaced, juror.vote, juror.commitment) {
		(true, ..) => "absent",
		(false, Some(vote), _) => vote_name(vote),
		(false, None, Some(_)) => "sealed",
		(false, None, None) => "none",
	}
}

impl CaseRecord {
	/// One case.
	pub fn new(case: &CaseView) -> Self {
		let juries = case.juries.iter().enumerate().map(|(round, jury)| JuryRecord {
			round: round + 1,
			seats: jury.seats,
			jurors: jury
				.jurors
				.iter()
				.map(|juror| JurorRecord { account: format_account(&juror.who), vote: seen_of(juror) })
				.collect(),
		});
		let evidence = case.evidence.iter().map(|shown| EvidenceRecord {
			by: side_name(shown.by),
			hash: hex(shown.hash),
			block: shown.at,
		});
		let reviews = case.reviews.iter().map(|review| ReviewRecord {
			reviewer: format_account(&review.reviewer),
			approvals: review.approvals.len(),
			open: review.open,
			until: review.until,
		});
		Self {
			case: case.id,
			order: case.order,
			listing: case.listing,
			buyer: format_account(&case.buyer),
			seller: format_account(&case.seller),
			opened_by: side_name(case.opener),
			opened_at: case.opened_at,
			phase: phase_name(case.phase),
			until: case.until,
			round: case.round + 1,
			posted_by_buyer: native(case.fees.buyer),
			posted_by_seller: native(case.fees.seller),
			juror_fee: native(case.terms.juror_fee),
			juror_stake: native(case.terms.juror_stake),
			last_ruling: case.verdict.map(|verdict| vote_name(verdict.ruling)),
			decided: case.verdict.map(|verdict| verdict.decided),
			ended: case.ended.map(|(how, _)| ending_name(how)),
			final_ruling: case.ended.map(|(_, ruling)| vote_name(ruling)),
			juries: juries.collect(),
			evidence: evidence.collect(),
			reviews: reviews.collect(),
		}
	}

	/// What was ruled so far, in a word.
	pub fn ruling(&self) -> &'static str {
		self.final_ruling.or(self.last_ruling).unwrap_or("")
	}

	/// Everything about it, as of a block.
	pub fn describe(&self, block: u32, out: Out<'_>) -> Result<(), Failure> {
		let mut pairs = vec![
			("case", self.case.to_string()),
			("order", self.order.to_string()),
			("buyer", self.buyer.clone()),
			("seller", self.seller.clone()),
			("opened", format!("by the {} in block {}", self.opened_by, self.opened_at)),
			("phase", format!("{}, round {}", self.phase, self.round)),
		];
		if let Some(ruling) = self.last_ruling {
			let how = if self.decided == Some(true) { "" } else { ", for want of a majority" };
			pairs.push(("last ruling", format!("{ruling}{how}")));
		}
		for (name, amount) in
			[("buyer posted", &self.posted_by_buyer), ("seller posted", &self.posted_by_seller)]
		{
			if amount.units > 0 {
				pairs.push((name, amount.to_string()));
			}
		}
		pairs.push(("a juror", format!("earns {}, has {} at stake", self.juror_fee, self.juror_stake)));
		pairs.push(("now", self.outlook(block)));
		output::pairs(out, &pairs)?;
		for shown in &self.evidence {
			writeln!(out, "evidence of the {}: {}", shown.by, shown.hash)?;
		}
		for jury in &self.juries {
			for juror in &jury.jurors {
				writeln!(out, "juror of round {}: {}, {}", jury.round, juror.account, juror.vote)?;
			}
		}
		for review in &self.reviews {
			let access = match (review.open, review.until) {
				(true, Some(until)) => format!("may see the evidence before block {until}"),
				(false, Some(until)) => format!("could see the evidence before block {until}"),
				(_, None) => format!("asks to see the evidence; {} of 2 jurors approve", review.approvals),
			};
			writeln!(out, "reviewer {}: {access}", review.reviewer)?;
		}
		Ok(())
	}

	/// What happens next, and when.
	pub fn outlook(&self, block: u32) -> String {
		let by = match self.until.checked_sub(block) {
			Some(left) if left > 0 => {
				format!("before block {} (about {})", grouped(self.until.into()), span(left))
			}
			_ => format!(
				"until block {}; what follows comes in the chain's next turn",
				grouped(self.until.into())
			),
		};
		match self.phase {
			"opened" => {
				let (other, opener) =
					if self.opened_by == "buyer" { ("seller", "buyer") } else { ("buyer", "seller") };
				format!("the {other} has to post the fee {by}; else it is ruled for the {opener}")
			}
			"evidence" => format!("both sides show what they have {by}; then a jury is drawn"),
			"drawing" => format!("a jury is drawn as soon as its randomness is known, {by}"),
			"commit" => format!("the jury votes {by}"),
			"reveal" => format!("the jury reveals its votes {by}"),
			"appeal" => format!("who has lost may appeal {by}; then the ruling is executed"),
			_ => format!(
				"over ({}): {}; forgotten in block {}",
				self.ended.unwrap_or_default(),
				self.ruling(),
				grouped(self.until.into())
			),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::dispute::tests::case;

	#[test]
	fn a_case_says_what_happens_next() {
		let opened = CaseRecord::new(&case(CasePhase::Opened));
		assert!(opened
			.outlook(60)
			.contains("the seller has to post the fee before block 110 (about 2 min 30 s)"));
		assert!(opened.outlook(110).contains("next turn"));
		let mut out = Vec::new();
		opened.describe(60, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in
			["by the buyer in block 10", "earns 2 SOUK, has 20 SOUK at stake", "buyer posted", ", none"]
		{
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		let mut closed = case(CasePhase::Closed);
		closed.ended = Some((CaseEnding::Default, Ruling::Buyer));
		assert_eq!(
			CaseRecord::new(&closed).outlook(60),
			"over (not answered): buyer; forgotten in block 110"
		);
	}

	#[test]
	fn a_vote_shows_no_more_than_the_chain_does() {
		let mut juror = JurorView { who: [1; 32], commitment: None, vote: None, replaced: false };
		assert_eq!(seen_of(&juror), "none");
		juror.commitment = Some([2; 32]);
		assert_eq!(seen_of(&juror), "sealed");
		juror.vote = Some(Ruling::Refused);
		assert_eq!(seen_of(&juror), "refuse");
		juror.replaced = true;
		assert_eq!(seen_of(&juror), "absent");
	}
}
