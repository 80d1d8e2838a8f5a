//! Everything that the SDK sends and reads, through a light client of the real chain.

use crate::world::{World, PATIENCE, SOUK};
use anyhow::{anyhow, Context, Result};
use souk_network::NetworkConfig;
use souk_sdk::{
	calls, reach::encode_address, Account, Asset, Chain, Commitments, Details, Head, Holder, ListingKind,
	ListingState, NodeInfo, NodeRole, PayoutSplit, Plan, PlanKind, Price, QueryPolicy, Schedule, SdkError,
	SnapshotHealth, Visibility,
};
use std::time::{SystemTime, UNIX_EPOCH};

const DOLLARS: Asset = Asset::WithId(1);
const FIVE_DOLLARS: u128 = 5_000_000;

/// Its parts have accounts of their own, and run at the same time.
pub fn marketplace(world: &World) -> Result<()> {
	let client = world.client();
	let chain = &client.chain;
	client.runtime.block_on(async {
		tokio::try_join!(assets_and_transfers(chain), failures(chain), async {
			let listing = listing(chain).await?;
			node_and_schedule(chain, listing).await?;
			subscription(chain, listing).await
		})
	})?;
	Ok(())
}

fn details() -> Details {
	Details {
		metadata_hash: [8; 32],
		license: "CC0-1.0".into(),
		category: "climate".into(),
		tags: vec!["weather".into(), "airports".into()],
		policy: QueryPolicy { max_rows: 10_000, aggregate_only: false, min_group_size: 0 },
		visibility: Visibility::Public,
	}
}

fn plans() -> Vec<Plan> {
	let price = Price { asset: DOLLARS, amount: FIVE_DOLLARS };
	let free = Price { asset: Asset::Native, amount: 0 };
	vec![
		Plan { kind: PlanKind::Subscription { period: 100 }, price },
		Plan { kind: PlanKind::Trial { period: 10 }, price: free },
	]
}

async fn assets_and_transfers(chain: &Chain) -> Result<()> {
	let (sender, to) = (Account::from_uri("//sdk//sender")?, Account::from_uri("//sdk//receiver")?);
	let souk = chain.asset("souk").await?;
	assert_eq!((souk.id, souk.decimals), (Asset::Native, 12));
	let wusd = chain.asset("wUSD").await?;
	assert_eq!((wusd.id, wusd.decimals, wusd.symbol.as_str()), (DOLLARS, 6, "wUSD"));
	assert_eq!(chain.asset_of(DOLLARS).await?, wusd);
	assert!(matches!(chain.asset("gold").await, Err(SdkError::UnknownAsset { .. })));

	// Several of one account at once.
	let souks = |amount: u128| amount * u128::from(SOUK);
	let sent = futures::future::try_join_all((1..=4u128).map(|amount| {
		let (asset, units) = if amount % 2 == 0 { (Asset::Native, souks(amount)) } else { (DOLLARS, amount) };
		chain.submit(&sender, calls::transfer(asset, to.id(), units))
	}))
	.await?;
	assert!(sent.iter().all(|included| included.fee > 0));
	assert_eq!(sent[1].field("Balances", "Transfer", "to"), Some(&serde_json::json!(to.ss58())));
	let said = sent[1].field("Balances", "Transfer", "amount");
	assert_eq!(said, Some(&serde_json::json!(souks(2).to_string())));
	let last = sent.iter().map(|included| included.block).max().context("nothing was sent")?;
	chain.reached(last, PATIENCE).await?;
	assert_eq!(chain.balance(to.id(), Asset::Native).await?.free, souks(6));
	assert_eq!(chain.balance(to.id(), DOLLARS).await?.free, 4);
	Ok(())
}

