//! A subscription that is not renewed: served up to its last block, refused in the next, and the money is where it belongs.

use crate::world::{World, PATIENCE, SHORT_PERIOD, WUSD};
use anyhow::{ensure, Context, Result};
use souk_sdk::{calls, Account, Asset, Chain, Holder, Price, Query, SdkError, Subscriber};
use std::time::Instant;

/// Plan of the shared table: so many blocks for 2 wUSD.
const PLAN: u8 = 1;
const PERIOD: u32 = SHORT_PERIOD;
/// Late payment is waited for as long as a tenth of the period.
const GRACE: u32 = PERIOD / 10;
const PRICE: u128 = 2 * WUSD as u128;
const DOLLARS: Asset = Asset::WithId(1);

/// One subscriber who does not renew, and one who would, but cannot pay: there is a grace for late payment.
pub fn ends_at_its_block(world: &World) -> Result<()> {
	let (sales, client) = (world.sales()?.id, world.client());
	let once = Account::from_uri("//lapse//once")?;
	let poor = Account::from_uri("//lapse//poor")?;
	client.runtime.block_on(async {
		tokio::try_join!(
			lapses(&client.chain, &once, sales, false, PERIOD),
			lapses(&client.chain, &poor, sales, true, PERIOD + GRACE),
		)
	})?;
	Ok(())
}

/// Subscribes and asks at every block: answers are to end `blocks` after the beginning.
async fn lapses(chain: &Chain, account: &Account, listing: u32, auto_renew: bool, blocks: u32) -> Result<()> {
	let before = chain.balance(account.id(), DOLLARS).await?.free;
	let price = Price { asset: DOLLARS, amount: PRICE };
	let bought = chain.submit(account, calls::subscribe(listing, PLAN, auto_renew, PERIOD, price)).await?;
	let end = bought.block + blocks;
	let network = souk_sdk::subscriber::client_network(&chain.genesis(), Vec::new())?;
	let subscriber = Subscriber::new(chain.clone(), network, account.clone());
	let (mut heads, start) = (chain.heads(), Instant::now());
	let (mut served, mut refused) = (Vec::new(), Vec::new());
	while refused.is_empty() {
		ensure!(start.elapsed() < 2 * PATIENCE, "still served after {:?}: {served:?}", start.elapsed());
		let query = Query { timeout: PATIENCE, ..Query::new("SELECT count(*) FROM t") };
		match subscriber.query_listing(listing, query).await {
			Ok(answer) => served.push(answer.attestation.attestation.block),
			Err(SdkError::Refused { code, attestation, .. }) if code == "not_entitled" => {
				let block = attestation.attestation.block;
				// Where the subscription begins, a node may not have seen it yet.
				if block >= bought.block {
					refused.push(block);
				}
			}
			// It has seen no new block for a minute.
			Err(SdkError::Refused { code, .. }) if code == "busy" => {}
			Err(error) => return Err(error.into()),
		}
		heads.changed().await?;
	}
	let last = served.last().copied().context("it was never served")?;
	ensure!(served.iter().all(|block| *block < end), "paid until {end}, served in {served:?}");
	ensure!(refused.iter().all(|block| *block >= end), "paid until {end}, refused in {refused:?}");
	// The first refusal ends it, so that whatever was asked before the end was served. How near to the end that was is up to the machine, but
	// some of it is in the second half.
	ensure!(last >= bought.block + PERIOD / 2, "paid until {end}, served in {served:?} only");

	// One period is paid for, and nothing is held any more once it was settled.
	let start = Instant::now();
	while chain.balance(account.id(), DOLLARS).await?.held > 0 {
		ensure!(start.elapsed() < PATIENCE, "the money of a period that is over is still held");
		heads.changed().await?;
	}
	let view = chain.latest().await?;
	let after = view.balance(account.id(), DOLLARS).await?;
	ensure!(before - after.free == PRICE, "{} micro-dollars were spent", before - after.free);
	let right = view.entitlement(listing, Holder::Account(account.id())).await?;
	ensure!(right.is_none_or(|right| !right.live), "the chain still says that it may query");
	Ok(())
}
