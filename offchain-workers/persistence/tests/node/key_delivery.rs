//! Keys of what was sold whole: delivered once, in time, by whoever's turn it is.

use crate::support::{
	escrow::{development_key, keys, keys_dir, real_prover, Quick, SentKeys, Traffic},
	World, CURATOR, PERIOD,
};
use ark_serialize::CanonicalSerialize;
use souk_circuits::{setup::registered, KeyDeliveryPrivate};
use souk_persistence::{
	chain::{DeliveryKey, OrderId},
	deliveries::DeliveryState,
	metrics::KeyEnd,
	proving::{NoProof, Prover, ProvingKeys},
};
use souk_proof_primitives::{
	key_id::verifying_key_id,
	public_inputs::KeyDeliveryPublic,
	statements::{Era, StatementId},
};
use souk_protocol::{AccountId, ListingSecret};
use std::{
	collections::BTreeSet,
	sync::{mpsc, Arc, Mutex},
	time::Duration,
};

/// A chain with the real development key, or one whose proofs take no time.
async fn scene(real: bool) -> World {
	scene_with(real, |_| {}).await
}

async fn scene_with(real: bool, change: impl FnOnce(&mut souk_persistence::node::Settings)) -> World {
	let world = World::with(|settings| {
		settings.delivery_retry = Duration::from_millis(20);
		change(settings);
	})
	.await;
	world.chain.ledger().real = real;
	if real {
		world.chain.change(|facts| facts.delivery_key = Some(development_key()));
	}
	world
}

/// Somebody orders at the newest block.
fn order(world: &World) -> OrderId {
	let at = world.chain.head().number;
	let id = world.chain.ledger().order(&world.secret, PERIOD, at);
	world.chain.change(|_| {});
	id
}

fn sent(world: &World) -> Vec<SentKeys> {
	world.chain.ledger().sent.clone()
}

