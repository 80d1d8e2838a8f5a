//! `souk credential verify`: the signature off line, then what the chain knows.

use crate::{
	context::Context,
	failure::{at_path, Failure, Kind},
	output::{self, Out},
	records::hex,
	text::printable,
};
use souk_custody::format_account;
use souk_sdk::{
	credential::{
		chain::{check, Check, Known},
		type_name, Credential, Refusal,
	},
	types::CredentialView,
};
use std::{fs::File, io::Read as _, path::Path};

/// A credential has some 1,500 bytes.
const MOST_BYTES: u64 = 64 << 10;

/// Runs it.
pub async fn run(file: &Path, offline: bool, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let credential = Credential::parse(&read(file)?).map_err(refused)?;
	credential.verify().map_err(refused)?;
	if offline {
		return report(&credential, None, ctx.json, out);
	}
	let step = ctx.progress.step("reading what the chain knows of it");
	let view = ctx.view().await?;
	let known = Known::at(&view, ctx.chain().await?.genesis(), &credential).await?;
	drop(step);
	let checks = check(&credential, &known).map_err(refused)?;
	report(&credential, Some((view.head().number, known.record, checks)), ctx.json, out)
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
	let mut bytes = Vec::new();
	File::open(file)
		.and_then(|opened| opened.take(MOST_BYTES + 1).read_to_end(&mut bytes))
		.map_err(at_path("read", file))?;
	if bytes.len() as u64 > MOST_BYTES {
		return Err(refused(Refusal::Malformed(format!("{} is longer than any credential", file.display()))));
	}
	Ok(bytes)
}

/// A credential that does not hold: exit code and name are for scripts.
fn refused(why: Refusal) -> Failure {
	Failure::new(Kind::NotProved, format!("refused: {}", printable(&why.to_string()))).with_code(why.code())
}

/// What the chain said: the block, its record, and what was checked.
type Said = (u32, Option<CredentialView>, Vec<Check>);

fn report(credential: &Credential, said: Option<Said>, json: bool, out: Out<'_>) -> Result<(), Failure> {
	let statement = &credential.statement;
	let facts = &statement.facts;
	let (block, record, checks) = match said {
		Some((block, record, checks)) => (Some(block), record, checks),
		None => (None, None, Vec::new()),
	};
	let unchecked = unchecked(&checks);
	if json {
		let names: Vec<_> = ["signature"].into_iter().chain(checks.iter().map(name)).collect();
		return output::json(
			out,
			&serde_json::json!({
				"verdict": if block.is_some() { "holds" } else { "signed" },
				"type": type_name(statement.id.kind),
				"issuer": format_account(&statement.issuer),
				"subject": format_account(&statement.subject),
				"order": statement.id.order,
				"listing": facts.listing,
				"sold": facts.sold,
				"released": facts.released,
				"price": { "at_least": facts.price.at_least, "below": facts.price.below, "asset": facts.price.asset },
				"valid_from": statement.valid_from,
				"hash": hex(credential.hash()),
				"checks": names,
				"unchecked": unchecked,
				"block": block,
				"until": record.map(|known| known.record.until),
			}),
		);
	}
	match block {
		Some(block) => writeln!(out, "It holds, as of block {block}: {}", type_name(statement.id.kind))?,
		None => writeln!(out, "It is signed: {}. The chain was not asked.", type_name(statement.id.kind))?,
	}
	let outcome = if facts.released { "the seller was paid" } else { "the money went back" };
	let price = &facts.price;
	let range = format!("{} to less than {} {}", price.at_least, price.below, printable(&price.asset));
	output::pairs(
		out,
		&[
			("issued by", format_account(&statement.issuer)),
			("about", format_account(&statement.subject)),
			("since", printable(&statement.valid_from)),
			("order", format!("{} of listing {}: {outcome}", statement.id.order, facts.listing)),
			("sold", format!("{}, for {range}", printable(&facts.sold))),
		],
	)?;
	writeln!(out, "\nChecked")?;
	writeln!(out, "  the issuer's account has signed exactly these words")?;
	for check in checks.iter().filter(|check| **check != Check::OrderForgotten) {
		writeln!(out, "  {}", in_words(check, record.as_ref()))?;
	}
	writeln!(out, "\nNot checked: {} (the issuer's word)", unchecked.join(", "))?;
	if checks.contains(&Check::OrderForgotten) {
		writeln!(out, "  {}", in_words(&Check::OrderForgotten, record.as_ref()))?;
	}
	Ok(())
}

/// What of a credential's facts is not held against anything. What was sold never is.
fn unchecked(checks: &[Check]) -> &'static [&'static str] {
	match checks.last() {
		Some(Check::Order) => &["sold"],
		Some(Check::OrderForgotten) => &["outcome", "price", "sold"],
		_ => &["listing", "outcome", "price", "sold"],
	}
}

