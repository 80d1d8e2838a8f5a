//! Whole purchases, with everything that can go wrong on the way.

use super::{
	played::{
		alice, node, proving_keys, snapshot, unread, Answering, Asked, Made, Manner, PlayedMarket,
		PlayedSuppliers, LISTING, PERIOD, PRICE,
	},
	*,
};
use souk_protocol::CHUNK_BYTES;

const SEEN: Seen = Seen { plan: 0, price: PRICE };
const BYTES: usize = 3 * CHUNK_BYTES + 5;

struct World {
	dir: tempfile::TempDir,
	market: PlayedMarket,
	suppliers: PlayedSuppliers,
	made: Made,
}

impl World {
	/// A listing with one honest node and this snapshot.
	fn selling(made: Made) -> Self {
		let market = PlayedMarket::new(made.clone());
		let mut suppliers = PlayedSuppliers::new(made.clone());
		market.assign(&node(1));
		suppliers.add(&node(1), Manner::Honest);
		Self { dir: tempfile::tempdir().unwrap(), market, suppliers, made }
	}

	fn out(&self) -> PathBuf {
		self.dir.path().join("out.parquet")
	}

	/// A process that starts anew.
	fn buyer(&self) -> Buyer<PlayedMarket, PlayedSuppliers> {
		let purchases = self.dir.path().join("purchases");
		Buyer::new(self.market.clone(), self.suppliers.clone(), alice(), &purchases, &proving_keys())
	}

	/// The key of the next order is delivered `blocks` after now.
	fn delivers_after(&self, blocks: u32) {
		let order = self.market.orders();
		self.market.at(self.market.head() + blocks, move |market| market.deliver(order));
	}

	async fn buy(&self) -> (Result<Outcome, SdkError>, Vec<Step>) {
		let mut steps = Vec::new();
		let buyer = self.buyer();
		let result = async {
			let purchase = buyer.begin(LISTING, None).await?;
			purchase.complete(&SEEN, &self.out(), &mut |step| steps.push(step)).await
		};
		let result = result.await;
		(result, steps)
	}

	async fn bought(&self) -> Bought {
		match self.buy().await.0.unwrap() {
			Outcome::Bought(bought) => {
				assert_eq!(std::fs::read(&bought.path).unwrap(), self.made.plain);
				bought
			}
			Outcome::Refunded(_) => panic!("the snapshot is good"),
		}
	}

	/// What of a download is on disk.
	fn downloads(&self) -> Vec<String> {
		fn walk(dir: &Path, found: &mut Vec<String>) {
			for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
				match entry.file_type().unwrap().is_dir() {
					true => walk(&entry.path(), found),
					false => found.push(entry.file_name().to_string_lossy().into_owned()),
				}
			}
		}
		let mut found = Vec::new();
		walk(&self.dir.path().join("purchases"), &mut found);
		found.retain(|name| name != "lock" && name != "purchase.json");
		found
	}
}

#[tokio::test]
async fn a_snapshot_is_fetched_paid_for_opened_and_written() {
	let world = World::selling(snapshot(BYTES));
	world.delivers_after(4);
	let head = world.market.head();
	let (outcome, steps) = world.buy().await;
	let Outcome::Bought(bought) = outcome.unwrap() else { panic!("the snapshot is good") };
	assert_eq!(std::fs::read(world.out()).unwrap(), world.made.plain);
	let (order, delivered) = (bought.record.order.unwrap(), bought.record.delivery.unwrap());
	assert_eq!((order.id, order.at.block, delivered.at.block), (0, head + 1, head + 4));
	assert_eq!(bought.record.end, Some(End::Written));
	let until = world.market.all_orders()[0].deliver_until;
	let fetching = |chunks| Step::Fetching { chunks, of: 4 };
	let awaiting = |head| Step::Awaiting { order: 0, head, until };
	let expected = [
		fetching(1),
		fetching(2),
		fetching(3),
		fetching(4),
		Step::Ordering { price: PRICE },
		awaiting(head + 1),
		awaiting(head + 2),
		awaiting(head + 3),
		Step::Opening { order: 0 },
	];
	assert_eq!(steps, expected);
	assert_eq!(world.downloads(), [""; 0], "what is of no more use is gone");
}

