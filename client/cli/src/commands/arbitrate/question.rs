//! What somebody is asked about a case, and what the answer means.

use crate::{
	commands::dispute::{vote_name, CaseRecord, PieceRecord},
	failure::Failure,
	output::Out,
};
use souk_sdk::types::{CaseId, CaseView, Ruling};
use std::io::Write as _;

/// What is answered where somebody does not want to vote from here.
const LATER: &str = "later";

/// Shows a case and asks how to vote on it. The answer names the case: several may be asked about at a time.
pub(super) fn ask(
	case: &CaseView,
	pieces: &[PieceRecord],
	block: u32,
	json: bool,
	out: Out<'_>,
) -> Result<(), Failure> {
	let (id, mut text) = (case.id, Vec::new());
	CaseRecord::new(case).describe(block, &mut text)?;
	pieces.iter().try_for_each(|piece| piece.describe(&mut text))?;
	writeln!(
		text,
		"How do you vote on case {id}? Write `{id} buyer`, `{id} seller` or `{id} refuse` before block {}; \
		 `{id} {LATER}` leaves it to `souk dispute vote`.",
		case.until
	)?;
	if json {
		// Standard output is for machines.
		to_stderr(&text);
	} else {
		out.write_all(&text)?;
		out.flush()?;
	}
	Ok(())
}

/// Writes to whoever sits at the terminal. `eprint!` panics where that is gone, which is no reason to miss a reveal.
pub(super) fn to_stderr(text: &[u8]) {
	let _ = std::io::stderr().write_all(text);
}

/// Says that a vote is due, and nobody can be asked.
pub(super) fn say_put_off(case: &CaseView, block: u32, json: bool, out: Out<'_>) -> Result<(), Failure> {
	let (id, until) = (case.id, case.until);
	if json {
		let line = serde_json::json!({ "event": "put_off", "case": id, "block": block, "until": until });
		writeln!(out, "{line}")?;
	} else {
		writeln!(
			out,
			"Case {id}: a vote is due before block {until}, and nobody can be asked here. \
			 `souk dispute vote {id} --for buyer|seller|refuse` votes; it is revealed from here."
		)?;
	}
	out.flush()?;
	Ok(())
}

/// What somebody has written: a case, and how to vote on it, if at all.
pub(super) fn answer(line: &str) -> Option<(CaseId, Option<Ruling>)> {
	let mut words = line.split_whitespace();
	let (id, said) = (words.next()?.parse().ok()?, words.next()?);
	let vote = Ruling::ALL.into_iter().find(|ruling| vote_name(*ruling) == said);
	let is_understood = words.next().is_none() && (vote.is_some() || said == LATER);
	is_understood.then_some((id, vote))
}
