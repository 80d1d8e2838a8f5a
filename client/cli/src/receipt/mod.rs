//! Receipts: made from what the chain says, kept in the home directory, shown as JSON and as a page.

mod font;
mod pdf;
mod qr;
pub mod tab;

pub use pdf::{issued, number, render};

use crate::{amount::Amount, context::Context, failure::Failure, records::kind_name, text};
use souk_config::BLOCK_SECONDS;
use souk_custody::AccountId;
use souk_sdk::{
	purchase::{Market as _, Record},
	receipt::{
		BlockEntry, ListingEntry, Money, PartEntry, Party, ProofEntry, Receipt, Side, SnapshotEntry, VERSION,
	},
	types::{Asset, ListingView, OrderState, OrderView},
	View,
};
use std::path::PathBuf;

/// What is known of an order besides what the chain says of it.
#[derive(Default)]
pub struct Known<'a> {
	/// Title of the listing.
	pub title: Option<String>,
	/// The buyer's record of a purchase from here.
	pub record: Option<&'a Record>,
	/// What to call the seller.
	pub seller_name: Option<String>,
	/// What to call the buyer.
	pub buyer_name: Option<String>,
}

/// The side of an order that an account is on.
pub fn side_of(order: &OrderView, account: AccountId) -> Option<Side> {
	match () {
		() if order.buyer == account => Some(Side::Buyer),
		() if order.seller == account => Some(Side::Seller),
		() => None,
	}
}

/// Makes the receipt of a side of an order, as of a block, and keeps it. What an earlier one knew stays known.
pub async fn keep(
	view: &View,
	order: &OrderView,
	listing: &ListingView,
	side: Side,
	known: &Known<'_>,
	ctx: &Context,
) -> Result<(Receipt, PathBuf), Failure> {
	let earlier = ctx.home.receipt(&ctx.chain().await?.genesis(), order.id, side)?;
	let receipt = make(view, order, listing, side, known, earlier.as_ref(), ctx).await?;
	let path = ctx.home.keep_receipt(&receipt)?;
	Ok((receipt, path))
}

async fn make(
	view: &View,
	order: &OrderView,
	listing: &ListingView,
	side: Side,
	known: &Known<'_>,
	earlier: Option<&Receipt>,
	ctx: &Context,
) -> Result<Receipt, Failure> {
	let blocks = [Some(order.created_at), order.delivered_at, order.ended_at];
	let clock = Clock::read(view, blocks, known.record, ctx).await?;
	let asset = order.price.asset;
	let money = |units| async move { Ok::<_, Failure>(money(&ctx.amount(asset, units).await?)) };
	let party = |account: &AccountId, given: &Option<String>, earlier: Option<&Party>| {
		let name = given.clone().or_else(|| earlier.and_then(|party| party.name.clone()));
		Party::new(account, name.or_else(|| ctx.name_of(account)))
	};
	let mut parts = Vec::with_capacity(order.milestones.len());
	for part in order.milestones.iter().filter(|_| order.milestones.len() > 1) {
		parts.push(PartEntry {
			price: money(part.amount).await?,
			delivered_at: part.delivered_at,
			paid_at: part.paid_at,
		});
	}
	let fee = known.record.and_then(|record| record.order?.fee).map(u128::from);
	let fee = fee.map(|units| self::money(&crate::context::native(units)));
	Ok(Receipt {
		version: VERSION,
		genesis: ctx.chain().await?.genesis(),
		order: order.id,
		owner: side,
		seller: party(&order.seller, &known.seller_name, earlier.map(|receipt| &receipt.seller)),
		buyer: party(&order.buyer, &known.buyer_name, earlier.map(|receipt| &receipt.buyer)),
		listing: ListingEntry {
			id: listing.id,
			address: listing.address(),
			kind: kind_name(listing.kind).into(),
			title: known.title.clone().or_else(|| earlier?.listing.title.clone()),
		},
		// Under which it was sold, whatever the listing says by now.
		licence: earlier.map_or_else(|| listing.license.clone(), |receipt| receipt.licence.clone()),
		snapshot: order.data.map(|data| SnapshotEntry {
			period: data.period,
			due: text::utc_time(u64::from(data.period) * 60_000),
			bytes: data.bytes,
			content_root: data.content_root,
		}),
		quantity: 1,
		price: money(order.price.amount).await?,
		paid: money(order.paid).await?,
		refunded: money(order.refunded).await?,
		from_bond: (order.from_bond > 0).then(|| self::money(&crate::context::native(order.from_bond))),
		fee: fee.or_else(|| earlier?.fee.clone()),
		state: state_name(order.state).into(),
		ordered: clock.entry(order.created_at, earlier.map(|receipt| &receipt.ordered)),
		delivered: order
			.delivered_at
			.map(|block| clock.entry(block, earlier.and_then(|receipt| receipt.delivered.as_ref()))),
		ended: order
			.ended_at
			.map(|block| clock.entry(block, earlier.and_then(|receipt| receipt.ended.as_ref()))),
		proof: order.data.and_then(|data| data.delivery).map(|delivery| ProofEntry {
			id: delivery.proof_id,
			statement: "key-delivery".into(),
			era: delivery.era,
			by: souk_custody::format_account(&delivery.by),
		}),
		parts,
		terms: order.terms.map(crate::records::hex),
	})
}

/// Makes times of blocks: as they were read while the blocks were young, else reckoned from the newest one.
struct Clock<'a> {
	block: u32,
	time: u64,
	record: Option<&'a Record>,
	/// Times of blocks that can be read now.
	read: Vec<(u32, u64)>,
}

