//! What blocks are filled with. Everything is as large as the chain allows: a payment is in wUSD, to fifty who have none yet, and backers have
//! their part of the curator's; that of a voucher is to those who are at work in the block. Each payment is for another listing, and by
//! another payer. Batches are full, and one proof of a batch is bad, so that each is checked again alone.

use super::chain::Signed;
use ark_bls12_381::Fr;
use codec::Decode;
use frame_support::{
	assert_ok,
	traits::{fungible::Mutate as _, fungibles::Mutate as _},
	BoundedVec,
};
use pallet_escrow::{Deliveries, KeyDelivery, OrderDetails};
use pallet_stakes::{ChallengePlace, ChallengeRecord, Turn};
use souk_primitives::{
	reach::{Backing as _, Bonds, Curation as _, Listings as _, Offences, Proofs as _, Subscribers},
	Asset, Balance, Basis, Bond, Commitments, ListingId, Offence, OffenceKind, Plan, PlanKind, Price,
	SnapshotView,
};
use souk_proof_primitives::{
	chunk::{cipher_leaf, CHUNK_BYTES, CHUNK_OVERHEAD},
	context::ProofContext,
	groth16::trapdoor::some_inputs,
	merkle::Merkle,
	piece::cut,
	point::PublicPoint,
	public_inputs::{KeyDeliveryPublic, PublicInputs},
	scalar,
	statements::StatementId,
	voucher::{SignedVoucher, Voucher},
};
use souk_runtime::{
	AccountId, Assets, Backing, Balances, Curation, Listings, Proofs, Runtime, RuntimeCall, RuntimeOrigin,
	Stakes, Subscriptions, System, HOURS, ONE_WUSD, SOUK, WUSD,
};
use souk_table_proofs::Bundle;
use sp_core::{sr25519::Pair, Pair as _};
use sp_runtime::traits::Dispatchable;

/// The bundle that the chain's benchmarks check, and its listing's number.
const BUNDLE: &[u8] = include_bytes!("../../../../pallets/asks/src/benchmarking/aggregate.bundle");
/// In wUSD, enough for each share of it to make an account.
const PRICE: Balance = 100 * ONE_WUSD;
/// What answers for a listing's sales, in planck.
const BOND: Balance = 1_000_000 * SOUK;
/// Most that is prepared of a kind.
const MOST: usize = 6_000;
/// Subscribers who wait for their part of a fine, and subscriptions that end in the block.
const SUBSCRIBERS: u32 = 600;
/// How many blocks ago the first of them ended.
const LATE: u32 = 20;

/// A kind of call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
	/// A transfer that makes an account.
	Transfer,
	/// A check of a Groth16 proof.
	Proof,
	/// A batch of keys, each checked twice.
	Deliveries,
	/// A check of a proof over a table.
	TableProof,
	/// A payment to fifty.
	Payment,
	/// A batch of vouchers, each a payment.
	Vouchers,
	/// An answer to a challenge, in the part of a block that is kept for such calls.
	Answers,
}

impl Kind {
	/// All of them, that of the first listing first.
	pub const ALL: [Self; 7] = [
		Self::TableProof,
		Self::Transfer,
		Self::Proof,
		Self::Deliveries,
		Self::Payment,
		Self::Vouchers,
		Self::Answers,
	];

	/// What a table calls it.
	pub fn name(self) -> &'static str {
		match self {
			Self::Transfer => "transfers",
			Self::Proof => "Groth16 proofs",
			Self::Deliveries => "batches of 64 keys with a bad one each",
			Self::TableProof => "proofs over tables",
			Self::Payment => "payments to fifty",
			Self::Vouchers => "batches of 64 vouchers",
			Self::Answers => "answers to challenges",
		}
	}

	/// Whether the calls have a part of each block that no others can take. Then a block is fullest when they come last.
	pub fn is_operational(self) -> bool {
		matches!(self, Self::Answers)
	}

	/// Writes what calls of this kind need, and returns up to `count` of them, more than a block has room for.
	pub fn prepare(self, count: usize) -> Vec<Signed> {
		match self {
			Self::Transfer => transfers(count.min(MOST)),
			Self::Proof => proofs(count.min(500)),
			Self::Deliveries => deliveries(count.min(8)),
			Self::TableProof => table_proofs(count.min(20)),
			Self::Payment => payments(count.min(100)),
			Self::Vouchers => vouchers(count.min(12)),
			Self::Answers => answers(count.min(MOST)),
		}
	}
}

