//! `souk verify --on-chain`: what the chain says of a bundle.

use crate::{
	context::{native, Context},
	failure::{Failure, Kind},
	output::{self, Out},
	records::hex,
	text::printable,
};
use souk_sdk::{
	asks::{BundleVerdict, CheckedBundle},
	proved::Document,
};

/// Has the chain check a bundle, and says what it said.
pub async fn run(document: &Document, bundle: Vec<u8>, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let account = ctx.account()?;
	let chain = ctx.chain().await?;
	let step = ctx.progress.step("the chain checks the bundle, waiting until that is final");
	let checked = chain.check_bundle(&account, document.listing, document.period, bundle).await?;
	drop(step);
	report(document, &checked, ctx.json, out)
}

fn report(document: &Document, checked: &CheckedBundle, json: bool, out: Out<'_>) -> Result<(), Failure> {
	let CheckedBundle { block, fee, verdict } = checked;
	let (bundle_hash, answer_hash, extrinsic) = match verdict {
		BundleVerdict::Proved { bundle_hash, answer_hash, extrinsic } => {
			(hex(bundle_hash), hex(answer_hash), hex(extrinsic))
		}
		BundleVerdict::Refused { error, rule } => return Err(refused(error, rule, *block, *fee)),
	};
	if json {
		return output::json(
			out,
			&serde_json::json!({
				"verdict": "proved",
				"listing": document.listing,
				"snapshot": document.period,
				"sql": document.sql,
				"answer": document.answer,
				"bundle_hash": bundle_hash,
				"answer_hash": answer_hash,
				"block": block,
				"extrinsic": extrinsic,
				"fee": native(*fee),
			}),
		);
	}
	writeln!(out, "Proved, says the chain in block {block}: {}", printable(document.sql.trim()))?;
	output::pairs(
		out,
		&[
			("listing", document.listing.to_string()),
			("snapshot", format!("period {}", document.period)),
			("bundle", bundle_hash),
			("answer", answer_hash),
			("transaction", extrinsic),
			("fee", native(*fee).to_string()),
		],
	)
}

/// A verdict that scripts see by the exit code as well.
fn refused(error: &str, rule: &str, block: u32, fee: u128) -> Failure {
	let said = printable(rule.trim_end_matches('.'));
	let meaning = meaning(error);
	let mut message = format!("refused by the chain: {error}. {said}.");
	if let Some(meaning) = meaning {
		message = format!("{message} {meaning}");
	}
	message = format!("{message} (block {block}; the fee was {})", native(fee));
	let details = serde_json::json!({
		"verdict": "refused",
		"error": error,
		"rule": said,
		"meaning": meaning,
		"block": block,
		"fee": native(fee),
	});
	let code = format!("Asks.{error}");
	Failure { details: Some(details), ..Failure::new(Kind::NotProved, message).with_code(code) }
}

