//! A snapshot is sold by a node that is killed before it delivers the key, and while it does. The sale ends delivered, and is paid
//! once. Then the proof of it is taken from the chain, and shown to it again: as it is, and with a byte changed.

use crate::world::{
	fails, manifest, publish, start_all, together, until_block, Client, Listing, World, PATIENCE, WUSD,
};
use anyhow::{bail, ensure, Context, Result};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use futures::future::try_join_all;
use serde_json::{json, Value};
use souk_scenarios::{http, until, Daemon, Persistence, Process, Souk};
use souk_sdk::{
	calls,
	proof::Verdict,
	types::{KeyDelivery, OrderId, OrderView},
	Account, Asset, OrderState, ProofDocument, SdkError,
};
use std::{
	fmt::Write as _,
	fs::File,
	path::{Path, PathBuf},
};

const ROWS: usize = 2_000;
const PRICE: u64 = 3;
const DOLLARS: Asset = Asset::WithId(1);

/// One node of its own, that nobody else could deliver for.
pub fn killed_node_and_changed_proof(world: &World) -> Result<()> {
	let dir = world.folder("delivery")?;
	let mut node = Persistence::prepare("mortal node", &dir.join("node"), &world.spec, "//delivery//node")?;
	start_all(&mut [&mut node])?;
	let mut text = String::from("id,square\n");
	(0..ROWS).try_for_each(|id| writeln!(text, "{id},{}", id * id))?;
	std::fs::write(dir.join("squares.csv"), text)?;
	let plan = format!("[[plan]]\nkind = \"one_time\"\nprice = \"{PRICE} wUSD\"\n");
	let manifest = manifest(&dir, "squares", "kind = \"csv\"\nlocation = \"squares.csv\"", &plan)?;
	let listing = publish(&world.user("//delivery//curator"), &manifest, &world.worker, &[&node])?;
	until("the node to have the snapshot", PATIENCE, || {
		Ok(http::metric(&node.metrics()?, "souk_snapshots").filter(|held| *held > 0.0).map(|_| ()))
	})?;
	let order = survives(world, &listing, &mut node, &dir)?;
	changed_proofs(world, order, &dir)
}

/// The sale. Returns the order's number.
fn survives(world: &World, listing: &Listing, node: &mut Daemon, dir: &Path) -> Result<OrderId> {
	let (client, buyer) = (world.client(), world.user("//delivery//buyer"));
	let account = Account::from_uri("//delivery//buyer")?.id();
	let dollars = || -> Result<souk_sdk::Balance> {
		Ok(client.runtime.block_on(client.chain.balance(account, DOLLARS))?)
	};
	let (before, file) = (dollars()?, dir.join("squares.parquet"));
	let out = file.display().to_string();
	let command = buyer.command(&["buy", &listing.address, "--max-price", "3 wUSD", "--out", &out])?;
	let mut buying = Process::start("the buyer", command, &dir.join("buyer.log"))?;

	// The order is not even in a block: the node cannot have seen it.
	until("the buyer to pay", PATIENCE, || {
		buying.check_alive()?;
		Ok(buying.log_tail(20).contains("into escrow").then_some(()))
	})?;
	node.kill()?;
	let funded = until_block("the order to be final", PATIENCE, &client.chain, || sold(client, listing.id))?;
	ensure!(
		funded.state == OrderState::Funded && funded.held == units(PRICE),
		"ordered while nobody could deliver: {funded:?}"
	);

	another_orders_proof(client, funded.id)?;
	let still = sold(client, listing.id)?.context("the order is gone")?;
	ensure!(still == funded, "a delivery that was refused has changed {funded:?} to {still:?}");

	// Now it sees the order as soon as it lives, and dies over it.
	node.start()?;
	until("the node to be at the order's key", PATIENCE, || is_at(node, funded.id))?;
	node.kill()?;
	let state = sold(client, listing.id)?.context("the order is gone")?.state;
	println!("delivery: killed over the key, with the order {state:?}");
	node.start()?;
	let ended = buying.wait(2 * PATIENCE)?;
	ensure!(ended.success(), "the buyer ended with {ended}:\n{}", buying.log_tail(20));

	let shown = buyer.json(&["order", "show", &funded.id.to_string()])?;
	ensure!(shown["state"] == "delivered", "{shown}");
	ensure!(shown["paid"]["units"] == units(PRICE).to_string(), "paid at once, and all of it: {shown}");
	ensure!(shown["held"]["units"] == "0" && shown["refunded"]["units"] == "0", "{shown}");
	// The buyer's light client may have been faster than ours.
	until_block("the delivery to be seen", PATIENCE, &client.chain, || {
		Ok(sold(client, listing.id)?.filter(|order| order.state == OrderState::Delivered))
	})?;
	let after = dollars()?;
	ensure!(
		before.free - after.free == units(PRICE) && after.held == 0,
		"the buyer had {before:?}, has {after:?}"
	);
	let sales = client.runtime.block_on(async {
		let view = client.chain.latest().await?;
		view.all_sales_of(listing.id).await
	})?;
	ensure!(sales.len() == 1, "ordered {} times", sales.len());
	let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&file)?)?.build()?;
	let rows = reader.map(|batch| Ok(batch?.num_rows())).sum::<Result<usize>>()?;
	ensure!(rows == ROWS, "{rows} rows were bought");
	Ok(funded.id)
}

