//! Those who attack, a file for each kind.

pub mod curators;
pub mod giving_in;
pub mod griefers;
pub mod juries;
pub mod slashes;
pub mod voters;

use crate::Milli;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use souk_primitives::reach::Ruling;

/// How often each attack is played.
pub const TRIALS: u32 = 4_000;
/// How often those are that succeed seldom.
pub const MANY_TRIALS: u32 = 20_000;
/// How often, in percent, an honest arbitrator who has looked at the evidence votes for who is right.
pub const HONEST: u32 = 90;

/// The same numbers each time, others for each attack.
pub fn rng(attack: u64) -> ChaCha8Rng {
	ChaCha8Rng::seed_from_u64(attack)
}

/// Whether something happens that does so in so many percent.
pub fn happens(rng: &mut ChaCha8Rng, percent: u32) -> bool {
	rng.gen_range(0..100) < percent
}

/// How an arbitrator votes who sees what is right so often, where `right` is.
pub fn looked(rng: &mut ChaCha8Rng, percent: u32, right: Ruling) -> Ruling {
	match (happens(rng, percent), right) {
		(true, right) => right,
		(false, Ruling::Buyer) => Ruling::Seller,
		(false, _) => Ruling::Buyer,
	}
}

/// The mean of what is played [`TRIALS`] times.
pub fn mean(mut once: impl FnMut() -> Milli) -> Milli {
	let sum: Milli = (0..TRIALS).map(|_| once()).sum();
	sum / Milli::from(TRIALS)
}
