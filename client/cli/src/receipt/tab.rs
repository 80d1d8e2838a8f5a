//! Receipts of tabs: made from what the chain says of a tab and what was promised from here; of one that is gone, from the last one that was kept.

use super::{money, Clock};
use crate::{
	amount::Amount,
	commands::{
		cancel,
		tab::record::{sums, Sums},
	},
	context::Context,
	failure::Failure,
	records::kind_name,
};
use souk_custody::{format_account, AccountId};
use souk_sdk::{
	purse::{promised, Promised},
	receipt::{ListingEntry, Money, Party, TabReceipt, VoucherEntry, VERSION},
	types::{Asset, ListingView, TabId, TabPhase, TabView},
	AssetInfo, Included, View,
};
use std::collections::BTreeMap;

/// What a transaction did to a tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
	/// Block in which it was closed.
	pub closed: Option<u32>,
	/// Block in which it ended, and what came back then, in the smallest unit of its asset.
	pub ended: Option<(u32, u128)>,
}

impl Done {
	/// Reads it out of the transaction's events.
	pub fn of(id: TabId, done: &Included) -> Self {
		let events =
			|| done.events.iter().filter(|event| event.pallet == "Tabs" && event.fields["tab"] == id);
		let is = |name: &str| events().any(|event| event.name == name);
		let back = events().filter(|event| event.name == "Refunded");
		let back = back.filter_map(|event| cancel::units(&event.fields["amount"])).sum();
		Self { closed: is("Closing").then_some(done.block), ended: is("Ended").then_some((done.block, back)) }
	}
}

/// Makes the receipt of a tab that is paid by the account that acts, as of a block, and keeps it. What an earlier one knew stays known.
pub async fn keep(
	view: &View,
	tab: &TabView,
	listing: &ListingView,
	done: Done,
	ctx: &Context,
) -> Result<TabReceipt, Failure> {
	let genesis = ctx.chain().await?.genesis();
	let earlier = ctx.home.tab_receipt(&genesis, tab.id)?;
	let kept = promised(&ctx.home.tabs(), &genesis, tab.id)?;
	let asset = ctx.amount(tab.price.asset, 0).await?.asset;
	let closed = done.closed.or_else(|| Some(earlier.as_ref()?.closed.as_ref()?.block));
	let clock = Clock::read(view, [Some(tab.opened_at), closed], None, ctx).await?;
	let now = Now { listing, sums: sums(tab, &kept), asset, closed, payer: ctx.name_of(&tab.payer) };
	let receipt = of_chain(genesis, tab, &now, earlier.as_ref(), &clock);
	ctx.home.keep_tab_receipt(&receipt)?;
	Ok(receipt)
}

/// Makes the receipt of a tab that is gone, and keeps it: `None` where none of it was kept while it was there.
pub async fn keep_ended(
	view: &View,
	id: TabId,
	done: Done,
	ctx: &Context,
) -> Result<Option<TabReceipt>, Failure> {
	let genesis = ctx.chain().await?.genesis();
	let Some(earlier) = ctx.home.tab_receipt(&genesis, id)? else { return Ok(None) };
	if earlier.state == ENDED {
		return Ok(Some(earlier));
	}
	let kept = promised(&ctx.home.tabs(), &genesis, id)?;
	let block = done.ended.map(|(block, _)| block).or_else(|| closes(&earlier));
	let clock = Clock::read(view, [block], None, ctx).await?;
	let receipt = of_ended(&earlier, &kept, done, &clock);
	ctx.home.keep_tab_receipt(&receipt)?;
	Ok(Some(receipt))
}

const ENDED: &str = "ended";

/// What is known of a tab besides what the chain says of it.
struct Now<'a> {
	listing: &'a ListingView,
	sums: BTreeMap<AccountId, Sums>,
	asset: AssetInfo,
	closed: Option<u32>,
	/// What the payer is called here.
	payer: Option<String>,
}

