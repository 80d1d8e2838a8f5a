//! The commands: files → ceremony → files, and a few lines for whoever ran them.

pub mod key;
pub mod tau;
pub mod transcript;

use crate::{
	chain::{Chain, Origin},
	cli::{AddBeacon, Contribute},
	files, Beacon,
};
use anyhow::{Context, Result};
use souk_proof_primitives::hash::Digest;
use std::io::Write;
use zeroize::Zeroizing;

/// What a contributor adds to the system's randomness.
fn typed(args: &Contribute, ask: &mut dyn FnMut() -> Result<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>> {
	Ok(Zeroizing::new(match &args.entropy {
		Some(path) => files::read(path)?,
		None => ask()?,
	}))
}

fn beacon_of(args: &AddBeacon) -> Result<Beacon> {
	let value = hex::decode(&args.value).context("the beacon's value is not hexadecimal")?;
	Ok(Beacon::new(value, args.rounds)?)
}

/// What a contributor has to do now.
fn receipt(hash: &Digest, out: &mut dyn Write) -> Result<()> {
	writeln!(out, "Your contribution's hash: {}", hex::encode(hash))?;
	writeln!(out, "Publish it: the transcript must have it. The secrets were in memory only, and are gone.")?;
	Ok(())
}

/// Everybody who has contributed.
fn contributors(chain: &Chain, out: &mut dyn Write) -> Result<()> {
	for (number, made) in (1..).zip(chain.contributions()) {
		let by = match &made.by {
			Origin::Contributor(name) => name.to_string(),
			Origin::Beacon(beacon) => {
				format!("beacon {}, hashed 2^{} times", hex::encode(beacon.value()), beacon.rounds())
			}
		};
		writeln!(out, "{number:>3}  {}  {by}", hex::encode(made.hash()))?;
	}
	match chain.ended() {
		Ok(()) => writeln!(out, "The phase has ended.")?,
		Err(open) => writeln!(out, "Not finished: {open}.")?,
	}
	Ok(())
}
