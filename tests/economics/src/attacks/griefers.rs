//! Who disputes what there is nothing wrong with, to cost the other side something.

use super::{looked, rng, TRIALS};
use crate::{trial, trial::Seat, Milli, Parameters};
use souk_primitives::reach::{Ruling, Side};

/// What a groundless dispute costs, in the mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grief {
	/// Who began it.
	pub griefer: Milli,
	/// Who did nothing.
	pub victim: Milli,
}

/// Plays it: the buyer is wrong, and appeals up to a round; the seller always appeals. Arbitrators see what is right in so many
/// percent. Fees only: the order's price is neither's here.
pub fn grief(parameters: &Parameters, accuracy: u32, appeals_to: u8) -> Grief {
	let mut rng = rng(3_000 + u64::from(accuracy) * 10 + u64::from(appeals_to));
	let (mut griefer, mut victim) = (0, 0);
	for _ in 0..TRIALS {
		let ended = trial::play(
			parameters,
			&mut rng,
			|rng| Seat { kind: 0, vote: Some(looked(rng, accuracy, Ruling::Seller)) },
			|side, round| side == Side::Seller || round <= appeals_to,
		);
		griefer += ended.lost.buyer;
		victim += ended.lost.seller;
	}
	let mean = |sum: Milli| sum / Milli::from(TRIALS);
	Grief { griefer: mean(griefer), victim: mean(victim) }
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_griefer_loses_something_and_at_least_what_the_victim_does_whatever_governance_sets() {
		for parameters in Parameters::reachable() {
			for (accuracy, appeals_to) in [(90, 0), (90, 2), (75, 0), (75, 2)] {
				let Grief { griefer, victim } = grief(&parameters, accuracy, appeals_to);
				assert!(griefer > 0, "{parameters:?}, {accuracy} %");
				assert!(griefer >= victim, "{parameters:?}, {accuracy} %: {griefer} < {victim}");
			}
		}
	}
}
