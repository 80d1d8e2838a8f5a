//! `souk proof`: what the chain says of a proof.

use crate::{
	context::{native, Context},
	failure::{at_path, Failure},
	output::{self, Out},
	records::hex,
	text::printable,
};
use souk_sdk::{
	proof::{Shown, Verdict},
	ProofDocument,
};
use std::path::{Path, PathBuf};

/// `souk proof …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Have the chain check a proof: it says that it is valid, or names what is wrong. Costs a fee either way
	Verify {
		/// The proof, as `souk order proof` writes it
		file: PathBuf,
	},
}

/// Runs it.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let Command::Verify { file } = command;
	let document = read(&file)?;
	let account = ctx.account()?;
	let chain = ctx.chain().await?;
	let step = ctx.progress.step("the chain checks the proof, waiting until that is final");
	let shown = chain.show_proof(&account, &document).await?;
	drop(step);
	let own = document.is_of_its_order(chain.genesis());
	report(&document, &shown, own, ctx.json, out)
}

fn read(path: &Path) -> Result<ProofDocument, Failure> {
	let bytes = std::fs::read(path).map_err(at_path("read", path))?;
	ProofDocument::parse(&bytes).map_err(|reason| {
		Failure::usage(format!(
			"{} is no proof as `souk order proof` writes it: {}",
			path.display(),
			printable(&reason)
		))
	})
}

/// Says what the chain has said. `own`: the public inputs are those of the order that the document names.
fn report(
	document: &ProofDocument,
	shown: &Shown,
	own: bool,
	json: bool,
	out: Out<'_>,
) -> Result<(), Failure> {
	let Shown { block, fee, verdict } = shown;
	let (proof_id, extrinsic) = match verdict {
		Verdict::Valid { proof_id, extrinsic } => (*proof_id, *extrinsic),
		Verdict::Refused { error, rule } => return Err(refused(error, rule, *block, *fee)),
	};
	let origin = &document.origin;
	if json {
		return output::json(
			out,
			&serde_json::json!({
				"verdict": "valid",
				"proof_id": hex(proof_id),
				"statement": document.statement,
				"era": document.era,
				"of_its_order": own,
				"order": origin.order,
				"block": block,
				"extrinsic": hex(extrinsic),
				"fee": native(*fee),
			}),
		);
	}
	let of = match own {
		true => format!("the delivery of order {}, listing {}", origin.order, origin.listing),
		false => "other public inputs than those of the order that the file names".into(),
	};
	writeln!(out, "Valid, says the chain in block {block}.")?;
	output::pairs(
		out,
		&[
			("proof", hex(proof_id)),
			("of", of),
			("statement", format!("{}, era {}", printable(&document.name), document.era)),
			("transaction", hex(extrinsic)),
			("fee", native(*fee).to_string()),
		],
	)
}

/// A verdict that scripts see by the exit code as well.
fn refused(error: &str, rule: &str, block: u32, fee: u128) -> Failure {
	let meaning = meaning(error);
	let said = printable(rule.trim_end_matches('.'));
	let mut message = format!("the chain refuses the proof: {error}. {said}.");
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
	Failure { details: Some(details), ..Failure::failed(message).with_code(format!("Proofs.{error}")) }
}

