//! Blocks that a light client has not followed: their hash from the chain's state, their transactions from whoever has them.

use crate::{chain::Chain, error::SdkError, view::View, Digest};
use serde::Deserialize;
use subxt::{config::substrate::H256, rpcs::client::rpc_params};

/// Blocks whose hashes the chain's state has (`System.BlockHashCount`); for messages only.
pub(crate) const REMEMBERED: u32 = 4_096;

/// The transactions of a block.
pub(crate) struct Body {
	/// The block's number.
	pub number: u32,
	/// Its transactions, encoded.
	pub extrinsics: Vec<Vec<u8>>,
}

/// What smoldot's `chain_getBlock` answers, as far as it is used.
#[derive(Deserialize)]
struct Answer {
	block: Parts,
}

#[derive(Deserialize)]
struct Parts {
	header: Header,
	extrinsics: Vec<String>,
}

#[derive(Deserialize)]
struct Header {
	number: String,
}

#[derive(Debug, thiserror::Error)]
enum Unanswered {
	#[error(transparent)]
	Rpc(#[from] subxt::rpcs::Error),
	#[error("no node that is connected has the block, or what one sent is not the block of this hash")]
	Missing,
}

impl Chain {
	/// The hash of the finalised block of a number; `None` where the chain does not know it any more.
	pub(crate) async fn block_hash(&self, view: &View, number: u32) -> Result<Option<Digest>, SdkError> {
		if view.head().number == number {
			return Ok(Some(view.head().hash));
		}
		let stored: Option<H256> = view.stored("System", "BlockHash", (number,)).await?;
		Ok(stored.map(|hash| hash.0).filter(|hash| *hash != [0; 32]))
	}

	/// The transactions of the block of a hash. The light client compares header and body with the hash before it hands them out.
	///
	/// Errors: [`SdkError::Read`] where nobody has it; `expected` is the block's number, for the message.
	pub(crate) async fn body_of(&self, hash: Digest, expected: u32) -> Result<Body, SdkError> {
		let hex = format!("0x{}", hex::encode(hash));
		let answer = self
			.reading("the block's transactions", expected, || {
				let (rpc, params) = (self.inner.rpc.clone(), rpc_params![&hex]);
				async move {
					let answer: Option<Answer> = rpc.request("chain_getBlock", params).await?;
					answer.ok_or(Unanswered::Missing)
				}
			})
			.await?;
		answer.block.decode()
	}
}

impl Parts {
	fn decode(self) -> Result<Body, SdkError> {
		let incompatible =
			|reason: &str| SdkError::Incompatible { what: "a block".into(), reason: reason.into() };
		let digits = self.header.number.strip_prefix("0x");
		let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
		let extrinsics: Option<Vec<_>> =
			self.extrinsics.iter().map(|text| hex::decode(text.strip_prefix("0x")?).ok()).collect();
		Ok(Body {
			number: number.ok_or_else(|| incompatible("its number is none"))?,
			extrinsics: extrinsics.ok_or_else(|| incompatible("a transaction is not hexadecimal"))?,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_block_is_read_as_nodes_write_it() {
		let parts = |number: &str, extrinsic: &str| {
			let json = serde_json::json!({
				"block": { "header": { "number": number, "digest": {} }, "extrinsics": ["0x", extrinsic] },
				"justifications": null,
			});
			serde_json::from_value::<Answer>(json).unwrap().block.decode()
		};
		let body = parts("0x1f", "0x0a0b").unwrap();
		assert_eq!((body.number, body.extrinsics), (31, vec![vec![], vec![10, 11]]));
		assert!(parts("31", "0x0a").is_err());
		assert!(parts("0x1f", "0a").is_err());
	}
}