/// Who delivered an order.
fn by(world: &World, order: OrderId) -> Option<AccountId> {
	world.chain.ledger().orders[&order].delivered.map(|(by, _)| by)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_delivered_once_with_a_proof_and_opens_what_was_bought() {
	let mut world = scene(true).await;
	let id = order(&world);
	world.deliver_keys(real_prover());
	world.wait_delivery(id, DeliveryState::Delivered).await;
	let delivered = world.chain.ledger().orders[&id].clone();
	assert_eq!(delivered.delivered, Some((world.id(), 51)));
	let key = world.secret.snapshot_key(crate::support::LISTING, PERIOD);
	assert!(delivered.key == Some(key), "the buyer got another key");

	// Blocks go by, and nothing is sent again.
	for block in 52..60 {
		world.chain.reach(block);
		world.chain.looked_at().await;
	}
	assert_eq!(sent(&world), [SentKeys { by: world.id(), at: 50, orders: vec![id] }]);
	assert!(world.chain.ledger().is_settled());
	let condition = world.node.condition().await;
	assert_eq!(
		(condition.orders_awaiting, condition.deliveries_under_way, condition.keys_delivered),
		(0, 0, 1),
		"{condition:?}"
	);
	let shown = world.node.deliveries();
	assert_eq!((shown.len(), shown[0].order, shown[0].block), (1, id, Some(51)));
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_wait_together_are_delivered_together() {
	let mut world = scene(false).await;
	for _ in 0..70 {
		order(&world);
	}
	world.deliver_keys(Arc::new(Quick));
	world.wait(|_| world.chain.ledger().is_settled()).await;
	let sizes: Vec<_> = sent(&world).iter().map(|sent| sent.orders.len()).collect();
	assert_eq!(sizes, [64, 6], "as many as go into one");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_is_not_sent_again() {
	let mut world = scene(false).await;
	let first = order(&world);
	world.chain.traffic(Traffic::Waits);
	world.deliver_keys(Arc::new(Quick));
	world.wait_delivery(first, DeliveryState::UnderWay).await;
	for block in 51..55 {
		world.chain.reach(block);
		world.chain.looked_at().await;
	}
	// Others do not wait for it.
	let second = order(&world);
	world.wait_delivery(second, DeliveryState::UnderWay).await;
	world.wait(|_| sent(&world).len() == 2).await;
	assert_eq!(world.node.condition().await.deliveries_under_way, 2);
	world.chain.traffic(Traffic::Flows);
	world.wait_delivery(first, DeliveryState::Delivered).await;
	world.wait_delivery(second, DeliveryState::Delivered).await;
	assert_eq!(sent(&world).iter().map(|sent| sent.orders.clone()).collect::<Vec<_>>(), [[first], [second]]);
	assert_eq!(world.chain.ledger().doubled, [] as [OrderId; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_lost_or_refused_is_tried_again_and_told() {
	let mut world = scene(false).await;
	let id = order(&world);
	world.chain.traffic(Traffic::Lost);
	world.deliver_keys(Arc::new(Quick));
	world.wait(|node| node.metrics.keys(KeyEnd::NotSent) >= 2).await;
	world.chain.traffic(Traffic::Refused);
	world.wait(|node| node.metrics.keys(KeyEnd::Refused) >= 2).await;
	let shown = world.node.deliveries();
	assert!(shown[0].failures >= 4, "{shown:?}");
	world.wait_delivery(id, DeliveryState::Failed).await;
	let condition = world.node.condition().await;
	assert!(!condition.healthy && condition.orders_awaiting == 1, "{condition:?}");
	let told = |problem: &String| problem.contains("order 0") && problem.contains("NothingDelivered");
	assert!(condition.problems.iter().any(told), "{condition:?}");

	world.chain.traffic(Traffic::Flows);
	world.wait_delivery(id, DeliveryState::Delivered).await;
	let condition = world.node.condition().await;
	assert!(!condition.problems.iter().any(told), "{condition:?}");
	let ledger = world.chain.ledger();
	assert!(ledger.is_settled() && ledger.doubled.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_the_chain_refuses_keeps_no_other_from_its_key() {
	let mut world = scene(false).await;
	let orders: Vec<_> = (0..3).map(|_| order(&world)).collect();
	world.chain.ledger().stubborn.insert(orders[1]);
	world.deliver_keys(Arc::new(Quick));
	world.wait_delivery(orders[0], DeliveryState::Delivered).await;
	world.wait_delivery(orders[2], DeliveryState::Delivered).await;
	world.wait(|node| node.metrics.keys(KeyEnd::Refused) >= 3).await;
	assert_eq!(sent(&world)[0].orders, orders);
	assert!(sent(&world)[1..].iter().all(|sent| sent.orders == [orders[1]]));
	world.chain.ledger().stubborn.clear();
	world.wait_delivery(orders[1], DeliveryState::Delivered).await;
	assert!(world.chain.ledger().is_settled());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_take_turns() {
	let mut first = scene(false).await;
	let mut second = first.beside("//Eve").await;
	let orders: Vec<_> = (0..6).map(|_| order(&first)).collect();
	first.deliver_keys(Arc::new(Quick));
	second.deliver_keys(Arc::new(Quick));
	first.wait(|_| first.chain.ledger().is_settled()).await;
	let of = |parity: u64| -> BTreeSet<Option<AccountId>> {
		orders.iter().filter(|id| **id % 2 == parity).map(|id| by(&first, *id)).collect()
	};
	let (even, odd) = (of(0), of(1));
	assert_eq!((even.len(), odd.len()), (1, 1), "each parity has its node");
	assert!(even != odd);
	let sends: usize = sent(&first).iter().map(|sent| sent.orders.len()).sum();
	assert_eq!(sends, orders.len(), "none was sent by both");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_steps_in_when_the_first_is_dead() {
	let first = scene(false).await;
	let mut second = first.beside("//Eve").await;
	// Both are assigned, and only the second one lives. The orders are of the two of them in turn.
	second.deliver_keys(Arc::new(Quick));
	let orders = [order(&first), order(&first)];
	second.wait(|_| !sent(&second).is_empty()).await;
	let mine = sent(&second)[0].orders[0];
	second.wait_delivery(mine, DeliveryState::Delivered).await;
	let others = orders[usize::from(orders[0] == mine)];
	let funded = first.chain.ledger().orders[&others].awaiting.funded_at;
	first.chain.reach(funded + 7);
	first.chain.looked_at().await;
	assert_eq!(by(&first, others), None, "it is not its turn yet");
	second.wait_delivery(others, DeliveryState::Waiting).await;
	first.chain.reach(funded + 8);
	second.wait_delivery(others, DeliveryState::Delivered).await;
	assert_eq!(by(&first, others), Some(second.id()));
	assert_eq!(sent(&first).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_that_could_miss_its_block() {
	let mut world = scene(false).await;
	let late = order(&world);
	let until = world.chain.ledger().orders[&late].awaiting.deliver_until;
	world.chain.reach(until - 20);
	world.wait(|node| node.seen_block() == until - 20).await;
	let fresh = order(&world);
	world.deliver_keys(Arc::new(Quick));
	world.wait_delivery(fresh, DeliveryState::Delivered).await;
	world.wait_delivery(late, DeliveryState::TooLate).await;
	world.chain.looked_at().await;
	assert_eq!(sent(&world).iter().map(|sent| sent.orders.clone()).collect::<Vec<_>>(), [[fresh]]);
	assert_eq!(world.node.metrics.keys(KeyEnd::TooLate), 1);
	assert_eq!(world.node.condition().await.orders_awaiting, 0);
}

/// A prover that takes as long as it is told to.
struct Slow(Mutex<mpsc::Receiver<()>>, mpsc::Sender<()>);

impl Prover for Slow {
	fn prove(
		&self,
		_: &DeliveryKey,
		_: &KeyDeliveryPublic,
		_: &KeyDeliveryPrivate,
	) -> Result<Vec<u8>, NoProof> {
		self.1.send(()).expect("the test waits for it");
		self.0.lock().expect("one at a time").recv().expect("the test says when");
		Ok(Vec::new())
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_took_too_long_is_not_sent() {
	let mut world = scene(false).await;
	let id = order(&world);
	let until = world.chain.ledger().orders[&id].awaiting.deliver_until;
	let ((go, wait), (began, begins)) = (mpsc::channel(), mpsc::channel());
	world.deliver_keys(Arc::new(Slow(Mutex::new(wait), began)));
	tokio::task::spawn_blocking(move || begins.recv().expect("it begins")).await.expect("no panic");
	world.chain.reach(until - 20);
	world.wait(|node| node.seen_block() == until - 20).await;
	go.send(()).expect("it waits");
	world.wait_delivery(id, DeliveryState::TooLate).await;
	assert_eq!(sent(&world), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_chain_is_not_seen_to_move_nothing_is_sent() {
	// Whatever was seen is too old.
	let mut world = scene_with(false, |settings| settings.max_head_age = Duration::ZERO).await;
	let id = order(&world);
	world.deliver_keys(Arc::new(Quick));
	world.chain.looked_at().await;
	world.wait_delivery(id, DeliveryState::Waiting).await;
	assert_eq!(sent(&world), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_a_key_from_before_a_new_secret_keeps_nobody_waiting() {
	let mut world = scene(false).await;
	let old = {
		let at = world.chain.head().number;
		world.chain.ledger().order(&ListingSecret::generate(), PERIOD, at)
	};
	let good = order(&world);
	world.deliver_keys(Arc::new(Quick));
	world.wait_delivery(good, DeliveryState::Delivered).await;
	world.wait_delivery(old, DeliveryState::Undeliverable).await;
	world.chain.looked_at().await;
	assert_eq!(sent(&world).len(), 1);
	let condition = world.node.condition().await;
	assert_eq!((condition.orders_awaiting, condition.keys_delivered), (0, 1));
	assert_eq!(world.node.metrics.keys(KeyEnd::Undeliverable), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_for_the_curators_that_the_operator_lists() {
	for (curator, delivered) in [(CURATOR, true), ([1; 32], false)] {
		let mut world = scene_with(false, |settings| settings.curators = Some([curator].into())).await;
		let id = order(&world);
		world.deliver_keys(Arc::new(Quick));
		let state = if delivered { DeliveryState::Delivered } else { DeliveryState::Undeliverable };
		world.wait_delivery(id, state).await;
		assert_eq!(sent(&world).len(), usize::from(delivered));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_are_made_for_the_key_that_the_chain_has_or_not_at_all() {
	let world = scene(true).await;
	let brought = tempfile::tempdir().expect("a folder");
	let set_key = |key| world.chain.change(|facts| facts.delivery_key = key);
	let problem = |with: &'static str| {
		let node = world.node.clone();
		async move {
			let told = async {
				loop {
					let condition = node.condition().await;
					if condition.problems.iter().any(|problem| problem.contains(with)) {
						break;
					}
					tokio::time::sleep(Duration::from_millis(5)).await;
				}
			};
			tokio::time::timeout(crate::support::PATIENCE, told)
				.await
				.unwrap_or_else(|_| panic!("{with:?} is not told"));
		}
	};
	let id = order(&world);

	// No key at all; a development key that is another one; an era whose proving key is not here.
	set_key(None);
	let prover = Arc::new(ProvingKeys::new(keys_dir(), brought.path().into()));
	let purse = Arc::new(crate::support::escrow::Purse { chain: world.chain.clone(), account: world.id() });
	let delivering =
		tokio::spawn(souk_persistence::tasks::key_deliver::run(world.node.clone(), purse, prover));
	problem("a verifying key is missing or paused").await;
	set_key(Some(DeliveryKey { era: 0, id: [9; 32] }));
	problem("which this version does not know").await;
	let era = Era(3);
	let registered_id = verifying_key_id(StatementId::KeyDelivery, era, &keys().verifying_bytes());
	set_key(Some(DeliveryKey { era: 3, id: registered_id }));
	problem("the proving keys of era 3 are not at hand").await;
	assert_eq!(sent(&world), []);
	assert!(world.node.metrics.keys(KeyEnd::NotProved) >= 2);

	// The operator brings it.
	let mut bytes = Vec::new();
	keys().proving().serialize_uncompressed(&mut bytes).expect("in memory");
	let file = registered::path(brought.path(), StatementId::KeyDelivery, &registered_id);
	std::fs::write(file, bytes).expect("written");
	world.wait_delivery(id, DeliveryState::Delivered).await;
	assert!(world.chain.ledger().is_settled());
	world.node.stop.close();
	tokio::time::timeout(crate::support::PATIENCE, delivering).await.expect("it ends").expect("no panic");
}
