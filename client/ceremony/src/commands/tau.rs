//! `souk-ceremony tau …`

use super::{beacon_of, contributors, receipt, typed};
use crate::{
	cli::{AddBeacon, Contribute},
	files, Name, Powers,
};
use anyhow::{Context, Result};
use std::{io::Write, path::Path};

/// Starts with powers of one.
pub fn new(power: u32, to: &Path, out: &mut dyn Write) -> Result<()> {
	files::write_new(to, &Powers::new(power)?.to_bytes())?;
	writeln!(out, "{}: 2^{power} powers, for the first contributor.", to.display())?;
	Ok(())
}

/// Contributes. The file before is verified first: nobody should put their name after something that is wrong.
pub fn contribute(
	args: &Contribute,
	out: &mut dyn Write,
	ask: &mut dyn FnMut() -> Result<Vec<u8>>,
) -> Result<()> {
	let name = Name::new(&args.name)?;
	let mut powers = verified(&args.file)?;
	let hash = powers.contribute(name, &typed(args, ask)?)?;
	files::write_new(&args.out, &powers.to_bytes())?;
	receipt(&hash, out)
}

/// Ends the phase.
pub fn beacon(args: &AddBeacon, out: &mut dyn Write) -> Result<()> {
	let beacon = beacon_of(args)?;
	let mut powers = verified(&args.file)?;
	powers.end(beacon)?;
	files::write_new(&args.out, &powers.to_bytes())?;
	contributors(powers.chain(), out)
}

/// Verifies a file.
pub fn verify(file: &Path, out: &mut dyn Write) -> Result<()> {
	let powers = verified(file)?;
	writeln!(out, "{}: 2^{} powers, verified.", file.display(), powers.power())?;
	contributors(powers.chain(), out)
}

/// Reads powers, which the caller verifies.
pub fn read(file: &Path) -> Result<Powers> {
	let bytes = files::read(file)?;
	Powers::from_bytes(&bytes).with_context(|| refused(file))
}

/// Reads powers and verifies them.
pub fn verified(file: &Path) -> Result<Powers> {
	let powers = read(file)?;
	powers.verify().with_context(|| refused(file))?;
	Ok(powers)
}

fn refused(file: &Path) -> String {
	format!("the powers of {} are refused", file.display())
}
