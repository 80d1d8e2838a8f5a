//! Who tries to own a jury: by bribes that are paid only where they fail (p + ε), or by arbitrators of their own.
//!
//! The attacker is a seller who is wrong. Both sides appeal as long as they can.

use super::{happens, looked, rng, HONEST, MANY_TRIALS};
use crate::{trial, trial::Seat, Milli, Parameters, SOUK};
use souk_primitives::reach::Ruling;

/// How the attacker has votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
	/// Whoever votes for the attacker is paid what that costs them, and a little more, where it was in vain. Nobody is paid where it
	/// succeeds.
	Bribes,
	/// Arbitrators of the attacker's own.
	Sybils,
}

/// What is added to what a vote costs.
const EPSILON: Milli = SOUK / 10;

/// What an attack came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attack {
	/// How often it succeeds, in ten thousands.
	pub wins: u32,
	/// What it costs, in the mean over those that succeed and those that do not.
	pub costs: Milli,
}

impl Attack {
	/// What is gained of an order of that price.
	pub fn gain(&self, price: Milli) -> Milli {
		price * Milli::from(self.wins) / 10_000 - self.costs
	}

	/// The price up to which nothing is gained; `None` where there is no such price or nothing to be gained of any.
	pub fn bound(&self) -> Option<Milli> {
		(self.wins > 0).then(|| self.costs * 10_000 / Milli::from(self.wins))
	}
}

/// Plays the attack where `percent` of all seats take the bribe, or are the attacker's.
pub fn attack(parameters: &Parameters, means: Means, percent: u32) -> Attack {
	let mut rng = rng(1 + u64::from(percent) + if means == Means::Bribes { 0 } else { 1_000 });
	let (_, wrong) = parameters.at_stake();
	let (mut wins, mut costs) = (0u64, 0);
	for _ in 0..MANY_TRIALS {
		let ended = trial::play(
			parameters,
			&mut rng,
			|rng| {
				let bought = happens(rng, percent);
				let vote = if bought { Ruling::Seller } else { looked(rng, HONEST, Ruling::Buyer) };
				Seat { kind: bought.into(), vote: Some(vote) }
			},
			|_, _| true,
		);
		let won = ended.ruling == Ruling::Seller;
		wins += u64::from(won);
		costs += ended.lost.seller;
		let bought = ended.seats.iter().filter(|(seat, _)| seat.kind == 1);
		costs += match means {
			Means::Bribes if won => 0,
			Means::Bribes => bought.map(|_| parameters.fee + wrong + EPSILON).sum(),
			Means::Sybils => -bought.map(|(_, gain)| gain).sum::<Milli>(),
		};
	}
	let wins = u32::try_from(wins * 10_000 / u64::from(MANY_TRIALS)).expect("it is no more than all");
	Attack { wins, costs: costs / Milli::from(MANY_TRIALS) }
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_tenth_of_the_pool_wins_next_to_nothing() {
		for means in [Means::Bribes, Means::Sybils] {
			let tenth = attack(&Parameters::CHOSEN, means, 10);
			assert!(tenth.wins < 100, "{means:?}: {tenth:?}");
			assert!(tenth.bound().is_none_or(|bound| bound > 2_000 * SOUK), "{means:?}: {tenth:?}");
		}
	}

	#[test]
	fn a_larger_part_wins_more() {
		let wins = |percent| attack(&Parameters::CHOSEN, Means::Bribes, percent).wins;
		assert!(wins(10) < wins(30) && wins(30) < wins(50) && wins(50) < wins(70));
	}
}