/// Anybody may deliver: somebody tries with the frozen proof of an order of another chain, and with a byte of that changed.
fn another_orders_proof(client: &Client, order: OrderId) -> Result<()> {
	let vectors: Value = serde_json::from_str(include_str!("../../../vectors/proofs.json"))?;
	let bytes = |name: &str| hex::decode(vectors["key_delivery"][name].as_str().unwrap_or_default());
	let (inputs, proof) = (bytes("public_inputs")?, bytes("proof")?);
	let mut changed = proof.clone();
	changed[100] ^= 1;
	let account = Account::from_uri("//delivery//third")?;
	let posted = [("ProofNotValid", proof), ("ProofNotOnCurve", changed)].map(|(name, proof)| {
		let delivery = || -> Result<KeyDelivery> {
			let (ephemeral, ciphertext) = (inputs[96..160].try_into()?, inputs[160..192].try_into()?);
			Ok(KeyDelivery { era: 0, ephemeral, ciphertext, proof })
		};
		let (account, delivery) = (&account, delivery());
		async move {
			match client.chain.submit(account, calls::deliver(order, &delivery?)).await {
				Err(SdkError::Dispatch { pallet, error, fee, .. })
					if (pallet.as_str(), error.as_str()) == ("Escrow", name) =>
				{
					ensure!(fee > 0, "refused, and not paid for");
					Ok(())
				}
				other => bail!("{name} was expected: {other:?}"),
			}
		}
	});
	client.runtime.block_on(try_join_all(posted)).map(|_| ())
}

fn units(dollars: u64) -> u128 {
	u128::from(dollars * WUSD)
}

/// The one order of a listing, as it is at the newest final block.
fn sold(client: &Client, listing: u32) -> Result<Option<OrderView>> {
	let sales = client.runtime.block_on(async {
		let view = client.chain.latest().await?;
		view.all_sales_of(listing).await
	})?;
	Ok(sales.into_iter().next())
}

/// Whether a node is proving or sending an order's key, or has.
fn is_at(node: &mut Daemon, order: OrderId) -> Result<Option<()>> {
	node.process().check_alive()?;
	// It does not answer before it is up.
	let Ok(deliveries) = node.admin("persistence_deliveries", json!([])) else { return Ok(None) };
	let at =
		|one: &Value| one["order"] == order && (one["state"] == "under_way" || one["state"] == "delivered");
	Ok(deliveries.as_array().into_iter().flatten().any(at).then_some(()))
}