async fn listing(chain: &Chain) -> Result<u32> {
	let curator = Account::from_uri("//sdk//curator")?;
	let payouts = PayoutSplit { workers: 100_000, persistence: 200_000 };
	let call = calls::listings_create("nyc-weather", ListingKind::DataProduct, &details(), &plans(), payouts);
	let included = chain.submit(&curator, call).await?;
	assert!(included.events.iter().any(|event| event.pallet == "Listings"), "{included:?}");
	let view = chain.latest().await?;
	assert!(view.head().number >= included.block);
	let found = view.listing_by_address(curator.id(), "nyc-weather").await?.context("no such listing")?;
	assert_eq!(view.listing(found.id).await?, Some(found.clone()));
	assert_eq!(found.plans, plans());
	assert_eq!((found.payouts, found.policy), (payouts, details().policy));
	assert_eq!((found.name.as_str(), found.tags.clone()), ("nyc-weather", details().tags));
	assert_eq!((found.state, found.owner, found.metadata_hash), (ListingState::Draft, curator.id(), [8; 32]));
	assert!(found.deposit > 0);
	// Others publish at the same time.
	let before = found.id.checked_sub(1);
	assert_eq!(view.listings(before, 1).await?, std::slice::from_ref(&found));
	assert_eq!(view.listings_of(curator.id()).await?, std::slice::from_ref(&found));
	assert_eq!(view.listing(u32::MAX).await?, None);
	assert_eq!(view.listings(Some(u32::MAX), 10).await?, []);
	Ok(found.id)
}

async fn node_and_schedule(chain: &Chain, listing: u32) -> Result<()> {
	let (curator, operator) = (Account::from_uri("//sdk//curator")?, Account::from_uri("//sdk//node")?);
	let info = NodeInfo {
		peer_id: NetworkConfig::keypair_from_seed(operator.network_seed()).public().to_peer_id().to_bytes(),
		addresses: vec![encode_address(&"/ip4/127.0.0.1/tcp/30400".parse()?)],
		encryption_key: operator.encryption_secret().public(),
		worker: true,
		persistence: true,
		accepting: true,
	};
	let bond = chain.latest().await?.curator_bond(listing).await?;
	assert_eq!((bond.active, bond.unlocking.len()), (0, 0));
	chain.submit(&operator, calls::register_node(&info)).await?;
	let view = chain.latest().await?;
	let node = view.node(operator.id()).await?.context("not registered")?;
	assert_eq!(
		(node.account, &node.peer_id, node.encryption_key),
		(operator.id(), &info.peer_id, info.encryption_key)
	);
	assert_eq!(node.peer().context("no peer id")?.1.len(), 1);
	let workers = view.nodes(NodeRole::Worker, None, 50).await?;
	assert!(workers.contains(&node) && workers.iter().all(|node| node.worker));
	let after = view.nodes(NodeRole::Worker, Some(operator.id()), 50).await?;
	assert!(!after.contains(&node) && after.len() < workers.len());
	assert_eq!(view.health(listing).await?, SnapshotHealth::Unscheduled);

	let (schedule, ten) = (Schedule { every: 1_200, tolerance: 120, retention: 3 }, u128::from(10 * SOUK));
	let batch = calls::batch_all(vec![
		calls::bond(listing, bond.minimum + ten),
		calls::set_schedule(listing, schedule),
		calls::assign(listing, operator.id(), NodeRole::Worker, &[1; 80]),
		calls::assign(listing, operator.id(), NodeRole::Persistence, &[2; 80]),
		calls::listings_set_state(listing, ListingState::Active),
	]);
	assert!(chain.estimate_fee(&curator, batch.clone()).await? > 0);
	chain.submit(&curator, batch).await?;
	let view = chain.latest().await?;
	assert_eq!(view.schedule(listing).await?, Some(schedule));
	assert_eq!(view.curator_bond(listing).await?.active, bond.minimum + ten);
	assert_eq!(view.listing(listing).await?.map(|listing| listing.state), Some(ListingState::Active));
	let assigned = view.assignments(listing).await?;
	assert_eq!(assigned.len(), 2);
	assert_eq!((assigned[1].node, assigned[1].role), (operator.id(), NodeRole::Persistence));
	assert_eq!(assigned[1].wrapped_key, [2; 80]);
	let of = view.assignments_of(operator.id()).await?;
	assert_eq!(of.len(), 2);
	assert!(of.contains(&(listing, NodeRole::Worker)));

	let minutes = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 60;
	let period = u32::try_from(minutes)?;
	let commitments = Commitments {
		content_root: [1; 32],
		cipher_root: [2; 32],
		key_commitment: None,
		columns_root: Some([3; 32]),
		schema_hash: [4; 32],
		source_digest: [5; 32],
		rows: 26_115,
		bytes: 1 << 20,
	};
	tokio::try_join!(
		chain.submit(&curator, calls::unbond(listing, ten)),
		chain.submit(&operator, calls::submit_snapshot(listing, period, &commitments)),
	)?;
	let view = chain.latest().await?;
	let bonded = view.curator_bond(listing).await?;
	assert_eq!((bonded.active, bonded.unlocking[0].0), (bonded.minimum, ten));
	let newest = view.newest_snapshot(listing).await?.context("no snapshot")?;
	assert_eq!((newest.period, newest.commitments), (period, commitments));
	assert_eq!(view.snapshot(listing, period).await?, Some(newest));
	assert_eq!(view.snapshots(listing).await?, [newest]);
	assert_eq!(view.submissions(listing, period).await?, []);
	assert_eq!(view.health(listing).await?, SnapshotHealth::OnTime);
	Ok(())
}

