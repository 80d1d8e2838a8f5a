//! Where a subscription is in its life.

// The SCALE derive casts the indices of variants.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use souk_primitives::Balance;

/// Where a subscription is in its life.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Phase {
	/// A period is paid for, or a trial runs.
	#[codec(index = 0)]
	Running,
	/// The last period was settled and the next one is not paid for. Nothing is held.
	#[codec(index = 1)]
	Grace {
		/// First block in which queries are refused.
		until: u32,
	},
	/// Over, but its money could not be moved yet.
	#[codec(index = 2)]
	Settling {
		/// What of the money held was earned; the rest is the payer's.
		owed: Balance,
	},
}
