//! One benchmark per call, and one per step of the hooks.

use crate::*;
use alloc::{vec, vec::Vec};
use ark_bls12_381::Fr;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Inspect, Mutate},
		Get,
	},
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use souk_primitives::{
	benchmarking::{mint, PAID_IN},
	reach::{Backing as _, Curation as _, Dispute, Juries as _, Listings as _, Proofs as _, Side},
	Balance, Commitments, ListingId, Period, Plan, PlanKind, Price, SnapshotView,
};
use souk_proof_primitives::{
	chunk::{cipher_leaf, content_leaf, seal_chunk, ChunkKeys, CHUNK_BYTES, MAX_CHUNKS},
	merkle::{root_of, Path, MAX_SIBLINGS},
	point::PublicPoint,
	public_inputs::{ChunkKeyPublic, KeyDeliveryPublic, PublicInputs},
	scalar,
	statements::{Era, StatementId},
};
use sp_runtime::Permill;

/// What everything costs: enough for each share of it to make an account.
const PRICE: Price = Price { asset: PAID_IN, amount: 100_000_000 };
/// What answers for a listing's sales, in planck: enough for some on any chain.
const BOND: Balance = 100_000_000_000_000_000;
const PERIOD: Period = 1;
/// The generator of Bandersnatch's subgroup, x and y: a point that both sides of an order may use.
const POINT: [u8; 64] = [
	0x18, 0xae, 0x52, 0xa2, 0x66, 0x18, 0xe7, 0xe1, 0x65, 0x84, 0x99, 0xad, 0x22, 0xc0, 0x79, 0x2b, 0xf3,
	0x42, 0xbe, 0x7b, 0x77, 0x11, 0x37, 0x74, 0xc5, 0x34, 0x0b, 0x2c, 0xcc, 0x32, 0xc1, 0x29, 0x66, 0x41,
	0x97, 0xcc, 0xb6, 0x67, 0x31, 0x5e, 0x60, 0x64, 0xe4, 0xee, 0x81, 0xad, 0x8c, 0x35, 0x86, 0xd5, 0xdc,
	0xba, 0x50, 0x8b, 0x7d, 0x15, 0x0f, 0x3e, 0x12, 0xda, 0x9e, 0x66, 0x6c, 0x2a,
];

/// Somebody who can pay bonds and deposits.
fn endowed<T: Config>(name: &'static str, index: u32) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = account(name, index, 0);
	let plenty = BOND.saturating_mul(10).saturating_add(T::DepositBase::get().saturating_mul(10_000));
	assert_ok!(T::Currency::mint_into(&who, plenty));
	who
}

/// A curator, and somebody who can buy.
fn sides<T: Config>(index: u32) -> (T::AccountId, T::AccountId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (curator, buyer) = (endowed::<T>("curator", index), endowed::<T>("buyer", index));
	mint::<T::Money, _>(PAID_IN, &buyer, PRICE.amount.saturating_mul(1_000));
	(curator, buyer)
}

fn go_to<T: Config>(block: u32) {
	frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(block));
}

fn plan() -> Plan {
	Plan { kind: PlanKind::OneTime, price: PRICE }
}

/// A service on sale, served by as many nodes as can be, and its curator and somebody who buys.
fn service<T: Config>() -> (T::AccountId, T::AccountId, ListingId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (curator, buyer) = sides::<T>(0);
	let listing = T::Listings::benchmark_listing(&curator, plan());
	T::Curation::benchmark_terms(listing, u32::MAX);
	T::Backing::benchmark_backing(listing);
	(curator, buyer, listing)
}

/// An order of a service.
fn goods<T: Config>() -> (T::AccountId, T::AccountId, OrderId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (curator, buyer, listing) = service::<T>();
	let order = NextOrderId::<T>::get();
	let details = OrderDetails::Goods { terms: Some([1; 32]) };
	assert_ok!(Pallet::<T>::do_order(buyer.clone(), listing, 0, PRICE, details));
	(curator, buyer, order)
}

/// An offer in as many parts as can be.
fn offered<T: Config>() -> (T::AccountId, T::AccountId, OrderId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (curator, buyer, listing) = service::<T>();
	let order = NextOrderId::<T>::get();
	let parts = parts(MAX_MILESTONES);
	let made = Pallet::<T>::do_offer(curator.clone(), listing, buyer.clone(), PAID_IN, parts, None);
	assert_ok!(made);
	(curator, buyer, order)
}

