//! Verifying keys, as they are registered.

// The derive imports more than it uses.
#![allow(unused_imports)]

use super::text;
use serde::Serialize;
use souk_protocol::Digest;
use subxt::ext::scale_decode::{self, DecodeAsType};

mirror! {
	/// A verifying key of a statement.
	pub struct ProofKeyView {
		/// Code of the statement.
		pub statement: u8,
		/// The era that it is for.
		pub era: u32,
		/// Its id.
		#[serde(serialize_with = "text::hex")]
		pub id: Digest,
		/// The key, compressed.
		#[serde(serialize_with = "text::hex")]
		pub key: Vec<u8>,
		/// Hash of the transcript of the ceremony that made it.
		#[serde(serialize_with = "text::hex")]
		pub transcript: Digest,
		/// Whether it comes from a seed that everybody knows.
		pub development: bool,
		/// Block in which it was registered.
		pub registered_at: u32,
		/// Block from which on it is not used any more.
		pub retired_from: Option<u32>,
		/// Whether proofs of the statement are not taken in this block.
		pub paused: bool,
	}
}
