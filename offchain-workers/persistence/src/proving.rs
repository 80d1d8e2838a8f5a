//! From an order to what is posted for it: the snapshot's key, sealed to the buyer, with the proof that it is that key.

use crate::chain::{AwaitingOrder, DeliveryKey, KeyDelivery};
use rand::rngs::OsRng;
use souk_circuits::{
	prove, seal_key,
	setup::{cache, registered, Keys, SetupError},
	verify, KeyDeliveryPrivate, ProofError, ProveError,
};
use souk_proof_primitives::{
	context::ProofContext,
	point::{PointError, PublicPoint},
	public_inputs::KeyDeliveryPublic,
	scalar,
	statements::{Era, StatementId},
};
use souk_protocol::{Digest, ListingSecret};
use std::{
	path::PathBuf,
	sync::{Arc, Mutex, PoisonError},
};

/// Why an order's key cannot be delivered by this node, now or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undeliverable {
	/// The key that follows from the listing's secret is another one.
	#[error("the listing's secret was renewed since the snapshot was made: its key is not known here")]
	OtherSecret,
	/// The operator has listed whose data is kept, and the listing's curator is not among them.
	#[error("this node does not keep data of the listing's curator: ask its operator to add that account to its curators")]
	OtherCurator,
	/// What the order calls the buyer's key is no key.
	#[error("the buyer's key is not usable: {0}")]
	BuyerKey(PointError),
	/// What stands for a number is none.
	#[error("the {0} of the order is not canonical")]
	NotCanonical(&'static str),
}

/// Why there is no proof now. Keys can be brought.
#[derive(Debug, thiserror::Error)]
pub enum NoProof {
	/// There are no keys of the chain's era.
	#[error("the proving keys of era {era} are not at hand: {source}")]
	NoKeys {
		/// The era.
		era: u32,
		/// Why not.
		source: SetupError,
	},
	/// There are keys, and the chain checks with others.
	#[error(
		"the chain checks proofs of era {era} with the key 0x{}, which this version does not know",
		hex::encode(expected)
	)]
	OtherKeys {
		/// The era.
		era: u32,
		/// The chain's id.
		expected: Digest,
	},
	/// Proving failed.
	#[error(transparent)]
	Prove(#[from] ProveError),
	/// The proof that was made is not valid: the proving key is damaged.
	#[error("the proof that was made is not valid ({0}): the proving key is damaged")]
	NotValid(ProofError),
}

/// Makes proofs of deliveries.
pub trait Prover: Send + Sync + 'static {
	/// The proof's bytes, made with the keys that belong to the chain's `key`. Takes a second or so of all cores, and where the keys
	/// are not at hand yet, some more.
	///
	/// # Errors
	/// [`NoProof`].
	fn prove(
		&self,
		key: &DeliveryKey,
		public: &KeyDeliveryPublic,
		private: &KeyDeliveryPrivate,
	) -> Result<Vec<u8>, NoProof>;
}

/// What is proved for one order, and what is posted apart from the proof.
pub struct Statement {
	/// What everybody sees.
	pub public: KeyDeliveryPublic,
	/// What the node alone knows.
	pub private: KeyDeliveryPrivate,
	era: u32,
}

impl Statement {
	/// Whether this node could deliver the order.
	///
	/// # Errors
	/// [`Undeliverable`].
	pub fn fits(order: &AwaitingOrder, secret: &ListingSecret) -> Result<(), Undeliverable> {
		if secret.snapshot_key(order.listing, order.period).commitment() != order.key_commitment {
			return Err(Undeliverable::OtherSecret);
		}
		point(&order.buyer_key).map(drop)
	}

	/// Seals the snapshot's key to the order's buyer, freshly.
	///
	/// # Errors
	/// [`Undeliverable`].
	pub fn of(
		order: &AwaitingOrder,
		genesis: Digest,
		secret: &ListingSecret,
		era: u32,
	) -> Result<Self, Undeliverable> {
		Self::fits(order, secret)?;
		let key = secret.snapshot_key(order.listing, order.period);
		let key_commitment =
			scalar::decode(&order.key_commitment).ok_or(Undeliverable::NotCanonical("key commitment"))?;
		let buyer = point(&order.buyer_key)?;
		let context = ProofContext {
			genesis,
			statement: StatementId::KeyDelivery,
			era: Era(era),
			listing: order.listing,
			order: order.id,
		}
		.scalar();
		let (sealed, private) = seal_key(key.to_scalar(), &buyer, context, &mut OsRng);
		let (ephemeral, ciphertext) = (sealed.ephemeral, sealed.ciphertext);
		let public = KeyDeliveryPublic { key_commitment, buyer, ephemeral, ciphertext, context };
		Ok(Self { public, private, era })
	}

	/// What is posted, with its proof.
	pub fn delivery(&self, proof: Vec<u8>) -> KeyDelivery {
		let mut ephemeral = [0; 64];
		let (x, y) = ephemeral.split_at_mut(32);
		x.copy_from_slice(&scalar::encode(&self.public.ephemeral.x()));
		y.copy_from_slice(&scalar::encode(&self.public.ephemeral.y()));
		KeyDelivery { era: self.era, ephemeral, ciphertext: scalar::encode(&self.public.ciphertext), proof }
	}
}

