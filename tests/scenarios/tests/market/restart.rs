//! One of two validators is stopped and started: finality waits for it, a transaction that was under way becomes final, and
//! what was sold is served as before.

use crate::world::{query, sales_per_shop, World, PATIENCE, PER_SHOP, SOUK};
use anyhow::{anyhow, ensure, Context, Result};
use souk_sdk::{calls, Account, Asset};

/// The second of the two, while somebody sends money.
pub fn a_validator(world: &World) -> Result<()> {
	let (sales, client) = (world.sales()?, world.client());
	let (buyer, dir) = (world.user("//restart//buyer"), world.folder("restart")?);
	buyer.json(&["subscribe", &sales.address, "--plan", "0"])?;
	let (sender, to) = (Account::from_uri("//restart//sender")?, Account::from_seed(&[78; 32]).id());
	let mut chain = world.chain.lock().map_err(|_| anyhow!("the chain is poisoned"))?;
	let stopped = chain.stop_validator(1)?;
	ensure!(stopped.success(), "stopped, it ended with {stopped}");
	// The second one has voted for no block later than this one, and for one of its own that is still on its way.
	let (known, before) = chain.heights(0)?.context("the first validator does not answer")?;
	let amount = u128::from(2 * SOUK);
	let included = std::thread::scope(|scope| -> Result<_> {
		let sending = scope.spawn(|| {
			let call = calls::transfer(Asset::Native, to, amount);
			client.runtime.block_on(client.chain.submit(&sender, call))
		});
		// With half of the votes nothing is finalised beyond what the other one had voted for.
		let (best, alone) = souk_scenarios::until("blocks of one validator", PATIENCE, || {
			Ok(chain.heights(0)?.filter(|(best, _)| *best >= known + 4))
		})?;
		ensure!(alone <= known + 1, "{alone} was finalised by one of two validators after {known}");
		chain.start_validator(1)?;
		chain.wait_finalized(best + 2, PATIENCE)?;
		Ok(sending.join().map_err(|_| anyhow!("sending panicked"))??)
	})?;
	ensure!(included.block > before, "included in block {}", included.block);
	let balance = client.runtime.block_on(client.chain.balance(to, Asset::Native))?;
	ensure!(balance.free == amount, "{} planck arrived", balance.free);
	let (_, counts) = query(&buyer, &sales.address, PER_SHOP, &dir)?;
	ensure!(counts == sales_per_shop(), "the counts differ after the restart: {counts:?}");
	Ok(())
}
