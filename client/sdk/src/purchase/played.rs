//! A chain and persistence nodes that are played, and snapshots that are made up.

use super::{
	folder::{Folder, Shelf},
	key::{buyer_key, point_bytes, KeyOf},
	market::{Market, MarketReads},
	proving::Prover,
	record::Record,
	sealed::Wanted,
	suppliers::{Suppliers, Supply},
};
use crate::{
	calls::Call,
	chain::Head,
	error::SdkError,
	reads::{ChainReads, ChainSource},
	submit::Included,
	types::*,
	Account, AccountId, Digest,
};
use async_trait::async_trait;
use codec::Encode as _;
use rand::rngs::OsRng;
use souk_circuits::seal_key;
use souk_proof_primitives::{
	context::ProofContext,
	point::PublicPoint,
	scalar,
	statements::{Era, StatementId},
};
use souk_protocol::{
	chunk::{cipher_leaf, content_leaf, CHUNK_BYTES},
	download::{piece, DownloadReply, DownloadRequest},
	merkle::Merkle,
	ListingSecret, SnapshotKey,
};
use std::{
	collections::VecDeque,
	path::{Path, PathBuf},
	sync::{Arc, Mutex},
	time::Duration,
};
use subxt::ext::scale_value::{At as _, Value};

pub(crate) const GENESIS: Digest = [7; 32];
pub(crate) const LISTING: ListingId = 3;
pub(crate) const PERIOD: Period = 1_000;
pub(crate) const PRICE: Price = Price { asset: Asset::WithId(1), amount: 5_000_000 };
/// Blocks for a delivery, and for proving a bad chunk.
const DELIVERY: u32 = 200;
const WINDOW: u32 = 100;
const LEAF_BYTES: usize = 32;

pub(crate) fn alice() -> Account {
	Account::from_uri("//Alice").unwrap()
}

/// A snapshot that was made up, as its pieces are sent.
#[derive(Clone)]
pub(crate) struct Made {
	pub wanted: Wanted,
	pub pieces: Vec<Vec<u8>>,
	pub plain: Vec<u8>,
	pub key: SnapshotKey,
	/// The first bad chunk.
	pub bad: Option<u32>,
}

/// A good snapshot of so many bytes.
pub(crate) fn snapshot(bytes: usize) -> Made {
	let key = ListingSecret::from_bytes([5; 32]).unwrap().snapshot_key(LISTING, PERIOD);
	let plain: Vec<u8> = (0..bytes).map(|i| (i * 7 + i / 251) as u8).collect();
	let pieces: Vec<_> = plain
		.chunks(CHUNK_BYTES)
		.enumerate()
		.map(|(index, chunk)| piece(&key, u32::try_from(index).unwrap(), &mut chunk.to_vec()))
		.collect();
	let wanted = Wanted {
		listing: LISTING,
		period: PERIOD,
		content_root: [0; 32],
		cipher_root: [0; 32],
		key_commitment: key.commitment(),
		bytes: bytes as u64,
		chunks: u32::try_from(pieces.len()).unwrap(),
	};
	Made { wanted, pieces, plain, key, bad: None }.committed()
}

impl Made {
	/// The chain has the roots of these pieces.
	fn committed(mut self) -> Self {
		let (mut content, mut ciphers) = (Merkle::default(), Merkle::default());
		for (index, piece) in self.pieces.iter().enumerate() {
			let (leaf, sealed) = piece.split_first_chunk::<LEAF_BYTES>().unwrap();
			content.push(*leaf);
			ciphers.push(cipher_leaf(u32::try_from(index).unwrap(), sealed));
		}
		self.wanted.content_root = content.root();
		self.wanted.cipher_root = ciphers.root();
		self
	}

	fn first_bad(&mut self, index: u32) {
		self.bad = Some(self.bad.map_or(index, |bad| bad.min(index)));
	}

	/// The workers agreed on a content root over something else than what they sealed.
	pub fn with_other_content(mut self, index: u32) -> Self {
		let keys = self.key.chunk(index);
		let leaf = content_leaf(index, &keys.salt, b"what was listed");
		self.pieces[index as usize][..LEAF_BYTES].copy_from_slice(&leaf);
		self.first_bad(index);
		self.committed()
	}

	/// The workers agreed on a sealed chunk that does not open.
	pub fn with_broken_seal(mut self, index: u32) -> Self {
		self.pieces[index as usize][LEAF_BYTES] ^= 1;
		self.first_bad(index);
		self.committed()
	}

