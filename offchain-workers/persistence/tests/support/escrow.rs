//! The escrow of the test's chain: orders, buyers with their secrets, and what becomes of transactions.

use super::{chain::FactChain, LISTING};
use ark_bls12_381::Bls12_381;
use async_trait::async_trait;
use rand::rngs::OsRng;
use souk_circuits::{
	open_key,
	setup::{cache, Keys},
	BuyerSecret, Proof, SealedKey,
};
use souk_persistence::{
	chain::{
		AnswerError, AskId, AwaitingOrder, ChainWrites, Delivered, DeliveryKey, KeyDelivery, NotSettled,
		OrderId, SendError, Settled,
	},
	proving::{NoProof, Prover, ProvingKeys},
};
use souk_proof_primitives::{
	context::ProofContext,
	groth16::{self, trapdoor::Trapdoor, VerifyingKey},
	point::PublicPoint,
	public_inputs::{KeyDeliveryPublic, PublicInputs},
	scalar,
	statements::{Era, StatementId},
};
use souk_protocol::{AccountId, Digest, ListingSecret, SignedVoucher, SnapshotKey};
use std::{
	collections::{BTreeMap, BTreeSet},
	path::{Path, PathBuf},
	sync::{Arc, OnceLock},
};

/// Blocks that a seller has for a key.
pub const TIMEOUT: u32 = 200;

/// Development keys, shared by all test programs: made once, then read.
pub fn keys_dir() -> PathBuf {
	Path::new(env!("CARGO_TARGET_TMPDIR")).join("proving-keys")
}

/// The development keys of deliveries.
pub fn keys() -> &'static Keys<souk_circuits::KeyDelivery> {
	static KEYS: OnceLock<Keys<souk_circuits::KeyDelivery>> = OnceLock::new();
	KEYS.get_or_init(|| cache::load(&keys_dir()).expect("development keys"))
}

/// The key that chains of development check deliveries with.
pub fn development_key() -> DeliveryKey {
	DeliveryKey { era: 0, id: keys().id() }
}

/// A prover with real keys.
pub fn real_prover() -> Arc<dyn Prover> {
	Arc::new(ProvingKeys::new(keys_dir(), keys_dir()))
}

/// A key whose secrets are known: under it proofs take no time.
fn trapdoor() -> &'static (Trapdoor, VerifyingKey<Bls12_381>) {
	static TRAPDOOR: OnceLock<(Trapdoor, VerifyingKey<Bls12_381>)> = OnceLock::new();
	TRAPDOOR.get_or_init(|| {
		let trapdoor = Trapdoor::new(StatementId::KeyDelivery, 1);
		let key = trapdoor.key().expect("a key");
		(trapdoor, key)
	})
}

/// A prover that knows the secrets of the key. Its proofs are valid; what is tried is everything around them.
pub struct Quick;

impl Prover for Quick {
	fn prove(
		&self,
		_: &DeliveryKey,
		public: &KeyDeliveryPublic,
		_: &souk_circuits::KeyDeliveryPrivate,
	) -> Result<Vec<u8>, NoProof> {
		let proof = trapdoor().0.prove::<Bls12_381>(&public.to_scalars(), 1).map_err(NoProof::NotValid)?;
		Ok(proof.to_bytes().to_vec())
	}
}

/// An order, as the chain and its buyer see it.
#[derive(Clone)]
pub struct Order {
	pub awaiting: AwaitingOrder,
	buyer: BuyerSecret,
	/// Who delivered its key, in which block.
	pub delivered: Option<(AccountId, u32)>,
	/// How often its price was paid out.
	pub paid: u32,
	/// The key that the buyer got.
	pub key: Option<SnapshotKey>,
}

/// What becomes of transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
	/// They are in the next block, which is final.
	Flows,
	/// They wait.
	Waits,
	/// They are in a block and refused.
	Refused,
	/// Nothing is heard of them.
	Lost,
}

/// One transaction that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentKeys {
	pub by: AccountId,
	pub at: u32,
	pub orders: Vec<OrderId>,
}

/// The orders and the transactions.
#[derive(Default)]
pub struct Ledger {
	pub orders: BTreeMap<OrderId, Order>,
	pub sent: Vec<SentKeys>,
	/// Orders whose delivery the chain refuses, whatever it is.
	pub stubborn: BTreeSet<OrderId>,
	/// Whether the chain checks with the real development key; else with the one whose secrets are known.
	pub real: bool,
	/// Orders that are in a transaction under way.
	under_way: BTreeSet<OrderId>,
	/// Orders that were sent while they were under way.
	pub doubled: Vec<OrderId>,
}

