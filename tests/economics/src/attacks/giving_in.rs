//! Sellers who are wrong and give in, to save of the bond what a lost dispute costs: after the ruling, before the jury of an appeal votes, or
//! while votes can be seen and are not counted yet.

use super::{
	looked, rng,
	slashes::{penalty, BOND, TABLE},
	HONEST, TRIALS,
};
use crate::{
	trial::{self, Seat, Sight},
	Milli, Parameters,
};
use souk_primitives::{
	reach::{Ruling, Side},
	OffenceKind,
};

/// When she gives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
	/// Not at all: she lets the ruling stand.
	Never,
	/// As soon as a jury has ruled against her.
	Ruled,
	/// She appeals, and gives in before the jury of the appeal is counted.
	Appealed,
	/// As soon as a vote against her is revealed.
	Warned,
	/// As soon as the votes that are revealed have decided against her, before they are counted.
	Seen,
}

impl When {
	/// All of them.
	pub const ALL: [Self; 5] = [Self::Never, Self::Ruled, Self::Appealed, Self::Warned, Self::Seen];

	/// In a few words.
	pub fn name(self) -> &'static str {
		match self {
			Self::Never => "never",
			Self::Ruled => "after the ruling",
			Self::Appealed => "appeals, and before that jury votes",
			Self::Warned => "after the first vote against her",
			Self::Seen => "when the votes have decided, before they are counted",
		}
	}

	fn is_now(self, sight: &Sight<'_>) -> bool {
		match (self, sight.verdict) {
			(Self::Ruled, Some(verdict)) => verdict.ruling == Ruling::Buyer,
			(Self::Appealed, None) => sight.before.is_some_and(|verdict| verdict.ruling == Ruling::Buyer),
			(Self::Warned, None) => sight.revealed.iter().any(|seat| seat.vote == Some(Ruling::Buyer)),
			(Self::Seen, None) => sight.foregone.is_some_and(|verdict| verdict.ruling == Ruling::Buyer),
			_ => false,
		}
	}
}

/// What it costs, in the mean; the price of the order is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conceded {
	/// Of what she has posted.
	pub fees: Milli,
	/// Of her [`BOND`].
	pub bond: Milli,
	/// What each of the jurors gains who were not counted, if there are any.
	pub jurors: Option<Milli>,
}

/// What a first lost dispute takes of the [`BOND`].
fn lost_dispute() -> Milli {
	let numbers = TABLE.iter().find(|(kind, _)| *kind == OffenceKind::LostDispute);
	let (_, numbers) = numbers.expect("it is in the table");
	let bond = u128::try_from(BOND).expect("nobody has less than nothing");
	Milli::try_from(penalty(*numbers).curator.mul_floor(bond)).expect("there is not that much")
}

/// Plays it. The buyer is right, and appeals; she does only where that is her plan.
pub fn conceded(parameters: &Parameters, when: When) -> Conceded {
	// The same juries for all of them, as long as they do the same.
	let mut rng = rng(9_000);
	let (mut fees, mut bond): (Milli, Milli) = (0, 0);
	let (mut jurors, mut uncounted): (Milli, Milli) = (0, 0);
	for _ in 0..TRIALS {
		let ended = trial::play_conceded(
			parameters,
			&mut rng,
			|rng| Seat { kind: 0, vote: Some(looked(rng, HONEST, Ruling::Buyer)) },
			|_, _| (),
			|sight| when.is_now(&sight).then_some(Side::Seller),
			|side, _| side == Side::Buyer || when == When::Appealed,
		);
		fees += ended.lost.seller;
		if ended.decided && ended.ruling == Ruling::Buyer {
			bond += lost_dispute();
		}
		jurors += ended.seats.iter().rev().take(ended.uncounted).map(|(_, gain)| gain).sum::<Milli>();
		uncounted += Milli::try_from(ended.uncounted).expect("juries are small");
	}
	let mean = |sum: Milli| sum / Milli::from(TRIALS);
	Conceded { fees: mean(fees), bond: mean(bond), jurors: jurors.checked_div(uncounted) }
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn to_give_in_after_a_ruling_saves_nothing_whatever_governance_sets() {
		for parameters in Parameters::reachable() {
			let never = conceded(&parameters, When::Never);
			assert_eq!(conceded(&parameters, When::Ruled), never, "{parameters:?}");
			assert!(never.bond > lost_dispute() * 9 / 10, "{parameters:?}: {never:?}");
		}
	}

	#[test]
	fn to_appeal_first_saves_nothing_of_the_bond_and_costs_more() {
		for parameters in Parameters::reachable() {
			let [ruled, appealed] = [When::Ruled, When::Appealed].map(|when| conceded(&parameters, when));
			assert!(appealed.bond > lost_dispute() * 9 / 10, "{parameters:?}: {appealed:?}");
			assert!(appealed.fees > ruled.fees, "{parameters:?}: {appealed:?}, {ruled:?}");
		}
	}

	#[test]
	fn who_sits_when_a_side_gives_in_has_the_fee_at_least() {
		for parameters in Parameters::reachable() {
			for when in [When::Appealed, When::Warned, When::Seen] {
				let jurors = conceded(&parameters, when).jurors.expect("some were not counted");
				assert!(jurors >= parameters.fee, "{parameters:?}, {when:?}: {jurors}");
			}
			assert_eq!(conceded(&parameters, When::Ruled).jurors, None);
		}
	}

	#[test]
	fn to_wait_until_the_votes_have_decided_saves_nothing_of_the_bond() {
		for parameters in Parameters::reachable() {
			let seen = conceded(&parameters, When::Seen);
			assert!(seen.bond > lost_dispute() * 9 / 10, "{parameters:?}: {seen:?}");
		}
	}

	#[test]
	fn before_that_nobody_has_lost() {
		let warned = conceded(&Parameters::CHOSEN, When::Warned);
		assert!(warned.bond == 0 && warned.fees > 0, "{warned:?}");
	}
}
