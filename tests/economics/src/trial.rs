//! One dispute, from its opening to the last ruling.

use crate::{Milli, Parameters};
use pallet_disputes::{
	bill::{Costs, Source},
	count, jury_size, Sides, Verdict,
};
use rand_chacha::ChaCha8Rng;
use souk_primitives::reach::{Ruling, Side};

/// What somebody on a jury is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
	/// Whose interest it follows: 0 its own, everything else as an attack numbers them.
	pub kind: u8,
	/// How it votes; `None` where it does not, or cannot reveal.
	pub vote: Option<Ruling>,
}

/// How a dispute ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
	/// The last ruling.
	pub ruling: Ruling,
	/// What each side has lost of what it posted.
	pub lost: Sides<Milli>,
	/// All who sat on a jury, with what they have gained.
	pub seats: Vec<(Seat, Milli)>,
}

/// Plays a dispute. `seat` fills one more seat of a jury; `appeals` says whether a side appeals a ruling against it, by the round.
pub fn play(
	parameters: &Parameters,
	rng: &mut ChaCha8Rng,
	seat: impl FnMut(&mut ChaCha8Rng) -> Seat,
	appeals: impl Fn(Side, u8) -> bool,
) -> Ended {
	play_watched(parameters, rng, seat, |_, _| (), appeals)
}

/// The same, where somebody reveals last. `last` sees a jury with the votes of all, and its round, before they are counted, and keeps back
/// those that it would rather not reveal. Nobody can do more: what is revealed is what was committed to.
pub fn play_watched(
	parameters: &Parameters,
	rng: &mut ChaCha8Rng,
	mut seat: impl FnMut(&mut ChaCha8Rng) -> Seat,
	mut last: impl FnMut(&mut [Seat], u8),
	appeals: impl Fn(Side, u8) -> bool,
) -> Ended {
	let mut fees = Sides { buyer: parameters.posted(0), seller: parameters.posted(0) };
	let mut seats: Vec<Seat> = Vec::new();
	let mut round = 0;
	let verdict = loop {
		let size = jury_size(round).expect("a round that was begun has a jury");
		let mut jury: Vec<Seat> = (0..size).map(|_| seat(rng)).collect();
		last(&mut jury, round);
		let verdict = counted(&jury);
		seats.extend(jury);
		let next = round + 1;
		let appellant = match verdict.ruling.loser() {
			Some(loser) => Some(loser).filter(|side| appeals(*side, next)),
			None => [Side::Buyer, Side::Seller].into_iter().find(|side| appeals(*side, next)),
		};
		match appellant.filter(|_| jury_size(next).is_some()) {
			Some(side) => *fees.of_mut(side) += parameters.posted(next),
			None => break verdict,
		}
		round = next;
	};
	let (stake, wrong) = parameters.at_stake();
	let mut gains = vec![0; seats.len()];
	let (mut served, mut fines) = (Vec::new(), Vec::new());
	for (at, seat) in seats.iter().enumerate() {
		match seat.vote {
			Some(vote) if !verdict.decided || vote == verdict.ruling => served.push(at),
			Some(_) => fines.push((at, unsigned(wrong))),
			None => fines.push((at, unsigned(stake))),
		}
	}
	let treasury = usize::MAX;
	let costs = Costs {
		fees: Sides { buyer: unsigned(fees.buyer), seller: unsigned(fees.seller) },
		loser: verdict.ruling.loser(),
		juror_fee: unsigned(parameters.fee),
		served,
		fines,
		treasury,
	};
	let mut lost = Sides::default();
	for item in costs.items() {
		let amount = Milli::try_from(item.amount).expect("there is not that much");
		match item.from {
			Source::Fee(side) => *lost.of_mut(side) += amount,
			Source::Stake(at) => gains[at] -= amount,
		}
		if item.to != treasury {
			gains[item.to] += amount;
		}
	}
	Ended { ruling: verdict.ruling, lost, seats: seats.into_iter().zip(gains).collect() }
}

/// What the votes of a jury come to.
pub fn counted(jury: &[Seat]) -> Verdict {
	let votes: Vec<Ruling> = jury.iter().filter_map(|seat| seat.vote).collect();
	count(&votes, u32::try_from(jury.len()).expect("juries are small"))
}

fn unsigned(amount: Milli) -> u128 {
	u128::try_from(amount).expect("nobody pays less than nothing")
}

#[cfg(test)]
mod tests {
	use super::*;
	use rand::SeedableRng;

	const RIGHT: Seat = Seat { kind: 0, vote: Some(Ruling::Buyer) };

	#[test]
	fn a_unanimous_dispute_costs_its_loser_the_fees_and_nobody_else_anything() {
		let chosen = Parameters::CHOSEN;
		let ended = play(&chosen, &mut ChaCha8Rng::seed_from_u64(1), |_| RIGHT, |_, _| true);
		assert_eq!((ended.ruling, ended.seats.len()), (Ruling::Buyer, 25));
		assert_eq!(ended.lost, Sides { buyer: 0, seller: 25 * chosen.fee });
		assert!(ended.seats.iter().all(|(_, gain)| *gain == chosen.fee));
	}

	#[test]
	fn nothing_is_created() {
		use rand::Rng;
		let mut rng = ChaCha8Rng::seed_from_u64(7);
		for _ in 0..2_000 {
			let some = |rng: &mut ChaCha8Rng| {
				let votes = [None, Some(Ruling::Buyer), Some(Ruling::Seller), Some(Ruling::Refused)];
				Seat { kind: 0, vote: votes[rng.gen_range(0..4)] }
			};
			let ended = play(&Parameters::CHOSEN, &mut rng, some, |_, round| round < 3);
			let gained: Milli = ended.seats.iter().map(|(_, gain)| gain).sum();
			assert!(gained <= ended.lost.buyer + ended.lost.seller, "{ended:?}");
		}
	}
}
