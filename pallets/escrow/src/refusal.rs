//! Why a delivery is refused. One list for single deliveries, where it is the call's error, and for batches, where it is in
//! an event.

// The SCALE derive casts the indices of variants.
#![allow(clippy::cast_possible_truncation)]

use crate::Error;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use souk_primitives::reach::ProofRefusal;
use souk_proof_primitives::point::PointError;

/// Why a key is not taken.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum DeliveryRefusal {
	/// There is no such order.
	#[codec(index = 0)]
	NotFound,
	/// Only an order for data waits for a key.
	#[codec(index = 1)]
	NotData,
	/// A key is delivered once.
	#[codec(index = 2)]
	AlreadyDelivered,
	/// The order has ended.
	#[codec(index = 3)]
	Ended,
	/// It is too late: the money goes back.
	#[codec(index = 4)]
	Expired,
	/// A batch has one delivery for an order.
	#[codec(index = 5)]
	Repeated,
	/// A coordinate or the encrypted key is at or above the modulus.
	#[codec(index = 6)]
	NotCanonical,
	/// The seller's point may not be used.
	#[codec(index = 7)]
	Point(PointRefusal),
	/// The proof was refused.
	#[codec(index = 8)]
	Proof(ProofRefusal),
	/// A bad chunk could not be proved at the moment: the statement is paused, or has no key.
	#[codec(index = 9)]
	NoRecourse,
}

/// Why a point of Bandersnatch may not be used.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum PointRefusal {
	/// The coordinates are those of no point.
	#[codec(index = 0)]
	NotOnCurve,
	/// A secret shared with it is known to everybody.
	#[codec(index = 1)]
	Identity,
	/// Multiples of it say something about the factor.
	#[codec(index = 2)]
	NotInSubgroup,
}

impl From<PointError> for PointRefusal {
	fn from(error: PointError) -> Self {
		match error {
			PointError::NotOnCurve => Self::NotOnCurve,
			PointError::Identity => Self::Identity,
			PointError::NotInSubgroup => Self::NotInSubgroup,
		}
	}
}

impl<T> From<PointRefusal> for Error<T> {
	fn from(refusal: PointRefusal) -> Self {
		match refusal {
			PointRefusal::NotOnCurve => Self::PointNotOnCurve,
			PointRefusal::Identity => Self::PointIsIdentity,
			PointRefusal::NotInSubgroup => Self::PointNotInSubgroup,
		}
	}
}

impl<T> From<DeliveryRefusal> for Error<T> {
	fn from(refusal: DeliveryRefusal) -> Self {
		match refusal {
			DeliveryRefusal::NotFound => Self::NotFound,
			DeliveryRefusal::NotData => Self::NotData,
			DeliveryRefusal::AlreadyDelivered => Self::AlreadyDelivered,
			DeliveryRefusal::Ended => Self::Ended,
			DeliveryRefusal::Expired => Self::Expired,
			DeliveryRefusal::Repeated => Self::Repeated,
			DeliveryRefusal::NotCanonical => Self::NotCanonical,
			DeliveryRefusal::Point(refusal) => refusal.into(),
			DeliveryRefusal::Proof(refusal) => Self::from_proof(refusal),
			DeliveryRefusal::NoRecourse => Self::NoRecourse,
		}
	}
}

impl<T> Error<T> {
	/// The error for a proof that was refused.
	pub fn from_proof(refusal: ProofRefusal) -> Self {
		match refusal {
			ProofRefusal::NoKey => Self::UnknownProofKey,
			ProofRefusal::Paused => Self::ProofsPaused,
			ProofRefusal::Retired => Self::ProofKeyRetired,
			ProofRefusal::Malformed => Self::ProofMalformed,
			ProofRefusal::NotInSubgroup => Self::ProofNotInSubgroup,
			ProofRefusal::Identity => Self::ProofIdentity,
			ProofRefusal::WrongCount => Self::WrongInputCount,
			ProofRefusal::NotValid => Self::ProofNotValid,
			ProofRefusal::NotOnCurve => Self::ProofNotOnCurve,
			ProofRefusal::DevelopmentKey => Self::DevelopmentKey,
		}
	}
}
