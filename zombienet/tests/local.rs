//! The network that the demo and most tests run: two validators.

use anyhow::{ensure, Result};
use souk_zombienet::{author, block_hash, reach, run, FINALIZED};
use std::{collections::BTreeSet, time::Duration};

/// Of the whole scenario; enough on a busy machine, as is all that follows.
const LIMIT: Duration = Duration::from_secs(30 * 60);
/// Until the next block is final; the first one waits for the nodes to find each other.
const FINALITY: Duration = Duration::from_secs(5 * 60);
/// Blocks that are compared at least.
const BLOCKS: u64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn both_validators_author_and_finalise_the_same_chain() -> Result<()> {
	run("local", LIMIT, async |network| {
		let (alice, bob) = (network.get_node("alice")?, network.get_node("bob")?);
		let mut authors = BTreeSet::new();
		for number in 1.. {
			reach(&[alice, bob], FINALIZED, number, FINALITY).await?;
			let (a, b) = (block_hash(alice, number).await?, block_hash(bob, number).await?);
			ensure!(a == b, "block {number} is final as {a:?} at alice and as {b:?} at bob");
			authors.insert(author(alice, a).await?);
			// Slots are drawn by lot, so how long it takes until both had one is not known.
			if number >= BLOCKS && authors == BTreeSet::from([0, 1]) {
				break;
			}
		}
		Ok(())
	})
	.await
}
