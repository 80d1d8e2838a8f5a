//! `souk order proof`: the proof of a delivery, as a file.

use crate::{
	context::Context,
	failure::Failure,
	home::replace,
	output::{self, Out},
	records::hex,
};
use souk_sdk::{Digest, ProofDocument};
use std::{
	io::Write as _,
	path::{Path, PathBuf},
	str::FromStr,
};

/// A block's hash, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockHash(Digest);

impl FromStr for BlockHash {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let digits = text.strip_prefix("0x").unwrap_or(text);
		let bytes = hex::decode(digits).ok().and_then(|bytes| bytes.try_into().ok());
		bytes.map(Self).ok_or_else(|| "the hash of a block is 64 hexadecimal digits".into())
	}
}

/// Runs `souk order proof`.
pub async fn run(
	order: u64,
	block: Option<BlockHash>,
	file: Option<PathBuf>,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let file = file.unwrap_or_else(|| PathBuf::from(format!("order-{order}-proof.json")));
	let chain = ctx.chain().await?;
	let step = ctx.progress.step(format!("looking for the proof of order {order}'s delivery in its block"));
	let document = chain.delivery_proof(order, block.map(|block| block.0)).await?;
	drop(step);
	write(&document, &file)?;
	if ctx.json {
		return output::json(out, &serde_json::json!({ "out": file, "proof": document }));
	}
	describe(&document, &file, out)
}

fn write(document: &ProofDocument, path: &Path) -> Result<(), Failure> {
	let mut text = serde_json::to_vec_pretty(document).map_err(|error| Failure::failed(error.to_string()))?;
	text.push(b'\n');
	replace(path, 0o644, |file| file.write_all(&text))
}

fn describe(document: &ProofDocument, file: &Path, out: Out<'_>) -> Result<(), Failure> {
	let origin = &document.origin;
	output::pairs(
		out,
		&[
			("proof", hex(document.proof_id)),
			("of", format!("the delivery of order {}, listing {}", origin.order, origin.listing)),
			("statement", format!("{}, era {}", document.name, document.era)),
			("verifying key", hex(document.key_id)),
			("posted by", origin.by.clone()),
			("in", format!("block {}, transaction {}", origin.block, hex(origin.extrinsic))),
			("size", format!("{} bytes, {} public inputs", document.proof.len(), document.inputs.len())),
		],
	)?;
	let name = file.display();
	writeln!(
		out,
		"Written to {name}; it holds, checked here. `souk proof verify {name}` has the chain check it, also with bytes of it changed."
	)?;
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::proof::tests::document;

	#[test]
	fn a_hash_is_typed_with_or_without_its_mark() {
		let digits = "ab".repeat(32);
		assert_eq!(digits.parse(), Ok(BlockHash([0xab; 32])));
		assert_eq!(format!("0x{digits}").parse(), Ok(BlockHash([0xab; 32])));
		for bad in ["", "0x", "123", &digits[1..], &"zz".repeat(32)] {
			assert!(bad.parse::<BlockHash>().is_err(), "{bad}");
		}
	}

	#[test]
	fn what_is_written_is_what_is_read_and_said() {
		let dir = tempfile::tempdir().unwrap();
		let file = dir.path().join("proof.json");
		write(&document(), &file).unwrap();
		assert_eq!(ProofDocument::parse(&std::fs::read(&file).unwrap()), Ok(document()));
		let mut out = Vec::new();
		describe(&document(), &file, &mut out).unwrap();
		let text = String::from_utf8(out).unwrap();
		for part in [
			"order 9, listing 3",
			"key-delivery, era 2",
			"block 100",
			"384 bytes, 7 public inputs",
			"souk proof verify",
		] {
			assert!(text.contains(part), "{part:?} is not in\n{text}");
		}
	}
}