fn point(bytes: &[u8; 64]) -> Result<PublicPoint, Undeliverable> {
	let (x, y) = bytes.split_at(32);
	let coordinate = |bytes: &[u8]| {
		let bytes = bytes.try_into().ok();
		bytes.and_then(scalar::decode).ok_or(Undeliverable::NotCanonical("buyer's key"))
	};
	PublicPoint::new(coordinate(x)?, coordinate(y)?).map_err(Undeliverable::BuyerKey)
}

type DeliveryKeys = Keys<souk_circuits::KeyDelivery>;

/// Proves with keys from disk. Those of the era that was asked for last stay in memory.
pub struct ProvingKeys {
	development: PathBuf,
	registered: PathBuf,
	loaded: Mutex<Option<(DeliveryKey, Arc<DeliveryKeys>)>>,
}

impl ProvingKeys {
	/// Keys of the development era are made in `development`, where they are not there yet; those of all other eras are taken from
	/// `registered`.
	pub fn new(development: PathBuf, registered: PathBuf) -> Self {
		Self { development, registered, loaded: Mutex::default() }
	}

	fn keys(&self, key: &DeliveryKey) -> Result<Arc<DeliveryKeys>, NoProof> {
		// Keys are loaded whole or not at all, whatever became of the thread that did it before.
		let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
		match &*loaded {
			Some((known, keys)) if known == key => return Ok(keys.clone()),
			_ => *loaded = None,
		}
		let era = Era(key.era);
		let found = match era {
			Era::DEVELOPMENT => cache::load(&self.development),
			_ => registered::load(&self.registered, era, &key.id),
		};
		let keys: DeliveryKeys = found.map_err(|source| NoProof::NoKeys { era: key.era, source })?;
		if keys.id() != key.id {
			return Err(NoProof::OtherKeys { era: key.era, expected: key.id });
		}
		tracing::info!(era = key.era, "proving keys loaded");
		let keys = Arc::new(keys);
		*loaded = Some((*key, keys.clone()));
		Ok(keys)
	}
}

impl Prover for ProvingKeys {
	fn prove(
		&self,
		key: &DeliveryKey,
		public: &KeyDeliveryPublic,
		private: &KeyDeliveryPrivate,
	) -> Result<Vec<u8>, NoProof> {
		let keys = self.keys(key)?;
		let proof = prove(&keys, public, private, &mut OsRng)?;
		// A proving key is known by its verifying key only. What a damaged one makes is found here, and not on chain.
		verify(&keys, public, &proof).map_err(NoProof::NotValid)?;
		Ok(proof.to_bytes().to_vec())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use souk_circuits::{open_key, BuyerSecret, SealedKey};

	fn order(secret: &ListingSecret, buyer: &BuyerSecret) -> AwaitingOrder {
		let mut buyer_key = [0; 64];
		buyer_key[..32].copy_from_slice(&scalar::encode(&buyer.public().x()));
		buyer_key[32..].copy_from_slice(&scalar::encode(&buyer.public().y()));
		AwaitingOrder {
			id: 5,
			listing: 7,
			period: 9,
			buyer_key,
			key_commitment: secret.snapshot_key(7, 9).commitment(),
			funded_at: 1,
			deliver_until: 200,
		}
	}

	#[test]
	fn what_is_posted_opens_for_the_buyer_of_this_order_only() {
		let (secret, buyer) = (ListingSecret::generate(), BuyerSecret::generate(&mut OsRng));
		let made = Statement::of(&order(&secret, &buyer), [1; 32], &secret, 0).unwrap();
		let posted = made.delivery(vec![1]);
		let sealed = SealedKey {
			ephemeral: point(&posted.ephemeral).unwrap(),
			ciphertext: scalar::decode(&posted.ciphertext).unwrap(),
		};
		let context = |order| {
			ProofContext {
				genesis: [1; 32],
				statement: StatementId::KeyDelivery,
				era: Era(0),
				listing: 7,
				order,
			}
			.scalar()
		};
		let key = secret.snapshot_key(7, 9).to_scalar();
		assert_eq!(open_key(&sealed, &buyer, context(5)), key);
		assert_ne!(open_key(&sealed, &buyer, context(6)), key);
		assert_ne!(open_key(&sealed, &BuyerSecret::generate(&mut OsRng), context(5)), key);
		assert_eq!((posted.era, posted.proof), (0, vec![1]));
	}

	#[test]
	fn an_order_that_cannot_be_delivered_says_why() {
		let (secret, buyer) = (ListingSecret::generate(), BuyerSecret::generate(&mut OsRng));
		let good = order(&secret, &buyer);
		let refused = |order: &AwaitingOrder, secret: &ListingSecret| {
			Statement::of(order, [1; 32], secret, 0).err().expect("refused")
		};
		assert_eq!(refused(&good, &ListingSecret::generate()), Undeliverable::OtherSecret);
		let other_period = AwaitingOrder { period: 10, ..good };
		assert_eq!(refused(&other_period, &secret), Undeliverable::OtherSecret);
		let mut identity = [0; 64];
		identity[32] = 1;
		let bad = AwaitingOrder { buyer_key: identity, ..good };
		assert_eq!(refused(&bad, &secret), Undeliverable::BuyerKey(PointError::Identity));
		let bad = AwaitingOrder { buyer_key: [0xff; 64], ..good };
		assert_eq!(refused(&bad, &secret), Undeliverable::NotCanonical("buyer's key"));
	}
}