/// Somebody with money, who signs.
fn rich(name: &str) -> Pair {
	let pair = Pair::from_string(&format!("//{name}"), None).expect("it is a derivation");
	assert_ok!(Balances::mint_into(&account(&pair), 100_000_000 * SOUK));
	pair
}

/// The curators of the listings that calls of a kind are about, and those who pay.
#[derive(Clone, Copy)]
enum Role {
	Curates = 1,
	Pays,
}

/// Somebody with money, who signs nothing in the block: others for each kind, role and number. Who pays has wUSD.
fn party(kind: Kind, role: Role, number: usize) -> AccountId {
	let mut bytes = [role as u8; 32];
	bytes[0] = kind as u8;
	bytes[1..9].copy_from_slice(&(number as u64).to_le_bytes());
	let who = AccountId::from(bytes);
	assert_ok!(Balances::mint_into(&who, 100_000_000 * SOUK));
	if matches!(role, Role::Pays) {
		assert_ok!(Assets::mint_into(WUSD, &who, 100 * PRICE));
	}
	who
}

fn account(pair: &Pair) -> AccountId {
	pair.public().into()
}

fn dispatch(who: &AccountId, call: impl Into<RuntimeCall>) {
	let done = call.into().dispatch(RuntimeOrigin::signed(who.clone()));
	assert!(done.is_ok(), "{done:?}");
}

fn price() -> Price {
	Price { asset: Asset::WithId(WUSD), amount: PRICE }
}

/// A service of somebody with as many recipients as can be.
fn service(curator: &AccountId, kind: PlanKind) -> ListingId {
	let listing = Listings::benchmark_listing(curator, Plan { kind, price: price() });
	Curation::benchmark_terms(listing, u32::MAX);
	Backing::benchmark_backing(listing);
	listing
}

/// A data product with a final snapshot, a bond, and as many nodes as can be; those who are not at work any more left in block `left_at`.
fn product(curator: &AccountId, kind: PlanKind, snapshot: SnapshotView, left_at: u32) -> ListingId {
	let listing = Listings::benchmark_data_product(curator, Plan { kind, price: price() });
	Curation::benchmark_sale(listing, snapshot, BOND);
	Curation::benchmark_terms(listing, left_at);
	Backing::benchmark_backing(listing);
	listing
}

fn snapshot(
	period: u32,
	rows: u64,
	key_commitment: Option<[u8; 32]>,
	columns_root: Option<[u8; 32]>,
) -> SnapshotView {
	let commitments = Commitments {
		content_root: [1; 32],
		cipher_root: [2; 32],
		key_commitment,
		columns_root,
		schema_hash: [4; 32],
		source_digest: [5; 32],
		rows,
		bytes: 65_536,
	};
	SnapshotView { period, commitments, final_at: 0 }
}

fn transfers(count: usize) -> Vec<Signed> {
	let by = rich("transfers");
	let to = |n: usize| {
		let mut bytes = [9; 32];
		bytes[..8].copy_from_slice(&(n as u64).to_le_bytes());
		AccountId::from(bytes)
	};
	let call = |n| pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: to(n).into(), value: SOUK };
	(0..count).map(|n| Signed { by: by.clone(), call: call(n).into() }).collect()
}

fn proofs(count: usize) -> Vec<Signed> {
	let by = rich("proofs");
	let statement = StatementId::KeyDelivery;
	let era = Proofs::benchmark_key(statement);
	let inputs = some_inputs(statement);
	let proof = Proofs::benchmark_proof(statement, era, &inputs);
	let call = pallet_proofs::Call::<Runtime>::verify {
		statement: statement.code(),
		era: era.0,
		inputs: BoundedVec::truncate_from(inputs.iter().flat_map(scalar::encode).collect()),
		proof: BoundedVec::truncate_from(proof),
	};
	(0..count).map(|_| Signed { by: by.clone(), call: call.clone().into() }).collect()
}