fn parts(count: u32) -> Milestones {
	let amount = PRICE.amount.saturating_div(MAX_MILESTONES.into());
	let part = MilestoneTerms { amount, deliver_within: 10, confirm_within: 10 };
	Milestones::truncate_from(vec![part; count as usize])
}

/// A chunk that opens to something else than its leaf promises, in the largest tree, and its key.
fn corrupt_chunk() -> (SealedChunk, Path, Fr) {
	let key = Fr::from(5u64);
	let keys = ChunkKeys::derive(&key);
	let mut sealed = vec![7; CHUNK_BYTES];
	seal_chunk(&keys, 0, &mut sealed).expect("it is no longer than a chunk");
	let path = Path { leaves: MAX_CHUNKS, siblings: vec![[3; 32]; MAX_SIBLINGS] };
	(sealed.try_into().expect("it is a chunk"), path, key)
}

/// The leaf that the corrupt chunk's snapshot promises.
fn promised() -> [u8; 32] {
	content_leaf(0, &[1; 32], b"something else")
}

/// What a snapshot of the largest size with a corrupt chunk commits to.
fn commitments() -> Commitments {
	let (chunk, path, _) = corrupt_chunk();
	Commitments {
		content_root: root_of(promised(), 0, &path).expect("the path has the right length"),
		cipher_root: root_of(cipher_leaf(0, &chunk), 0, &path).expect("the path has the right length"),
		key_commitment: Some(scalar::encode(&Fr::from(6u64))),
		columns_root: None,
		schema_hash: [4; 32],
		source_digest: [5; 32],
		rows: 1,
		bytes: u64::from(MAX_CHUNKS).saturating_mul(CHUNK_BYTES as u64),
	}
}

/// A snapshot on sale with a bond for many sales, and somebody who buys: others for each index, and others who share in the payment.
fn data_product<T: Config>(index: u32, commitments: Commitments) -> (T::AccountId, ListingId)
where
	T::Currency: Mutate<T::AccountId>,
{
	let (curator, buyer) = sides::<T>(index);
	let listing = T::Listings::benchmark_data_product(&curator, plan());
	let snapshot = SnapshotView { period: PERIOD, commitments, final_at: 0 };
	T::Curation::benchmark_sale(listing, snapshot, BOND);
	T::Curation::benchmark_terms(listing, u32::MAX);
	T::Backing::benchmark_backing(listing);
	(buyer, listing)
}

/// Keys for the proofs of deliveries and of bad chunks.
fn register_keys<T: Config>() {
	for statement in StatementId::ALL {
		T::Proofs::benchmark_key(statement);
	}
}

/// An order of a snapshot whose key can be proved. Returns the buyer, the listing and the order.
fn ordered<T: Config>() -> (T::AccountId, ListingId, OrderId)
where
	T::Currency: Mutate<T::AccountId>,
{
	register_keys::<T>();
	let (buyer, listing) = data_product::<T>(0, commitments());
	let order = order_data::<T>(&buyer, listing);
	(buyer, listing, order)
}

fn details() -> OrderDetails {
	OrderDetails::Data { period: PERIOD, buyer_key: POINT }
}

fn order_data<T: Config>(buyer: &T::AccountId, listing: ListingId) -> OrderId {
	let order = NextOrderId::<T>::get();
	assert_ok!(Pallet::<T>::do_order(buyer.clone(), listing, 0, PRICE, details()));
	order
}

fn point() -> PublicPoint {
	let half =
		|at: usize| scalar::decode(POINT[at..at + 32].try_into().expect("32 bytes")).expect("a scalar");
	PublicPoint::new(half(0), half(32)).expect("the generator may be used")
}

/// The newest key.
fn key_of<T: Config>(statement: StatementId) -> Era {
	T::Proofs::current_era(statement).expect("the newest key is in use")
}

fn delivery<T: Config>(listing: ListingId, order: OrderId) -> KeyDelivery {
	delivery_in::<T>(key_of::<T>(StatementId::KeyDelivery), listing, order)
}

