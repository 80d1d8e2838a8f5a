//! Four validators: finality needs three of them, and no fewer.

use anyhow::{ensure, Result};
use souk_zombienet::{block_hash, pause, reach, run, value, Network, NetworkNode, BEST, FINALIZED, PEERS};
use std::time::Duration;

/// Of a whole scenario; enough on a busy machine, as is all that follows.
const LIMIT: Duration = Duration::from_secs(40 * 60);
/// Of one step of it.
const STEP: Duration = Duration::from_secs(10 * 60);
/// Blocks within which what was under way when a node stopped has come to its end.
const SETTLING: u64 = 4;
/// Blocks for which finality is then watched.
const WATCHED: u64 = 6;

/// The four, as soon as each is connected to each and all finalise: whoever stops takes no one's connections along.
async fn connected(network: &Network) -> Result<[&NetworkNode; 4]> {
	let nodes = [
		network.get_node("alice")?,
		network.get_node("bob")?,
		network.get_node("charlie")?,
		network.get_node("dave")?,
	];
	reach(&nodes, PEERS, 3, STEP).await?;
	reach(&nodes, FINALIZED, 2, STEP).await?;
	Ok(nodes)
}

#[tokio::test(flavor = "multi_thread")]
async fn three_of_four_go_on_finalising_and_the_fourth_catches_up() -> Result<()> {
	run("testnet-4", LIMIT, async |network| {
		let [alice, bob, charlie, dave] = connected(network).await?;
		pause(dave).await?;
		let stopped = value(alice, FINALIZED).await?;
		reach(&[alice, bob, charlie], FINALIZED, stopped + SETTLING + WATCHED, STEP).await?;

		dave.resume().await?;
		let head = value(alice, FINALIZED).await?;
		reach(&[dave], FINALIZED, head, STEP).await?;
		let (a, d) = (block_hash(alice, head).await?, block_hash(dave, head).await?);
		ensure!(a == d, "block {head} is final as {a:?} at alice and as {d:?} at dave");
		Ok(())
	})
	.await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_four_finalise_nothing_until_a_third_comes_back() -> Result<()> {
	run("testnet-4", LIMIT, async |network| {
		let [alice, bob, charlie, dave] = connected(network).await?;
		pause(charlie).await?;
		pause(dave).await?;
		let running = [alice, bob];
		let best = value(alice, BEST).await?;
		reach(&running, BEST, best + SETTLING, STEP).await?;
		let halted = [value(alice, FINALIZED).await?, value(bob, FINALIZED).await?];
		reach(&running, BEST, best + SETTLING + WATCHED, STEP).await?;
		let now = [value(alice, FINALIZED).await?, value(bob, FINALIZED).await?];
		ensure!(now == halted, "two of four went on from {halted:?} to {now:?} as finalised");

		charlie.resume().await?;
		reach(&[alice, bob, charlie], FINALIZED, best + SETTLING + WATCHED, STEP).await
	})
	.await
}
