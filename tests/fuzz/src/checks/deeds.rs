//! What must hold of each call, and of what hooks weigh.

use super::{ensure, rules::Verdict};
use frame_support::weights::Weight;
use souk_runtime::RuntimeBlockWeights;

/// A call that was made.
#[derive(Clone, Copy, Debug)]
pub struct Made {
	/// Whether it did what it says.
	pub done: bool,
	/// What the rules said of it.
	pub verdict: Verdict,
	/// Whether it may fail although the rules allow it: there was no room for it, or money could not be moved.
	pub excused: bool,
	/// Whether something that the marketplace stores, or that is held, is another than before.
	pub changed: bool,
	/// Whether it cost somebody something although nobody signs it.
	pub paid: bool,
}

impl Made {
	/// It keeps the rules, and costs nothing but what it does.
	pub fn check(&self) -> Result<(), String> {
		match self.verdict {
			Verdict::MustNot(why) if self.done => return Err(format!("it is against the rules: {why}")),
			Verdict::Must(why) if !self.done && !self.excused => {
				return Err(format!("the rules allow it: {why}"))
			}
			_ => {}
		}
		ensure(!self.paid, || "a vote has changed somebody's account".into())?;
		ensure(self.done || !self.changed, || "a call that failed has changed something".into())
	}

	/// The rule that has decided how it ended, if one has.
	pub fn rule(&self) -> Option<&'static str> {
		match self.verdict {
			Verdict::MustNot(why) if !self.done => Some(why),
			Verdict::Must(why) if self.done => Some(why),
			_ => None,
		}
	}
}

/// What hooks took at the end of a block is no more than what was left of it.
pub fn fits_at_the_end(used: Weight, room: Weight) -> Result<(), String> {
	ensure(used.all_lte(room), || format!("hooks took {used:?} of {room:?} that was left of the block"))
}

/// What hooks took before the transactions leaves a part of the block for those.
pub fn fits_before(weight: Weight) -> Result<(), String> {
	let most = RuntimeBlockWeights::get().max_block.ref_time() / 4 * 3;
	ensure(weight.all_lte(Weight::from_parts(most, u64::MAX)), || {
		format!("hooks took {weight:?} before the transactions of a block")
	})
}
