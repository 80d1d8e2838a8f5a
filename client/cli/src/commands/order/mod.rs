//! `souk order`: what was bought or sold once and for all, and what both sides do about it.
//!
//! ```text
//! offer ──fund──┐                       ┌── confirm (buyer) ──────────> paid
//! souk buy ─────┴─> funded ── deliver ──┼── nothing in time ──────────> paid
//!                      │      (seller)  └── dispute (either) ─ ruling ─> divided
//!                      └── nothing in time, or cancelled ─> refunded
//! ```

mod change;
mod list;
mod offer;
mod proof;
mod record;

pub use change::file_hash;
pub use list::find;
pub use record::{span, OrderRecord};

use crate::{address::ListingAddress, context::Context, failure::Failure, output::Out};
use offer::Part;
use proof::BlockHash;
use souk_config::Price;
use std::path::PathBuf;

/// `souk order …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// One's own orders
	List {
		/// Those of one's own listings, instead of what one has bought
		#[arg(long)]
		sales: bool,
	},
	/// Everything about an order
	Show {
		/// Its number
		order: u64,
	},
	/// Write the proof of a dataset's delivery to a file, as it stands in the block that has it
	Proof {
		/// The order's number
		order: u64,
		/// Where to write it [default: order-<number>-proof.json]
		#[arg(long, value_name = "FILE")]
		out: Option<PathBuf>,
		/// Hash of the block that has the delivery, where the chain has forgotten it: after some hours
		#[arg(long, value_name = "HASH")]
		block_hash: Option<BlockHash>,
	},
	/// Offer a service or goods to one buyer, in parts that are delivered and paid one by one
	Offer {
		/// The listing: <name> or number
		listing: ListingAddress,
		/// To whom; address or key name
		#[arg(long, value_name = "ACCOUNT")]
		to: String,
		/// Price, time to deliver, time to confirm, e.g. "5 wUSD,3d,7d"; may be repeated
		#[arg(long, value_name = "PRICE,TIME,TIME", required = true)]
		part: Vec<Part>,
		/// File with what is agreed on; its hash goes on chain
		#[arg(long, value_name = "FILE")]
		terms: Option<PathBuf>,
	},
	/// Take an offer: pay its price into escrow
	Fund {
		/// Its number
		order: u64,
		/// Refuse an offer that costs more, e.g. "15 wUSD"
		#[arg(long, value_name = "PRICE")]
		max_price: Option<Price>,
	},
	/// Say, as the seller, that a part was delivered
	Deliver {
		/// Its number
		order: u64,
		/// Number of the part, from 1 [default: the next one]
		#[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
		part: Option<u32>,
		/// File that shows it; its hash goes on chain
		#[arg(long, value_name = "FILE")]
		evidence: Option<PathBuf>,
	},
	/// Confirm, as the buyer, that a part is as agreed: it is paid out at once
	Confirm {
		/// Its number
		order: u64,
		/// Number of the part, from 1 [default: the next one]
		#[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
		part: Option<u32>,
	},
	/// Give an order up; what is held goes back to the buyer
	Cancel {
		/// Its number
		order: u64,
	},
	/// Say that one does not agree; the money stays held until somebody rules on it
	Dispute {
		/// Its number
		order: u64,
		/// File that shows why: sealed for the other side and the jury; its hash goes on chain
		#[arg(long, value_name = "FILE")]
		evidence: PathBuf,
	},
	/// Have done what is due, without waiting for the chain's turn
	Claim {
		/// Its number
		order: u64,
	},
	/// Remove the record of an order that has ended; its deposit goes back to who paid it
	Forget {
		/// Its number
		order: u64,
	},
}

/// Runs it.
pub async fn run(command: Command, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	match command {
		Command::List { sales } => list::list(sales, ctx, out).await,
		Command::Show { order } => list::show(order, ctx, out).await,
		Command::Proof { order, out: file, block_hash } => {
			proof::run(order, block_hash, file, ctx, out).await
		}
		Command::Offer { listing, to, part, terms } => {
			offer::run(&listing, &to, &part, terms.as_deref(), ctx, out).await
		}
		command => change::run(command, ctx, out).await,
	}
}

#[cfg(test)]
pub(super) mod tests {
	/// An order for goods that is paid into escrow.
	pub fn order_view() -> souk_sdk::types::OrderView {
		super::change::tests::order(souk_sdk::types::OrderState::Funded)
	}
}
