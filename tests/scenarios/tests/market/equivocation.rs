//! An operator runs one validator twice, on two machines with the same session keys: the chain notices, and takes the bond.

use crate::world::{PATIENCE, SOUK};
use anyhow::{ensure, Context as _, Result};
use souk_scenarios::Chain;
use souk_sdk::{Account, AccountId, Asset};
use std::path::Path;

/// What the presets' validators have bonded.
const BOND: u128 = 10_000 * SOUK as u128;

/// On a chain of its own: Alice twice, Bob once.
pub fn is_slashed(dir: &Path) -> Result<()> {
	let mut chain = Chain::start(dir, "local")?;
	chain.wait_finalized(2, PATIENCE)?;
	let runtime = tokio::runtime::Runtime::new()?;
	let spec = std::fs::read_to_string(chain.spec())?;
	let story = async {
		let client = souk_sdk::Chain::connect_within(&spec, PATIENCE).await?;
		let (alice, bob) = (Account::from_uri("//Alice")?.id(), Account::from_uri("//Bob")?.id());
		let (before, honest) = (held(&client, alice).await?, held(&client, bob).await?);
		ensure!(before >= BOND, "{before} planck are held of Alice");
		chain.start_twin(0)?;
		let mut heads = client.heads();
		let slashed = async {
			loop {
				let now = held(&client, alice).await?;
				if now < before {
					return anyhow::Ok(now);
				}
				heads.changed().await?;
			}
		};
		let after = tokio::time::timeout(PATIENCE, slashed).await.context("not slashed in time")??;
		ensure!(before - after == BOND, "{} planck of a bond of {BOND} were slashed", before - after);
		ensure!(held(&client, bob).await? == honest, "Bob was slashed as well");
		Ok(())
	};
	runtime.block_on(async {
		tokio::time::timeout(3 * PATIENCE, story).await.context("the client came to a stop")?
	})
}

/// What is held of an account. Where two of Alice disagree about the chain, who is asked may not have the block that is asked
/// about: the next one is tried then.
async fn held(client: &souk_sdk::Chain, account: AccountId) -> Result<u128> {
	let mut heads = client.heads();
	loop {
		match client.balance(account, Asset::Native).await {
			Ok(balance) => return Ok(balance.held),
			Err(error) if error.passes() => heads.changed().await?,
			Err(error) => return Err(error.into()),
		}
	}
}