/// What an error of `Proofs.verify` means for who has changed a file; none for errors that a newer chain may have.
fn meaning(error: &str) -> Option<&'static str> {
	Some(match error {
		"UnknownStatement" => "`statement` in the file is the number of no statement: 2 is the delivery of a key.",
		"NoKeys" => "`statement` in the file is that of proofs over tables, which are bundles: `souk verify --on-chain` has those checked.",
		"NotFound" => "`era` in the file is one for which nobody registered a key.",
		"Retired" => "Nothing is proved under the key of this era any more; a new proof of a newer era would be.",
		"Paused" => "No proof of this statement is taken at present, whatever it is; the file may be good.",
		"DevelopmentKey" => "Everybody can prove anything under the key of this era, so that this chain takes nothing proved with it.",
		"WrongInputCount" => "A public input of the file is missing, or one is too many, or one has not got its 32 bytes.",
		"InputNotCanonical" => "A public input of the file is too large a number: it, or its last byte, was changed.",
		"IndexTooLarge" => "The number of the chunk in the file is not one that a chunk can have.",
		"InputNotOnCurve" => "The coordinates of the buyer's or the seller's point in the file belong to no point: one of them was changed.",
		"InputIdentity" => "The buyer's or the seller's point in the file is the one that would make the secret known to everybody.",
		"InputNotInSubgroup" => "The buyer's or the seller's point in the file is one that would tell something of the secret.",
		"ProofMalformed" => "The proof in the file has a byte too many or too few, or a coordinate that is too large a number.",
		"ProofNotOnCurve" => "A byte of the proof was changed: its coordinates are no point any more.",
		"ProofIdentity" => "A point of the proof was replaced by the one that proves nothing.",
		"ProofNotInSubgroup" => "A point of the proof was replaced by one that only looks like a point of a proof.",
		"ProofNotValid" => "Everything is well formed, but this proof was not made for these public inputs: one of them, the era, or the proof \
		                    itself is another's.",
		_ => return None,
	})
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use souk_sdk::proof::{Input, Origin, VERSION};

	/// What `souk order proof` writes, with bytes that are made up.
	pub(in crate::commands) fn document() -> ProofDocument {
		let input = |name: &str| Input { name: name.into(), value: vec![5; 32] };
		let names =
			["key_commitment", "buyer.x", "buyer.y", "ephemeral.x", "ephemeral.y", "ciphertext", "context"];
		ProofDocument {
			version: VERSION,
			statement: 2,
			name: "key-delivery".into(),
			era: 2,
			key_id: [1; 32],
			proof_id: [2; 32],
			origin: Origin {
				genesis: [7; 32],
				listing: 3,
				order: 9,
				by: "5F".into(),
				block: 100,
				block_hash: [3; 32],
				index: 2,
				extrinsic: [4; 32],
			},
			inputs: names.map(input).into(),
			proof: vec![0xab; 384],
		}
	}

	fn shown(verdict: Verdict) -> Shown {
		Shown { block: 120, fee: 1_000_000_000, verdict }
	}

	#[test]
	fn a_valid_proof_is_named_with_what_it_is_of() {
		let valid = shown(Verdict::Valid { proof_id: [2; 32], extrinsic: [6; 32] });
		let said = |own, json| {
			let mut out = Vec::new();
			report(&document(), &valid, own, json, &mut out).unwrap();
			String::from_utf8(out).unwrap()
		};
		let text = said(true, false);
		for part in ["Valid, says the chain in block 120", "0x0202", "order 9, listing 3", "0.001 SOUK"] {
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
		assert!(said(false, false).contains("other public inputs"));
		let json: serde_json::Value = serde_json::from_str(&said(true, true)).unwrap();
		assert_eq!(
			(&json["verdict"], &json["block"], &json["of_its_order"]),
			(&"valid".into(), &120.into(), &true.into())
		);
	}

	#[test]
	fn a_refusal_is_named_and_said_in_a_sentence() {
		let refused = shown(Verdict::Refused {
			error: "ProofNotOnCurve".into(),
			rule: "Each point of a proof is on its curve".into(),
		});
		let failure = report(&document(), &refused, true, false, &mut Vec::new()).unwrap_err();
		assert_eq!((failure.kind.exit_code(), failure.code.as_deref()), (1, Some("Proofs.ProofNotOnCurve")));
		for part in
			["ProofNotOnCurve. Each point", "A byte of the proof was changed", "block 120", "0.001 SOUK"]
		{
			assert!(failure.message.contains(part), "{part:?} is not in {}", failure.message);
		}
		assert_eq!(failure.details.unwrap()["error"], "ProofNotOnCurve");
	}

	#[test]
	fn an_error_that_is_not_known_here_is_said_in_the_chains_words() {
		let failure = super::refused("SomethingNew", "\u{1b}[2JA rule.", 1, 1);
		assert!(failure.message.contains("SomethingNew. \\u{1b}[2JA rule. (block 1"), "{}", failure.message);
	}

	#[test]
	fn each_error_that_checking_can_end_with_has_a_sentence() {
		let source = include_str!("../../../../pallets/proofs/src/lib.rs");
		let errors =
			source.split("pub enum Error<T> {").nth(1).and_then(|rest| rest.split("\n\t}").next()).unwrap();
		let names: Vec<_> = errors
			.lines()
			.filter_map(|line| line.trim().strip_suffix(','))
			.filter(|name| name.chars().all(char::is_alphanumeric))
			.collect();
		assert!(names.len() >= 28, "{names:?}");
		// What only registering and switching can end with.
		let others = ["AlreadyExists", "AlreadyPaused", "NotPaused", "NoTranscript", "TooManyKeys"];
		for name in names {
			let expected = !name.starts_with("Key") && !others.contains(&name);
			assert_eq!(meaning(name).is_some(), expected, "{name}");
		}
	}

	#[test]
	fn a_file_that_is_no_proof_is_not_sent() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("proof.json");
		assert_eq!(read(&path).unwrap_err().kind, crate::failure::Kind::NotFound);
		std::fs::write(&path, "{}").unwrap();
		let failure = read(&path).unwrap_err();
		assert!(
			failure.kind == crate::failure::Kind::Usage && failure.message.contains("missing field"),
			"{failure}"
		);
	}
}
