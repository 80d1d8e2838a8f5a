//! The tabs of the test's chain.

use super::{chain::FactChain, client::Client, genesis, World, LISTING};
use souk_persistence::chain::{Asset, NotSettled, Settled, TabFacts};
use souk_protocol::{
	voucher::{check_voucher, encode_voucher, sign_voucher},
	QueryRequest, SignedVoucher, Voucher,
};
use std::collections::BTreeMap;

/// The tab of most tests.
pub const TAB: u64 = 3;
/// What a query costs.
pub const PRICE: u128 = 10;

/// The tabs and the transactions.
#[derive(Default)]
pub struct TabBook {
	pub tabs: BTreeMap<u64, TabFacts>,
	/// Free queries of each listing.
	pub quota: u32,
	/// What was sent.
	pub sent: Vec<Vec<SignedVoucher>>,
	/// Whether transactions are lost.
	pub lost: bool,
}

impl TabBook {
	pub fn of(&self, ids: &[u64]) -> Vec<TabFacts> {
		ids.iter().filter_map(|id| self.tabs.get(id).copied()).collect()
	}

	pub fn change(&mut self, id: u64, change: impl FnOnce(&mut TabFacts)) {
		change(self.tabs.get_mut(&id).expect("the tab is open"));
	}
}

impl FactChain {
	/// A node's transaction; it is in the next block, which is final at once.
	pub fn settle(&self, vouchers: &[SignedVoucher]) -> Result<Settled, NotSettled> {
		let (mut refused, mut block, mut lost) = (Vec::new(), 0, false);
		self.change(|facts| {
			let mut book = self.tabs();
			book.sent.push(vouchers.to_vec());
			lost = book.lost;
			if lost {
				return;
			}
			facts.head.number += 1;
			block = facts.head.number;
			for signed in vouchers {
				let promise = signed.voucher;
				let Some(tab) = book.tabs.get_mut(&promise.tab) else {
					refused.push((promise.tab, "NotFound".to_owned()));
					continue;
				};
				let more = promise.amount.saturating_sub(tab.earned).min(tab.free);
				if more == 0 || check_voucher(signed, &genesis(), &tab.key).is_err() {
					refused.push((promise.tab, "Stale".to_owned()));
					continue;
				}
				(tab.earned, tab.free) = (tab.earned + more, tab.free - more);
			}
		});
		match lost {
			true => Err(NotSettled("nothing was heard of it".into())),
			false => Ok(Settled { block, refused }),
		}
	}
}

/// Opens [`TAB`] for a client who has no subscription, with money for so many queries.
pub fn open_tab(world: &World, client: &Client, queries: u128) {
	let key = client.account.id();
	world.chain.change(|facts| {
		facts.entitled.remove(&(LISTING, key));
		let tab = TabFacts {
			id: TAB,
			listing: LISTING,
			key,
			price: PRICE,
			asset: Asset::Native,
			open: true,
			closes: 1_000,
			free: PRICE * queries,
			earned: 0,
			has_room: true,
		};
		world.chain.tabs().tabs.insert(TAB, tab);
	});
}

/// A voucher of a client's for so many queries of [`TAB`].
pub fn voucher(world: &World, client: &Client, queries: u64) -> SignedVoucher {
	let promise =
		Voucher { tab: TAB, node: world.id(), counter: queries, amount: PRICE * u128::from(queries) };
	sign_voucher(promise, &genesis(), &client.account)
}

/// A request that such a voucher pays.
pub fn paid(world: &World, client: &Client, sql: &str, queries: u64) -> QueryRequest {
	with(client.request(world, sql), &voucher(world, client, queries))
}

/// A request with a voucher.
pub fn with(mut request: QueryRequest, signed: &SignedVoucher) -> QueryRequest {
	request.voucher = Some(encode_voucher(signed));
	request
}

/// What the node has noted of [`TAB`]: what was promised, and what the answers are worth.
pub async fn noted(world: &World) -> (u128, u128) {
	let held = world.node.held_vouchers().await.expect("read");
	held.iter()
		.find(|held| held.voucher.voucher.tab == TAB)
		.map_or((0, 0), |held| (held.voucher.voucher.amount, held.served))
}