fn delivery_in<T: Config>(era: Era, listing: ListingId, order: OrderId) -> KeyDelivery {
	let statement = StatementId::KeyDelivery;
	let public = KeyDeliveryPublic {
		key_commitment: Fr::from(6u64),
		buyer: point(),
		ephemeral: point(),
		ciphertext: Fr::from(8u64),
		context: Pallet::<T>::context(statement, era, listing, order),
	};
	let proof = T::Proofs::benchmark_proof(statement, era, &public.to_scalars());
	KeyDelivery {
		era: era.0,
		ephemeral: POINT,
		ciphertext: scalar::encode(&public.ciphertext),
		proof: proof.try_into().expect("a proof is not too long"),
	}
}

/// So many deliveries, whose proofs are for so many eras in turn. Each is of another listing, and to another buyer.
fn deliveries<T: Config>(n: u32, eras: u32) -> Vec<(OrderId, KeyDelivery)>
where
	T::Currency: Mutate<T::AccountId>,
{
	register_keys::<T>();
	let more = (1..eras).map(|_| T::Proofs::benchmark_key(StatementId::KeyDelivery));
	let eras: Vec<Era> = [key_of::<T>(StatementId::KeyDelivery)].into_iter().chain(more).collect();
	let commitments = commitments();
	let delivery = |(index, era)| {
		let (buyer, listing) = data_product::<T>(index, commitments.clone());
		let id = order_data::<T>(&buyer, listing);
		(id, delivery_in::<T>(era, listing, id))
	};
	(0..n).zip(eras.into_iter().cycle()).map(delivery).collect()
}

fn evidence<T: Config>(listing: ListingId, order: OrderId) -> BadChunk {
	let statement = StatementId::ChunkKey;
	let era = key_of::<T>(statement);
	let (chunk, path, chunk_key) = corrupt_chunk();
	let context = Pallet::<T>::context(statement, era, listing, order);
	let public = ChunkKeyPublic { key_commitment: Fr::from(6u64), index: 0, chunk_key, context };
	let proof = T::Proofs::benchmark_proof(statement, era, &public.to_scalars());
	BadChunk {
		index: 0,
		chunk,
		cipher_path: path.clone(),
		content_leaf: promised(),
		content_path: path,
		chunk_key: scalar::encode(&chunk_key),
		era: era.0,
		proof: proof.try_into().expect("a proof is not too long"),
	}
}

fn state<T: Config>(order: OrderId) -> OrderState {
	Orders::<T>::get(order).expect("the order is not forgotten").state
}