	/// As it is on the chain.
	pub fn view(&self) -> SnapshotView {
		let Wanted { content_root, cipher_root, key_commitment, bytes, period, .. } = self.wanted;
		let commitments = Commitments {
			content_root,
			cipher_root,
			key_commitment: Some(key_commitment),
			columns_root: None,
			schema_hash: [0; 32],
			source_digest: [0; 32],
			rows: 1,
			bytes,
		};
		SnapshotView { period, commitments, final_at: 1 }
	}

	pub fn of_period(mut self, period: Period) -> Self {
		self.wanted.period = period;
		self
	}
}

/// A folder for a purchase of Alice's that goes away again.
pub(crate) struct Shelved {
	root: tempfile::TempDir,
	shelf: Shelf,
	pub folder: Folder,
}

impl Shelved {
	pub fn new() -> Self {
		let root = tempfile::tempdir().unwrap();
		let shelf = Shelf::new(root.path(), GENESIS, alice().id());
		let folder = shelf.open(LISTING, PERIOD).unwrap().0;
		Self { root, shelf, folder }
	}

	pub fn root(&self) -> &Path {
		self.root.path()
	}

	/// The record on disk.
	pub fn kept(&self) -> Option<Record> {
		self.shelf.records().unwrap().pop()
	}
}

/// One directory for all tests: development keys are known by their hash.
pub(crate) fn proving_keys() -> PathBuf {
	std::env::temp_dir().join("souk-development-keys")
}

pub(crate) fn prover() -> Prover {
	Prover::of_development(&proving_keys())
}

pub(crate) fn key_view(era: u32, id: Digest) -> ProofKeyView {
	ProofKeyView {
		statement: StatementId::ChunkKey.code(),
		era,
		id,
		transcript: [0; 32],
		development: era == 0,
		registered_at: 1,
		retired_from: None,
		paused: false,
	}
}

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
	Refuses,
}

type Event = Box<dyn FnOnce(&PlayedMarket) + Send>;

struct State {
	made: Vec<Made>,
	head: u32,
	assigned: Vec<AssignmentView>,
	orders: Vec<OrderView>,
	answering: Answering,
	events: Vec<(u32, Event)>,
	claims: usize,
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
			assigned: Vec::new(),
			orders: Vec::new(),
			answering: Answering::Honest,
			events: Vec::new(),
			claims: 0,
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

	fn advance(&self) {
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
		Ok(self.orders.iter().find(|order| order.id == id).cloned())
	}

	async fn orders_of(&self, buyer: AccountId) -> Result<Vec<OrderView>, SdkError> {
		Ok(self.orders.iter().filter(|order| order.buyer == buyer).cloned().collect())
	}