/// The generator of Bandersnatch's subgroup, x and y: a point that both sides of an order may use.
const POINT: [u8; 64] = [
	0x18, 0xae, 0x52, 0xa2, 0x66, 0x18, 0xe7, 0xe1, 0x65, 0x84, 0x99, 0xad, 0x22, 0xc0, 0x79, 0x2b, 0xf3,
	0x42, 0xbe, 0x7b, 0x77, 0x11, 0x37, 0x74, 0xc5, 0x34, 0x0b, 0x2c, 0xcc, 0x32, 0xc1, 0x29, 0x66, 0x41,
	0x97, 0xcc, 0xb6, 0x67, 0x31, 0x5e, 0x60, 0x64, 0xe4, 0xee, 0x81, 0xad, 0x8c, 0x35, 0x86, 0xd5, 0xdc,
	0xba, 0x50, 0x8b, 0x7d, 0x15, 0x0f, 0x3e, 0x12, 0xda, 0x9e, 0x66, 0x6c, 0x2a,
];

fn point() -> PublicPoint {
	let half =
		|at: usize| scalar::decode(POINT[at..at + 32].try_into().expect("32 bytes")).expect("a scalar");
	PublicPoint::new(half(0), half(32)).expect("the generator may be used")
}

fn deliveries(count: usize) -> Vec<Signed> {
	const BATCH: usize = pallet_escrow::MAX_BATCH as usize;
	let by = rich("deliveries");
	let commitment = Fr::from(6u64);
	let statement = StatementId::KeyDelivery;
	let era = Proofs::benchmark_key(statement);
	Proofs::benchmark_key(StatementId::ChunkKey);
	let genesis = System::block_hash(0).0;
	let key = |number| {
		let curator = party(Kind::Deliveries, Role::Curates, number);
		let buyer = party(Kind::Deliveries, Role::Pays, number);
		let sold = snapshot(1, 1, Some(scalar::encode(&commitment)), None);
		let listing = product(&curator, PlanKind::OneTime, sold, u32::MAX);
		let order = pallet_escrow::NextOrderId::<Runtime>::get();
		let details = OrderDetails::Data { period: 1, buyer_key: POINT };
		dispatch(
			&buyer,
			pallet_escrow::Call::<Runtime>::order { listing, plan: 0, max_price: price(), details },
		);
		let public = KeyDeliveryPublic {
			key_commitment: commitment,
			buyer: point(),
			ephemeral: point(),
			ciphertext: Fr::from(8u64),
			context: ProofContext { genesis, statement, era, listing, order }.scalar(),
		};
		let proof = Proofs::benchmark_proof(statement, era, &public.to_scalars());
		let delivery = KeyDelivery {
			era: era.0,
			ephemeral: POINT,
			ciphertext: scalar::encode(&public.ciphertext),
			proof: proof.try_into().expect("proofs have one length"),
		};
		(order, delivery)
	};
	let batch = |number: usize| {
		let mut keys: Vec<_> = (0..BATCH).map(|at| key(number * BATCH + at)).collect();
		keys[0].1.proof = keys[1].1.proof.clone();
		let deliveries = Deliveries::truncate_from(keys);
		pallet_escrow::Call::<Runtime>::deliver_batch { deliveries }
	};
	(0..count).map(|number| Signed { by: by.clone(), call: batch(number).into() }).collect()
}

fn table_proofs(count: usize) -> Vec<Signed> {
	let by = rich("tables");
	let bundle = Bundle::decode(&mut &BUNDLE[..]).expect("it is a bundle");
	frame_system::BlockHash::<Runtime>::insert(0, souk_runtime::Hash::from(bundle.context.genesis));
	let (period, root) = (bundle.context.period, bundle.columns_root());
	let sold = snapshot(period, bundle.rows, None, root);
	let listing = product(&account(&by), PlanKind::OneTime, sold, 0);
	assert_eq!(listing, bundle.context.listing, "the bundle is about another listing");
	let bundle = pallet_asks::BundleBytes::truncate_from(BUNDLE.to_vec());
	let call = pallet_asks::Call::<Runtime>::check { listing, period, bundle };
	(0..count).map(|_| Signed { by: by.clone(), call: call.clone().into() }).collect()
}

fn payments(count: usize) -> Vec<Signed> {
	let payment = |number| {
		let by = rich(&format!("payments{number}"));
		let payer = account(&by);
		assert_ok!(Assets::mint_into(WUSD, &payer, 100 * PRICE));
		let listing = service(&party(Kind::Payment, Role::Curates, number), PlanKind::OneTime);
		let order = pallet_escrow::NextOrderId::<Runtime>::get();
		let details = OrderDetails::Goods { terms: None };
		dispatch(
			&payer,
			pallet_escrow::Call::<Runtime>::order { listing, plan: 0, max_price: price(), details },
		);
		let call = pallet_escrow::Call::<Runtime>::confirm { order, milestone: 0 };
		Signed { by, call: call.into() }
	};
	(0..count).map(payment).collect()
}