#[benchmarks(where T: Config, T::Currency: Mutate<T::AccountId> + Inspect<T::AccountId, Balance = Balance>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn order() {
		let (buyer, listing) = data_product::<T>(0, commitments());
		let id = NextOrderId::<T>::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), listing, 0, PRICE, details());
		assert_eq!(state::<T>(id), OrderState::Funded);
	}

	#[benchmark]
	fn offer(p: Linear<1, MAX_MILESTONES>) {
		let (curator, buyer, listing) = service::<T>();
		let id = NextOrderId::<T>::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), listing, buyer, PAID_IN, parts(p), Some([1; 32]));
		assert_eq!(state::<T>(id), OrderState::Created);
	}

	#[benchmark]
	fn fund() {
		let (_, buyer, id) = offered::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id);
		assert_eq!(state::<T>(id), OrderState::Funded);
	}

	#[benchmark]
	fn deliver() {
		let (buyer, listing, id) = ordered::<T>();
		let delivery = delivery::<T>(listing, id);
		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id, delivery);
		let record = Orders::<T>::get(id).expect("the id is not forgotten");
		assert!(record.covered > 0 && record.held == 0);
	}

	#[benchmark]
	fn deliver_batch(n: Linear<{ 2 * MAX_ERAS }, MAX_BATCH>, e: Linear<1, MAX_ERAS>) {
		let node: T::AccountId = account("node", 0, 0);
		let mut deliveries = deliveries::<T>(n, e);
		// One proof of each era is another order's: each has to be checked alone.
		for bad in 0..e as usize {
			deliveries[bad].1.proof = deliveries[bad + e as usize].1.proof.clone();
		}
		let (bad, good) = (deliveries[0].0, deliveries[e as usize].0);
		#[extrinsic_call]
		_(RawOrigin::Signed(node), Deliveries::truncate_from(deliveries));
		assert_eq!(state::<T>(bad), OrderState::Funded);
		assert_eq!(state::<T>(good), OrderState::Delivered);
	}

	#[benchmark]
	fn deliver_batch_taken(n: Linear<MAX_ERAS, MAX_BATCH>, e: Linear<1, MAX_ERAS>) {
		let node: T::AccountId = account("node", 0, 0);
		let deliveries = deliveries::<T>(n, e);
		let last = NextOrderId::<T>::get().saturating_sub(1);
		#[extrinsic_call]
		deliver_batch(RawOrigin::Signed(node), Deliveries::truncate_from(deliveries));
		assert_eq!(state::<T>(last), OrderState::Delivered);
	}

	#[benchmark]
	fn mark_delivered() {
		let (curator, _, id) = goods::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), id, 0, Some([2; 32]));
		assert_eq!(state::<T>(id), OrderState::Delivered);
	}

	#[benchmark]
	fn confirm() {
		let (_, buyer, id) = goods::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id, 0);
		assert_eq!(state::<T>(id), OrderState::Released);
	}

	#[benchmark]
	fn cancel() {
		let (curator, _, id) = goods::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), id);
		assert_eq!(state::<T>(id), OrderState::Refunded);
	}

	#[benchmark]
	fn claim_timeout() {
		let (curator, _, id) = goods::<T>();
		assert_ok!(Pallet::<T>::do_mark_delivered(curator.clone(), id, 0, None));
		let due = Orders::<T>::get(id).and_then(|record| record.due).expect("it waits");
		go_to::<T>(due);
		#[extrinsic_call]
		_(RawOrigin::Signed(curator), id);
		assert_eq!(state::<T>(id), OrderState::Released);
	}

	#[benchmark]
	fn prove_bad_chunk() {
		let (buyer, listing, id) = ordered::<T>();
		assert_ok!(Pallet::<T>::do_deliver(buyer.clone(), id, delivery::<T>(listing, id)));
		let evidence = evidence::<T>(listing, id);
		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id, evidence);
		let record = Orders::<T>::get(id).expect("the id is not forgotten");
		assert_eq!(record.state, OrderState::Refunded);
		assert!(record.from_bond > 0);
	}

	#[benchmark]
	fn dispute() {
		let (_, buyer, id) = goods::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id, [3; 32]);
		assert_eq!(state::<T>(id), OrderState::Disputed);
	}

	#[benchmark]
	fn resolve() {
		let (_, buyer, id) = goods::<T>();
		assert_ok!(Pallet::<T>::do_dispute(buyer, id, [3; 32]));
		#[extrinsic_call]
		_(RawOrigin::Root, id, Permill::from_percent(10));
		assert_eq!(state::<T>(id), OrderState::Released);
	}

	/// An order on which a jury has ruled, and that cannot be rated any more.
	#[benchmark]
	fn forget() {
		let (seller, buyer, id) = goods::<T>();
		let mut record = Orders::<T>::get(id).expect("it was ordered");
		record.state = OrderState::Disputed;
		let listing = record.listing;
		Pallet::<T>::store(id, record);
		T::Juries::benchmark_ruled(Dispute {
			order: id,
			listing,
			buyer: buyer.clone(),
			seller,
			opener: Side::Buyer,
			window_until: None,
			evidence: [3; 32],
		});
		assert_eq!(state::<T>(id), OrderState::Refunded);
		go_to::<T>(u32::MAX);
		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id);
		assert!(!Orders::<T>::contains_key(id));
	}

	#[benchmark]
	fn work_off() {
		NextDue::<T>::put(5);
		#[block]
		{
			Pallet::<T>::work_off(5, Pallet::<T>::hook_limit());
		}
		assert_eq!(NextDue::<T>::get(), Some(6));
	}

	#[benchmark]
	fn turn() {
		let (buyer, listing) = data_product::<T>(0, commitments());
		// Nobody knows what it is worth until the window is over: all of it is paid in the turn.
		let id = order_data::<T>(&buyer, listing);
		let mut record = Orders::<T>::get(id).expect("it was ordered");
		record.state = OrderState::Delivered;
		record.delivered_at = Some(Pallet::<T>::now());
		record.window_until = record.due;
		let due = record.due.expect("it waits");
		Pallet::<T>::store(id, record);
		go_to::<T>(due);
		#[block]
		{
			Pallet::<T>::take_turn(id);
		}
		assert_eq!(state::<T>(id), OrderState::Released);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt.build(), crate::mock::Test);
}
