//! A plain simulation of those who attack the market's rules.
//!
//! No chain and no blocks: people with strategies, and the chain's own arithmetic (`pallet_disputes::{count, bill}`,
//! `pallet_stakes::Penalty`, `pallet_backing::without_gain`, `souk_primitives::money`), so that what is simulated is what is run. [`trial`] plays one dispute to its last ruling; each file under
//! [`attacks`] is one kind of attacker, played often; [`page`] writes `docs/economics.md` and its plot. The same seed gives the
//! same page, and a test compares it with the committed one.

pub mod attacks;
pub mod page;
pub mod trial;

use pallet_disputes::{jury_size, Terms};
use sp_arithmetic::Permill;

/// Thousandths of a SOUK: fine enough for what is divided here.
pub type Milli = i128;
/// A SOUK.
pub const SOUK: Milli = 1_000;

/// The numbers of a case that governance sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
	/// What a juror earns.
	pub fee: Milli,
	/// What a seat locks.
	pub stake: Milli,
	/// What of that a wrong vote costs, in percent.
	pub fine: i128,
}

impl Parameters {
	/// As the chain starts with them.
	pub const CHOSEN: Self = Self { fee: 2 * SOUK, stake: 20 * SOUK, fine: 50 };

	/// The least fee that is in force, whatever governance sets: the runtime's floor, which a test there compares with this.
	pub const LEAST_FEE: Milli = SOUK / 2;

	/// Blocks that each phase of a case lasts at least, whatever governance sets: likewise. Nobody is late in what is simulated.
	pub const SHORTEST_PHASE: u32 = 20;

	/// What a buyer gets back of the price after a refusal, in percent: the least that governance can bring into force, what the chain starts with,
	/// and the most; likewise. The rest is the seller's.
	pub const BUYER_SHARES: [u32; 3] = [25, 50, 75];

	/// Sets around the chosen one: from the least that governance can bring into force, up to what cannot be meant any more.
	pub fn reachable() -> Vec<Self> {
		let fees = [Self::LEAST_FEE, 2 * SOUK, 10 * SOUK];
		let stakes = [0, 5 * SOUK, 20 * SOUK, 100 * SOUK];
		let fines = [0, 10, 50, 100];
		let with = |fee, stake| fines.map(move |fine| Self { fee, stake, fine });
		fees.into_iter().flat_map(|fee| stakes.into_iter().flat_map(move |stake| with(fee, stake))).collect()
	}

	/// What a seat locks, and what a wrong vote costs: as they are in force.
	pub fn at_stake(&self) -> (Milli, Milli) {
		let unsigned = |amount| u128::try_from(amount).expect("nobody pays less than nothing");
		let terms = Terms {
			juror_fee: unsigned(self.fee),
			juror_stake: unsigned(self.stake),
			incoherent_fine: Permill::from_percent(u32::try_from(self.fine).expect("it is a part")),
			response_time: 0,
			evidence_time: 0,
			draw_timeout: 0,
			commit_time: 0,
			reveal_time: 0,
			appeal_time: 0,
		}
		.sound(0);
		let signed = |amount| Milli::try_from(amount).expect("there is not that much");
		(signed(terms.juror_stake), signed(terms.fine()))
	}

	/// What a side has to post for the jury of a round.
	pub fn posted(&self, round: u8) -> Milli {
		self.fee * Milli::from(jury_size(round).unwrap_or(0))
	}
}
