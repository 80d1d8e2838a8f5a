//! How values look in JSON: accounts as addresses, hashes as hex, balances as decimal strings.

use serde::{ser::SerializeSeq, Serializer};
use souk_custody::{format_account, AccountId};

pub fn account<S: Serializer>(account: &AccountId, s: S) -> Result<S::Ok, S::Error> {
	s.serialize_str(&format_account(account))
}

pub fn hex<S: Serializer, B: AsRef<[u8]>>(bytes: &B, s: S) -> Result<S::Ok, S::Error> {
	s.serialize_str(&format!("0x{}", hex::encode(bytes)))
}

pub fn optional_hex<S: Serializer>(bytes: &Option<[u8; 32]>, s: S) -> Result<S::Ok, S::Error> {
	match bytes {
		Some(bytes) => hex(bytes, s),
		None => s.serialize_none(),
	}
}

/// 128 bits do not fit what most readers of JSON take for a number.
pub fn balance<S: Serializer>(amount: &u128, s: S) -> Result<S::Ok, S::Error> {
	s.serialize_str(&amount.to_string())
}

pub fn unlocking<S: Serializer>(chunks: &[(u128, u32)], s: S) -> Result<S::Ok, S::Error> {
	let mut seq = s.serialize_seq(Some(chunks.len()))?;
	for (amount, at) in chunks {
		seq.serialize_element(&serde_json::json!({ "amount": amount.to_string(), "at": at }))?;
	}
	seq.end()
}
