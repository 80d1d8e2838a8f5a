//! What payers and nodes do with tabs. Vouchers are signed as payers sign them.

use super::{asset, listing, number, one, owner, Deed, Memory};
use crate::{
	action::Action,
	cast::{self, key_of, mostly, person},
	chain,
};
use pallet_tabs::{TabId, TabRecordOf, Tabs};
use souk_primitives::Price;
use souk_proof_primitives::voucher::{SignedVoucher, Voucher};
use souk_runtime::*;
use sp_core::{sr25519, Pair as _};
use sp_keyring::Sr25519Keyring;
use std::sync::OnceLock;

type Call = pallet_tabs::Call<Runtime>;

/// How many vouchers are remembered.
const REMEMBERED: usize = 40;

/// Calls of `pallet-tabs`.
pub fn deeds(action: Action, memory: &mut Memory) -> Option<Vec<Deed>> {
	use Action::*;
	match action {
		OpenTab { who, listing: which, limit, how } => {
			let listing = listing(which);
			let plan = if how < 240 { 3 } else { how % 8 };
			let price = pallet_listings::Listings::<Runtime>::get(listing)
				.and_then(|record| record.plans.get(usize::from(plan)).map(|plan| plan.price.clone()))
				.unwrap_or(Price { asset: asset(true), amount: 1 });
			let call = Call::open_tab {
				listing,
				plan,
				key: (how % 4 == 1).then(|| another_key().public().0),
				limit: price.amount.saturating_mul(limit.into()),
				max_price: Price {
					amount: price.amount - u128::from(how % 64 == 63).min(price.amount),
					..price
				},
			};
			one(person(who), call)
		}
		TopUp { who, tab, amount } => {
			let (tab, record) = chosen(tab);
			let price = record.as_ref().map_or(1, |record| record.price.amount);
			let call = Call::top_up_tab { tab, amount: price.saturating_mul(amount.into()) };
			one(mostly(who, record.map(|record| record.payer)), call)
		}
		Voucher { who, tab, node, queries, how } => {
			let (tab, record) = chosen(tab);
			let node = node_of(node);
			let voucher = voucher(tab, record.as_ref(), &node, queries, how);
			remember(memory, voucher);
			one(mostly(who, Some(node)), Call::settle_voucher { voucher })
		}
		Vouchers { who, seed, count } => {
			let node = node_of(who);
			let mut vouchers = Vec::new();
			for at in 0..1 + count % 6 {
				let byte = seed.wrapping_mul(31).wrapping_add(at.wrapping_mul(77));
				match cast::pick(byte, &memory.vouchers) {
					Some(old) if byte % 3 > 0 => vouchers.push(old),
					_ => {
						let (tab, record) = chosen(byte);
						let new = voucher(tab, record.as_ref(), &node, byte / 4, byte);
						remember(memory, new);
						vouchers.push(new);
					}
				}
			}
			one(node, Call::settle_vouchers { vouchers: vouchers.try_into().expect("there are few") })
		}
		CloseTab { who, tab } => {
			let (tab, record) = chosen(tab);
			one(mostly(who, record.map(|record| record.payer)), Call::close_tab { tab })
		}
		ClaimTab { who, tab } => one(person(who), Call::claim_timeout { tab: chosen(tab).0 }),
		FreeQuota { who, listing: which, queries } => {
			let listing = listing(which);
			let queries = u32::from(queries % 4);
			one(mostly(who, owner(listing)), Call::set_free_quota { listing, queries })
		}
		_ => None,
	}
}

fn remember(memory: &mut Memory, voucher: SignedVoucher) {
	if memory.vouchers.len() < REMEMBERED {
		memory.vouchers.push(voucher);
	}
}

/// One of the tabs that there are.
fn chosen(byte: u8) -> (TabId, Option<TabRecordOf<Runtime>>) {
	let mut known: Vec<TabId> = Tabs::<Runtime>::iter_keys().collect();
	known.sort_unstable();
	let tab = number(byte, known);
	(tab, Tabs::<Runtime>::get(tab))
}

/// One of the nodes, mostly.
fn node_of(byte: u8) -> AccountId {
	if byte < 206 {
		cast::NODES[usize::from(byte) % cast::NODES.len()].to_account_id()
	} else {
		person(byte)
	}
}

/// A key that is nobody's account.
fn another_key() -> &'static sr25519::Pair {
	static KEY: OnceLock<sr25519::Pair> = OnceLock::new();
	KEY.get_or_init(|| sr25519::Pair::from_seed(&[77; 32]))
}

/// A voucher of a tab's key for so many queries; by the byte one with a wrong signature, or of another chain.
fn voucher(
	tab: TabId,
	record: Option<&TabRecordOf<Runtime>>,
	node: &AccountId,
	queries: u8,
	how: u8,
) -> SignedVoucher {
	let price = record.map_or(1, |record| record.price.amount);
	let voucher = Voucher {
		tab,
		node: node.clone().into(),
		counter: queries.into(),
		amount: price.saturating_mul(queries.into()) + Balance::from(how % 16 == 5),
	};
	let genesis = if how % 32 == 31 { [9; 32] } else { chain::genesis() };
	let digest = voucher.digest(&genesis);
	let payer = record.and_then(|record| key_of(&record.payer)).unwrap_or(Sr25519Keyring::Eve);
	let own = record.is_some_and(|record| record.key != payer.public().0);
	let signature = if own != (how % 32 == 30) { another_key().sign(&digest) } else { payer.sign(&digest) };
	SignedVoucher { voucher, signature: signature.0 }
}
