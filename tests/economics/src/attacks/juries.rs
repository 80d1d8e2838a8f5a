//! Who tries to own a jury: by bribes that are paid only where they fail (p + ε), by arbitrators of their own, or by silence.
//!
//! The attacker is a seller who is wrong. Both sides appeal as long as they can.

use super::{happens, looked, rng, HONEST, MANY_TRIALS};
use crate::{
	trial::{self, counted, Seat},
	Milli, Parameters, SOUK,
};
use pallet_disputes::jury_size;
use souk_primitives::reach::Ruling;

/// How the attacker has votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
	/// Whoever votes for the attacker is paid what that costs them, and a little more, where it was in vain. Nobody is paid where it
	/// succeeds.
	Bribes,
	/// Arbitrators of the attacker's own.
	Sybils,
	/// Bribes, where [`SILENT`] percent of the others commit and do not reveal.
	BribesAmongSilent,
	/// The same, and who is bribed waits until all others have revealed. Where the last jury would rule against the attacker and cannot
	/// without some of them, these are silent, and paid for the stake that it costs them: a refusal is half of the price.
	Withholding,
}

impl Means {
	/// All of them.
	pub const ALL: [Self; 4] = [Self::Bribes, Self::Sybils, Self::BribesAmongSilent, Self::Withholding];

	/// In a few words.
	pub fn name(self) -> &'static str {
		match self {
			Self::Bribes => "bribes",
			Self::Sybils => "own arbitrators",
			Self::BribesAmongSilent => "bribes, others silent",
			Self::Withholding => "withheld votes",
		}
	}

	/// Whether others are silent as well. Where all others reveal, a vote that is kept back changes nothing.
	fn among_silent(self) -> bool {
		matches!(self, Self::BribesAmongSilent | Self::Withholding)
	}

	/// Of the two among silent others, the juries are the same: what is between them is what was kept back.
	fn seed(self) -> u64 {
		match self {
			Self::Bribes => 0,
			Self::Sybils => 1_000,
			Self::BribesAmongSilent | Self::Withholding => 2_000,
		}
	}
}

/// What a refusal is worth in the tables, in percent of the price.
const HALF: u32 = Parameters::BUYER_SHARES[1];
/// What is added to what a vote costs.
const EPSILON: Milli = SOUK / 10;
/// How many percent of those who are not bought do not reveal, where some do not.
pub const SILENT: u32 = 10;

/// What an attack came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attack {
	/// How often it succeeds, in ten thousands.
	pub wins: u32,
	/// How often the jury refuses in the end, and the price is halved, in ten thousands.
	pub refusals: u32,
	/// What it costs, in the mean over all.
	pub costs: Milli,
}

impl Attack {
	/// What is gained of a price in the mean, in millionths, where a refusal is worth so many percent of it.
	fn gained(&self, refusal: u32) -> Milli {
		100 * Milli::from(self.wins) + Milli::from(refusal) * Milli::from(self.refusals)
	}

	/// What is gained of an order of that price, of which a refusal is worth half.
	pub fn gain(&self, price: Milli) -> Milli {
		self.gain_where(price, HALF)
	}

	/// The same, where it is worth so many percent.
	pub fn gain_where(&self, price: Milli, refusal: u32) -> Milli {
		price * self.gained(refusal) / 1_000_000 - self.costs
	}

	/// The price up to which nothing is gained, where a refusal is worth half; `None` where there is no such price or nothing to be gained of any.
	pub fn bound(&self) -> Option<Milli> {
		self.bound_where(HALF)
	}

	/// The same, where it is worth so many percent.
	pub fn bound_where(&self, refusal: u32) -> Option<Milli> {
		let gained = self.gained(refusal);
		(gained > 0).then(|| self.costs * 1_000_000 / gained)
	}
}

/// Plays the attack where `percent` of all seats take the bribe, or are the attacker's.
pub fn attack(parameters: &Parameters, means: Means, percent: u32) -> Attack {
	let mut rng = rng(1 + u64::from(percent) + means.seed());
	let (stake, wrong) = parameters.at_stake();
	let (mut wins, mut refusals, mut costs) = (0u64, 0u64, 0);
	for _ in 0..MANY_TRIALS {
		let ended = trial::play_watched(
			parameters,
			&mut rng,
			|rng| {
				if happens(rng, percent) {
					return Seat { kind: 1, vote: Some(Ruling::Seller) };
				}
				let silent = means.among_silent() && happens(rng, SILENT);
				Seat { kind: 0, vote: (!silent).then(|| looked(rng, HONEST, Ruling::Buyer)) }
			},
			|jury, round| {
				// Before the last round silence only costs stakes: the buyer appeals.
				if means == Means::Withholding && jury_size(round + 1).is_none() {
					withhold(jury);
				}
			},
			|_, _| true,
		);
		wins += u64::from(ended.ruling == Ruling::Seller);
		refusals += u64::from(ended.ruling == Ruling::Refused);
		costs += ended.lost.seller;
		let bought = ended.seats.iter().filter(|(seat, _)| seat.kind == 1);
		costs += bought
			.map(|(seat, gain)| match (means, seat.vote) {
				(Means::Sybils, _) => -gain,
				// Silence costs the stake whatever comes of it.
				(_, None) => parameters.fee + stake + EPSILON,
				(_, Some(_)) if ended.ruling == Ruling::Buyer => parameters.fee + wrong + EPSILON,
				// Who has won is paid by the chain; and so is who voted, where the jury did not agree.
				(_, Some(_)) => 0,
			})
			.sum::<Milli>();
	}
	let share =
		|times: u64| u32::try_from(times * 10_000 / u64::from(MANY_TRIALS)).expect("it is no more than all");
	Attack { wins: share(wins), refusals: share(refusals), costs: costs / Milli::from(MANY_TRIALS) }
}