/// The proof as anybody gets it, and what the chain says of it.
fn changed_proofs(world: &World, order: OrderId, dir: &Path) -> Result<()> {
	// Neither side of the sale, and no light client that has seen it.
	let stranger = world.user("//delivery//stranger");
	let written = dir.join("proof.json");
	let path = written.display().to_string();
	let report = stranger.json(&["order", "proof", &order.to_string(), "--out", &path])?;
	let proof = ProofDocument::parse(&std::fs::read(&written)?).map_err(anyhow::Error::msg)?;
	ensure!(report["proof"]["proof_id"] == format!("0x{}", hex::encode(proof.proof_id)), "{report}");
	ensure!((proof.origin.order, proof.proof.len(), proof.inputs.len()) == (order, 384, 7), "{report}");
	fails(&stranger, &["order", "proof", "1000000"], 4, "there is no order")?;

	let mut changed = proof.clone();
	changed.proof[100] ^= 1;
	let typed = |account: &str, document: &ProofDocument| -> Result<(Souk, PathBuf)> {
		let name = account.trim_start_matches('/').replace("//", "-");
		let file = dir.join(format!("{name}.json"));
		std::fs::write(&file, serde_json::to_vec(document)?)?;
		Ok((world.user(account), file))
	};
	let good = typed("//delivery//stranger", &proof)?;
	let bad = typed("//delivery//other", &changed)?;
	let stories: Vec<Box<dyn FnOnce() -> Result<()> + Send + '_>> = vec![
		Box::new(|| {
			let (user, file) = &good;
			let valid = user.json(&["proof", "verify", &file.display().to_string()])?;
			ensure!(valid["verdict"] == "valid" && valid["of_its_order"] == true, "{valid}");
			ensure!(valid["proof_id"] == report["proof"]["proof_id"], "{valid}");
			Ok(())
		}),
		Box::new(|| {
			let (user, file) = &bad;
			let said = fails(user, &["proof", "verify", &file.display().to_string()], 1, "ProofNotOnCurve")?;
			ensure!(said["error"]["code"] == "Proofs.ProofNotOnCurve", "{said}");
			ensure!(said["error"]["details"]["fee"]["units"] != "0", "refused, and not paid for: {said}");
			Ok(())
		}),
		Box::new(|| each_change_is_named(world.client(), &proof)),
	];
	together(stories).map(|_| ())
}

/// What can be changed of a proof, and what the chain calls it.
fn changes() -> [(&'static str, fn(&mut ProofDocument)); 10] {
	[
		("ProofNotOnCurve", |document| document.proof[383] ^= 1),
		("ProofMalformed", |document| document.proof[0] = 0xff),
		("ProofMalformed", |document| document.proof.truncate(383)),
		("ProofNotValid", |document| document.inputs[0].value[0] ^= 1),
		("ProofNotValid", |document| document.inputs[6].value[0] ^= 1),
		("InputNotOnCurve", |document| document.inputs[1].value[0] ^= 1),
		("InputNotCanonical", |document| document.inputs[5].value[31] = 0xff),
		("WrongInputCount", |document| drop(document.inputs.pop())),
		("NotFound", |document| document.era = 77),
		("UnknownStatement", |document| document.statement = 200),
	]
}

/// All of one account, at once.
fn each_change_is_named(client: &Client, proof: &ProofDocument) -> Result<()> {
	let account = Account::from_uri("//delivery//third")?;
	let all = changes().map(|(name, change)| {
		let mut document = proof.clone();
		change(&mut document);
		let account = &account;
		async move {
			let shown = client.chain.show_proof(account, &document).await?;
			ensure!(shown.fee > 0, "{name} cost nothing");
			match shown.verdict {
				Verdict::Refused { error, rule } if error == name && rule.contains(' ') => Ok(()),
				other => bail!("{name} was expected: {other:?}"),
			}
		}
	});
	client.runtime.block_on(try_join_all(all)).map(|_| ())
}
