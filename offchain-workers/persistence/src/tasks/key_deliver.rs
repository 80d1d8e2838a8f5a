//! Delivers the keys of snapshots that were sold whole.
//!
//! ```text
//! finalised head ─ orders that await a key, of listings whose secret is here
//!    ─ in time ─ the key is the snapshot's ─ this node's turn ─ not under way ─ proved, one at a time
//!    ─ still in time ─ sent, what was proved meanwhile in one transaction ─ final
//!                          └ failed: again after a pause
//! ```
//!
//! The chain is the only memory that outlives the process: an order that was not delivered is still among those that await their
//! key, and one that was delivered twice is taken once.

use crate::{
	chain::{
		AwaitingOrder, ChainError, ChainWrites, Delivered, DeliveryKey, Head, KeyDelivery, OrderId,
		SendError, MAX_BATCH,
	},
	metrics::KeyEnd,
	node::Node,
	proving::{NoProof, Prover, Statement, Undeliverable},
	turns::{first_block, too_late_from},
};
use std::{
	collections::HashMap,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::task::{Id, JoinSet};

/// How long to wait after a failed read, unless a new head comes first.
const RETRY: Duration = Duration::from_secs(5);
/// Transactions under way at a time.
const MOST_SENT: usize = 4;

/// Delivers until the node closes. What was sent by then gets there without it.
pub async fn run(node: Arc<Node>, chain: Arc<dyn ChainWrites>, prover: Arc<dyn Prover>) {
	let (mut heads, mut duties) = (node.chain.heads(), node.duties());
	let mut flights = Flights::default();
	loop {
		let head = *heads.borrow_and_update();
		// Whoever else sees to it may not have seen this one yet, or any.
		node.head.see(head.number);
		duties.mark_unchanged();
		let wake = tokio::select! {
			biased;
			() = node.stop.closing() => return,
			wake = round(&node, &chain, &prover, head, &mut flights) => wake,
		};
		tokio::select! {
			biased;
			() = node.stop.closing() => return,
			(orders, outcome) = flights.ended() => settle(&node, &orders, outcome),
			changed = heads.changed() => if changed.is_err() {
				tracing::error!("the chain is followed no more");
				return;
			},
			changed = duties.changed() => if changed.is_err() { return },
			() = wake.comes() => {},
		}
	}
}

/// When to look again, unless something happens before.
enum Wake {
	Now,
	At(Instant),
	Never,
}

impl Wake {
	/// When what failed is tried again. What has come due since the round began was not looked at yet: it is tried at once.
	fn for_next_try(node: &Node, begun: Instant) -> Self {
		node.deliveries.next_try(begun).map_or(Self::Never, Self::At)
	}

	async fn comes(self) {
		match self {
			Self::Now => {}
			Self::At(at) => tokio::time::sleep_until(at.into()).await,
			Self::Never => std::future::pending().await,
		}
	}
}

/// The transactions under way, with the orders that are in them.
#[derive(Default)]
struct Flights {
	tasks: JoinSet<Result<Delivered, SendError>>,
	orders: HashMap<Id, Vec<OrderId>>,
}

impl Flights {
	fn send(&mut self, chain: Arc<dyn ChainWrites>, deliveries: Vec<(OrderId, KeyDelivery)>) {
		let orders = deliveries.iter().map(|(order, _)| *order).collect();
		let task = self.tasks.spawn(async move { chain.deliver(&deliveries).await });
		self.orders.insert(task.id(), orders);
	}

	/// What became of the first that ends; for ever where there is none.
	async fn ended(&mut self) -> (Vec<OrderId>, Result<Delivered, SendError>) {
		let (id, outcome) = match self.tasks.join_next_with_id().await {
			None => return std::future::pending().await,
			Some(Ok(ended)) => ended,
			Some(Err(error)) => {
				tracing::error!(%error, "sending keys ended with a panic");
				(error.id(), Err(SendError::Unavailable("this node failed while it sent it".into())))
			}
		};
		(self.orders.remove(&id).unwrap_or_default(), outcome)
	}
}

/// One look at the chain, and one transaction at most.
async fn round(
	node: &Node,
	chain: &Arc<dyn ChainWrites>,
	prover: &Arc<dyn Prover>,
	head: Head,
	flights: &mut Flights,
) -> Wake {
	let begun = Instant::now();
	let read = async {
		let due = due(node, head, begun).await?;
		let key = match due.is_empty() {
			true => None,
			false => node.chain.delivery_key(head).await?,
		};
		Ok::<_, ChainError>((due, key))
	};
	let (due, key) = match read.await {
		Ok(read) => read,
		Err(error) => {
			tracing::warn!(%error, "the orders that await a key were not read");
			return Wake::At(Instant::now() + RETRY);
		}
	};
	if due.is_empty() || flights.tasks.len() >= MOST_SENT {
		return Wake::for_next_try(node, begun);
	}
	let Some(key) = key else {
		for order in due {
			fail(
				node,
				order.id,
				"the chain takes no deliveries at present: a verifying key is missing or paused",
			);
		}
		return Wake::for_next_try(node, begun);
	};
	let (proved, more) = collect(node, prover, &key, due).await;
	// Proving takes its time.
	let (in_time, late): (Vec<_>, Vec<_>) = proved.into_iter().partition(|(order, _)| in_time(node, order));
	for (order, _) in late {
		node.deliveries.put_back(order.id);
	}
	let deliveries: Vec<_> = in_time.into_iter().map(|(order, delivery)| (order.id, delivery)).collect();
	if !deliveries.is_empty() {
		flights.send(chain.clone(), deliveries);
	}
	match more {
		true => Wake::Now,
		false => Wake::for_next_try(node, begun),
	}
}

/// The orders that this node is to deliver at `now`, the most urgent ones first.
async fn due(node: &Node, head: Head, now: Instant) -> Result<Vec<AwaitingOrder>, ChainError> {
	let duties = node.duties.borrow().clone();
	let listings: Vec<u32> = duties.listings().filter(|listing| duties.secret(*listing).is_some()).collect();
	let awaiting = match listings.is_empty() {
		true => Vec::new(),
		false => node.chain.awaiting(head, &listings).await?,
	};
	node.deliveries.see(head.number, &awaiting);
	let (me, mut due) = (node.account(), Vec::new());
	for order in awaiting.into_iter().filter(|order| node.deliveries.is_open(order.id, now)) {
		let Some(secret) = duties.secret(order.listing) else { continue };
		if let Err(why) = Statement::fits(&order, secret) {
			give_up(node, &order, why);
		} else if !is_kept(node, head, order.listing).await? {
			give_up(node, &order, Undeliverable::OtherCurator);
		} else if in_time(node, &order) {
			let nodes = node.chain.keepers(head, order.listing).await?;
			if first_block(&order, &nodes, &me).is_some_and(|first| first <= head.number) {
				due.push(order);
			}
		}
	}
	due.sort_by_key(|order| (order.deliver_until, order.id));
	Ok(due)
}

/// Whether the listing is of one of the curators whose data is kept.
async fn is_kept(node: &Node, head: Head, listing: u32) -> Result<bool, ChainError> {
	let Some(curators) = &node.settings.curators else { return Ok(true) };
	let facts = node.chain.listing(head, listing).await?;
	Ok(facts.is_some_and(|facts| curators.contains(&facts.owner)))
}

/// Whether what is sent now reaches its block in time. The newest head may have been seen a while ago: the chain has gone on.
fn in_time(node: &Node, order: &AwaitingOrder) -> bool {
	let (seen, age) = node.head.newest();
	let passed = age.as_secs().div_ceil(souk_config::BLOCK_SECONDS);
	let now = u64::from(seen).saturating_add(passed);
	if age <= node.settings.max_head_age && now < u64::from(too_late_from(order)) {
		return true;
	}
	// While the chain is not seen to move, nothing is known of the order.
	if seen >= too_late_from(order) && node.deliveries.too_late(order.id) {
		node.metrics.key(KeyEnd::TooLate);
		tracing::warn!(
			order = order.id,
			listing = order.listing,
			deliver_until = order.deliver_until,
			block = seen,
			"it is too late for the key of an order: the buyer gets her money back",
		);
	}
	false
}

/// Proves what is due, one after the other, for a while. Returns whether some are left.
async fn collect(
	node: &Node,
	prover: &Arc<dyn Prover>,
	key: &DeliveryKey,
	due: Vec<AwaitingOrder>,
) -> (Vec<(AwaitingOrder, KeyDelivery)>, bool) {
	let (started, collect) = (Instant::now(), node.settings.delivery_collect);
	let (mut proved, mut due) = (Vec::new(), due.into_iter());
	while proved.len() < MAX_BATCH && (proved.is_empty() || started.elapsed() < collect) {
		let Some(order) = due.next() else { return (proved, false) };
		if in_time(node, &order) {
			if let Some(delivery) = prove(node, prover, key, &order).await {
				proved.push((order, delivery));
			}
		}
	}
	(proved, due.len() > 0)
}

/// Seals and proves one order's key; notes it where that fails.
async fn prove(
	node: &Node,
	prover: &Arc<dyn Prover>,
	key: &DeliveryKey,
	order: &AwaitingOrder,
) -> Option<KeyDelivery> {
	let statement = {
		let duties = node.duties.borrow();
		Statement::of(order, node.chain.genesis(), duties.secret(order.listing)?, key.era)
	};
	let statement = match statement {
		Ok(statement) => statement,
		Err(why) => {
			give_up(node, order, why);
			return None;
		}
	};
	node.deliveries.begin(order.id);
	let (prover, key, started) = (prover.clone(), *key, Instant::now());
	let proving = move || {
		let proof = prover.prove(&key, &statement.public, &statement.private);
		proof.map(|proof| statement.delivery(proof))
	};
	match tokio::task::spawn_blocking(proving).await {
		Ok(Ok(delivery)) => {
			node.metrics.key_proved(started.elapsed().as_secs_f64());
			return Some(delivery);
		}
		Ok(Err(no_proof)) => {
			node.metrics.key(KeyEnd::NotProved);
			fail(node, order.id, &explained(&no_proof));
		}
		Err(error) => {
			tracing::error!(%error, "proving ended with a panic");
			node.metrics.key(KeyEnd::NotProved);
			fail(node, order.id, "proving failed on this node");
		}
	}
	None
}

fn explained(no_proof: &NoProof) -> String {
	match no_proof {
		NoProof::NoKeys { .. } | NoProof::OtherKeys { .. } => {
			format!("{no_proof}; put the proving key into the folder that `proving_keys` in the configuration names")
		}
		_ => no_proof.to_string(),
	}
}

/// Notes what became of a transaction.
fn settle(node: &Node, orders: &[OrderId], outcome: Result<Delivered, SendError>) {
	let (end, error) = match outcome {
		Ok(Delivered { block, refused }) => {
			for order in orders {
				match refused.iter().find(|(id, _)| id == order) {
					None => {
						node.metrics.key(KeyEnd::Delivered);
						node.deliveries.delivered(*order, block);
						tracing::info!(order, block, "key delivered");
					}
					Some((_, why)) => {
						node.metrics.key(KeyEnd::Refused);
						fail(node, *order, &format!("the chain refused the delivery: {why}"));
					}
				}
			}
			return;
		}
		Err(error @ SendError::Refused { .. }) => (KeyEnd::Refused, error),
		Err(error @ SendError::Unavailable(_)) => (KeyEnd::NotSent, error),
	};
	for order in orders {
		node.metrics.key(end);
		fail(node, *order, &error.to_string());
	}
}

fn fail(node: &Node, order: OrderId, why: &str) {
	tracing::warn!(order, why, "a key was not delivered; it is tried again");
	node.deliveries.failed(order, why.into(), Instant::now());
}

fn give_up(node: &Node, order: &AwaitingOrder, why: Undeliverable) {
	if node.deliveries.undeliverable(order.id, why.to_string()) {
		node.metrics.key(KeyEnd::Undeliverable);
		tracing::warn!(order = order.id, listing = order.listing, %why, "a key cannot be delivered by this node");
	}
}
