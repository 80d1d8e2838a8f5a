//! `souk-ceremony new`, `contribute`, `beacon`, `verify`, `finish`.

use super::{beacon_of, contributors, receipt, tau, typed};
use crate::{
	cli::{AddBeacon, Contribute},
	files, KeyCeremony, Name,
};
use anyhow::{Context, Result};
use souk_proof_primitives::statements::{Era, StatementId};
use std::{io::Write, path::Path};

/// Starts the key of a statement.
pub fn new(statement: StatementId, era: u32, powers: &Path, to: &Path, out: &mut dyn Write) -> Result<()> {
	let key = KeyCeremony::new(statement, Era(era), &tau::verified(powers)?)?;
	files::write_new(to, &key.to_bytes())?;
	writeln!(out, "{}: the key of {statement} in era {era}, for the first contributor.", to.display())?;
	Ok(())
}

/// Contributes. What was contributed before is verified as far as it can be without the powers.
pub fn contribute(
	args: &Contribute,
	out: &mut dyn Write,
	ask: &mut dyn FnMut() -> Result<Vec<u8>>,
) -> Result<()> {
	let name = Name::new(&args.name)?;
	let mut key = read(&args.file)?;
	let hash = key.contribute(name, &typed(args, ask)?)?;
	files::write_new(&args.out, &key.to_bytes())?;
	receipt(&hash, out)
}

/// Ends the ceremony.
pub fn beacon(args: &AddBeacon, out: &mut dyn Write) -> Result<()> {
	let beacon = beacon_of(args)?;
	let mut key = read(&args.file)?;
	key.end(beacon)?;
	files::write_new(&args.out, &key.to_bytes())?;
	contributors(key.chain(), out)
}

/// Verifies a key against its powers.
pub fn verify(file: &Path, powers: &Path, out: &mut dyn Write) -> Result<()> {
	let key = read(file)?;
	key.verify(&tau::read(powers)?).with_context(|| refused(file))?;
	let origin = key.origin();
	writeln!(out, "{}: the key of {} in era {}, verified.", file.display(), origin.statement, origin.era.0)?;
	contributors(key.chain(), out)
}

/// Verifies a key and writes what comes out.
pub fn finish(file: &Path, powers: &Path, to: &Path, out: &mut dyn Write) -> Result<()> {
	let finished = read(file)?.finish(&tau::read(powers)?).with_context(|| refused(file))?;
	for path in finished.write(to)? {
		writeln!(out, "{}", path.display())?;
	}
	let transcript = &finished.transcript;
	writeln!(out, "verifying key id: {}", transcript.verifying_key_id)?;
	writeln!(out, "transcript hash:  {}", transcript.transcript_hash)?;
	Ok(())
}

fn read(file: &Path) -> Result<KeyCeremony> {
	let read = || -> Result<KeyCeremony, crate::Error> {
		let key = KeyCeremony::from_bytes(&files::read(file)?)?;
		key.chain().verify()?;
		key.chain().is_about(&key.hash())?;
		Ok(key)
	};
	read().with_context(|| refused(file))
}

fn refused(file: &Path) -> String {
	format!("the key of {} is refused", file.display())
}
