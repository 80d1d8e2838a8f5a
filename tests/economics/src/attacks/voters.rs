//! Jurors who do not look at the evidence: who vote at random or always alike, who wait for the others' votes, who copy.

use super::{looked, mean, rng, HONEST};
use crate::{trial, trial::Seat, Milli, Parameters};
use rand::Rng;
use souk_primitives::reach::{Ruling, Side};

/// How one juror votes among others who look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voter {
	/// Looks at the evidence.
	Honest,
	/// Tosses a coin.
	Random,
	/// Always votes for the buyer.
	Constant,
	/// Waits for the last block to see what the others vote. There is nothing to be seen but who has voted.
	LastMinute,
	/// Commits to what somebody else has committed to, and cannot reveal it.
	Copier,
	/// Does not appear.
	Absent,
}

impl Voter {
	/// All of them.
	pub const ALL: [Self; 6] =
		[Self::Honest, Self::Random, Self::Constant, Self::LastMinute, Self::Copier, Self::Absent];

	/// In a few words.
	pub fn name(self) -> &'static str {
		match self {
			Self::Honest => "looks at the evidence",
			Self::Random => "tosses a coin",
			Self::Constant => "always votes alike",
			Self::LastMinute => "waits for the last block",
			Self::Copier => "copies a commitment",
			Self::Absent => "does not appear",
		}
	}
}

/// What one juror of that kind gains from a seat on a first jury whose other seats look, in the mean. Either side is right as often.
pub fn gain(parameters: &Parameters, voter: Voter) -> Milli {
	let mut rng = rng(5_000 + voter as u64);
	mean(|| {
		let right = if rng.gen() { Ruling::Buyer } else { Ruling::Seller };
		let mut first = true;
		let ended = trial::play(
			parameters,
			&mut rng,
			|rng| {
				if !core::mem::take(&mut first) {
					return Seat { kind: 0, vote: Some(looked(rng, HONEST, right)) };
				}
				let vote = match voter {
					Voter::Honest => Some(looked(rng, HONEST, right)),
					// Sealed votes tell who waits no more than a coin does.
					Voter::Random | Voter::LastMinute => {
						Some(if rng.gen() { Ruling::Buyer } else { Ruling::Seller })
					}
					Voter::Constant => Some(Ruling::Buyer),
					Voter::Copier | Voter::Absent => None,
				};
				Seat { kind: 1, vote }
			},
			// Who is right appeals.
			|side: Side, _| Ruling::of(side) == right,
		);
		ended.seats.iter().filter(|(seat, _)| seat.kind == 1).map(|(_, gain)| gain).sum()
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn looking_pays_and_nothing_else_does() {
		assert!(gain(&Parameters::CHOSEN, Voter::Honest) > 0);
		for voter in Voter::ALL.into_iter().skip(1) {
			let gain = gain(&Parameters::CHOSEN, voter);
			assert!(gain <= 0, "{voter:?}: {gain}");
		}
	}

	#[test]
	fn not_to_look_never_pays_whatever_governance_sets() {
		for parameters in Parameters::reachable() {
			for voter in Voter::ALL.into_iter().skip(1) {
				let gain = gain(&parameters, voter);
				assert!(gain <= 0, "{parameters:?}, {voter:?}: {gain}");
			}
		}
	}
}
