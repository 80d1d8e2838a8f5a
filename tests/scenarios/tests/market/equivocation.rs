//! An operator runs one validator twice, on two machines with the same session keys: the chain notices, and takes the bond.

use crate::world::{PATIENCE, SOUK};
use anyhow::{ensure, Context as _, Result};
use souk_scenarios::Chain;
use souk_sdk::{Account, Asset};
use std::path::Path;

/// What the presets' validators have bonded.
const BOND: u128 = 10_000 * SOUK as u128;

/// On a chain of its own: Alice twice, Bob once.
pub fn is_slashed(dir: &Path) -> Result<()> {
	let mut chain = Chain::start(dir, "local")?;
	chain.wait_finalized(2, PATIENCE)?;
	let runtime = tokio::runtime::Runtime::new()?;
	let spec = std::fs::read_to_string(chain.spec())?;
	runtime.block_on(async {
		let client = souk_sdk::Chain::connect(&spec).await?;
		let (alice, bob) = (Account::from_uri("//Alice")?.id(), Account::from_uri("//Bob")?.id());
		let balance = |who| client.balance(who, Asset::Native);
		let (before, honest) = (balance(alice).await?.held, balance(bob).await?.held);
		ensure!(before >= BOND, "{before} planck are held of Alice");
		chain.start_twin(0)?;
		let mut heads = client.heads();
		let slashed = async {
			loop {
				match balance(alice).await {
					Ok(now) if now.held < before => return anyhow::Ok(now.held),
					Ok(_) => {},
					// Two of Alice disagree about the chain: who is asked may not have the block that is asked about.
					Err(error) if error.passes() => {},
					Err(error) => return Err(error.into()),
				}
				heads.changed().await?;
			}
		};
		let after = tokio::time::timeout(PATIENCE, slashed).await.context("not slashed in time")??;
		ensure!(before - after == BOND, "{} planck of a bond of {BOND} were slashed", before - after);
		ensure!(balance(bob).await?.held == honest, "Bob was slashed as well");
		Ok(())
	})
}
