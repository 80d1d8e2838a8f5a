//! Vouchers: what the payer of a tab signs for a node, query by query.
//!
//! A voucher is cumulative: it promises `amount` for all queries of the tab that the node has answered, this one and those before. The
//! highest is worth all, so that a node keeps one for each tab, and none is paid twice. What a voucher must not be used for
//! elsewhere (another chain, tab or node) is inside what is signed.

use crate::hash::{tagged, Digest};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The tag of what is signed.
pub const VOUCHER_TAG: &str = "souk/voucher/v1";

/// A cumulative promise.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Voucher {
	/// Number of the tab that pays.
	pub tab: u64,
	/// Account of the persistence node that is paid.
	pub node: [u8; 32],
	/// Number of the voucher among those for this tab and node: 1, 2, 3 … A number is given once, so it is also how many queries are
	/// paid.
	pub counter: u64,
	/// What the node has earned from the tab so far, in the smallest unit of the tab's asset.
	pub amount: u128,
}

/// A voucher with the signature of the tab's key.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SignedVoucher {
	/// What is promised.
	pub voucher: Voucher,
	/// sr25519, over [`Voucher::digest`].
	pub signature: [u8; 64],
}

impl Voucher {
	/// What is signed: the tag, the hash of the chain's genesis block, and the voucher.
	pub fn digest(&self, genesis: &Digest) -> Digest {
		tagged(VOUCHER_TAG, &[genesis, &self.encode()])
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const ONE: Voucher = Voucher { tab: 1, node: [2; 32], counter: 3, amount: 4 };

	#[test]
	fn what_is_signed_covers_the_chain_and_every_field() {
		let genesis = [9; 32];
		let others = [
			Voucher { tab: 2, ..ONE },
			Voucher { node: [3; 32], ..ONE },
			Voucher { counter: 4, ..ONE },
			Voucher { amount: 5, ..ONE },
		];
		for other in others {
			assert_ne!(other.digest(&genesis), ONE.digest(&genesis), "{other:?}");
		}
		assert_ne!(ONE.digest(&[8; 32]), ONE.digest(&genesis));
	}

	#[test]
	fn the_encoding_is_frozen() {
		let plain = [&1u64.to_le_bytes()[..], &[2; 32], &3u64.to_le_bytes(), &4u128.to_le_bytes()].concat();
		assert_eq!(ONE.encode(), plain);
		assert_eq!(ONE.digest(&[9; 32]), tagged("souk/voucher/v1", &[&[9; 32], &plain]));
		let signed = SignedVoucher { voucher: ONE, signature: [7; 64] };
		assert_eq!(signed.encode(), [&plain[..], &[7; 64]].concat());
		assert_eq!(SignedVoucher::max_encoded_len(), 128);
	}
}
