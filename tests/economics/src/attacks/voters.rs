//! Jurors who do not look at the evidence: who vote at random or always alike, who wait for the others' votes, who copy.
//!
//! Who waits to commit sees nothing: a commitment is a salted hash, and none can be revealed before the time for them is over. Who waits to
//! reveal sees all other votes, and can only reveal or keep back what she has committed to ([`Voter::Withholder`]).

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
	/// Tosses a coin, waits until all others have revealed, and reveals only if her vote has won.
	Withholder,
	/// Commits to what somebody else has committed to, and cannot reveal it.
	Copier,
	/// Does not appear.
	Absent,
}

impl Voter {
	/// All of them.
	pub const ALL: [Self; 6] =
		[Self::Honest, Self::Random, Self::Constant, Self::Withholder, Self::Copier, Self::Absent];

	/// In a few words.
	pub fn name(self) -> &'static str {
		match self {
			Self::Honest => "looks at the evidence",
			Self::Random => "tosses a coin",
			Self::Constant => "always votes alike",
			Self::Withholder => "tosses a coin, reveals only if it wins",
			Self::Copier => "copies a commitment",
			Self::Absent => "does not appear",
		}
	}

	/// Who tosses a coin and withholds tosses the coin of who only tosses one: what is between them is the silence.
	fn seed(self) -> u64 {
		let of = if self == Self::Withholder { Self::Random } else { self };
		5_000 + of as u64
	}
}

/// What one juror of that kind gains from a seat on a first jury whose other seats look, in the mean. Either side is right as often.
pub fn gain(parameters: &Parameters, voter: Voter) -> Milli {
	let mut rng = rng(voter.seed());
	mean(|| {
		let right = if rng.gen() { Ruling::Buyer } else { Ruling::Seller };
		let mut first = true;
		let ended = trial::play_watched(
			parameters,
			&mut rng,
			|rng| {
				if !core::mem::take(&mut first) {
					return Seat { kind: 0, vote: Some(looked(rng, HONEST, right)) };
				}
				let vote = match voter {
					Voter::Honest => Some(looked(rng, HONEST, right)),
					Voter::Random | Voter::Withholder => {
						Some(if rng.gen() { Ruling::Buyer } else { Ruling::Seller })
					}
					Voter::Constant => Some(Ruling::Buyer),
					Voter::Copier | Voter::Absent => None,
				};
				Seat { kind: 1, vote }
			},
			|jury, _| {
				if voter == Voter::Withholder {
					keep_back(jury);
				}
			},
			// Who is right appeals.
			|side: Side, _| Ruling::of(side) == right,
		);
		ended.seats.iter().filter(|(seat, _)| seat.kind == 1).map(|(_, gain)| gain).sum()
	})
}

/// Who waited is silent where her vote has lost.
fn keep_back(jury: &mut [Seat]) {
	let ruling = trial::counted(jury).ruling;
	for seat in jury.iter_mut().filter(|seat| seat.kind == 1 && seat.vote != Some(ruling)) {
		seat.vote = None;
	}
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
	fn to_keep_back_a_lost_vote_brings_no_more_than_to_reveal_it() {
		for parameters in Parameters::reachable() {
			let (silent, open) = (gain(&parameters, Voter::Withholder), gain(&parameters, Voter::Random));
			assert!(silent <= open, "{parameters:?}: {silent} > {open}");
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
