//! The switch against a plain model: a list of positions by block.

use crate::{turn, Switch, Turned};
use proptest::prelude::*;

proptest! {
	#[test]
	fn a_switch_is_in_each_block_where_the_last_turn_before_that_block_put_it(
		turns in prop::collection::vec((any::<bool>(), 0u32..3), 0..40),
	) {
		let (mut switch, mut now): (Option<Switch>, u32) = (None, 1);
		// What it was turned to for the next block, and what it is in this one.
		let (mut is, mut next) = (false, false);
		for (paused, blocks) in turns {
			match turn(switch, paused, now) {
				Turned::Already => prop_assert_eq!(paused, next),
				Turned::To(turned) => {
					prop_assert_ne!(paused, next);
					switch = turned;
					next = paused;
				}
			}
			prop_assert_eq!(switch.is_some_and(|switch| switch.is_paused(now)), is);
			for _ in 0..blocks {
				now += 1;
				is = next;
				prop_assert_eq!(switch.is_some_and(|switch| switch.is_paused(now)), is);
			}
		}
	}
}
