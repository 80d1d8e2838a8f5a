//! The buyer's key of one order, and what it opens.
//!
//! It follows from the account's secret, so that nothing secret is stored, and a purchase whose record was lost can be gone
//! on with: the order on chain has the public key, which says which of the buyer's keys it is.

use crate::{
	error::SdkError,
	types::{DeliveryView, ListingId, OrderId, Period},
	Digest,
};
use souk_circuits::{open_key, poseidon, BuyerSecret, SealedKey};
use souk_custody::Account;
use souk_proof_primitives::{
	context::ProofContext,
	keys::key_commitment,
	point::PublicPoint,
	poseidon::Scalar,
	scalar,
	statements::{Era, StatementId},
};

const TAG: &str = "souk/buyer-key/v1";

/// What tells a buyer's keys apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyOf {
	pub genesis: Digest,
	pub listing: ListingId,
	pub period: Period,
	/// How many orders for the same snapshot came before, e.g. refunded ones.
	pub number: u32,
}

/// A buyer's key.
pub(crate) fn buyer_key(account: &Account, of: &KeyOf) -> BuyerSecret {
	let KeyOf { genesis, listing, period, number } = of;
	let numbers = [*listing, *period, *number].map(u32::to_le_bytes).concat();
	// By rejection, so that the scalar is uniform: more than every other number of 253 bits is below the order.
	for attempt in 0u32.. {
		let context = [&genesis[..], &numbers, &attempt.to_le_bytes()].concat();
		let mut bytes = account.derive_secret(TAG, &context);
		bytes[31] &= 0x1f;
		if let Some(secret) = BuyerSecret::from_bytes(&bytes) {
			return secret;
		}
	}
	unreachable!("four thousand million derived numbers are not all too large")
}

/// A point as calls and views have it: x, then y.
pub(crate) fn point_bytes(point: &PublicPoint) -> [u8; 64] {
	let mut bytes = [0; 64];
	bytes[..32].copy_from_slice(&scalar::encode(&point.x()));
	bytes[32..].copy_from_slice(&scalar::encode(&point.y()));
	bytes
}

fn point(bytes: &[u8; 64]) -> Option<PublicPoint> {
	let coordinate = |half: &[u8]| scalar::decode(half.try_into().ok()?);
	let (x, y) = bytes.split_at(32);
	PublicPoint::new(coordinate(x)?, coordinate(y)?).ok()
}

/// The snapshot's key that was delivered, checked against the snapshot's commitment.
///
/// Errors: [`SdkError::WrongKey`].
pub(crate) fn open_delivery(
	genesis: Digest,
	listing: ListingId,
	order: OrderId,
	delivery: &DeliveryView,
	secret: &BuyerSecret,
	commitment: &Digest,
) -> Result<Scalar, SdkError> {
	let wrong = || SdkError::WrongKey { order };
	let context =
		ProofContext { genesis, statement: StatementId::KeyDelivery, era: Era(delivery.era), listing, order };
	let sealed = SealedKey {
		ephemeral: point(&delivery.ephemeral).ok_or_else(wrong)?,
		ciphertext: scalar::decode(&delivery.ciphertext).ok_or_else(wrong)?,
	};
	let key = open_key(&sealed, secret, context.scalar());
	if scalar::encode(&key_commitment(poseidon(), key)) != *commitment {
		return Err(wrong());
	}
	Ok(key)
}

#[cfg(test)]
mod tests {
	use super::*;
	use rand::rngs::OsRng;
	use souk_circuits::seal_key;

	const OF: KeyOf = KeyOf { genesis: [7; 32], listing: 3, period: 1_000, number: 0 };

	fn alice() -> Account {
		Account::from_uri("//Alice").unwrap()
	}

	#[test]
	fn each_order_has_a_key_of_its_own_and_always_the_same() {
		let bytes = |account: &Account, of: KeyOf| point_bytes(&buyer_key(account, &of).public());
		let key = bytes(&alice(), OF);
		assert_eq!(key, bytes(&alice(), OF));
		for other in [
			bytes(&Account::from_uri("//Bob").unwrap(), OF),
			bytes(&alice(), KeyOf { genesis: [8; 32], ..OF }),
			bytes(&alice(), KeyOf { listing: 4, ..OF }),
			bytes(&alice(), KeyOf { period: 1_001, ..OF }),
			bytes(&alice(), KeyOf { number: 1, ..OF }),
		] {
			assert_ne!(key, other);
		}
		assert_eq!(point_bytes(&point(&key).unwrap()), key);
	}

	#[test]
	fn a_delivered_key_opens_for_its_order_only() {
		let secret = buyer_key(&alice(), &OF);
		let key = Scalar::from(42u64);
		let commitment = scalar::encode(&key_commitment(poseidon(), key));
		let context = ProofContext {
			genesis: [7; 32],
			statement: StatementId::KeyDelivery,
			era: Era(5),
			listing: 3,
			order: 9,
		};
		let (sealed, _) = seal_key(key, &secret.public(), context.scalar(), &mut OsRng);
		let delivery = DeliveryView {
			by: [1; 32],
			era: 5,
			ephemeral: point_bytes(&sealed.ephemeral),
			ciphertext: scalar::encode(&sealed.ciphertext),
			proof_id: [0; 32],
		};
		let open = |order, delivery: &DeliveryView, commitment: &Digest| {
			open_delivery([7; 32], 3, order, delivery, &secret, commitment)
		};
		assert_eq!(open(9, &delivery, &commitment).unwrap(), key);
		let wrong = |result: Result<Scalar, SdkError>| matches!(result, Err(SdkError::WrongKey { order: _ }));
		assert!(wrong(open(10, &delivery, &commitment)));
		assert!(wrong(open(9, &DeliveryView { era: 6, ..delivery }, &commitment)));
		assert!(wrong(open(9, &DeliveryView { ciphertext: [0xff; 32], ..delivery }, &commitment)));
		assert!(wrong(open(9, &DeliveryView { ephemeral: [1; 64], ..delivery }, &commitment)));
		assert!(wrong(open(9, &delivery, &[0; 32])));
	}
}
