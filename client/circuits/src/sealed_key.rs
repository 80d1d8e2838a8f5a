//! Sealing a snapshot's key to a buyer, and opening it: hashed ElGamal on Bandersnatch.
//!
//! ```text
//! b, B = b·G         the buyer's key, fresh for each order
//! r, R = r·G         the seller's, fresh for each delivery
//! c = k + Poseidon("souk/key-delivery/v1", S.x, S.y, context),  S = r·B = b·R
//! ```

use crate::{poseidon, statements::key_delivery::KeyDeliveryPrivate};
use ark_bls12_381::Fr;
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ed_on_bls12_381_bandersnatch::{EdwardsProjective, Fr as Order};
use ark_ff::{BigInt, BigInteger, PrimeField, UniformRand, Zero};
use rand::{CryptoRng, RngCore};
use souk_proof_primitives::{keys, point::PublicPoint};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A key as it is posted for a buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedKey {
	/// `R`.
	pub ephemeral: PublicPoint,
	/// `c`.
	pub ciphertext: Fr,
}

/// A buyer's secret of one order, `b`: a scalar of Bandersnatch that is not zero.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct BuyerSecret(Order);

impl fmt::Debug for BuyerSecret {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("BuyerSecret(..)")
	}
}

impl BuyerSecret {
	/// A fresh one.
	pub fn generate(rng: &mut (impl RngCore + CryptoRng)) -> Self {
		Self(nonzero(rng))
	}

	/// What [`Self::to_bytes`] gave; `None` for zero and for a number at or above the subgroup's order.
	pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
		let mut limbs = [0u64; 4];
		for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
			*limb = u64::from_le_bytes(chunk.try_into().ok()?);
		}
		let scalar = Order::from_bigint(BigInt::new(limbs))?;
		limbs.zeroize();
		(!scalar.is_zero()).then_some(Self(scalar))
	}

	/// The scalar as 32 little-endian bytes, for storage at rest.
	pub fn to_bytes(&self) -> [u8; 32] {
		let mut bytes = [0u8; 32];
		let mut number = self.0.into_bigint().to_bytes_le();
		bytes.copy_from_slice(&number);
		number.zeroize();
		bytes
	}

	/// `B`, which goes into the order.
	pub fn public(&self) -> PublicPoint {
		multiple_of_generator(&self.0)
	}
}

/// Seals `key` to a buyer. Returns what is posted, and what a `KeyDelivery` proof needs.
pub fn seal_key(
	key: Fr,
	buyer: &PublicPoint,
	context: Fr,
	rng: &mut (impl RngCore + CryptoRng),
) -> (SealedKey, KeyDeliveryPrivate) {
	let scalar = nonzero(rng);
	let shared = (buyer.affine() * scalar).into_affine();
	let sealed = SealedKey {
		ephemeral: multiple_of_generator(&scalar),
		ciphertext: key + keys::delivery_pad(poseidon(), &shared, context),
	};
	(sealed, KeyDeliveryPrivate { key, scalar })
}

/// Opens a sealed key. Whoever holds another secret, or names another context, gets another scalar: compare its
/// [key commitment](keys::key_commitment) with the snapshot's where no proof has been verified.
pub fn open_key(sealed: &SealedKey, secret: &BuyerSecret, context: Fr) -> Fr {
	let shared = (sealed.ephemeral.affine() * secret.0).into_affine();
	sealed.ciphertext - keys::delivery_pad(poseidon(), &shared, context)
}

/// Uniform among the scalars that are not zero: zero times anything is the identity, which is no secret.
fn nonzero(rng: &mut (impl RngCore + CryptoRng)) -> Order {
	loop {
		let scalar = Order::rand(rng);
		if !scalar.is_zero() {
			return scalar;
		}
	}
}

fn multiple_of_generator(scalar: &Order) -> PublicPoint {
	let point = (EdwardsProjective::generator() * scalar).into_affine();
	PublicPoint::try_from(point).expect("the generator has prime order and the scalar is not zero")
}

#[cfg(test)]
mod tests {
	use super::*;
	use rand::SeedableRng;
	use rand_chacha::ChaCha20Rng;

	#[test]
	fn the_buyer_gets_the_key_and_nobody_else_does() {
		let mut rng = ChaCha20Rng::from_seed([3; 32]);
		let (buyer, other) = (BuyerSecret::generate(&mut rng), BuyerSecret::generate(&mut rng));
		let (key, context) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
		let (sealed, private) = seal_key(key, &buyer.public(), context, &mut rng);
		assert_eq!(private.key, key);
		assert_eq!(open_key(&sealed, &buyer, context), key);
		assert_ne!(open_key(&sealed, &other, context), key);
		assert_ne!(open_key(&sealed, &buyer, context + Fr::from(1u64)), key);
		let again = seal_key(key, &buyer.public(), context, &mut rng).0;
		assert_ne!((again.ephemeral, again.ciphertext), (sealed.ephemeral, sealed.ciphertext));
	}

	#[test]
	fn a_secret_has_one_encoding() {
		let secret = BuyerSecret::generate(&mut ChaCha20Rng::from_seed([4; 32]));
		let bytes = secret.to_bytes();
		assert_eq!(BuyerSecret::from_bytes(&bytes).unwrap().public(), secret.public());
		assert!(BuyerSecret::from_bytes(&[0; 32]).is_none());
		let order: [u8; 32] = Order::MODULUS.to_bytes_le().try_into().unwrap();
		assert!(BuyerSecret::from_bytes(&order).is_none());
		assert!(BuyerSecret::from_bytes(&[0xff; 32]).is_none());
	}
}