#[tokio::test]
async fn nothing_is_paid_for_bytes_that_are_not_there() {
	let mut world = World::selling(snapshot(BYTES));
	world.suppliers = PlayedSuppliers::new(world.made.clone());
	world.suppliers.add(&node(1), Manner::Changes { chunk: 1, byte: 50 });
	assert!(matches!(world.buy().await.0, Err(SdkError::AllFailed { .. })));
	assert_eq!(world.market.orders(), 0);
}

#[tokio::test]
async fn a_bad_chunk_is_proved_and_the_money_comes_back() {
	for made in [snapshot(BYTES).with_other_content(2), snapshot(BYTES).with_broken_seal(0)] {
		let world = World::selling(made);
		world.delivers_after(3);
		let (outcome, steps) = world.buy().await;
		let Outcome::Refunded(refund) = outcome.unwrap() else { panic!("the snapshot is bad") };
		let index = world.made.bad.unwrap();
		assert_eq!((refund.index, refund.order.refunded), (index, PRICE.amount));
		assert!(matches!(steps.last(), Some(Step::Proving { index: proved, .. }) if *proved == index));
		assert!(!world.out().exists());
		let record = &world.buyer().records().unwrap()[0];
		assert_eq!(record.end, Some(End::Refunded));
		assert_eq!(world.downloads(), [""; 0]);
	}
}

#[tokio::test]
async fn a_purchase_that_is_paid_for_outlasts_troubles_that_pass() {
	let world = World::selling(snapshot(BYTES));
	world.delivers_after(9);
	world.market.at(world.market.head() + 3, |market| {
		market.fails(Asked::Order, unread());
		market.fails(Asked::Order, unread());
	});
	let bought = world.bought().await;
	assert_eq!(bought.record.end, Some(End::Written));
	assert_eq!((world.market.orders(), world.market.pauses()), (1, vec![1, 2]));
}

#[tokio::test]
async fn a_bad_chunk_is_proved_in_spite_of_troubles_that_pass() {
	let world = World::selling(snapshot(BYTES).with_other_content(2));
	world.delivers_after(3);
	world.market.at(world.market.head() + 3, |market| {
		market.fails(Asked::ProofKey, unread());
		market.fails(Asked::Answer, SdkError::Stopped);
	});
	let (outcome, _) = world.buy().await;
	let Outcome::Refunded(refund) = outcome.unwrap() else { panic!("the snapshot is bad") };
	assert_eq!((refund.order.refunded, refund.included.is_none()), (PRICE.amount, true));
	assert_eq!((world.market.proofs(), world.market.pauses()), (1, vec![1, 1]));
	assert_eq!(world.buyer().records().unwrap()[0].end, Some(End::Refunded));
}

#[tokio::test]
async fn a_purchase_goes_on_wherever_it_was_interrupted() {
	// While it ordered: the order is found.
	let world = World::selling(snapshot(BYTES));
	world.market.answering(Answering::LosesTheAnswer);
	assert!(matches!(world.buy().await.0, Err(SdkError::Stopped)));
	world.market.deliver(0);
	world.bought().await;
	assert_eq!((world.market.orders(), world.suppliers.asked()), (1, vec![0]), "nothing is fetched again");

	// While it waited for the key.
	let world = World::selling(snapshot(BYTES));
	let waiting = async {
		let buyer = world.buyer();
		let purchase = buyer.begin(LISTING, None).await.unwrap();
		let mut stop = |step| assert!(!matches!(step, Step::Awaiting { .. }), "killed here");
		purchase.complete(&SEEN, &world.out(), &mut stop).await.map(drop)
	};
	let killed = futures::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(waiting)).await;
	assert!(killed.is_err());
	assert!(world.buyer().records().unwrap()[0].is_under_way());
	world.market.deliver(0);
	world.bought().await;
	assert_eq!(world.market.orders(), 1);

	// While it opened the file.
	let world = World::selling(snapshot(BYTES));
	world.delivers_after(2);
	let opening = async {
		let buyer = world.buyer();
		let purchase = buyer.begin(LISTING, None).await.unwrap();
		let mut stop = |step| assert!(!matches!(step, Step::Opening { .. }), "killed here");
		purchase.complete(&SEEN, &world.out(), &mut stop).await.map(drop)
	};
	assert!(futures::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(opening)).await.is_err());
	world.bought().await;
	assert_eq!(world.market.orders(), 1);
}