/// As few of the bought seats as it takes are silent, where the jury rules for the buyer and would not without them.
fn withhold(jury: &mut [Seat]) {
	if counted(jury).ruling != Ruling::Buyer {
		return;
	}
	let bought = jury.iter().filter(|seat| seat.kind == 1).count();
	let refusing =
		(1..=bought).map(|silent| without(jury, silent)).find(|jury| counted(jury).ruling == Ruling::Refused);
	if let Some(refusing) = refusing {
		jury.copy_from_slice(&refusing);
	}
}

/// The jury, where so many of the bought seats do not reveal.
fn without(jury: &[Seat], mut silent: usize) -> Vec<Seat> {
	let reveal = |seat: &Seat| {
		if seat.kind == 1 && silent > 0 {
			silent -= 1;
			return Seat { vote: None, ..*seat };
		}
		*seat
	};
	jury.iter().map(reveal).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use pallet_disputes::JURIES;

	#[test]
	fn a_tenth_of_the_pool_wins_next_to_nothing() {
		for means in Means::ALL {
			let tenth = attack(&Parameters::CHOSEN, means, 10);
			assert!(tenth.wins + tenth.refusals < 150, "{means:?}: {tenth:?}");
			assert!(tenth.bound().is_none_or(|bound| bound > 2_000 * SOUK), "{means:?}: {tenth:?}");
		}
	}

	#[test]
	fn a_larger_part_wins_more() {
		let wins = |percent| attack(&Parameters::CHOSEN, Means::Bribes, percent).wins;
		assert!(wins(10) < wins(30) && wins(30) < wins(50) && wins(50) < wins(70));
	}

	#[test]
	fn a_tenth_of_the_seats_gains_nothing_of_a_thousand_fees_whatever_governance_sets() {
		for parameters in Parameters::reachable() {
			for means in Means::ALL {
				let tenth = attack(&parameters, means, 10);
				// A seller has what the buyer does not get back.
				for refusal in Parameters::BUYER_SHARES.map(|share| 100 - share) {
					let gain = tenth.gain_where(1_000 * parameters.fee, refusal);
					assert!(gain <= 0, "{parameters:?}, {means:?}, {refusal} %: {gain} by {tenth:?}");
				}
			}
		}
	}

	#[test]
	fn withheld_votes_lower_a_bound_by_less_than_a_fifth_whatever_a_refusal_is_worth() {
		let [.., most] = Parameters::BUYER_SHARES;
		for percent in [5, 10, 15, 20, 25, 30, 35, 40, 50] {
			let withheld = attack(&Parameters::CHOSEN, Means::Withholding, percent);
			let bound = |refusal| withheld.bound_where(refusal).expect("something is gained");
			assert!(5 * bound(most) > 4 * bound(HALF), "{percent} %: {} of {}", bound(most), bound(HALF));
			// Without a limit it would be more for small attackers, who have a refusal more often than a ruling.
			assert!(bound(100) < bound(most), "{percent} %");
		}
		let tenth = attack(&Parameters::CHOSEN, Means::Withholding, 10);
		let bound = |refusal| tenth.bound_where(refusal).expect("something is gained");
		assert!(5 * bound(100) < 4 * bound(HALF));
	}

	#[test]
	fn silence_of_the_bought_changes_nothing_where_all_others_reveal() {
		let vote = |kind, vote| Seat { kind, vote: Some(vote) };
		for size in JURIES {
			for bought in 0..=size {
				for erring in 0..=size - bought {
					let right = size - bought - erring;
					let mut jury = Vec::new();
					jury.extend((0..bought).map(|_| vote(1, Ruling::Seller)));
					jury.extend((0..erring).map(|_| vote(0, Ruling::Seller)));
					jury.extend((0..right).map(|_| vote(0, Ruling::Buyer)));
					let open = jury.clone();
					withhold(&mut jury);
					assert_eq!(jury, open);
				}
			}
		}
	}

	#[test]
	fn where_others_are_silent_as_few_as_it_takes_are_silent_with_them() {
		let seat = |kind, vote| Seat { kind, vote };
		let mut jury = vec![seat(0, Some(Ruling::Buyer)); 4];
		jury.extend([seat(0, None), seat(1, Some(Ruling::Seller)), seat(1, Some(Ruling::Seller))]);
		// Four of seven are a quorum by themselves.
		let open = jury.clone();
		withhold(&mut jury);
		assert_eq!(jury, open);
		jury[0].vote = None;
		withhold(&mut jury);
		assert_eq!(jury.iter().filter(|seat| seat.kind == 1 && seat.vote.is_none()).count(), 2);
		assert_eq!(counted(&jury).ruling, Ruling::Refused);
	}

	#[test]
	fn withheld_votes_make_refusals_and_win_no_ruling() {
		for percent in [10, 25, 40] {
			let [open, withheld] = [Means::BribesAmongSilent, Means::Withholding]
				.map(|means| attack(&Parameters::CHOSEN, means, percent));
			assert_eq!(open.wins, withheld.wins);
			assert!(withheld.refusals > open.refusals, "{percent} %: {open:?}, {withheld:?}");
		}
	}
}