/// What an error of `Asks.check` means for who has changed a file; none for errors that a newer chain may have.
fn meaning(error: &str) -> Option<&'static str> {
	Some(match error {
		"UnknownListing" => "`listing` in the file is the number of no listing.",
		"UnknownSnapshot" => "`period` in the file is that of no final snapshot, or of one that the listing does not keep any more.",
		"NothingProvable" => "`listing` or `period` in the file is that of a snapshot over which nothing can be proved.",
		"ProofsPaused" => "No proof over a table is taken at present, whatever it is; the file may be good.",
		"ProofRetired" => "Nothing is proved in this way any more; a new proof of a newer version would be.",
		"UnknownProofVersion" => "`version` in the file is that of no proof system that this chain checks.",
		"BundleTooLarge" => "The file holds more than any proof needs.",
		"BundleMalformed" => "Something in the file is longer than it can be, or stands twice.",
		"WrongContext" => "`genesis` in the file is another chain's.",
		"WrongColumns" => "`rows`, or a column's name, type, scale, words or digest in the file was changed, or is of another snapshot.",
		"WrongGroupSize" => "`min_group_size` in the file is not what the listing's policy asks for: it was changed, here or there.",
		"NotProvable" => "The SQL in the file asks for what no proof can show over these columns.",
		"NoAnswer" => "The figures in the file contradict each other, or the SQL.",
		"ProofNotValid" => "Everything is well formed, but this proof was not made for these figures of this SQL: one of them, or the proof itself, \
		                    was changed.",
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn document() -> Document {
		let json = serde_json::json!({
			"format": "souk/proved-query/v1",
			"version": 1,
			"genesis": "0x00",
			"listing": 3,
			"period": 29_920_500,
			"rows": 10,
			"columns_root": "0x00",
			"min_group_size": 0,
			"sql": "SELECT count(*) FROM t",
			"answer": { "columns": ["count(*)"], "rows": [["10"]] },
			"columns": [],
			"proof": "0x00",
		});
		Document::parse(&serde_json::to_vec(&json).unwrap()).unwrap()
	}

	#[test]
	fn a_bundle_that_holds_is_said_with_block_and_fee() {
		let verdict =
			BundleVerdict::Proved { bundle_hash: [2; 32], answer_hash: [3; 32], extrinsic: [4; 32] };
		let checked = CheckedBundle { block: 120, fee: 1_000_000_000, verdict };
		let said = |json| {
			let mut out = Vec::new();
			report(&document(), &checked, json, &mut out).unwrap();
			String::from_utf8(out).unwrap()
		};
		let text = said(false);
		for part in ["Proved, says the chain in block 120: SELECT count(*)", "0x0202", "0x0303", "0.001 SOUK"]
		{
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		let json: serde_json::Value = serde_json::from_str(&said(true)).unwrap();
		assert_eq!((&json["verdict"], &json["block"]), (&"proved".into(), &120.into()));
		assert_eq!(json["answer"]["rows"][0][0], "10");
	}

	#[test]
	fn a_refusal_is_named_and_said_in_a_sentence() {
		let failure = refused("ProofNotValid", "The proof does not prove this answer.", 120, 1_000_000_000);
		assert_eq!((failure.kind.exit_code(), failure.code.as_deref()), (8, Some("Asks.ProofNotValid")));
		for part in
			["ProofNotValid. The proof does not", "was not made for these figures", "block 120", "0.001 SOUK"]
		{
			assert!(failure.message.contains(part), "{part:?} is not in {}", failure.message);
		}
		assert_eq!(failure.details.unwrap()["error"], "ProofNotValid");
	}

	#[test]
	fn an_error_that_is_not_known_here_is_said_in_the_chains_words() {
		let failure = refused("SomethingNew", "\u{1b}[2JA rule.", 1, 1);
		assert!(failure.message.contains("SomethingNew. \\u{1b}[2JA rule. (block 1"), "{}", failure.message);
	}

	#[test]
	fn each_error_that_checking_can_end_with_has_a_sentence() {
		let source = include_str!("../../../../pallets/asks/src/lib.rs");
		let errors =
			source.split("pub enum Error<T> {").nth(1).and_then(|rest| rest.split("\n\t}").next()).unwrap();
		let names: Vec<_> = errors
			.lines()
			.filter_map(|line| line.trim().strip_suffix(','))
			.filter(|name| name.chars().all(char::is_alphanumeric))
			.collect();
		assert!(names.len() >= 35, "{names:?}");
		// What only asks can end with.
		let others = [
			"NotActive",
			"PolicyChanged",
			"BadAggregates",
			"BadPredicates",
			"NoSuchColumn",
			"TooManyRows",
			"ZeroBounty",
			"BadWait",
			"InsufficientFunds",
			"DepositUnpaid",
			"NotFound",
			"NotAuthorized",
			"AlreadyAnswered",
			"Expired",
			"Ended",
			"AnswerOnItsWay",
			"NothingDue",
			"SettlementPending",
			"NotEnded",
			"TooEarly",
			"WrongQuery",
		];
		for name in names {
			assert_eq!(meaning(name).is_some(), !others.contains(&name), "{name}");
		}
	}
}
