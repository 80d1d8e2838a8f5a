//! The statements that are proved, and the eras of their keys.
//!
//! [`StatementId`] are the statements about keys, proved with Groth16, each era of which has a key. The one about tables has no
//! keys: its number is [`AGGREGATE`], and a version of its proofs stands where the others have an era.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// Number of the statement about tables: `docs/statements/aggregate.md`. Never given to another statement.
pub const AGGREGATE: u8 = 3;

/// What a proof says. The code is part of everything that is hashed for a proof; it is never given to another statement.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[repr(u8)]
pub enum StatementId {
	/// `k_i` is the key of chunk *i* under a key commitment: `docs/statements/chunk-key.md`.
	#[codec(index = 1)]
	ChunkKey = 1,
	/// A ciphertext opens, with the buyer's key, to the `k` of a key commitment: `docs/statements/key-delivery.md`.
	#[codec(index = 2)]
	KeyDelivery = 2,
}

impl StatementId {
	/// All of them.
	pub const ALL: [Self; 2] = [Self::ChunkKey, Self::KeyDelivery];

	/// The number that stands for the statement on the chain and in hashes.
	pub const fn code(self) -> u8 {
		match self {
			Self::ChunkKey => 1,
			Self::KeyDelivery => 2,
		}
	}

	/// The statement of a code, where there is one.
	pub fn from_code(code: u8) -> Option<Self> {
		Self::ALL.into_iter().find(|id| id.code() == code)
	}

	/// Its name, as file names and messages have it.
	pub const fn name(self) -> &'static str {
		match self {
			Self::ChunkKey => "chunk-key",
			Self::KeyDelivery => "key-delivery",
		}
	}

	/// How many scalars its public inputs are.
	pub const fn public_inputs(self) -> usize {
		match self {
			Self::ChunkKey => 4,
			Self::KeyDelivery => 7,
		}
	}
}

impl fmt::Display for StatementId {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.name())
	}
}

/// The number of a key pair of a statement. A new ceremony or a changed circuit starts a new era; proofs of one era do not
/// verify in another.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Era(pub u32);

impl Era {
	/// Of the development keys, which come from a seed that everybody knows. A chain of type Live refuses them.
	pub const DEVELOPMENT: Self = Self(0);
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn codes_and_names_are_frozen() {
		assert_eq!(
			StatementId::ALL.map(|id| (id.code(), id.name())),
			[(1, "chunk-key"), (2, "key-delivery")]
		);
	}

	#[test]
	fn a_code_leads_back_to_its_statement() {
		for id in StatementId::ALL {
			assert_eq!(StatementId::from_code(id.code()), Some(id));
			assert_eq!(id.encode(), [id.code()]);
		}
		assert_eq!(StatementId::from_code(0), None);
		assert_eq!(StatementId::from_code(AGGREGATE), None, "it has no keys");
		assert_eq!(AGGREGATE, 3);
		assert_eq!(StatementId::from_code(4), None);
	}
}
