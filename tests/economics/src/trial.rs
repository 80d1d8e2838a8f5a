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
	/// The last ruling, or that for the side to which the other gave in.
	pub ruling: Ruling,
	/// Whether a jury has decided on it.
	pub decided: bool,
	/// What each side has lost of what it posted.
	pub lost: Sides<Milli>,
	/// All who sat on a jury, with what they have gained, in the order of the juries.
	pub seats: Vec<(Seat, Milli)>,
	/// How many of them, the last, sat on a jury that was not counted, because a side gave in.
	pub uncounted: usize,
}

/// What can be seen when a side may give in.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
	/// Those of the jury whose votes are revealed.
	pub revealed: &'a [Seat],
	/// What they have decided on, if no other vote can change it.
	pub foregone: Option<Verdict>,
	/// What it came to, once it was counted.
	pub verdict: Option<Verdict>,
	/// What the jury before it came to.
	pub before: Option<Verdict>,
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
	seat: impl FnMut(&mut ChaCha8Rng) -> Seat,
	last: impl FnMut(&mut [Seat], u8),
	appeals: impl Fn(Side, u8) -> bool,
) -> Ended {
	play_conceded(parameters, rng, seat, last, |_| None, appeals)
}

/// The same, where a side may give in: `gives_in` is asked before each vote of a jury is revealed, before it is counted and, where there can be
/// an appeal, after it.
pub fn play_conceded(
	parameters: &Parameters,
	rng: &mut ChaCha8Rng,
	mut seat: impl FnMut(&mut ChaCha8Rng) -> Seat,
	mut last: impl FnMut(&mut [Seat], u8),
	gives_in: impl Fn(Sight<'_>) -> Option<Side>,
	appeals: impl Fn(Side, u8) -> bool,
) -> Ended {
	let mut fees = Sides { buyer: parameters.posted(0), seller: parameters.posted(0) };
	let mut seats: Vec<Seat> = Vec::new();
	let mut round = 0;
	let (mut before, mut uncounted) = (None, 0);
	let verdict = loop {
		let size = jury_size(round).expect("a round that was begun has a jury");
		let mut jury: Vec<Seat> = (0..size).map(|_| seat(rng)).collect();
		last(&mut jury, round);
		let yields = (0..=jury.len()).find_map(|seen| {
			let foregone = foregone(&jury, seen);
			let side = gives_in(Sight { revealed: &jury[..seen], foregone, verdict: None, before })?;
			Some(conceded(side, foregone.or(before)))
		});
		if let Some(verdict) = yields {
			uncounted = jury.len();
			seats.extend(jury);
			break verdict;
		}
		let verdict = counted(&jury);
		let next = round + 1;
		let sight = Sight { revealed: &jury, foregone: None, verdict: Some(verdict), before };
		let yields = jury_size(next).and_then(|_| gives_in(sight));
		seats.extend(jury);
		if let Some(side) = yields {
			break conceded(side, Some(verdict));
		}
		before = Some(verdict);
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
	let all_counted = seats.len() - uncounted;
	for (at, seat) in seats.iter().enumerate() {
		match seat.vote {
			// A jury that was not counted is paid whatever it has voted: who is silent has committed, and had time left.
			_ if at >= all_counted => served.push(at),
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
	let Verdict { ruling, decided } = verdict;
	Ended { ruling, decided, lost, seats: seats.into_iter().zip(gains).collect(), uncounted }
}

/// What it comes to where a side gives in after such a verdict: that stands, if it is against that side.
fn conceded(side: Side, last: Option<Verdict>) -> Verdict {
	let ruling = Ruling::of(side.other());
	Verdict { ruling, decided: last == Some(Verdict { ruling, decided: true }) }
}

/// What the first so many votes of a jury have decided on, if the others cannot change it.
fn foregone(jury: &[Seat], seen: usize) -> Option<Verdict> {
	let votes: Vec<Ruling> = jury[..seen].iter().filter_map(|seat| seat.vote).collect();
	let verdict = count(&votes, u32::try_from(jury.len()).expect("juries are small"));
	let for_it = votes.iter().filter(|vote| **vote == verdict.ruling).count();
	let voters = jury.iter().filter(|seat| seat.vote.is_some()).count();
	(verdict.decided && 2 * for_it > voters).then_some(verdict)
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
	fn a_ruling_stands_where_who_lost_it_gives_in_and_no_other() {
		// When so many of three votes are revealed, or after they were counted.
		for (counted, seen, side, decided) in [
			(false, 0, Side::Seller, false),
			(false, 1, Side::Seller, false),
			(false, 2, Side::Seller, true),
			(false, 2, Side::Buyer, false),
			(true, 3, Side::Seller, true),
			(true, 3, Side::Buyer, false),
		] {
			let gives_in = |sight: Sight<'_>| {
				(sight.verdict.is_some() == counted && sight.revealed.len() == seen).then_some(side)
			};
			let rng = &mut ChaCha8Rng::seed_from_u64(1);
			let ended = play_conceded(&Parameters::CHOSEN, rng, |_| RIGHT, |_, _| (), gives_in, |_, _| false);
			assert_eq!((ended.ruling, ended.decided), (Ruling::of(side.other()), decided));
			assert_eq!((ended.seats.len(), ended.uncounted), (3, if counted { 0 } else { 3 }));
			assert!(ended.seats.iter().all(|(_, gain)| *gain == Parameters::CHOSEN.fee));
		}
	}

	#[test]
	fn votes_that_were_not_counted_are_not_wrong() {
		// The first jury rules for the seller, who is wrong; before the votes of the second, which see it, are counted, the buyer gives in.
		let mut sat = 0;
		let seat = |_: &mut ChaCha8Rng| {
			sat += 1;
			Seat { kind: 0, vote: Some(if sat > 3 { Ruling::Buyer } else { Ruling::Seller }) }
		};
		let gives_in = |sight: Sight<'_>| sight.before.map(|_| Side::Buyer);
		let rng = &mut ChaCha8Rng::seed_from_u64(1);
		let ended = play_conceded(&Parameters::CHOSEN, rng, seat, |_, _| (), gives_in, |_, _| true);
		assert_eq!((ended.ruling, ended.decided, ended.uncounted), (Ruling::Seller, true, 7));
		assert!(ended.seats.iter().all(|(_, gain)| *gain == Parameters::CHOSEN.fee));
		assert_eq!(ended.lost, Sides { buyer: 10 * Parameters::CHOSEN.fee, seller: 0 });
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