fn vouchers(count: usize) -> Vec<Signed> {
	const BATCH: usize = pallet_tabs::MAX_BATCH as usize;
	let (by, signs) = (rich("answers"), rich("vouchers"));
	let genesis = System::block_hash(0).0;
	let voucher = |number| {
		let curator = party(Kind::Vouchers, Role::Curates, number);
		let payer = party(Kind::Vouchers, Role::Pays, number);
		// Only those share in the payment of a voucher who are at work in its block.
		let listing = product(&curator, PlanKind::PayPerQuery, snapshot(1, 1, None, None), 0);
		let tab = pallet_tabs::NextTabId::<Runtime>::get();
		let (limit, key) = (PRICE, Some(signs.public().0));
		dispatch(
			&payer,
			pallet_tabs::Call::<Runtime>::open_tab { listing, plan: 0, key, limit, max_price: price() },
		);
		let voucher = Voucher { tab, node: account(&by).into(), counter: 1, amount: PRICE };
		SignedVoucher { voucher, signature: signs.sign(&voucher.digest(&genesis)).0 }
	};
	let batch = |number: usize| {
		let vouchers = (0..BATCH).map(|at| voucher(number * BATCH + at)).collect();
		let call =
			pallet_tabs::Call::<Runtime>::settle_vouchers { vouchers: BoundedVec::truncate_from(vouchers) };
		Signed { by: by.clone(), call: call.into() }
	};
	(0..count).map(batch).collect()
}

/// One node that keeps a snapshot of so many listings, and is asked for the same piece of each.
fn answers(count: usize) -> Vec<Signed> {
	const CHUNKS: usize = 4;
	let by = rich("keeper");
	let node = account(&by);
	let sealed = vec![7; CHUNK_BYTES + CHUNK_OVERHEAD];
	let tree: Merkle = (0..CHUNKS).map(|index| cipher_leaf(index as u32, &sealed)).collect();
	let (at, until) = (System::block_number(), System::block_number() + HOURS);
	let place = ChallengePlace { chunk: 1, sealed: sealed.len() as u32, piece: 3 };
	let piece = cut(place.chunk, &sealed, place.piece).expect("there is one");
	let path = tree.path(place.chunk as usize).expect("there is one");
	let answer = |number: usize| {
		// No other kind has so many listings.
		let listing = 1_000_000 + number as ListingId;
		let record = ChallengeRecord { period: 1, cipher_root: tree.root(), place, at, until, agreed: true };
		pallet_stakes::Challenges::<Runtime>::insert(&node, listing, record);
		pallet_stakes::Due::<Runtime>::insert(until, Turn::Challenge(node.clone(), listing), ());
		let (piece, path) = (piece.clone(), path.clone());
		pallet_stakes::Call::<Runtime>::answer_challenge { listing, piece, path }
	};
	(0..count).map(|number| Signed { by: by.clone(), call: answer(number).into() }).collect()
}

/// More for the hooks than a block has room for: a fine that many subscribers have a part in, and many subscriptions whose period is over.
pub fn due(quick: bool) {
	let curator = rich("fined");
	let listing = service(&account(&curator), PlanKind::Subscription { period: HOURS });
	Curation::benchmark_bond(&Bond::Listing(listing), 1_000_000 * SOUK);
	let now = System::block_number();
	let begun = now - HOURS - LATE;
	System::set_block_number(begun);
	for number in 0..if quick { 3 } else { SUBSCRIBERS } {
		Subscriptions::benchmark_subscriber(listing, &account(&rich(&format!("subscriber{number}"))));
	}
	System::set_block_number(now);
	pallet_subscriptions::NextDue::<Runtime>::put(begun + HOURS);
	let offence = Offence {
		kind: OffenceKind::MissedPeriod,
		listing,
		node: None,
		curator_answers: true,
		reporter: None,
		began: now,
		harmed_for: u32::MAX,
		basis: Basis::Late { until: now },
		evidence: [7; 32],
	};
	assert!(Stakes::commit(offence) > 0, "nothing was taken");
}
