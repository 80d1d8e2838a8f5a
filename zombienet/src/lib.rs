//! Networks of several `souk-node`s, which zombienet starts as processes of this machine.
//!
//! `networks/*.toml` says which nodes a network has. [`run`] starts one, awaits a scenario and ends every process, however
//! the scenario went. A scenario waits for what nodes report as metrics; these are up to five seconds old.

use anyhow::{anyhow, ensure, Context, Result};
use std::{
	env,
	path::{Path, PathBuf},
	time::Duration,
};
use zombienet_sdk::{
	subxt::{backend::legacy::LegacyRpcMethods, config::substrate::DigestItem, utils::H256, PolkadotConfig},
	LocalFileSystem, NetworkConfig, NetworkConfigExt,
};

pub use zombienet_sdk::NetworkNode;

/// A running network.
pub type Network = zombienet_sdk::Network<LocalFileSystem>;

/// Metric: number of the best block.
pub const BEST: &str = r#"substrate_block_height{status="best"}"#;
/// Metric: number of the last finalised block.
pub const FINALIZED: &str = r#"substrate_block_height{status="finalized"}"#;
/// Metric: how many nodes a node exchanges blocks with.
pub const PEERS: &str = "substrate_sub_libp2p_peers_count";

/// Starts the network that `networks/<name>.toml` defines, awaits `scenario` for at most `limit`, and ends all processes.
///
/// Where the scenario fails, databases and logs stay, and the error says where.
pub async fn run(
	name: &str,
	limit: Duration,
	scenario: impl AsyncFnOnce(&Network) -> Result<()>,
) -> Result<()> {
	let network =
		definition(name)?.spawn_native().await.with_context(|| format!("cannot start the network {name}"))?;
	let dir = PathBuf::from(network.base_dir().context("the network's directory is not UTF-8")?);
	let outcome = tokio::time::timeout(limit, scenario(&network))
		.await
		.unwrap_or_else(|_| Err(anyhow!("not done after {limit:?}")));
	// What this does not end is killed when the network is dropped, as it is after a panic.
	let ended = network.destroy().await;
	outcome.with_context(|| format!("databases and logs are in {}", dir.display()))?;
	ended?;
	Ok(std::fs::remove_dir_all(dir)?)
}

/// Waits until `metric` is at least `least` at every one of `nodes`, for at most `limit` at each.
pub async fn reach(nodes: &[&NetworkNode], metric: &str, least: u64, limit: Duration) -> Result<()> {
	for node in nodes {
		node.wait_metric_with_timeout(metric, |value| value >= least as f64, limit.as_secs())
			.await
			.with_context(|| format!("{}: waiting for {least} as {metric}", node.name()))?;
	}
	Ok(())
}

/// What a node reports as `metric`; zero while it reports nothing.
pub async fn value(node: &NetworkNode, metric: &str) -> Result<u64> {
	Ok(node.reports(metric).await? as u64)
}

/// Stops a node's process where it is (`SIGSTOP`), as if its machine hung; `NetworkNode::resume` lets it go on.
pub async fn pause(node: &NetworkNode) -> Result<()> {
	ensure!(node.is_responsive().await, "{} did not answer before it was stopped", node.name());
	node.pause().await?;
	ensure!(!node.is_responsive().await, "{} answers although it was stopped", node.name());
	Ok(())
}

/// Hash of the block `number` in a node's best chain.
pub async fn block_hash(node: &NetworkNode, number: u64) -> Result<H256> {
	rpc(node)
		.await?
		.chain_get_block_hash(Some(number.into()))
		.await?
		.with_context(|| format!("{} has no block {number}", node.name()))
}

/// Who made a block: an index in the set of validators of that time.
pub async fn author(node: &NetworkNode, block: H256) -> Result<u32> {
	let header = rpc(node)
		.await?
		.chain_get_header(Some(block))
		.await?
		.with_context(|| format!("{} does not know {block:?}", node.name()))?;
	let index = header.digest.logs.iter().find_map(|item| match item {
		// BABE's claim of the slot, SCALE-encoded: its kind, the author's index, what else there is.
		DigestItem::PreRuntime(engine, claim) if engine == b"BABE" => {
			<[u8; 4]>::try_from(claim.get(1..5)?).ok()
		}
		_ => None,
	});
	Ok(u32::from_le_bytes(index.with_context(|| format!("{block:?} claims no BABE slot"))?))
}

async fn rpc(node: &NetworkNode) -> Result<LegacyRpcMethods<PolkadotConfig>> {
	Ok(LegacyRpcMethods::new(node.rpc().await?))
}

/// Reads a definition and puts in the path of `souk-node`. Cargo runs the tests in this package's folder.
fn definition(name: &str) -> Result<NetworkConfig> {
	let file = Path::new("networks").join(name).with_extension("toml");
	let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
	let node = souk_node()?;
	let node = node.to_str().with_context(|| format!("{} is not UTF-8", node.display()))?;
	NetworkConfig::load_from_toml_string(&text.replace("{{SOUK_NODE}}", node))
		.with_context(|| format!("in {}", file.display()))
}

/// `SOUK_NODE`, or what `make build` makes.
fn souk_node() -> Result<PathBuf> {
	let node = match env::var_os("SOUK_NODE") {
		Some(path) => path.into(),
		None => env::var_os("CARGO_TARGET_DIR")
			.map_or_else(|| "../target".into(), PathBuf::from)
			.join("debug/souk-node"),
	};
	node.canonicalize().with_context(|| {
		format!("no souk-node at {}: `make build` makes it, SOUK_NODE says where it is", node.display())
	})
}