fn of_chain(
	genesis: souk_sdk::Digest,
	tab: &TabView,
	now: &Now<'_>,
	earlier: Option<&TabReceipt>,
	clock: &Clock<'_>,
) -> TabReceipt {
	let money = |units| money(&Amount { units, asset: now.asset.clone() });
	let entries = now.sums.iter().map(|(node, sum)| VoucherEntry {
		node: format_account(node),
		vouchers: sum.vouchers,
		answers: sum.vouchers.saturating_sub(sum.unanswered.into()),
		free: sum.free,
		promised: money(sum.promised),
		settled: money(sum.settled),
	});
	let all = |of: fn(&Sums) -> u128| now.sums.values().map(of).fold(0u128, u128::saturating_add);
	let paid = all(|sum| sum.promised).min(tab.limit);
	let (state, due) = match tab.phase {
		TabPhase::Open { until } if tab.open => ("open", Some(until)),
		// Its listing has ended.
		TabPhase::Open { .. } => ("closing", None),
		TabPhase::Closing { until } => ("closing", Some(until)),
		TabPhase::Over => ("over", None),
	};
	TabReceipt {
		version: VERSION,
		genesis,
		tab: tab.id,
		payer: Party::new(
			&tab.payer,
			earlier.and_then(|receipt| receipt.payer.name.clone()).or_else(|| now.payer.clone()),
		),
		listing: ListingEntry {
			id: now.listing.id,
			address: now.listing.address(),
			kind: kind_name(now.listing.kind).into(),
			title: None,
		},
		licence: earlier.map_or_else(|| now.listing.license.clone(), |receipt| receipt.licence.clone()),
		price: money(tab.price.amount),
		limit: money(tab.limit),
		nodes: in_order(entries.collect()),
		paid: money(paid),
		returned: None,
		exact: all(|sum| sum.settled) >= paid,
		state: state.into(),
		due,
		opened: clock.entry(tab.opened_at, earlier.map(|receipt| &receipt.opened)),
		closed: now
			.closed
			.map(|block| clock.entry(block, earlier.and_then(|receipt| receipt.closed.as_ref()))),
		ended: None,
	}
}

fn of_ended(earlier: &TabReceipt, kept: &[Promised], done: Done, clock: &Clock<'_>) -> TabReceipt {
	let mut nodes: BTreeMap<String, VoucherEntry> =
		earlier.nodes.iter().map(|entry| (entry.node.clone(), entry.clone())).collect();
	let none = || of_units(0, &earlier.price);
	for one in kept {
		let node = format_account(&one.node);
		let settled = nodes.get(&node).map_or_else(none, |entry| entry.settled.clone());
		let entry = VoucherEntry {
			node: node.clone(),
			vouchers: one.counter,
			answers: one.counter.saturating_sub((!one.answered).into()),
			free: one.free,
			promised: of_units(one.amount.max(units(&settled)), &earlier.price),
			settled,
		};
		nodes.insert(node, entry);
	}
	let all = |of: fn(&VoucherEntry) -> &Money| {
		nodes.values().map(|entry| units(of(entry))).fold(0u128, u128::saturating_add)
	};
	let limit = units(&earlier.limit);
	let settled = all(|entry| &entry.settled);
	let (paid, exact) = match done.ended {
		Some((_, back)) => (limit.saturating_sub(back), true),
		None => {
			let paid = all(|entry| &entry.promised).min(limit);
			(paid, settled >= paid)
		}
	};
	let block = done.ended.map(|(block, _)| block).or_else(|| closes(earlier));
	TabReceipt {
		paid: of_units(paid, &earlier.price),
		returned: Some(of_units(limit.saturating_sub(paid), &earlier.price)),
		exact,
		state: ENDED.into(),
		due: None,
		nodes: in_order(nodes.into_values().collect()),
		ended: block.map(|block| clock.entry(block, None)),
		..earlier.clone()
	}
}

/// The first block in which the rest of a tab comes back, where that was known.
fn closes(receipt: &TabReceipt) -> Option<u32> {
	receipt.due.filter(|_| receipt.state == "closing")
}

fn in_order(mut nodes: Vec<VoucherEntry>) -> Vec<VoucherEntry> {
	nodes.sort_by(|one, other| one.node.cmp(&other.node));
	nodes
}

/// The units of an amount in a receipt that was read: of one that somebody has changed by hand, nothing.
fn units(money: &Money) -> u128 {
	money.units.parse().unwrap_or_default()
}