impl<'a> Clock<'a> {
	/// One that knows the times of these blocks, as far as they can be read.
	async fn read(
		view: &View,
		blocks: impl IntoIterator<Item = Option<u32>>,
		record: Option<&'a Record>,
		ctx: &Context,
	) -> Result<Self, Failure> {
		let chain = ctx.chain().await?;
		let mut clock = Self { block: view.head().number, time: view.time().await?, record, read: vec![] };
		for block in blocks.into_iter().flatten() {
			if let Some(time) = chain.time_of(block).await? {
				clock.read.push((block, time));
			}
		}
		Ok(clock)
	}

	fn entry(&self, block: u32, earlier: Option<&BlockEntry>) -> BlockEntry {
		if let Some(entry) = earlier.filter(|entry| entry.block == block && entry.exact) {
			return entry.clone();
		}
		let moments = [
			self.record.and_then(|record| Some(record.order?.at)),
			self.record.and_then(|record| Some(record.delivery?.at)),
		];
		let noted = moments.into_iter().flatten().find(|moment| moment.block == block).and_then(|at| at.time);
		let now = self.read.iter().find(|(read, _)| *read == block).map(|(_, time)| *time);
		let exact = noted.or(now);
		let since = u64::from(self.block.saturating_sub(block)) * BLOCK_SECONDS * 1_000;
		let time = exact.unwrap_or_else(|| self.time.saturating_sub(since));
		BlockEntry { block, time: text::utc_time(time), exact: exact.is_some() }
	}
}

/// An amount as receipts have it.
fn money(amount: &Amount) -> Money {
	Money {
		amount: amount.decimal(),
		symbol: amount.asset.symbol.clone(),
		asset: match amount.asset.id {
			Asset::Native => "native".into(),
			Asset::WithId(id) => id.to_string(),
		},
		decimals: amount.asset.decimals,
		units: amount.units.to_string(),
	}
}

/// An order's state in a word.
pub const fn state_name(state: OrderState) -> &'static str {
	match state {
		OrderState::Created => "created",
		OrderState::Funded => "funded",
		OrderState::Delivered => "delivered",
		OrderState::Confirmed => "confirmed",
		OrderState::Refunded => "refunded",
		OrderState::Disputed => "disputed",
		OrderState::Released => "released",
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;

	pub fn money(amount: &str, units: &str) -> Money {
		Money {
			amount: amount.into(),
			symbol: "wUSD".into(),
			asset: "1".into(),
			decimals: 6,
			units: units.into(),
		}
	}

	/// One that has everything.
	pub fn receipt() -> Receipt {
		let block = |block, exact| BlockEntry { block, time: "2026-11-28T23:10:00Z".into(), exact };
		Receipt {
			version: VERSION,
			genesis: [7; 32],
			order: 12,
			owner: Side::Buyer,
			seller: Party::new(&[1; 32], None),
			buyer: Party::new(&[2; 32], Some("main".into())),
			listing: ListingEntry {
				id: 3,
				address: "5C62Ck4UrFPiBtoCmeSrgF7x9yv9mn38446dhCpsi2mLHiFT/nyc-weather".into(),
				kind: "data".into(),
				title: Some("Wetter in Zürich — Київ, 東京".into()),
			},
			licence: "CC0-1.0".into(),
			snapshot: Some(SnapshotEntry {
				period: 29_920_500,
				due: "2026-11-21T03:00:00Z".into(),
				bytes: 1_234_567,
				content_root: [5; 32],
			}),
			quantity: 1,
			price: money("5", "5000000"),
			paid: money("5", "5000000"),
			refunded: money("0", "0"),
			from_bond: None,
			fee: Some(Money {
				amount: "0.001".into(),
				symbol: "SOUK".into(),
				asset: "native".into(),
				decimals: 12,
				units: "1000000000".into(),
			}),
			state: "released".into(),
			ordered: block(100, false),
			delivered: Some(block(104, true)),
			ended: Some(block(204, true)),
			proof: Some(ProofEntry {
				id: [6; 32],
				statement: "key-delivery".into(),
				era: 0,
				by: "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL".into(),
			}),
			parts: vec![],
			terms: None,
		}
	}

	#[test]
	fn a_blocks_time_is_what_was_read_of_it_or_reckoned_and_said_to_be() {
		let now = 1_795_907_400_000;
		let earlier = receipt();
		let clock = Clock { block: 1_100, time: now, record: None, read: vec![(1_090, now - 31_000)] };
		let delivered = earlier.delivered.clone().unwrap();
		assert_eq!(clock.entry(104, Some(&delivered)), delivered);
		assert!(!clock.entry(105, Some(&delivered)).exact, "it was delivered in another block");
		let reckoned = clock.entry(100, Some(&earlier.ordered));
		assert_eq!((reckoned.time.as_str(), reckoned.exact), ("2026-11-28T22:20:00Z", false));
		let young = clock.entry(1_090, None);
		assert_eq!((young.time.as_str(), young.exact), ("2026-11-28T23:09:29Z", true));
		let json = serde_json::json!({
			"version": 1, "genesis": "07".repeat(32), "buyer": "02".repeat(32), "number": 0,
			"wanted": {
				"listing": 3, "period": 1, "content_root": "00".repeat(32), "cipher_root": "00".repeat(32),
				"key_commitment": "00".repeat(32), "bytes": 1, "chunks": 1,
			},
			"order_until": null, "end": null,
			"order": { "id": 12, "at": { "block": 100, "time": now }, "fee": 7 },
			"delivery": null,
		});
		let record: Record = serde_json::from_value(json).unwrap();
		let clock = Clock { block: 1_100, time: now + 1, record: Some(&record), read: vec![] };
		let read = clock.entry(100, None);
		assert_eq!((read.time.as_str(), read.exact), ("2026-11-28T23:10:00Z", true));
	}
}
