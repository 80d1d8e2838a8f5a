//! What is known of a purchase, as it is kept on disk: enough to go on after any crash, nothing secret.

use super::{folder::hexadecimal, sealed::Wanted};
use crate::{
	submit::Included,
	types::{DeliveryView, OrderId},
	Digest,
};
use serde::{Deserialize, Serialize};
use souk_custody::AccountId;

/// Version of the record.
const VERSION: u32 = 1;

/// A purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
	pub(crate) version: u32,
	/// Hash of the chain's genesis block.
	#[serde(with = "hexadecimal")]
	pub genesis: Digest,
	/// Who buys.
	#[serde(with = "hexadecimal")]
	pub buyer: AccountId,
	/// What is bought.
	pub wanted: Wanted,
	/// Which of the buyer's keys for this snapshot the order has.
	pub number: u32,
	/// After this block an order that was sent and not seen cannot be included any more.
	pub order_until: Option<u32>,
	/// The order.
	pub order: Option<Ordered>,
	/// The delivery.
	pub delivery: Option<Delivered>,
	/// How it ended, once it has.
	pub end: Option<End>,
}

/// How a purchase ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
	/// The file was written.
	Written,
	/// The money came back.
	Refunded,
}

/// An order that is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ordered {
	/// Its number.
	pub id: OrderId,
	/// Its block.
	pub at: Moment,
	/// What ordering cost besides the price, in planck; unknown where the answer was lost and the order was found again.
	pub fee: Option<u64>,
}

/// A delivery that is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivered {
	/// Its block.
	pub at: Moment,
	/// Who posted the key.
	#[serde(with = "hexadecimal")]
	pub by: AccountId,
	/// Era of the proof's key.
	pub era: u32,
	/// The seller's point.
	#[serde(with = "hexadecimal")]
	pub ephemeral: [u8; 64],
	/// The encrypted key.
	#[serde(with = "hexadecimal")]
	pub ciphertext: [u8; 32],
	/// Name of what was proved.
	#[serde(with = "hexadecimal")]
	pub proof_id: Digest,
}

/// A block, and when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
	/// Its number.
	pub block: u32,
	/// Milliseconds since 1970, where it was read in time: a light client does not see old blocks.
	pub time: Option<u64>,
}

impl Record {
	pub(crate) fn new(genesis: Digest, buyer: AccountId, wanted: Wanted, number: u32) -> Self {
		Self {
			version: VERSION,
			genesis,
			buyer,
			wanted,
			number,
			order_until: None,
			order: None,
			delivery: None,
			end: None,
		}
	}

	/// Why a record that was read is not usable.
	pub(crate) fn objection(&self, genesis: &Digest, buyer: &AccountId) -> Option<&'static str> {
		if self.version != VERSION {
			return Some("it was written by another version of this program");
		}
		(self.genesis != *genesis || self.buyer != *buyer).then_some("it is of another chain or account")
	}

	/// Whether money is, or may be, on its way, and neither the file is there nor the money back.
	pub(crate) fn is_under_way(&self) -> bool {
		(self.order.is_some() || self.order_until.is_some()) && self.end.is_none()
	}
}

impl Ordered {
	pub(crate) fn new(id: OrderId, at: Moment, included: Option<&Included>) -> Self {
		Self { id, at, fee: included.and_then(|included| u64::try_from(included.fee).ok()) }
	}
}

impl Delivered {
	pub(crate) fn new(delivery: &DeliveryView, at: Moment) -> Self {
		let DeliveryView { by, era, ephemeral, ciphertext, proof_id } = *delivery;
		Self { at, by, era, ephemeral, ciphertext, proof_id }
	}

	/// As the chain has it.
	pub fn view(&self) -> DeliveryView {
		let Self { by, era, ephemeral, ciphertext, proof_id, .. } = *self;
		DeliveryView { by, era, ephemeral, ciphertext, proof_id }
	}
}
