//! Proofs that a tab pays, where the curator has named a price for them; over the real network, with the real prover.

use crate::support::{
	client::{Answer, Client},
	tabs::{noted, open_tab, paid, PRICE, TAB},
	World, PERIOD,
};
use souk_persistence::{
	checks::{codes, Stage},
	metrics::{SettlementEnd, VoucherEnd},
	node::Settings,
};
use souk_protocol::{metadata::ProofPrice, AnswerKind, Outcome, QueryRequest, Snapshot};

const SQL: &str = "SELECT count(*) FROM t WHERE id < 5";
/// Of the snapshot.
const ROWS: i64 = 100;
/// What a proof over it costs: five queries.
const COST: u128 = 5 * PRICE;

/// A node, and somebody with a tab for so many queries. The curator asks [`COST`] for a proof over the snapshot.
async fn world(queries: u128, change: impl FnOnce(&mut Settings)) -> (World, Client) {
	let world = World::with(change).await.with_snapshot(ROWS);
	let client = Client::of(&world, "//Alice").await;
	open_tab(&world, &client, queries);
	asks(&world, None, COST);
	(world, client)
}

/// The curator asks so much for a proof over the snapshot, in an asset.
fn asks(world: &World, asset: Option<u32>, cost: u128) {
	let amount = cost * 1_000_000 / ROWS as u128;
	world.publish(|metadata| metadata.proof_price = Some(ProofPrice { asset, amount }));
}

/// A request for a proof, with a voucher for so many queries.
fn proof(world: &World, client: &Client, queries: u64) -> QueryRequest {
	QueryRequest { answer: AnswerKind::Proof, ..paid(world, client, SQL, queries) }
}

async fn prove(world: &World, client: &Client, queries: u64) -> Answer {
	client.ask(world, proof(world, client, queries)).await
}

fn is_proved(answer: &Answer) -> bool {
	matches!(answer.attestation.outcome, Outcome::Proved { .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_charged_by_the_rows_and_a_query_costs_what_it_did() {
	let (world, client) = world(20, |_| {}).await;
	assert!(is_proved(&prove(&world, &client, 5).await));
	assert_eq!(noted(&world).await, (COST, COST));
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 6)).await.rows(), 1);
	assert_eq!(noted(&world).await, (COST + PRICE, COST + PRICE));
	// A proof that is kept is sold again.
	assert!(is_proved(&prove(&world, &client, 11).await));
	assert_eq!(noted(&world).await, (2 * COST + PRICE, 2 * COST + PRICE));
	assert_eq!(world.node.metrics.vouchers(VoucherEnd::Paid), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_low_a_voucher_is_refused_before_anything_is_proved() {
	let (world, client) = world(20, |_| {}).await;
	let refused = prove(&world, &client, 3).await;
	assert_eq!((refused.code(), refused.told.len()), (codes::PAYMENT_DUE, 0));
	let Outcome::Failed { message, .. } = &refused.attestation.outcome else { panic!("it was answered") };
	assert!(message.contains(&format!("costs {COST}")), "{message}");
	assert_eq!(world.node.metrics.refusals(Stage::Payment), 1);
	assert_eq!(noted(&world).await, (3 * PRICE, 0));
	// The credit is the price of a query.
	assert!(is_proved(&prove(&world, &client, 4).await));
	assert_eq!(noted(&world).await, (4 * PRICE, COST));
	assert_eq!(prove(&world, &client, 8).await.code(), codes::PAYMENT_DUE);
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 8)).await.rows(), 1);
	assert_eq!(noted(&world).await, (8 * PRICE, COST + PRICE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_in_another_asset_says_nothing() {
	let (world, client) = world(20, |_| {}).await;
	asks(&world, Some(1), COST);
	assert!(is_proved(&prove(&world, &client, 1).await));
	assert_eq!(noted(&world).await, (PRICE, PRICE));
	// Nor does one below that of a query.
	asks(&world, None, PRICE / 2);
	assert!(is_proved(&prove(&world, &client, 2).await));
	assert_eq!(noted(&world).await, (2 * PRICE, 2 * PRICE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_query_is_no_dear_proof() {
	let (world, client) = world(20, |_| {}).await;
	world.chain.change(|_| world.chain.tabs().quota = 2);
	assert_eq!(prove(&world, &client, 0).await.code(), codes::PAYMENT_DUE);
	assert_eq!(world.node.metrics.vouchers(VoucherEnd::Free), 0);
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 0)).await.rows(), 1);
	// One that costs no more than a query is one.
	asks(&world, None, PRICE);
	assert!(is_proved(&prove(&world, &client, 0).await));
	assert_eq!(world.node.metrics.vouchers(VoucherEnd::Free), 2);
	assert_eq!(noted(&world).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_costs_more_than_may_be_unsettled_is_made_where_nothing_else_is() {
	let (mut world, client) = world(20, |settings| settings.vouchers.exposure = 2).await;
	assert_eq!(client.ask(&world, paid(&world, &client, SQL, 1)).await.rows(), 1);
	assert_eq!(prove(&world, &client, 6).await.code(), codes::SETTLING);
	world.settle_vouchers();
	world.wait(|node| node.metrics.settlements(SettlementEnd::Settled) == 1).await;
	assert!(is_proved(&prove(&world, &client, 6).await));
	assert_eq!(noted(&world).await, (COST + PRICE, COST + PRICE));
	// More than the tab has nobody is paid.
	world.chain.change(|_| world.chain.tabs().change(TAB, |tab| tab.free = COST - 1));
	assert_eq!(prove(&world, &client, 11).await.code(), codes::TAB_EXHAUSTED);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_for_a_snapshot_that_is_not_there() {
	let (world, client) = world(20, |_| {}).await;
	let missing = QueryRequest { snapshot: Snapshot::Period(PERIOD + 1), ..proof(&world, &client, 5) };
	assert_eq!(client.ask(&world, missing).await.code(), codes::NO_SNAPSHOT);
	let rows = QueryRequest { snapshot: Snapshot::Period(PERIOD + 1), ..paid(&world, &client, SQL, 1) };
	assert_eq!(client.ask(&world, rows).await.code(), codes::NO_SNAPSHOT);
	assert_eq!(noted(&world).await, (0, 0));
}
