//! Tabs: pay per query.

use super::{value, Call};
use crate::types::{ListingId, PlanIndex, Price, TabId};
use souk_protocol::SignedVoucher;
use subxt::ext::scale_value::Value;

/// Opens a tab for queries of a listing, paid and signed for by the signer, with `limit` on it in the plan's asset. `max_price` is what
/// the signer saw of the plan.
pub fn tabs_open(listing: ListingId, plan: PlanIndex, limit: u128, max_price: Price) -> Call {
	let arguments = vec![
		("listing", value::number(listing)),
		("plan", value::number(plan)),
		("key", value::option(None)),
		("limit", value::number(limit)),
		("max_price", value::price(max_price)),
	];
	Call::new("Tabs", "open_tab", arguments)
}

/// Puts more on an open tab, as its payer.
pub fn tabs_top_up(tab: TabId, amount: u128) -> Call {
	Call::new("Tabs", "top_up_tab", vec![("tab", value::number(tab)), ("amount", value::number(amount))])
}

/// Settles vouchers, as the node that they name; 64 at most. One that is refused does not keep the others from being settled.
pub fn tabs_settle(vouchers: &[SignedVoucher]) -> Call {
	let vouchers = vouchers.iter().map(signed_voucher);
	Call::new("Tabs", "settle_vouchers", vec![("vouchers", Value::unnamed_composite(vouchers))])
}

/// Closes a tab, as its payer. Vouchers are settled for a while; then the rest comes back by itself.
pub fn tabs_close(tab: TabId) -> Call {
	Call::new("Tabs", "close_tab", vec![("tab", value::number(tab))])
}

/// Does what is due for a tab without waiting for its turn.
pub fn tabs_claim_timeout(tab: TabId) -> Call {
	Call::new("Tabs", "claim_timeout", vec![("tab", value::number(tab))])
}

/// Says, as the curator, how many queries are free for each key that has an open tab.
pub fn tabs_set_free_quota(listing: ListingId, queries: u32) -> Call {
	let arguments = vec![("listing", value::number(listing)), ("queries", value::number(queries))];
	Call::new("Tabs", "set_free_quota", arguments)
}

fn signed_voucher(signed: &SignedVoucher) -> Value {
	let promise = &signed.voucher;
	let voucher = Value::named_composite(vec![
		("tab", value::number(promise.tab)),
		("node", value::bytes(&promise.node)),
		("counter", value::number(promise.counter)),
		("amount", value::number(promise.amount)),
	]);
	Value::named_composite(vec![("voucher", voucher), ("signature", value::bytes(&signed.signature))])
}
