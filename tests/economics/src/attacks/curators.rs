//! Curators who buy from themselves, and curators who sell what they do not deliver.

use super::{looked, rng, HONEST, TRIALS};
use crate::{trial, trial::Seat, Milli, Parameters};
use souk_primitives::{
	money::{divide, PayoutSplit},
	reach::Ruling,
};
use sp_arithmetic::Permill;

/// What a curator gains who subscribes to her own listing with accounts and nodes of her own, for each period of that price; and how
/// much of it the chain keeps. A higher place in rankings is not counted: it is worth what others pay her for it.
pub fn self_subscription(price: Milli, protocol_fee_percent: u32) -> Milli {
	let split = PayoutSplit { workers: Permill::from_percent(20), persistence: Permill::from_percent(30) };
	let paid = u128::try_from(price).expect("it is a price");
	let parts = divide(paid, Permill::from_percent(protocol_fee_percent), &split);
	let hers = parts.curator + parts.workers + parts.persistence;
	Milli::try_from(hers).expect("it is no more than the price") - price
}

/// What a curator gains who marks what she never did as delivered, for an order of that price; of her buyers so many percent object, and
/// no bond answers for it. She answers the dispute and appeals as long as she can, and so do they.
pub fn nothing_delivered(parameters: &Parameters, price: Milli, objecting_percent: u32) -> Milli {
	let mut rng = rng(7_000 + u64::from(objecting_percent));
	let objecting = Milli::from(objecting_percent);
	let disputed: Milli = (0..TRIALS)
		.map(|_| {
			let honest = |rng: &mut _| Seat { kind: 0, vote: Some(looked(rng, HONEST, Ruling::Buyer)) };
			let ended = trial::play(parameters, &mut rng, honest, |_, _| true);
			let kept = match ended.ruling {
				Ruling::Buyer => 0,
				Ruling::Seller => price,
				Ruling::Refused => price / 2,
			};
			kept - ended.lost.seller
		})
		.sum();
	let disputed = disputed / Milli::from(TRIALS);
	(price * (100 - objecting) + disputed * objecting) / 100
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::SOUK;

	#[test]
	fn buying_from_oneself_never_pays() {
		for percent in [0, 1, 5, 30] {
			for price in [1, SOUK, 1_000 * SOUK + 7] {
				let gain = self_subscription(price, percent);
				assert!(gain <= 0, "{price} at {percent} %: {gain}");
				assert!(gain < 0 || percent == 0 || price < 100);
			}
		}
	}

	#[test]
	fn selling_nothing_to_buyers_who_object_never_pays_for_orders_of_ordinary_size() {
		for parameters in Parameters::reachable() {
			let price = 100 * parameters.fee;
			assert!(nothing_delivered(&parameters, price, 100) < 0, "{parameters:?}");
		}
	}
}
