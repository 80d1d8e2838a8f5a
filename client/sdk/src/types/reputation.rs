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
	/// What the chain knows of a credential.
	#[derive(Copy)]
	pub struct CredentialView {
		/// Its name.
		pub id: CredentialId,
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
