//! What is shown of many ratings: ranges, so that nobody sees what a single one has changed. Pure functions.

use crate::{Scores, BEST};
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// Where one range of numbers ends and the next begins. Of fewer than the second of them no mean is shown.
pub const BOUNDS: [u32; 16] =
	[1, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000];
/// Width of a range of means, in tenths: ten of them are all there is between the worst and the best score.
pub const MEAN_WIDTH: u32 = 4;

/// Ratings as the public sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct RatingRange {
	/// There are as many, or more.
	pub at_least: u32,
	/// There are fewer than that; `None` for very many.
	pub below: Option<u32>,
	/// Between which scores their mean is, in tenths; `None` where there are few.
	pub mean: Option<(u32, u32)>,
}

/// What is shown of so many ratings; `None` for none.
pub fn range_of(scores: &Scores) -> Option<RatingRange> {
	let count = scores.iter().fold(0u64, |sum, each| sum.saturating_add(u64::from(*each)));
	let at_least = BOUNDS.into_iter().rev().find(|bound| u64::from(*bound) <= count)?;
	let below = BOUNDS.into_iter().find(|bound| u64::from(*bound) > count);
	let few = BOUNDS.get(1).is_none_or(|few| count < u64::from(*few));
	Some(RatingRange { at_least, below, mean: (!few).then(|| mean_of(scores, count)) })
}

/// The range of the mean of `count` ratings, in tenths.
fn mean_of(scores: &Scores, count: u64) -> (u32, u32) {
	// What each is above the worst score.
	let above = scores
		.iter()
		.zip(0u64..)
		.fold(0u64, |sum, (each, above)| sum.saturating_add(u64::from(*each).saturating_mul(above)));
	let tenths = above.saturating_mul(10);
	let width = u64::from(MEAN_WIDTH).saturating_mul(count);
	let ranges = u32::from(BEST).saturating_sub(1).saturating_mul(10).checked_div(MEAN_WIDTH).unwrap_or(1);
	let place = u32::try_from(tenths.checked_div(width).unwrap_or(0)).unwrap_or(ranges);
	let from = place.min(ranges.saturating_sub(1)).saturating_mul(MEAN_WIDTH).saturating_add(10);
	(from, from.saturating_add(MEAN_WIDTH))
}
