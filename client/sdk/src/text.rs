//! How values look in JSON: accounts as addresses, hashes as hex, balances as decimal strings.

use serde::{ser::SerializeSeq, Serializer};
use souk_custody::{format_account, AccountId};

pub fn account<S: Serializer>(account: &AccountId, s: S) -> Result<S::Ok, S::Error> {
	s.serialize_str(&format_account(account))
}

pub fn optional_account<S: Serializer>(account: &Option<AccountId>, s: S) -> Result<S::Ok, S::Error> {
	match account {
		Some(known) => self::account(known, s),
		None => s.serialize_none(),
	}
}

pub fn hex<S: Serializer, B: AsRef<[u8]>>(bytes: &B, s: S) -> Result<S::Ok, S::Error> {
	s.serialize_str(&format!("0x{}", ::hex::encode(bytes)))
}

pub fn optional_hex<S: Serializer>(bytes: &Option<[u8; 32]>, s: S) -> Result<S::Ok, S::Error> {
	match bytes {
		Some(bytes) => hex(bytes, s),
		None => s.serialize_none(),
	}
}

/// `0x` and hexadecimal digits, in both directions.
pub mod hex_digits {
	use serde::{de::Error as _, Deserialize as _, Deserializer, Serializer};

	pub fn serialize<S: Serializer>(bytes: &[u8; 32], s: S) -> Result<S::Ok, S::Error> {
		super::hex(bytes, s)
	}

	pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<[u8; 32], D::Error> {
		let text = String::deserialize(d)?;
		let digits = text.strip_prefix("0x").ok_or_else(|| D::Error::custom("a hash starts with 0x"))?;
		let mut bytes = [0; 32];
		::hex::decode_to_slice(digits, &mut bytes).map_err(D::Error::custom)?;
		Ok(bytes)
	}
}

/// `0x` and hexadecimal digits, of any number of bytes, in both directions.
pub mod hex_bytes {
	use serde::{de::Error as _, Deserialize as _, Deserializer, Serializer};

	pub fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
		super::hex(&bytes, s)
	}

	pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
		let text = String::deserialize(d)?;
		let digits = text
			.strip_prefix("0x")
			.ok_or_else(|| D::Error::custom("bytes are hexadecimal, and start with 0x"))?;
		if digits.len() % 2 == 1 {
			return Err(D::Error::custom("there is half a byte: two digits are one"));
		}
		::hex::decode(digits).map_err(D::Error::custom)
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