#[tokio::test]
async fn a_purchase_whose_disk_was_lost_is_found_on_the_chain() {
	let world = World::selling(snapshot(BYTES));
	world.market.answering(Answering::LosesTheAnswer);
	assert!(world.buy().await.0.is_err());
	std::fs::remove_dir_all(world.dir.path().join("purchases")).unwrap();
	world.market.deliver(0);
	let newer = snapshot(100).of_period(PERIOD + 60);
	world.market.publish(newer.clone());
	world.suppliers.publish(newer);
	let bought = world.bought().await;
	assert_eq!((bought.record.wanted.period, world.market.orders()), (PERIOD, 1));
}

#[tokio::test]
async fn what_was_paid_for_comes_before_what_is_new() {
	let world = World::selling(snapshot(BYTES));
	world.market.answering(Answering::LosesTheAnswer);
	assert!(world.buy().await.0.is_err());
	let newer = snapshot(100).of_period(PERIOD + 60);
	world.market.publish(newer.clone());
	world.suppliers.publish(newer.clone());
	world.market.deliver(0);
	assert_eq!(world.bought().await.record.wanted.period, PERIOD);
	world.market.change(0, |order| order.state = OrderState::Released);
	world.delivers_after(3);
	let (outcome, _) = world.buy().await;
	let Outcome::Bought(bought) = outcome.unwrap() else { panic!("the snapshot is good") };
	assert_eq!((bought.record.wanted.period, world.market.orders()), (PERIOD + 60, 2));
}

#[tokio::test]
async fn what_was_bought_is_not_paid_for_twice() {
	let world = World::selling(snapshot(BYTES));
	world.delivers_after(3);
	world.bought().await;
	std::fs::remove_file(world.out()).unwrap();
	world.market.change(0, |order| order.state = OrderState::Released);
	let buyer = world.buyer();
	let purchase = buyer.begin(LISTING, Some(PERIOD)).await.unwrap();
	assert!(purchase.is_ordered());
	purchase.complete(&SEEN, &world.out(), &mut |_| {}).await.unwrap();
	assert_eq!(std::fs::read(world.out()).unwrap(), world.made.plain);
	assert_eq!(world.market.orders(), 1);
}

#[tokio::test]
async fn after_a_refund_it_can_be_bought_again() {
	let world = World::selling(snapshot(BYTES));
	world.market.at(world.market.head() + 3, |market| market.refund(0));
	let (refused, _) = world.buy().await;
	assert!(matches!(refused, Err(SdkError::OrderRefunded { order: 0, .. })));
	assert_eq!(world.buyer().records().unwrap()[0].end, Some(End::Refunded));
	world.delivers_after(4);
	let bought = world.bought().await;
	assert_eq!((bought.record.order.unwrap().id, bought.record.number), (1, 1));
}

#[tokio::test]
async fn a_download_that_the_disk_damaged_after_the_payment_is_fetched_again() {
	let world = World::selling(snapshot(BYTES));
	world.delivers_after(3);
	let buyer = world.buyer();
	let purchase = buyer.begin(LISTING, None).await.unwrap();
	let sealed = purchase.folder.sealed();
	let mut damages = 0;
	let mut damage = |step| {
		if matches!(step, Step::Opening { .. }) && damages == 0 {
			damages += 1;
			let mut bytes = std::fs::read(&sealed).unwrap();
			bytes[7] ^= 1;
			std::fs::write(&sealed, bytes).unwrap();
		}
	};
	let outcome = purchase.complete(&SEEN, &world.out(), &mut damage).await.unwrap();
	assert!(matches!(outcome, Outcome::Bought(_)));
	assert_eq!(std::fs::read(world.out()).unwrap(), world.made.plain);
	assert_eq!(world.suppliers.asked(), [0, 0]);
}

#[tokio::test]
async fn a_listing_without_a_snapshot_says_so() {
	let world = World::selling(snapshot(BYTES));
	let missing = world.buyer().begin(LISTING, Some(PERIOD + 1)).await.err().unwrap().to_string();
	assert!(missing.contains("of period 1001") && missing.contains("not final"), "{missing}");
	let none = world.buyer().begin(LISTING + 1, None).await.err().unwrap().to_string();
	assert!(none.contains("none was final yet"), "{none}");
}

#[tokio::test]
async fn only_one_process_is_at_a_purchase() {
	let world = World::selling(snapshot(BYTES));
	let (first, second) = (world.buyer(), world.buyer());
	let _held = first.begin(LISTING, None).await.unwrap();
	assert!(matches!(second.begin(LISTING, None).await.err(), Some(SdkError::PurchaseBusy { .. })));
}
