//! Accounts as decentralised identifiers: the method `did:pkh` over CAIP-10, whose namespace `polkadot` names a chain by the first half of its
//! genesis hash and an account by its SS58 address.

use crate::{AccountId, Digest};
use souk_custody::{format_account, parse_account};
use std::fmt;

const PREFIX: &str = "did:pkh:polkadot:";
/// Bytes of the genesis hash that name a chain.
const REFERENCE: usize = 16;

/// An account of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Did {
	chain: [u8; REFERENCE],
	/// The account.
	pub account: AccountId,
}

impl Did {
	/// An account of the chain with this genesis hash.
	pub fn new(genesis: &Digest, account: AccountId) -> Self {
		let mut chain = [0; REFERENCE];
		chain.copy_from_slice(&genesis[..REFERENCE]);
		Self { chain, account }
	}

	/// Reads one; the error is what is wrong with it.
	pub fn parse(text: &str) -> Result<Self, String> {
		let expected = || format!("{text:?} is no account of the kind {PREFIX}<chain>:<address>");
		let (reference, address) =
			text.strip_prefix(PREFIX).and_then(|rest| rest.split_once(':')).ok_or_else(expected)?;
		let mut chain = [0; REFERENCE];
		hex::decode_to_slice(reference, &mut chain).map_err(|_| expected())?;
		let did = Self { chain, account: parse_account(address).map_err(|error| error.to_string())? };
		// Capital letters, or a key in hex, would be a second name of the same account.
		match did.to_string() == text {
			true => Ok(did),
			false => Err(expected()),
		}
	}
}

impl fmt::Display for Did {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{PREFIX}{}:{}", hex::encode(self.chain), format_account(&self.account))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_account_has_one_identifier_on_a_chain() {
		let did =
			Did::new(&[0xab; 32], parse_account("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY").unwrap());
		let text = "did:pkh:polkadot:abababababababababababababababab:5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		assert_eq!(did.to_string(), text);
		assert_eq!(Did::parse(text), Ok(did));
		let hexadecimal = format!("{PREFIX}{}:0x{}", "ab".repeat(16), hex::encode(did.account));
		for other in [
			"",
			"did:key:z6Mk",
			&text.replace("abab", "ABAB"),
			&text.replace(":abab", ":ab"),
			&text.replace("5G", "5H"),
			&format!("{text}#x"),
			&hexadecimal,
		] {
			assert!(Did::parse(other).is_err(), "{other}");
		}
	}
}
