use crate::{LedgerRecord, NoRoom, UnlockingChunk};
use frame_support::traits::ConstU32;
use proptest::prelude::*;

type Ledger = LedgerRecord<ConstU32<8>>;

fn ledger() -> impl Strategy<Value = Ledger> {
	let chunks = proptest::collection::vec((1u128..1_000, 0u32..10, 0u32..20), 0..8);
	(0u128..1_000, chunks).prop_map(|(active, chunks)| Ledger {
		active,
		unlocking: chunks
			.into_iter()
			.map(|(amount, since, until)| UnlockingChunk { amount, since, until })
			.collect::<Vec<_>>()
			.try_into()
			.expect("at most eight"),
	})
}

proptest! {
	#[test]
	fn a_slash_takes_what_it_says_and_only_what_was_exposed(before in ledger(), amount in 0u128..5_000, offence in 0u32..10) {
		let mut after = before.clone();
		let taken = after.slash(amount, offence);
		prop_assert_eq!(after.total() + taken, before.total());
		let exposed = before.unlocking.iter().filter(|chunk| chunk.since + 1 >= offence).fold(before.active, |sum, chunk| sum + chunk.amount);
		prop_assert_eq!(taken, amount.min(exposed));
		// Nothing that is on its way out is touched while there is an active bond left.
		prop_assert!(after.active == 0 || after.unlocking == before.unlocking);
		prop_assert!(after.unlocking.iter().all(|chunk| chunk.amount > 0));
	}

	#[test]
	fn what_is_unlocked_leaves_and_the_rest_stays(before in ledger(), now in 0u32..20) {
		let mut after = before.clone();
		let taken = after.take_unlocked(now);
		prop_assert_eq!(after.total() + taken, before.total());
		prop_assert!(after.unlocking.iter().all(|chunk| chunk.until > now));
	}

	#[test]
	fn unlocking_moves_money_and_loses_none(before in ledger(), part in 0u128..1_000, since in 0u32..3, until in 0u32..3) {
		let amount = part.min(before.active);
		let mut after = before.clone();
		match after.start_unlocking(amount, since, until) {
			Ok(()) => {
				prop_assert_eq!(after.total(), before.total());
				prop_assert_eq!(after.active, before.active - amount);
			},
			Err(NoRoom) => {
				prop_assert_eq!(before.unlocking.len(), 8);
				prop_assert_eq!(after, before);
			},
		}
	}
}
