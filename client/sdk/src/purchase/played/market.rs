//! A chain that is played: time passes when somebody waits for it.

use super::{alice, prover, unsent, Made, Shelved, GENESIS, LISTING, PRICE};
use crate::{
	calls::Call,
	chain::Head,
	error::SdkError,
	purchase::{
		key::{buyer_key, point_bytes, KeyOf},
		market::{Market, MarketReads},
		record::Record,
	},
	reads::{ChainReads, ChainSource},
	submit::Included,
	types::*,
	Account, AccountId, Digest,
};
use async_trait::async_trait;
use rand::rngs::OsRng;
use souk_circuits::seal_key;
use souk_proof_primitives::{
	context::ProofContext,
	point::PublicPoint,
	scalar,
	statements::{Era, StatementId},
};
use std::{
	path::PathBuf,
	sync::{Arc, Mutex},
	time::Duration,
};
use subxt::ext::scale_value::{At as _, Value};

/// Blocks for a delivery, and for proving a bad chunk.
const DELIVERY: u32 = 200;
const WINDOW: u32 = 100;

/// How the chain takes the next order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Answering {
	Honest,
	/// Includes it; the process dies before it hears of it.
	LosesTheAnswer,
	/// The process dies, and it is included after so many blocks.
	IncludesLater(u32),
	/// The process dies, and it is never included.
	Loses,
	/// It never leaves the light client.
	CannotBeSent,
	Refuses,
}

/// What fails on the chain's side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Asked {
	/// Waiting for a block.
	Head,
	/// Reading orders.
	Order,
	/// Reading a block's time.
	Time,
	/// Reading the key of proofs.
	ProofKey,
	/// Sending a claim or a proof: it never arrives, though a block passes.
	Sending,
	/// Hearing what became of it.
	Answer,
}

type Event = Box<dyn FnOnce(&PlayedMarket) + Send>;

struct State {
	made: Vec<Made>,
	head: u32,
	/// Pauses until finality goes on.
	still: usize,
	assigned: Vec<AssignmentView>,
	orders: Vec<OrderView>,
	answering: Answering,
	events: Vec<(u32, Event)>,
	claims: usize,
	proofs: usize,
	troubles: Vec<(Asked, SdkError)>,
	pauses: Vec<u64>,
	spied: Option<PathBuf>,
	seen: Option<Record>,
}

/// A chain on which time passes when somebody waits for it.
#[derive(Clone)]
pub(crate) struct PlayedMarket(Arc<Mutex<State>>);

/// A market in which Alice has paid for a snapshot, and the newest block.
pub(crate) fn funded(made: Made) -> (PlayedMarket, u32) {
	let of = KeyOf { genesis: GENESIS, listing: LISTING, period: made.wanted.period, number: 0 };
	let key = point_bytes(&buyer_key(&alice(), &of).public());
	let market = PlayedMarket::new(made.clone());
	market.include(alice().id(), made.wanted.period, key, PRICE);
	let head = market.head();
	(market, head)
}

impl PlayedMarket {
	pub fn new(made: Made) -> Self {
		Self(Arc::new(Mutex::new(State {
			made: vec![made],
			head: 500,
			still: 0,
			assigned: Vec::new(),
			orders: Vec::new(),
			answering: Answering::Honest,
			events: Vec::new(),
			claims: 0,
			proofs: 0,
			troubles: Vec::new(),
			pauses: Vec::new(),
			spied: None,
			seen: None,
		})))
	}

	fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
		work(&mut self.0.lock().unwrap())
	}

	pub fn head(&self) -> u32 {
		self.with(|state| state.head)
	}

	pub fn time(&self, block: u32) -> u64 {
		1_700_000_000_000 + u64::from(block) * 3_000
	}

	pub fn assign(&self, node: &AssignmentView) {
		self.with(|state| state.assigned.push(node.clone()));
	}

	/// A newer snapshot is final.
	pub fn publish(&self, made: Made) {
		self.with(|state| state.made.insert(0, made));
	}

	pub fn answering(&self, answering: Answering) {
		self.with(|state| state.answering = answering);
	}

	pub fn orders(&self) -> usize {
		self.with(|state| state.orders.len())
	}

	pub fn all_orders(&self) -> Vec<OrderView> {
		self.with(|state| state.orders.clone())
	}

	pub fn claims(&self) -> usize {
		self.with(|state| state.claims)
	}

	/// Bad chunks that were proved.
	pub fn proofs(&self) -> usize {
		self.with(|state| state.proofs)
	}

	/// The next that asks this hears an error, once; several are heard in turn.
	pub fn fails(&self, at: Asked, error: SdkError) {
		self.with(|state| state.troubles.push((at, error)));
	}

	/// How long was paused after each trouble, in seconds.
	pub fn pauses(&self) -> Vec<u64> {
		self.with(|state| state.pauses.clone())
	}

	fn trouble(&self, at: Asked) -> Result<(), SdkError> {
		self.with(|state| match state.troubles.iter().position(|(asked, _)| *asked == at) {
			Some(index) => Err(state.troubles.remove(index).1),
			None => Ok(()),
		})
	}

	/// Reads the buyer's record when an order comes.
	pub fn spy_on(&self, shelved: &Shelved) {
		let path = shelved.folder.sealed().with_file_name("purchase.json");
		self.with(|state| state.spied = Some(path));
	}

	/// What the record was then.
	pub fn kept_when_sent(&self) -> Record {
		self.with(|state| state.seen.clone()).expect("an order came")
	}

	/// Does something when a block comes.
	pub fn at(&self, block: u32, event: impl FnOnce(&PlayedMarket) + Send + 'static) {
		self.with(|state| state.events.push((block, Box::new(event))));
	}

	pub fn change(&self, order: usize, change: impl FnOnce(&mut OrderView)) {
		self.with(|state| change(&mut state.orders[order]));
	}

	/// No block becomes final until so many pauses are over; what is sent is included all the same.
	pub fn stands_still(&self, pauses: usize) {
		self.with(|state| state.still = pauses);
	}

	fn is_still(&self) -> bool {
		self.with(|state| state.still > 0)
	}

	fn advance(&self) {
		if self.is_still() {
			return;
		}
		let due: Vec<Event> = self.with(|state| {
			state.head += 1;
			let head = state.head;
			let (due, later) = state.events.drain(..).partition::<Vec<_>, _>(|(at, _)| *at <= head);
			state.events = later;
			due.into_iter().map(|(_, event)| event).collect()
		});
		for event in due {
			event(self);
		}
	}

	/// An order is in the newest block.
	fn include(&self, buyer: AccountId, period: Period, buyer_key: [u8; 64], price: Price) {
		self.with(|state| {
			let wanted = state.made.iter().find(|made| made.wanted.period == period).unwrap().wanted;
			let data = DataOrderView {
				period,
				buyer_key,
				key_commitment: wanted.key_commitment,
				content_root: wanted.content_root,
				cipher_root: wanted.cipher_root,
				bytes: wanted.bytes,
				chunks: wanted.chunks,
				delivery: None,
			};
			state.orders.push(OrderView {
				id: state.orders.len() as u64,
				listing: LISTING,
				buyer,
				seller: [9; 32],
				price,
				state: OrderState::Funded,
				created_at: state.head,
				funded_at: Some(state.head),
				deliver_until: Some(state.head + DELIVERY),
				delivered_at: None,
				window_until: None,
				due: Some(state.head + DELIVERY),
				ended_at: None,
				paid: 0,
				refunded: 0,
				held: price.amount,
				covered: 0,
				from_bond: 0,
				deposit: 1,
				depositor: buyer,
				terms: None,
				milestones: vec![],
				data: Some(data),
				evidence: None,
			});
		});
	}

	/// The key of an order is posted in the newest block.
	pub fn deliver(&self, order: usize) {
		self.with(|state| {
			let head = state.head;
			let order = &mut state.orders[order];
			let data = order.data.as_mut().unwrap();
			let made = state.made.iter().find(|made| made.wanted.period == data.period).unwrap();
			let coordinate = |half: &[u8]| scalar::decode(half.try_into().unwrap()).unwrap();
			let (x, y) = data.buyer_key.split_at(32);
			let buyer = PublicPoint::new(coordinate(x), coordinate(y)).unwrap();
			let context = ProofContext {
				genesis: GENESIS,
				statement: StatementId::KeyDelivery,
				era: Era::DEVELOPMENT,
				listing: LISTING,
				order: order.id,
			};
			let (sealed, _) = seal_key(made.key.to_scalar(), &buyer, context.scalar(), &mut OsRng);
			data.delivery = Some(DeliveryView {
				by: [9; 32],
				era: 0,
				ephemeral: point_bytes(&sealed.ephemeral),
				ciphertext: scalar::encode(&sealed.ciphertext),
				proof_id: [6; 32],
			});
			(order.state, order.delivered_at) = (OrderState::Delivered, Some(head));
			order.window_until = Some(head + WINDOW);
		});
	}

	/// An order's money goes back in the newest block.
	pub fn refund(&self, order: usize) {
		self.with(|state| {
			let head = state.head;
			let order = &mut state.orders[order];
			(order.state, order.ended_at) = (OrderState::Refunded, Some(head));
			(order.refunded, order.held) = (order.price.amount, 0);
		});
	}

	fn included(&self) -> Included {
		let block = self.head();
		Included { block, block_hash: [0; 32], extrinsic_hash: [0; 32], fee: 7, events: vec![] }
	}
}

#[derive(Clone)]
struct Reads {
	market: PlayedMarket,
	head: u32,
	assigned: Vec<AssignmentView>,
	snapshots: Vec<SnapshotView>,
	orders: Vec<OrderView>,
}

#[async_trait]
impl ChainReads for Reads {
	fn head(&self) -> Head {
		Head { number: self.head, hash: [0; 32] }
	}

	async fn assignments(&self, listing: ListingId) -> Result<Vec<AssignmentView>, SdkError> {
		Ok(if listing == LISTING { self.assigned.clone() } else { vec![] })
	}

