//! A storm of vouchers: duplicated, reordered, stale, for other tabs, nodes and chains, with other amounts. Each node is paid what its
//! highest voucher is worth, exactly.
//!
//! `SOUK_VOUCHERS=1000000` makes it a million; `make soak` does.

use super::*;
use sp_core::Pair as _;
use std::collections::BTreeMap;

const TABS: usize = 6;
/// Honest vouchers for each tab and node.
const STEPS: usize = 150;

/// SplitMix64: the same storm each time.
struct Dice(u64);

impl Dice {
	fn roll(&mut self, sides: usize) -> usize {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		((z ^ (z >> 31)) % sides as u64) as usize
	}
}

/// The vouchers that a payer has signed for a node, each for more than the one before.
fn signed(tab: TabId, node: &AccountId, dice: &mut Dice) -> Vec<SignedVoucher> {
	let mut amount = 0;
	(1..=STEPS as u64)
		.map(|counter| {
			amount += 1 + dice.roll(300) as Balance;
			signed_by(KEY, Voucher { tab, node: node.clone().into(), counter, amount })
		})
		.collect()
}

/// A voucher as a cheat changes it. Nothing of what comes out is signed.
fn changed(good: SignedVoucher, by: &AccountId, dice: &mut Dice) -> SignedVoucher {
	let mut bad = good;
	match dice.roll(6) {
		0 => bad.voucher.amount += 1 + dice.roll(1_000) as Balance,
		1 => bad.voucher.tab = (bad.voucher.tab + 1 + dice.roll(TABS - 1) as u64) % TABS as u64,
		2 => bad.voucher.counter += 1,
		3 => bad.signature[dice.roll(64)] ^= 1 << dice.roll(8),
		4 => {
			let digest = bad.voucher.digest(&NO_GENESIS);
			bad.signature = pair(KEY).sign(&digest).0;
		}
		_ => {
			// Another node's, under the thief's name.
			let thief = NODES.iter().find(|node| *node != by).expect("there are several");
			bad.voucher.node = thief.clone().into();
		}
	}
	bad
}

#[test]
fn in_a_storm_of_vouchers_each_node_is_paid_its_highest_exactly() {
	let count = std::env::var("SOUK_VOUCHERS").ok().and_then(|count| count.parse().ok()).unwrap_or(40_000);
	TestExt.execute(|| {
		let dice = &mut Dice(5);
		let listing = list();
		// The last tab has too little for all.
		let limit = |tab: usize| if tab == TABS - 1 { 40_000 } else { 120_000 };
		let tabs: Vec<_> = (0..TABS).map(|tab| opened(listing, limit(tab))).collect();
		let mut honest = BTreeMap::new();
		for &tab in &tabs {
			for (at, node) in NODES.iter().enumerate() {
				honest.insert((tab, at), signed(tab, node, dice));
			}
		}
		let mut highest = BTreeMap::<(TabId, usize), Balance>::new();
		let (mut sent, mut settled, mut refused) = (0usize, 0usize, 0usize);
		while sent < count {
			let by = dice.roll(NODES.len());
			let node = &NODES[by];
			let size = 1 + dice.roll(MAX_BATCH as usize);
			let batch: Vec<SignedVoucher> = (0..size)
				.map(|_| {
					let tab = tabs[dice.roll(TABS)];
					// What was signed by now, in any order, again and again.
					let signed_by_now = 1 + (STEPS - 1) * sent / count;
					let at = dice.roll(signed_by_now + 1).min(STEPS - 1);
					match dice.roll(10) {
						0 | 1 => changed(honest[&(tab, by)][at], node, dice),
						// Somebody else's, as it is.
						2 => honest[&(tab, (by + 1) % NODES.len())][at],
						_ => {
							let good = honest[&(tab, by)][at];
							let best = highest.entry((tab, by)).or_default();
							*best = (*best).max(good.voucher.amount);
							good
						}
					}
				})
				.collect();
			sent += size;
			assert_ok!(settle_all(node, batch));
			for event in events() {
				match event {
					Event::VoucherSettled { .. } => settled += 1,
					Event::VoucherRefused { .. } => refused += 1,
					_ => {}
				}
			}
			System::reset_events();
		}
		println!("{sent} vouchers: {settled} settled, {refused} refused");
		assert_eq!(settled + refused, sent);

		let (mut total, mut nodes) = (0, 0);
		for (place, &tab) in tabs.iter().enumerate() {
			let mut of_tab = 0;
			for (at, node) in NODES.iter().enumerate() {
				let best = highest[&(tab, at)];
				if place < TABS - 1 {
					assert_eq!(earned_by(tab, node), best, "tab {tab}, node {at}");
				} else {
					assert!(earned_by(tab, node) <= best);
				}
				of_tab += earned_by(tab, node);
			}
			let short = place == TABS - 1;
			assert!(!short || of_tab == limit(place), "the last tab is used up");
			assert_eq!(view(tab).held, limit(place) - of_tab);
			total += of_tab;
		}
		for account in NODES.iter().chain(&WORKERS).chain([&CURATOR, &TREASURY]) {
			nodes += earned(account);
		}
		assert_eq!((spent(), nodes), (total, total));
	});
}
