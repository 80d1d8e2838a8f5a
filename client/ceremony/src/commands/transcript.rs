//! `souk-ceremony transcript`

use crate::{files, transcript::OriginText, Transcript};
use anyhow::{Context, Result};
use std::{io::Write, path::Path};

/// Checks a transcript by itself.
pub fn check(file: &Path, out: &mut dyn Write) -> Result<()> {
	let refused = || format!("the transcript {} is refused", file.display());
	let text = String::from_utf8(files::read(file)?).with_context(refused)?;
	let transcript = Transcript::from_json(&text).with_context(refused)?;
	let hash = transcript.check().with_context(refused)?;
	writeln!(
		out,
		"The key of {} in era {}: what was contributed is right.",
		transcript.statement, transcript.era
	)?;
	let phases = [("powers", &transcript.powers.contributions), ("key", &transcript.key.contributions)];
	for (phase, contributions) in phases {
		for made in contributions {
			let by = match &made.by {
				OriginText::Contributor(name) => name.clone(),
				OriginText::Beacon { value, rounds } => format!("beacon {value}, hashed 2^{rounds} times"),
			};
			writeln!(out, "{phase:<6}  {}  {by}", made.hash)?;
		}
	}
	writeln!(out, "verifying key id: {}", transcript.verifying_key_id)?;
	writeln!(out, "transcript hash:  {}", hex::encode(hash))?;
	writeln!(out, "Whether the key is that of the circuit: souk-ceremony verify, with the powers.")?;
	Ok(())
}
