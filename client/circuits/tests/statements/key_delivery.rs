use crate::support::{fails, holds, some_key_delivery, System};
use ark_bls12_381::Fr;
use ark_ed_on_bls12_381_bandersnatch::Fr as Order;
use ark_ff::{BigInteger, One, PrimeField};
use souk_circuits::{
	open_key, poseidon, seal_key,
	statements::key_delivery::{CIPHERTEXT, EPHEMERAL_KEY, KEY_COMMITMENT},
	KeyDelivery, KeyDeliveryPrivate, SealedKey,
};
use souk_proof_primitives::{keys::delivery_pad, public_inputs::KeyDeliveryPublic};

/// Wires of the public inputs.
pub const KEY_COMMITMENT_WIRE: usize = 1;
pub const BUYER_WIRE: usize = 2;
pub const EPHEMERAL_WIRE: usize = 4;
pub const CIPHERTEXT_WIRE: usize = 6;
pub const CONTEXT_WIRE: usize = 7;
/// Wire of `k`, and of the lowest bit of `r`.
pub const KEY_WIRE: usize = 8;
pub const SCALAR_WIRE: usize = 9;

#[test]
fn it_holds_with_5270_constraints() {
	let (public, private, secret) = some_key_delivery(1);
	let system = holds::<KeyDelivery>(&public, &private);
	assert_eq!(system.constraints(), 5270);
	assert_eq!(
		system.groups.iter().map(|g| g.constraints.len()).collect::<Vec<_>>(),
		[253, 1012, 3286, 481, 238]
	);
	let sealed = SealedKey { ephemeral: public.ephemeral, ciphertext: public.ciphertext };
	assert_eq!(open_key(&sealed, &secret, public.context), private.key);
}

#[test]
fn the_smallest_and_the_largest_scalar_hold() {
	let (public, private, _) = some_key_delivery(2);
	for scalar in [Order::one(), Order::from(2u64), -Order::one()] {
		let ephemeral = multiple(scalar);
		let shared = public.buyer.affine() * scalar;
		let ciphertext = private.key + delivery_pad(poseidon(), &shared.into(), public.context);
		let public = KeyDeliveryPublic { ephemeral, ciphertext, ..public };
		holds::<KeyDelivery>(&public, &KeyDeliveryPrivate { scalar, ..private.clone() });
	}
}

#[test]
fn another_ephemeral_key_fails() {
	let (public, private, _) = some_key_delivery(3);
	let (other, ..) = some_key_delivery(4);
	fails::<KeyDelivery>(
		&KeyDeliveryPublic { ephemeral: other.ephemeral, ..public },
		&private,
		EPHEMERAL_KEY,
	);
	// The negative of R has the same second coordinate.
	let negative = (-public.ephemeral.affine()).try_into().unwrap();
	fails::<KeyDelivery>(&KeyDeliveryPublic { ephemeral: negative, ..public }, &private, EPHEMERAL_KEY);
	// Buyer's and seller's key exchanged.
	let exchanged = KeyDeliveryPublic { buyer: public.ephemeral, ephemeral: public.buyer, ..public };
	fails::<KeyDelivery>(&exchanged, &private, EPHEMERAL_KEY);
}

#[test]
fn another_scalar_fails() {
	let (public, private, _) = some_key_delivery(5);
	let other = KeyDeliveryPrivate { scalar: private.scalar + Order::one(), ..private.clone() };
	fails::<KeyDelivery>(&public, &other, EPHEMERAL_KEY);
}

#[test]
fn a_key_sealed_to_somebody_else_fails() {
	let (public, private, _) = some_key_delivery(6);
	let (other, ..) = some_key_delivery(7);
	fails::<KeyDelivery>(&KeyDeliveryPublic { buyer: other.buyer, ..public }, &private, CIPHERTEXT);
	let negative = (-public.buyer.affine()).try_into().unwrap();
	fails::<KeyDelivery>(&KeyDeliveryPublic { buyer: negative, ..public }, &private, CIPHERTEXT);
}

#[test]
fn another_ciphertext_or_context_fails() {
	let (public, private, _) = some_key_delivery(8);
	let ciphertext = public.ciphertext + Fr::one();
	fails::<KeyDelivery>(&KeyDeliveryPublic { ciphertext, ..public }, &private, CIPHERTEXT);
	let context = public.context + Fr::one();
	fails::<KeyDelivery>(&KeyDeliveryPublic { context, ..public }, &private, CIPHERTEXT);
}

#[test]
fn a_key_that_is_not_the_snapshot_s_fails() {
	let (public, private, secret) = some_key_delivery(9);
	// Garbage, correctly sealed.
	let garbage = private.key + Fr::one();
	let (sealed, sealed_private) =
		seal_key(garbage, &secret.public(), public.context, &mut crate::support::rng(10));
	let wrong = KeyDeliveryPublic { ephemeral: sealed.ephemeral, ciphertext: sealed.ciphertext, ..public };
	fails::<KeyDelivery>(&wrong, &sealed_private, KEY_COMMITMENT);
	let key_commitment = public.key_commitment + Fr::one();
	fails::<KeyDelivery>(&KeyDeliveryPublic { key_commitment, ..public }, &private, KEY_COMMITMENT);
}

#[test]
fn the_wires_are_where_the_tests_look_for_them() {
	let (public, private, _) = some_key_delivery(13);
	let system = System::of::<KeyDelivery>(&public, &private);
	assert_eq!(system.assignment[KEY_WIRE], private.key);
	let bits = private.scalar.into_bigint();
	for i in 0..253 {
		assert_eq!(system.assignment[SCALAR_WIRE + i], Fr::from(bits.get_bit(i)));
	}
}

/// A scalar of 253 bits may be written with the subgroup's order added. It is the same scalar: the statement says the same.
#[test]
fn a_scalar_and_the_same_with_the_order_added_are_two_ways_to_say_one_thing() {
	let (public, private, _) = some_key_delivery(14);
	let scalar = Order::from(77u64);
	let ephemeral = multiple(scalar);
	let shared = public.buyer.affine() * scalar;
	let ciphertext = private.key + delivery_pad(poseidon(), &shared.into(), public.context);
	let public = KeyDeliveryPublic { ephemeral, ciphertext, ..public };
	let system = holds::<KeyDelivery>(&public, &KeyDeliveryPrivate { scalar, ..private.clone() });

	let mut added = scalar.into_bigint();
	assert!(!added.add_with_carry(&Order::MODULUS));
	assert!(!added.get_bit(253), "does not fit into 253 bits");
	let bits = (0..253).map(|i| (SCALAR_WIRE + i, Fr::from(added.get_bit(i))));
	let known = (1..system.public)
		.map(|wire| (wire, system.assignment[wire]))
		.chain([(KEY_WIRE, private.key)])
		.chain(bits)
		.collect::<Vec<_>>();
	let solved = crate::determined::solve(&system, &known, None).expect("every wire is determined");
	assert_ne!(solved, system.assignment);
	assert!(system.broken(&solved).is_empty());
}

fn multiple(scalar: Order) -> souk_proof_primitives::point::PublicPoint {
	use ark_ec::{CurveGroup, PrimeGroup};
	use ark_ed_on_bls12_381_bandersnatch::EdwardsProjective;
	(EdwardsProjective::generator() * scalar).into_affine().try_into().unwrap()
}
