//! What is stored of ratings and credentials.

// The SCALE derive casts the indices of variants.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use souk_primitives::{Balance, Digest, ListingId, OrderId};

/// The best that can be said of somebody. The worst is 1.
pub const BEST: u8 = 5;
/// Most credentials in one page of a view.
pub const CREDENTIAL_PAGE: u32 = 64;

/// What is rated.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Deal<AccountId> {
	/// An order.
	#[codec(index = 0)]
	Order(OrderId),
	/// A period of a subscription, the one for which there is a right at present.
	#[codec(index = 1)]
	Period {
		/// Of which listing.
		listing: ListingId,
		/// Who paid.
		payer: AccountId,
	},
}

/// The right to rate a deal, and who has used it. Gone when its time is over.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RightRecord<AccountId> {
	/// What was paid for.
	pub listing: ListingId,
	/// Who paid.
	pub payer: AccountId,
	/// First block that was paid for, or the block of the order's payment.
	pub since: u32,
	/// First block in which it is too late to rate.
	pub until: u32,
	/// Whether the payer has rated.
	pub payer_rated: bool,
	/// Whether the curator has.
	pub curator_rated: bool,
	/// Whose deposit it is.
	pub depositor: AccountId,
	/// What is held for the record's bytes, in planck.
	pub deposit: Balance,
}

/// Who is rated.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Rated<AccountId> {
	/// A listing, and the curator behind it.
	#[codec(index = 0)]
	Listing(ListingId),
	/// An account that pays.
	#[codec(index = 1)]
	Payer(AccountId),
}

/// How often each score was given, from 1 on.
pub type Scores = [u32; BEST as usize];

/// What was said of somebody. Gone once nobody has said anything for a while.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct TallyRecord<AccountId> {
	/// How often each score was given.
	pub scores: Scores,
	/// Block in which it is forgotten.
	pub until: u32,
	/// Whose deposit it is: whoever rated last.
	pub depositor: AccountId,
	/// What is held for the record's bytes, in planck.
	pub deposit: Balance,
}

/// What a credential says of its subject.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum CredentialKind {
	/// By a buyer: the seller can be trusted.
	#[codec(index = 0)]
	TrustedSeller,
	/// By a seller: the buyer pays.
	#[codec(index = 1)]
	ReliablePayer,
	/// By the winner of a dispute: the other side has lost it.
	#[codec(index = 2)]
	DisputeLost,
}

/// A credential's name: an order has one of each kind.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct CredentialId {
	/// The order that it is about.
	pub order: OrderId,
	/// What it says.
	pub kind: CredentialKind,
}

/// [`CredentialId`] as a key that iterates by ascending order: the number in big-endian order, then the kind.
pub type CredentialKey = [u8; 9];

/// What the chain knows of a credential. The credential itself is its subject's to keep and to show.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct CredentialRecord<AccountId> {
	/// What was ordered.
	pub listing: ListingId,
	/// Who says it.
	pub issuer: AccountId,
	/// Of whom.
	pub subject: AccountId,
	/// Hash of the credential.
	pub hash: Digest,
	/// Block in which it was issued.
	pub issued_at: u32,
	/// First block in which another one could not be issued, so that this one, if it is revoked, can be removed.
	pub final_at: u32,
	/// Block in which it expires, and is removed by itself.
	pub until: u32,
	/// Block in which it was revoked.
	pub revoked_at: Option<u32>,
	/// What is held for the record's bytes, in planck; on the issuer's account.
	pub deposit: Balance,
}

/// What waits for its end.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Turn<AccountId> {
	/// A right to rate.
	#[codec(index = 0)]
	Right(Deal<AccountId>),
	/// What was said of somebody.
	#[codec(index = 1)]
	Tally(Rated<AccountId>),
	/// A credential.
	#[codec(index = 2)]
	Credential(CredentialId),
}

/// [`Deal`] of a runtime.
pub type DealOf<T> = Deal<<T as frame_system::Config>::AccountId>;
/// [`RightRecord`] of a runtime.
pub type RightRecordOf<T> = RightRecord<<T as frame_system::Config>::AccountId>;
/// [`Rated`] of a runtime.
pub type RatedOf<T> = Rated<<T as frame_system::Config>::AccountId>;
/// [`TallyRecord`] of a runtime.
pub type TallyRecordOf<T> = TallyRecord<<T as frame_system::Config>::AccountId>;
/// [`CredentialRecord`] of a runtime.
pub type CredentialRecordOf<T> = CredentialRecord<<T as frame_system::Config>::AccountId>;
/// [`Turn`] of a runtime.
pub type TurnOf<T> = Turn<<T as frame_system::Config>::AccountId>;

impl CredentialId {
	/// As a key.
	pub fn key(self) -> CredentialKey {
		let [a, b, c, d, e, f, g, h] = self.order.to_be_bytes();
		let kind = match self.kind {
			CredentialKind::TrustedSeller => 0,
			CredentialKind::ReliablePayer => 1,
			CredentialKind::DisputeLost => 2,
		};
		[a, b, c, d, e, f, g, h, kind]
	}

	/// Of a key; `None` where it is none.
	pub fn of(key: CredentialKey) -> Option<Self> {
		let [a, b, c, d, e, f, g, h, kind] = key;
		let kind = match kind {
			0 => CredentialKind::TrustedSeller,
			1 => CredentialKind::ReliablePayer,
			2 => CredentialKind::DisputeLost,
			_ => return None,
		};
		Some(Self { order: OrderId::from_be_bytes([a, b, c, d, e, f, g, h]), kind })
	}
}