/// An amount in the asset of another one.
fn of_units(units: u128, like: &Money) -> Money {
	let id = like.asset.parse().map_or(Asset::Native, Asset::WithId);
	money(&Amount { units, asset: AssetInfo { id, symbol: like.symbol.clone(), decimals: like.decimals } })
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::commands::tab::record::tests::tab;
	use souk_sdk::{receipt::BlockEntry, EventRecord};

	const PRICE: u128 = 100_000_000_000;

	pub fn receipt() -> TabReceipt {
		let kept = [promise([2; 32], 5, true), Promised { free: 2, ..promise([3; 32], 1, false) }];
		made(&tab(), &kept, None, None)
	}

	fn promise(node: AccountId, counter: u64, answered: bool) -> Promised {
		Promised { node, counter, amount: u128::from(counter) * PRICE, answered, free: 0 }
	}

	fn clock() -> Clock<'static> {
		Clock { block: 100, time: 1_795_907_400_000, record: None, read: vec![(90, 1_795_907_370_000)] }
	}

	fn made(
		tab: &TabView,
		kept: &[Promised],
		closed: Option<u32>,
		earlier: Option<&TabReceipt>,
	) -> TabReceipt {
		let listing = crate::commands::search::tests::listing();
		let sums = sums(tab, kept);
		let now =
			Now { listing: &listing, sums, asset: AssetInfo::native(), closed, payer: Some("me".into()) };
		of_chain([7; 32], tab, &now, earlier, &clock())
	}

	fn tenths(money: &Money) -> u128 {
		units(money) / PRICE
	}

	#[test]
	fn it_says_who_was_paid_for_how_many_answers() {
		let receipt = receipt();
		let of = |node: [u8; 32]| {
			let entry = receipt.nodes.iter().find(|entry| entry.node == format_account(&node)).unwrap();
			(entry.vouchers, entry.answers, entry.free, tenths(&entry.promised), tenths(&entry.settled))
		};
		assert_eq!((of([2; 32]), of([3; 32])), ((5, 5, 0, 5, 3), (1, 0, 2, 1, 0)));
		assert_eq!((tenths(&receipt.paid), tenths(&receipt.limit), receipt.exact), (6, 20, false));
		assert_eq!(
			(receipt.state.as_str(), receipt.due, receipt.returned.as_ref()),
			("open", Some(110), None)
		);
		assert_eq!(receipt.payer.name.as_deref(), Some("me"));
		assert_eq!(receipt.opened.block, 10);
		assert!(!receipt.opened.exact, "nobody has read that block's time");
		// More than was put on the tab nobody is paid.
		let dear = made(&tab(), &[promise([2; 32], 50, true)], None, None);
		assert_eq!((tenths(&dear.paid), dear.exact), (20, false));
		assert!(made(&tab(), &[promise([2; 32], 3, true)], None, None).exact, "all is settled");
	}

	#[test]
	fn what_was_known_once_stays_known() {
		let first = TabReceipt {
			opened: BlockEntry { block: 10, time: "2026-11-28T23:00:00Z".into(), exact: true },
			..receipt()
		};
		let closing = TabView { phase: TabPhase::Closing { until: 98 }, open: false, ..tab() };
		let receipt = made(&closing, &[], Some(90), Some(&first));
		assert_eq!((&receipt.opened, receipt.due), (&first.opened, Some(98)));
		let closed = receipt.closed.unwrap();
		assert_eq!((closed.block, closed.exact, closed.time.as_str()), (90, true, "2026-11-28T23:09:30Z"));
	}

	#[test]
	fn of_one_that_is_gone_it_says_what_came_back_and_how_sure_that_is() {
		let closing = TabView { phase: TabPhase::Closing { until: 98 }, open: false, ..tab() };
		let kept = [promise([2; 32], 5, true)];
		let earlier = made(&closing, &kept, Some(90), None);
		// The node had settled three of five when the chain was asked last.
		let ended = of_ended(&earlier, &kept, Done::default(), &clock());
		assert_eq!((tenths(&ended.paid), tenths(ended.returned.as_ref().unwrap())), (5, 15));
		assert_eq!((ended.exact, ended.state.as_str(), ended.due), (false, "ended", None));
		assert_eq!(ended.ended.unwrap().block, 98);
		assert_eq!(ended.closed, earlier.closed);
		let settled = made(&closing, &[promise([2; 32], 3, true)], Some(90), None);
		let ended = of_ended(&settled, &[], Done::default(), &clock());
		assert_eq!((tenths(&ended.paid), ended.exact), (3, true));
		// An event says it, whatever was promised.
		let told = Done { closed: None, ended: Some((99, 16 * PRICE)) };
		let ended = of_ended(&earlier, &kept, told, &clock());
		assert_eq!((tenths(&ended.paid), tenths(ended.returned.as_ref().unwrap())), (4, 16));
		assert_eq!((ended.exact, ended.ended.unwrap().block), (true, 99));
		// Of an open one nobody here knows when it closed.
		let open = made(&tab(), &kept, None, None);
		assert_eq!(of_ended(&open, &kept, Done::default(), &clock()).ended, None);
	}

	#[test]
	fn what_a_transaction_did_is_in_its_events() {
		let event = |name: &str, tab: u64, amount: &str| EventRecord {
			pallet: "Tabs".into(),
			name: name.into(),
			fields: serde_json::json!({ "tab": tab, "amount": amount }),
		};
		let mut done = Included {
			block: 9,
			block_hash: [0; 32],
			extrinsic_hash: [0; 32],
			fee: 1,
			events: vec![event("Closing", 7, "0"), event("Ended", 8, "0"), event("Refunded", 8, "5")],
		};
		assert_eq!(Done::of(7, &done), Done { closed: Some(9), ended: None });
		done.events.extend([event("Refunded", 7, "12"), event("Ended", 7, "0")]);
		assert_eq!(Done::of(7, &done).ended, Some((9, 12)));
		assert_eq!(Done::of(6, &done), Done::default());
	}
}