async fn subscription(chain: &Chain, listing: u32) -> Result<()> {
	let buyer = Account::from_uri("//sdk//buyer")?;
	let holder = Holder::Account(buyer.id());
	let before = chain.balance(buyer.id(), DOLLARS).await?;
	let price = plans()[0].price;
	let included = chain.submit(&buyer, calls::subscribe(listing, 0, true, 100, price)).await?;
	let view = chain.latest().await?;
	let right = view.entitlement(listing, holder).await?.context("no entitlement")?;
	assert_eq!((right.listing, right.payer, right.price), (listing, buyer.id(), price));
	assert!(right.live && right.auto_renew && !right.trial && !right.in_grace);
	assert_eq!((right.period_start, right.paid_until), (included.block, included.block + 100));
	assert_eq!(view.subscriptions_of(buyer.id()).await?, [right]);
	let after = view.balance(buyer.id(), DOLLARS).await?;
	assert_eq!((before.free - after.free, after.held - before.held), (FIVE_DOLLARS, FIVE_DOLLARS));
	let rank = view.rank(listing).await?;
	assert_eq!(rank.live_paid, 1);
	assert!(view.ranking(None, 100).await?.contains(&(listing, rank)));

	chain.submit(&buyer, calls::set_auto_renew(listing, false)).await?;
	chain.submit(&buyer, calls::cancel(listing)).await?;
	let right = chain.latest().await?.entitlement(listing, holder).await?;
	assert!(right.is_none_or(|right| !right.live));
	Ok(())
}

async fn failures(chain: &Chain) -> Result<()> {
	let sender = Account::from_uri("//sdk//failing")?;
	let missing = chain.submit(&sender, calls::listings_retire(u32::MAX)).await;
	let Err(SdkError::Dispatch { pallet, error, sentence, fee, .. }) = missing else {
		return Err(anyhow!("a listing that is not was retired: {missing:?}"));
	};
	assert_eq!((pallet.as_str(), error.as_str()), ("Listings", "NotFound"));
	assert!(fee > 0 && sentence.contains(' '), "{sentence}");

	let nobody = Account::from_seed(&[77; 32]);
	let unpaid = chain.submit(&nobody, calls::listings_retire(0)).await;
	assert!(matches!(unpaid, Err(SdkError::CannotPay { account, .. }) if account == nobody.id()));
	assert_eq!(chain.balance(nobody.id(), Asset::Native).await?, Default::default());

	// After a failure the account goes on as before.
	let one = u128::from(SOUK);
	chain.submit(&sender, calls::transfer(Asset::Native, nobody.id(), one)).await?;
	assert_eq!(chain.balance(nobody.id(), Asset::Native).await?.free, one);
	let head = chain.finalized().await?;
	let old = chain.at(Head { number: head.number, hash: [0; 32] });
	assert!(matches!(old.listing(0).await, Err(SdkError::HeadGone { .. })));
	Ok(())
}
