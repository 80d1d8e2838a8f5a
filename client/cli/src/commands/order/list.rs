//! What there is of orders.

use super::record::{waits_for, OrderRecord};
use crate::{
	context::Context,
	failure::Failure,
	output::{self, Out},
	receipt::state_name,
};
use souk_custody::format_account;
use souk_sdk::types::{ListingId, ListingView, OrderView};
use std::collections::{hash_map::Entry, HashMap};

/// Runs `souk order list`.
pub async fn list(sales: bool, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let account = ctx.account_id()?;
	let view = ctx.view().await?;
	let mut listings: HashMap<ListingId, Option<ListingView>> = HashMap::new();
	let mut orders = Vec::new();
	if sales {
		for listing in view.listings_of(account).await? {
			orders.extend(view.all_sales_of(listing.id).await?);
			listings.insert(listing.id, Some(listing));
		}
		orders.sort_by_key(|order| order.id);
	} else {
		orders = view.all_orders_of(account).await?;
		for order in &orders {
			if let Entry::Vacant(unknown) = listings.entry(order.listing) {
				unknown.insert(view.listing(order.listing).await?);
			}
		}
	}
	let mut records = Vec::with_capacity(orders.len());
	for order in &orders {
		let listing = listings.get(&order.listing).and_then(Option::as_ref);
		records.push(OrderRecord::new(order, listing, ctx).await?);
	}
	let block = view.head().number;
	if ctx.json {
		let account = format_account(&account);
		return output::json(
			out,
			&serde_json::json!({ "account": account, "block": block, "orders": records }),
		);
	}
	if records.is_empty() {
		writeln!(
			out,
			"{}",
			match sales {
				true => "Nothing was ordered of your listings.",
				false => "No orders. `souk search` finds listings, `souk buy <address>` orders.",
			}
		)?;
		return Ok(());
	}
	table(&orders, &records, block, ctx, out)
}

fn table(
	orders: &[OrderView],
	records: &[OrderRecord],
	block: u32,
	ctx: &Context,
	out: Out<'_>,
) -> Result<(), Failure> {
	let rows = orders.iter().zip(records).map(|(order, record)| {
		vec![
			record.order.to_string(),
			record.what(),
			record.price.to_string(),
			state_name(order.state).to_owned(),
			waits_for(order).to_owned(),
			record.outlook(block),
		]
	});
	let header = ["order", "listing", "price", "state", "waits for", "outlook"];
	output::table(out, ctx.screen.width, &header, rows.collect())
}

/// Runs `souk order show`.
pub async fn show(order: u64, ctx: &Context, out: Out<'_>) -> Result<(), Failure> {
	let view = ctx.view().await?;
	let order = find(order, &view).await?;
	let listing = view.listing(order.listing).await?;
	let record = OrderRecord::new(&order, listing.as_ref(), ctx).await?;
	if ctx.json {
		return output::json(out, &record);
	}
	record.describe(view.head().number, out)
}

/// An order.
pub async fn find(order: u64, view: &souk_sdk::View) -> Result<OrderView, Failure> {
	view.order(order).await?.ok_or_else(|| {
		Failure::not_found(format!(
			"there is no order {order}: it never was, or it has ended and its record was removed; `souk receipts` lists what is \
			 kept here of such"
		))
	})
}
