//! What is provided and stored under.

use std::fmt;

use libp2p::kad::RecordKey;

/// A key of the DHT: 32 bytes, made by the caller from a domain-tagged hash, so that keys of different uses
/// never meet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub [u8; 32]);

impl Key {
	/// The key's bytes.
	pub fn as_bytes(&self) -> &[u8; 32] {
		&self.0
	}

	pub(crate) fn to_record_key(self) -> RecordKey {
		RecordKey::new(&self.0)
	}
}

impl From<[u8; 32]> for Key {
	fn from(bytes: [u8; 32]) -> Self {
		Key(bytes)
	}
}

impl fmt::Debug for Key {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Key({})", hex::encode(self.0))
	}
}

impl fmt::Display for Key {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&hex::encode(self.0))
	}
}