impl Ledger {
	/// An order of a snapshot, paid into escrow at block `at`.
	pub fn order(&mut self, secret: &ListingSecret, period: u32, at: u32) -> OrderId {
		let buyer = BuyerSecret::generate(&mut OsRng);
		let id = self.orders.len() as OrderId;
		let mut buyer_key = [0; 64];
		buyer_key[..32].copy_from_slice(&scalar::encode(&buyer.public().x()));
		buyer_key[32..].copy_from_slice(&scalar::encode(&buyer.public().y()));
		let awaiting = AwaitingOrder {
			id,
			listing: LISTING,
			period,
			buyer_key,
			key_commitment: secret.snapshot_key(LISTING, period).commitment(),
			funded_at: at,
			deliver_until: at + TIMEOUT,
		};
		self.orders.insert(id, Order { awaiting, buyer, delivered: None, paid: 0, key: None });
		id
	}

	/// The orders of these listings that await a key at block `at`.
	pub fn awaiting(&self, at: u32, listings: &[u32]) -> Vec<AwaitingOrder> {
		let open = |order: &&Order| {
			let awaiting = &order.awaiting;
			order.delivered.is_none() && at < awaiting.deliver_until && listings.contains(&awaiting.listing)
		};
		self.orders.values().filter(open).map(|order| order.awaiting).collect()
	}

	/// Whether all orders were delivered and paid, once each.
	pub fn is_settled(&self) -> bool {
		self.orders.values().all(|order| order.delivered.is_some() && order.paid == 1)
	}

	/// A transaction comes.
	pub fn arrives(&mut self, by: AccountId, at: u32, deliveries: &[(OrderId, KeyDelivery)]) {
		for (order, _) in deliveries {
			if !self.under_way.insert(*order) {
				self.doubled.push(*order);
			}
		}
		let orders = deliveries.iter().map(|(order, _)| *order).collect();
		self.sent.push(SentKeys { by, at, orders });
	}

	/// A transaction is under way no more.
	pub fn leaves(&mut self, deliveries: &[(OrderId, KeyDelivery)]) {
		for (order, _) in deliveries {
			self.under_way.remove(order);
		}
	}

	/// A delivery is in block `at`: it is taken, and the order paid, or refused for a reason.
	pub fn take(
		&mut self,
		by: AccountId,
		at: u32,
		genesis: Digest,
		key: Option<DeliveryKey>,
		id: OrderId,
		delivery: &KeyDelivery,
	) -> Result<(), &'static str> {
		let order = self.orders.get_mut(&id).ok_or("NotFound")?;
		if order.delivered.is_some() {
			return Err("NotAwaiting");
		}
		if at >= order.awaiting.deliver_until {
			return Err("TooLate");
		}
		if self.stubborn.contains(&id) {
			return Err("Stubborn");
		}
		let key = key.filter(|key| key.era == delivery.era).ok_or("NoKey")?;
		let context = ProofContext {
			genesis,
			statement: StatementId::KeyDelivery,
			era: Era(key.era),
			listing: order.awaiting.listing,
			order: id,
		}
		.scalar();
		let number = |bytes: &[u8]| bytes.try_into().ok().and_then(scalar::decode).ok_or("Malformed");
		let point = PublicPoint::new(number(&delivery.ephemeral[..32])?, number(&delivery.ephemeral[32..])?);
		let sealed = SealedKey {
			ephemeral: point.map_err(|_| "Malformed")?,
			ciphertext: number(&delivery.ciphertext)?,
		};
		let public = KeyDeliveryPublic {
			key_commitment: number(&order.awaiting.key_commitment)?,
			buyer: order.buyer.public(),
			ephemeral: sealed.ephemeral,
			ciphertext: sealed.ciphertext,
			context,
		};
		let proof = Proof::from_bytes(&delivery.proof).map_err(|_| "Malformed")?;
		let key = if self.real { keys().verifying() } else { &trapdoor().1 };
		groth16::verify(key, &public.to_scalars(), &proof).map_err(|_| "NotValid")?;
		// Whatever was proved: the buyer gets the key that she ordered.
		let opened = SnapshotKey::from_scalar(open_key(&sealed, &order.buyer, context));
		assert_eq!(opened.commitment(), order.awaiting.key_commitment, "order {id} got another key");
		order.key = Some(opened);
		order.delivered = Some((by, at));
		order.paid += 1;
		Ok(())
	}
}

/// One node's way to the chain.
pub struct Purse {
	pub chain: Arc<FactChain>,
	pub account: AccountId,
}

#[async_trait]
impl ChainWrites for Purse {
	async fn deliver(&self, deliveries: &[(OrderId, KeyDelivery)]) -> Result<Delivered, SendError> {
		self.chain.deliver(self.account, deliveries).await
	}

	async fn answer(&self, ask: AskId, bundle: Vec<u8>, last: u32) -> Result<u32, AnswerError> {
		self.chain.answer(self.account, ask, bundle, last).await
	}

	async fn answer_fee(&self, bytes: usize) -> Result<u128, AnswerError> {
		Ok(self.chain.asks().fee_per_byte * bytes as u128)
	}

	async fn settle(&self, vouchers: &[SignedVoucher]) -> Result<Settled, NotSettled> {
		self.chain.settle(vouchers)
	}
}
