//! `KeyDelivery`: a ciphertext opens, with the buyer's key, to the `k` of a key commitment. Page:
//! `docs/statements/key-delivery.md`.
//!
//! Hashed ElGamal on Bandersnatch with generator G: R = r·G, S = r·B, c = k + Poseidon(S, context).

use super::{fails, private_input, public_inputs, Check, CheckFailed, ConstraintGroup, Headings, Statement};
use crate::{
	gadgets::{bandersnatch, poseidon},
	poseidon,
};
use ark_bls12_381::Fr;
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ed_on_bls12_381_bandersnatch::{constraints::EdwardsVar, EdwardsProjective, Fr as Order};
use ark_r1cs_std::eq::EqGadget;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use souk_proof_primitives::{keys, public_inputs::KeyDeliveryPublic};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Check 1.
pub const SCALAR: Check = Check { number: 1, heading: "Scalar" };
/// Check 2.
pub const EPHEMERAL_KEY: Check = Check { number: 2, heading: "Ephemeral key" };
/// Check 3.
pub const SHARED_POINT: Check = Check { number: 3, heading: "Shared point" };
/// Check 4.
pub const CIPHERTEXT: Check = Check { number: 4, heading: "Ciphertext" };
/// Check 5.
pub const KEY_COMMITMENT: Check = Check { number: 5, heading: "Key commitment" };

/// What the prover of a [`KeyDelivery`] knows.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct KeyDeliveryPrivate {
	/// The snapshot's key, `k`.
	pub key: Fr,
	/// The ephemeral key's scalar, `r`.
	pub scalar: Order,
}

impl fmt::Debug for KeyDeliveryPrivate {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("KeyDeliveryPrivate(..)")
	}
}

/// The statement.
pub struct KeyDelivery;

impl Statement for KeyDelivery {
	type Public = KeyDeliveryPublic;
	type Private = KeyDeliveryPrivate;
	const CHECKS: &'static [Check] = &[SCALAR, EPHEMERAL_KEY, SHARED_POINT, CIPHERTEXT, KEY_COMMITMENT];

	fn holds(public: &KeyDeliveryPublic, private: &KeyDeliveryPrivate) -> Result<(), CheckFailed> {
		// 1. Scalar: the type has no other values.
		// 2. Ephemeral key
		if EdwardsProjective::generator() * private.scalar != public.ephemeral.affine() {
			return Err(fails::<Self>(EPHEMERAL_KEY));
		}
		// 3. Shared point: computed here, compared with nothing.
		let shared = (public.buyer.affine() * private.scalar).into_affine();
		// 4. Ciphertext
		if private.key + keys::delivery_pad(poseidon(), &shared, public.context) != public.ciphertext {
			return Err(fails::<Self>(CIPHERTEXT));
		}
		// 5. Key commitment
		if keys::key_commitment(poseidon(), private.key) != public.key_commitment {
			return Err(fails::<Self>(KEY_COMMITMENT));
		}
		Ok(())
	}

	fn synthesize(
		cs: &ConstraintSystemRef<Fr>,
		public: Option<&KeyDeliveryPublic>,
		private: Option<&KeyDeliveryPrivate>,
	) -> Result<Vec<ConstraintGroup>, SynthesisError> {
		// The points are not checked here: whoever builds the public inputs has (`PublicPoint`).
		let [key_commitment, buyer_x, buyer_y, ephemeral_x, ephemeral_y, ciphertext, context] =
			public_inputs(cs, public)?;
		let key = private_input(cs, private.map(|private| private.key))?;
		let mut headings = Headings::new(cs);

		// 1. Scalar
		let scalar = bandersnatch::scalar_bits(cs, private.map(|private| &private.scalar))?;
		headings.close(SCALAR);

		// 2. Ephemeral key
		let ephemeral = bandersnatch::mul_generator(&scalar)?;
		ephemeral.x.enforce_equal(&ephemeral_x)?;
		ephemeral.y.enforce_equal(&ephemeral_y)?;
		headings.close(EPHEMERAL_KEY);

		// 3. Shared point
		let shared = bandersnatch::mul(&EdwardsVar::new(buyer_x, buyer_y), &scalar)?;
		headings.close(SHARED_POINT);

		// 4. Ciphertext
		let pad = poseidon::hash(cs, keys::KEY_DELIVERY, &[shared.x, shared.y, context])?;
		(&key + &pad).enforce_equal(&ciphertext)?;
		headings.close(CIPHERTEXT);

		// 5. Key commitment
		poseidon::hash(cs, keys::KEY_COMMITMENT, &[key])?.enforce_equal(&key_commitment)?;
		headings.close(KEY_COMMITMENT);

		Ok(headings.groups)
	}
}