/// A check for machines.
const fn name(check: &Check) -> &'static str {
	match check {
		Check::Chain => "chain",
		Check::Registered => "registered",
		Check::Sides => "sides",
		Check::NotRevoked => "not_revoked",
		Check::Order => "order",
		Check::OrderForgotten => "order_forgotten",
	}
}

fn in_words(check: &Check, record: Option<&CredentialView>) -> String {
	match check {
		Check::Chain => "it is about an order of this chain".into(),
		Check::Registered => match record {
			Some(known) => format!("the chain knows this very document, since block {}", known.record.issued_at),
			None => "the chain knows this very document".into(),
		},
		Check::Sides => "the chain let it be issued by one side of that order about the other".into(),
		Check::NotRevoked => match record {
			Some(known) => format!("it is not revoked, and expires in block {}", known.record.until),
			None => "it is not revoked".into(),
		},
		Check::Order => "the order on the chain is of that listing, ended so, and its price is in that range".into(),
		Check::OrderForgotten => {
			"the order's record was removed from the chain since: nothing is left to hold outcome and price against".into()
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{commands::credential::issue::example, context::tests::offline};
	use souk_sdk::types::CredentialRecord;

	fn said(credential: &Credential, last: Check, json: bool) -> String {
		let record = CredentialView {
			id: credential.statement.id,
			record: CredentialRecord {
				listing: 3,
				issuer: credential.statement.issuer,
				subject: credential.statement.subject,
				hash: credential.hash(),
				issued_at: 5,
				final_at: 20,
				until: 100,
				revoked_at: None,
				deposit: 1,
			},
		};
		let checks = vec![Check::Chain, Check::Registered, Check::Sides, Check::NotRevoked, last];
		let mut out = Vec::new();
		report(credential, Some((50, Some(record), checks)), json, &mut out).unwrap();
		String::from_utf8(out).unwrap()
	}

	#[test]
	fn each_check_is_said_in_plain_words() {
		let text = said(&example(), Check::Order, false);
		for part in [
			"It holds, as of block 50: TrustedSellerCredential",
			"12 of listing 3: the seller was paid",
			"10 to less than 100 wUSD",
			"signed exactly these words",
			"this very document, since block 5",
			"not revoked, and expires in block 100",
			"its price is in that range",
			"Not checked: sold (the issuer's word)",
		] {
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		let json: serde_json::Value = serde_json::from_str(&said(&example(), Check::Order, true)).unwrap();
		assert_eq!((&json["verdict"], &json["checks"][1]), (&"holds".into(), &"chain".into()));
		assert_eq!(json["checks"].as_array().unwrap().len(), 6);
		assert_eq!(json["unchecked"], serde_json::json!(["sold"]));
	}

	#[test]
	fn what_the_chain_has_forgotten_is_said_to_be_unchecked() {
		let text = said(&example(), Check::OrderForgotten, false);
		let (checked, unchecked) = text.split_once("\nNot checked: ").unwrap();
		assert!(!checked.contains("removed from the chain") && !checked.contains("price is in"), "{text}");
		assert!(unchecked.starts_with("outcome, price, sold (the issuer's word)\n"), "{text}");
		assert!(unchecked.contains("removed from the chain since"), "{text}");
		let json: serde_json::Value =
			serde_json::from_str(&said(&example(), Check::OrderForgotten, true)).unwrap();
		assert_eq!(json["unchecked"], serde_json::json!(["outcome", "price", "sold"]));
		let mut offline = Vec::new();
		report(&example(), None, true, &mut offline).unwrap();
		let json: serde_json::Value = serde_json::from_slice(&offline).unwrap();
		assert_eq!(json["unchecked"], serde_json::json!(["listing", "outcome", "price", "sold"]));
	}

	#[tokio::test]
	async fn a_changed_byte_is_refused_by_name_without_a_chain() {
		let dir = tempfile::tempdir().unwrap();
		let ctx = offline(dir.path());
		let file = dir.path().join("credential.json");
		let bytes = example().canonical();
		let written = |bytes: &[u8]| {
			std::fs::write(&file, bytes).unwrap();
			file.clone()
		};
		let path = written(&bytes);
		let mut out = Vec::new();
		run(&path, true, &ctx, &mut out).await.unwrap();
		assert!(String::from_utf8(out).unwrap().contains("The chain was not asked"));
		let text = String::from_utf8(bytes).unwrap();
		for (changed, code) in [
			(text.replacen("\"below\":\"100\"", "\"below\":\"101\"", 1), "bad_signature"),
			(text.replacen(":", ": ", 1), "not_canonical"),
			(text.replacen("proofValue\":\"f", "proofValue\":\"z", 1), "malformed"),
		] {
			let path = written(changed.as_bytes());
			let failure = run(&path, true, &ctx, &mut Vec::new()).await.unwrap_err();
			assert_eq!((failure.kind.exit_code(), failure.code.as_deref()), (8, Some(code)), "{failure}");
		}
	}
}
