use super::*;
use proptest::prelude::*;

fn range(at_least: u32, below: u32, mean: Option<(u32, u32)>) -> Option<RatingRange> {
	Some(RatingRange { at_least, below: Some(below), mean })
}

#[test]
fn of_few_ratings_only_their_number_is_shown_and_that_roughly() {
	assert_eq!(range_of(&[0; 5]), None);
	for scores in [[0, 0, 0, 0, 1], [1, 0, 0, 0, 3]] {
		assert_eq!(range_of(&scores), range(1, 5, None));
	}
	assert_eq!(range_of(&[0, 0, 0, 0, 5]), range(5, 10, Some((46, 50))));
}

#[test]
fn the_mean_is_in_one_of_ten_ranges() {
	for (scores, mean) in [
		([30, 0, 0, 0, 0], (10, 14)),
		([0, 30, 0, 0, 0], (18, 22)),
		([0, 0, 30, 0, 0], (30, 34)),
		// 4.4, and 4.6 at the edge.
		([0, 0, 0, 18, 12], (42, 46)),
		([0, 0, 0, 12, 18], (46, 50)),
		([0, 0, 0, 0, 30], (46, 50)),
	] {
		assert_eq!(range_of(&scores), range(20, 50, Some(mean)), "{scores:?}");
	}
}

#[test]
fn very_many_are_very_many() {
	let most = range_of(&[u32::MAX; 5]).unwrap();
	assert_eq!((most.at_least, most.below, most.mean), (1_000_000, None, Some((30, 34))));
}

proptest! {
	#[test]
	fn what_is_shown_holds(scores in prop::array::uniform5(0u32..3_000)) {
		let count: u32 = scores.iter().sum();
		let Some(RatingRange { at_least, below, mean }) = range_of(&scores) else {
			prop_assert_eq!(count, 0);
			return Ok(());
		};
		prop_assert!(at_least <= count && below.is_some_and(|below| count < below));
		prop_assert_eq!(mean.is_some(), count >= 5);
		if let Some((from, to)) = mean {
			let sum: u64 = scores.iter().zip(1u64..).map(|(each, score)| u64::from(*each) * score).sum();
			let (tenths, count) = (sum * 10, u64::from(count));
			prop_assert!(u64::from(from) * count <= tenths && tenths <= u64::from(to) * count);
			prop_assert!(to == from + MEAN_WIDTH && from >= 10 && to <= 50);
		}
	}
}
