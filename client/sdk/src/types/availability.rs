//! Whether nodes can be reached, by the votes of the validators.

// The derive imports more than it uses.
#![allow(unused_imports)]

use super::text;
use serde::{Serialize, Serializer};
use subxt::ext::scale_decode::{self, DecodeAsType};

mirror! {
	/// What came of a voting period for a node.
	#[derive(Copy)]
	pub struct AvailabilityOutcome {
		/// Which period.
		pub period: u32,
		/// Block in which it was over.
		pub until: u32,
		/// How many validators could vote.
		pub voters: u32,
		/// How many of them reached the node.
		pub reachable: u32,
		/// How many did not.
		pub unreachable: u32,
		/// Whether it was an offence.
		pub offence: bool,
	}
}

mirror! {
	/// Where validators ask whether a node is there, and what came of it.
	pub struct AvailabilityView {
		/// The URL.
		#[serde(serialize_with = "as_text")]
		pub url: Vec<u8>,
		/// What is held of the node for it, in planck.
		#[serde(serialize_with = "text::balance")]
		pub deposit: u128,
		/// Whether it goes when the running period has been judged.
		pub leaving: bool,
		/// Whether the node is on the running period's list.
		pub listed: bool,
		/// What came of the last period that it was listed in.
		pub last: Option<AvailabilityOutcome>,
	}
}

fn as_text<S: Serializer, B: AsRef<[u8]>>(bytes: &B, s: S) -> Result<S::Ok, S::Error> {
	s.serialize_str(&String::from_utf8_lossy(bytes.as_ref()))
}

impl AvailabilityView {
	/// The URL as text; the chain takes none that is none.
	pub fn url(&self) -> String {
		String::from_utf8_lossy(&self.url).into_owned()
	}
}

mirror! {
	/// A period in which validators vote, or that is being judged.
	#[derive(Copy)]
	pub struct VotingPeriod {
		/// Its number.
		pub number: u32,
		/// Its first block.
		pub from: u32,
		/// First block in which it is too late to vote.
		pub until: u32,
		/// How many nodes are on its list.
		pub nodes: u32,
		/// How many validators can vote.
		pub voters: u32,
		/// How many of them have voted.
		pub voted: u32,
	}
}