	async fn current_proof_key(&self, statement: StatementId) -> Result<Option<ProofKeyView>, SdkError> {
		assert_eq!(statement, StatementId::ChunkKey);
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
	async fn market_from(&self, block: u32, _: Duration) -> Result<Arc<dyn MarketReads>, SdkError> {
		while self.head() < block {
			self.advance();
		}
		Ok(self.with(|state| {
			Arc::new(Reads {
				head: state.head,
				assigned: state.assigned.clone(),
				snapshots: state.made.iter().map(Made::view).collect(),
				orders: state.orders.clone(),
			})
		}))
	}

	async fn time_of(&self, block: u32) -> Result<Option<u64>, SdkError> {
		Ok(Some(self.time(block)))
	}

	async fn submit_until(&self, signer: &Account, call: Call, _: u32) -> Result<Included, SdkError> {
		let order = || usize::try_from(number(call.argument("order"))).unwrap();
		match call.name() {
			"order" => return self.order(signer, &call),
			"claim_timeout" => {
				self.advance();
				self.with(|state| state.claims += 1);
				self.refund(order());
			}
			"prove_bad_chunk" => {
				self.advance();
				self.refund(order());
			}
			other => panic!("nobody should send {other}"),
		}
		Ok(self.included())
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

/// How a node serves downloads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Manner {
	Honest,
	Refuses,
	Unreachable,
	/// Ends each stream after so many pieces.
	EndsAfter(usize),
	/// Breaks off after so many pieces.
	CutsAfter(usize),
	/// Changes a byte of a chunk's piece; the first 32 are its leaf.
	Changes {
		chunk: usize,
		byte: usize,
	},
	/// Says to have another file.
	OtherFile,
	/// Leaves a byte out of each piece.
	WrongSize,
	/// Answers something that is no reply.
	Garbage,
	/// Says "later" so many times.
	LaterUntil(usize),
	Silent,
}

pub(crate) fn node(number: u8) -> AssignmentView {
	AssignmentView {
		node: [number; 32],
		role: NodeRole::Persistence,
		wrapped_key: vec![],
		peer_id: vec![],
		addresses: vec![],
		encryption_key: [0; 32],
		since: 1,
	}
}

/// Nodes that have snapshots.
#[derive(Clone)]
pub(crate) struct PlayedSuppliers {
	made: Arc<Mutex<Vec<Made>>>,
	manners: Arc<Mutex<Vec<(AccountId, Manner)>>>,
	asked: Arc<Mutex<Vec<u32>>>,
}

impl PlayedSuppliers {
	pub fn new(made: Made) -> Self {
		Self { made: Arc::new(Mutex::new(vec![made])), manners: Arc::default(), asked: Arc::default() }
	}

	pub fn add(&mut self, node: &AssignmentView, manner: Manner) {
		self.manners.lock().unwrap().push((node.node, manner));
	}

	pub fn publish(&self, made: Made) {
		self.made.lock().unwrap().push(made);
	}

	/// From which chunk on each request was.
	pub fn asked(&self) -> Vec<u32> {
		self.asked.lock().unwrap().clone()
	}

	fn frames(&self, manner: &Manner, request: &DownloadRequest) -> Result<Frames, String> {
		let made = self.made.lock().unwrap();
		let made = made.iter().find(|made| made.wanted.period == request.period).ok_or("no such period")?;
		let Wanted { chunks, bytes, cipher_root, content_root, .. } = made.wanted;
		let cipher_root = if *manner == Manner::OtherFile { [0; 32] } else { cipher_root };
		let reply = match manner {
			Manner::Refuses => DownloadReply::Refused { reason: "not sold".into() },
			Manner::LaterUntil(_) => DownloadReply::Later { reason: "busy".into() },
			_ => DownloadReply::Sends { chunks, bytes, cipher_root, content_root },
		};
		let sends = matches!(reply, DownloadReply::Sends { .. });
		let reply = if *manner == Manner::Garbage { vec![0xff; 3] } else { reply.encode() };
		let mut frames = VecDeque::from([Some(reply)]);
		for (number, index) in (request.from_chunk..chunks).enumerate().filter(|_| sends) {
			let index = index as usize;
			let mut piece = made.pieces[index].clone();
			match manner {
				Manner::EndsAfter(limit) if number == *limit => break,
				Manner::CutsAfter(limit) if number == *limit => {
					frames.push_back(None);
					break;
				}
				Manner::Changes { chunk, byte } if index == *chunk => piece[*byte] ^= 1,
				Manner::WrongSize => drop(piece.pop()),
				_ => {}
			}
			frames.push_back(Some(piece));
		}
		Ok(Frames(frames))
	}
}

#[async_trait]
impl Suppliers for PlayedSuppliers {
	async fn ask(
		&self,
		provider: &AssignmentView,
		request: DownloadRequest,
	) -> Result<Box<dyn Supply>, String> {
		assert_eq!((request.genesis, request.listing), (GENESIS, LISTING));
		let manner = {
			let mut manners = self.manners.lock().unwrap();
			let (_, manner) = manners.iter_mut().find(|(node, _)| *node == provider.node).unwrap();
			let now = manner.clone();
			if let Manner::LaterUntil(times) = manner {
				*manner = if *times > 1 { Manner::LaterUntil(*times - 1) } else { Manner::Honest };
			}
			now
		};
		match manner {
			Manner::Unreachable => return Err("nobody there".into()),
			Manner::Silent => std::future::pending().await,
			_ => {}
		}
		self.asked.lock().unwrap().push(request.from_chunk);
		Ok(Box::new(self.frames(&manner, &request)?))
	}
}

/// Frames to come; `None` is where it breaks off.
struct Frames(VecDeque<Option<Vec<u8>>>);

#[async_trait]
impl Supply for Frames {
	async fn frame(&mut self) -> Result<Option<Vec<u8>>, String> {
		match self.0.pop_front() {
			Some(Some(frame)) => Ok(Some(frame)),
			Some(None) => Err("cut off".into()),
			None => Ok(None),
		}
	}
}