	async fn snapshots(&self, listing: ListingId) -> Result<Vec<SnapshotView>, SdkError> {
		Ok(if listing == LISTING { self.snapshots.clone() } else { vec![] })
	}
}

#[async_trait]
impl MarketReads for Reads {
	async fn order(&self, id: OrderId) -> Result<Option<OrderView>, SdkError> {
		self.market.trouble(Asked::Order)?;
		Ok(self.orders.iter().find(|order| order.id == id).cloned())
	}

	async fn orders_of(&self, buyer: AccountId) -> Result<Vec<OrderView>, SdkError> {
		self.market.trouble(Asked::Order)?;
		Ok(self.orders.iter().filter(|order| order.buyer == buyer).cloned().collect())
	}

	async fn current_proof_key(&self, statement: StatementId) -> Result<Option<ProofKeyView>, SdkError> {
		assert_eq!(statement, StatementId::ChunkKey);
		self.market.trouble(Asked::ProofKey)?;
		Ok(Some(prover().key_view()))
	}
}

#[async_trait]
impl ChainSource for PlayedMarket {
	fn genesis(&self) -> Digest {
		GENESIS
	}

	async fn reads_from(&self, block: u32, patience: Duration) -> Result<Arc<dyn ChainReads>, SdkError> {
		Ok(self.market_from(block, patience).await?)
	}
}

#[async_trait]
impl Market for PlayedMarket {
	async fn market_from(&self, block: u32, limit: Duration) -> Result<Arc<dyn MarketReads>, SdkError> {
		self.trouble(Asked::Head)?;
		while self.head() < block {
			if self.is_still() {
				return Err(SdkError::Timeout { what: format!("finality of block {block}"), limit });
			}
			self.advance();
		}
		Ok(self.with(|state| {
			Arc::new(Reads {
				market: self.clone(),
				head: state.head,
				assigned: state.assigned.clone(),
				snapshots: state.made.iter().map(Made::view).collect(),
				orders: state.orders.clone(),
			})
		}))
	}

	async fn time_of(&self, block: u32) -> Result<Option<u64>, SdkError> {
		self.trouble(Asked::Time)?;
		Ok(Some(self.time(block)))
	}

	async fn submit_until(&self, signer: &Account, call: Call, _: u32) -> Result<Included, SdkError> {
		let order = || usize::try_from(number(call.argument("order"))).unwrap();
		if call.name() == "order" {
			return self.order(signer, &call);
		}
		self.advance();
		self.trouble(Asked::Sending)?;
		match call.name() {
			"claim_timeout" => {
				self.with(|state| state.claims += 1);
				self.refund(order());
			}
			"prove_bad_chunk" => {
				self.with(|state| state.proofs += 1);
				self.refund(order());
			}
			other => panic!("nobody should send {other}"),
		}
		self.trouble(Asked::Answer)?;
		Ok(self.included())
	}

	async fn pause(&self, pause: Duration) {
		self.with(|state| {
			state.pauses.push(pause.as_secs());
			state.still = state.still.saturating_sub(1);
		});
		self.advance();
	}
}

impl PlayedMarket {
	fn order(&self, signer: &Account, call: &Call) -> Result<Included, SdkError> {
		let (details, price) = (call.argument("details"), call.argument("max_price"));
		let period = u32::try_from(number(details.at("period").unwrap())).unwrap();
		let key = bytes(details.at("buyer_key").unwrap());
		let asset = price.at("asset").and_then(|asset| asset.at(0)).unwrap();
		let price = Price {
			asset: Asset::WithId(u32::try_from(number(asset)).unwrap()),
			amount: number(price.at("amount").unwrap()),
		};
		self.with(|state| {
			let spied = state.spied.as_ref().map(|path| std::fs::read(path).unwrap());
			state.seen = spied.map(|text| serde_json::from_slice(&text).unwrap());
		});
		let buyer = signer.id();
		match self.with(|state| state.answering) {
			Answering::Refuses => {
				return Err(SdkError::Dispatch {
					call: call.to_string(),
					pallet: "Escrow".into(),
					error: "PriceChanged".into(),
					sentence: "it costs more".into(),
					block: self.head(),
					fee: 1,
				})
			}
			Answering::Loses => return Err(SdkError::Stopped),
			Answering::CannotBeSent => return Err(unsent()),
			Answering::IncludesLater(blocks) => {
				self.at(self.head() + blocks, move |market| market.include(buyer, period, key, price));
				return Err(SdkError::Stopped);
			}
			Answering::Honest | Answering::LosesTheAnswer => {
				self.advance();
				self.include(buyer, period, key, price);
			}
		}
		match self.with(|state| std::mem::replace(&mut state.answering, Answering::Honest)) {
			Answering::LosesTheAnswer => Err(SdkError::Stopped),
			_ => Ok(self.included()),
		}
	}
}

fn number(value: &Value) -> u128 {
	value.as_u128().expect("a number")
}

fn bytes(value: &Value) -> [u8; 64] {
	std::array::from_fn(|at| u8::try_from(number(value.at(at).unwrap())).unwrap())
}
