//! Ratings after orders and periods, and what the chain knows of credentials.

// The derive imports more than it uses.
#![allow(unused_imports)]

use super::{text, ListingId, OrderId};
use serde::Serialize;
use souk_custody::AccountId;
use souk_protocol::Digest;
use subxt::ext::scale_decode::{self, DecodeAsType};

/// What is rated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deal {
	/// An order.
	Order(OrderId),
	/// The period of a subscription that may be rated at present.
	Period {
		/// Of which listing.
		listing: ListingId,
		/// Who paid.
		payer: AccountId,
	},
}

mirror! {
	/// Ratings as the public sees them.
	#[derive(Copy)]
	pub struct RatingRange {
		/// There are as many, or more.
		pub at_least: u32,
		/// There are fewer than that; `None` for very many.
		pub below: Option<u32>,
		/// Between which scores their mean is, in tenths; `None` where there are few.
		pub mean: Option<(u32, u32)>,
	}
}

mirror! {
	/// What a credential says of its subject.
	#[derive(Copy, Hash, PartialOrd, Ord)]
	pub enum CredentialKind {
		/// By a buyer: the seller can be trusted.
		TrustedSeller,
		/// By a seller: the buyer pays.
		ReliablePayer,
		/// By the winner of a dispute: the other side has lost it.
		DisputeLost,
	}
}

mirror! {
	/// A credential's name: an order has one of each kind.
	#[derive(Copy)]
	pub struct CredentialId {
		/// The order that it is about.
		pub order: OrderId,
		/// What it says.
		pub kind: CredentialKind,
	}
}

mirror! {
	/// A credential that the chain knows of.
	#[derive(Copy)]
	pub struct CredentialView {
		/// Its name.
		pub id: CredentialId,
		/// The rest.
		#[serde(flatten)]
		pub record: CredentialRecord,
	}
}

mirror! {
	/// What the chain knows of a credential.
	#[derive(Copy)]
	pub struct CredentialRecord {
		/// What was ordered.
		pub listing: ListingId,
		/// Who says it.
		#[serde(serialize_with = "text::account")]
		pub issuer: AccountId,
		/// Of whom.
		#[serde(serialize_with = "text::account")]
		pub subject: AccountId,
		/// Hash of the credential.
		#[serde(serialize_with = "text::hex")]
		pub hash: Digest,
		/// Block in which it was issued.
		pub issued_at: u32,
		/// First block in which it can be removed, if it is revoked.
		pub final_at: u32,
		/// Block in which it expires.
		pub until: u32,
		/// Block in which it was revoked.
		pub revoked_at: Option<u32>,
		/// What is held for its record, in planck.
		#[serde(serialize_with = "text::balance")]
		pub deposit: u128,
	}
}

mirror! {
	/// The numbers that hold for what is rated or issued now.
	#[derive(Copy)]
	pub struct ReputationSettings {
		/// Blocks from the end of an order or a period in which both sides rate it, and issue credentials about an order.
		pub window: u32,
		/// Blocks after the last rating of somebody until all of them are forgotten.
		pub memory: u32,
		/// Blocks until a credential expires.
		pub credential_life: u32,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::calls::value;
	use codec::Encode;
	use pallet_reputation as pallet;
	use scale_info::{MetaType, PortableRegistry, Registry, TypeInfo};
	use subxt::ext::scale_value::scale::encode_as_type;

	#[derive(Clone, Debug, PartialEq, Encode, TypeInfo)]
	struct AccountId32([u8; 32]);

	fn registry<T: TypeInfo + 'static>() -> (u32, PortableRegistry) {
		let mut registry = Registry::new();
		let id = registry.register_type(&MetaType::new::<T>()).id;
		(id, registry.into())
	}

	/// What the metadata of `T` makes of its encoding.
	fn decoded<T: TypeInfo + Encode + 'static, R: DecodeAsType>(value: &T) -> R {
		let (id, types) = registry::<T>();
		R::decode_as_type(&mut &value.encode()[..], id, &types).unwrap()
	}

	const KINDS: [(CredentialKind, pallet::CredentialKind); 3] = [
		(CredentialKind::TrustedSeller, pallet::CredentialKind::TrustedSeller),
		(CredentialKind::ReliablePayer, pallet::CredentialKind::ReliablePayer),
		(CredentialKind::DisputeLost, pallet::CredentialKind::DisputeLost),
	];

	#[test]
	fn what_the_chain_says_is_read_as_the_pallet_has_it() {
		let range = pallet::RatingRange { at_least: 5, below: Some(10), mean: Some((42, 46)) };
		let expected = RatingRange { at_least: 5, below: Some(10), mean: Some((42, 46)) };
		assert_eq!(decoded::<_, Option<RatingRange>>(&Some(range)), Some(expected));
		for (kind, pallets) in KINDS {
			let view = pallet::CredentialView {
				id: pallet::CredentialId { order: 12, kind: pallets },
				record: pallet::CredentialRecord {
					listing: 3,
					issuer: AccountId32([1; 32]),
					subject: AccountId32([2; 32]),
					hash: [3; 32],
					issued_at: 4,
					final_at: 5,
					until: 6,
					revoked_at: Some(7),
					deposit: u128::MAX,
				},
			};
			let expected = CredentialView {
				id: CredentialId { order: 12, kind },
				record: CredentialRecord {
					listing: 3,
					issuer: [1; 32],
					subject: [2; 32],
					hash: [3; 32],
					issued_at: 4,
					final_at: 5,
					until: 6,
					revoked_at: Some(7),
					deposit: u128::MAX,
				},
			};
			assert_eq!(decoded::<_, Vec<CredentialView>>(&vec![view]), [expected]);
			// For people it is one thing.
			let shown = serde_json::to_value(expected).unwrap();
			assert_eq!(
				(&shown["id"]["order"], &shown["until"], &shown["record"]),
				(&12.into(), &6.into(), &serde_json::Value::Null)
			);
		}
		let settings = pallet::ReputationSettings { window: 1, memory: 2, credential_life: 3 };
		let expected = ReputationSettings { window: 1, memory: 2, credential_life: 3 };
		assert_eq!(decoded::<_, ReputationSettings>(&settings), expected);
	}

	#[test]
	fn arguments_are_encoded_as_the_pallet_reads_them() {
		let (id, types) = registry::<pallet::Deal<AccountId32>>();
		let payer = AccountId32([9; 32]);
		for (deal, pallets) in [
			(Deal::Order(7), pallet::Deal::Order(7)),
			(Deal::Period { listing: 3, payer: payer.0 }, pallet::Deal::Period { listing: 3, payer }),
		] {
			let mut bytes = Vec::new();
			encode_as_type(&value::deal(&deal), id, &types, &mut bytes).unwrap();
			assert_eq!(bytes, pallets.encode());
		}
		let (id, types) = registry::<pallet::CredentialId>();
		for (kind, pallets) in KINDS {
			let mut bytes = Vec::new();
			encode_as_type(&value::credential(CredentialId { order: 7, kind }), id, &types, &mut bytes)
				.unwrap();
			assert_eq!(bytes, pallet::CredentialId { order: 7, kind: pallets }.encode());
		}
	}
}
