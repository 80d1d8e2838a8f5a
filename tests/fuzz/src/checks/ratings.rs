//! How often somebody was rated: a score for each event, until all of them are forgotten.

use super::{ensure, ledger::in_time};
use frame_support::traits::Get;
use pallet_reputation::{Event, Rated, Tallies};
use souk_runtime::{configs::params::reputation as settings, *};
use std::collections::BTreeMap;

/// What is known of ratings.
#[derive(Default)]
pub struct Ratings {
	/// How many there are that are not forgotten.
	given: u32,
	/// How many of whom, as it was last seen; by the bytes of their name.
	of: BTreeMap<Vec<u8>, u32>,
}

fn name(rated: &Rated<AccountId>) -> Vec<u8> {
	codec::Encode::encode(rated)
}

impl Ratings {
	/// Writes down what happened.
	pub fn note(&mut self, event: &Event<Runtime>) -> Result<(), String> {
		match event {
			Event::Rated { .. } => self.given += 1,
			Event::Forgotten { rated } => {
				let count = self.of.remove(&name(rated)).ok_or("somebody is forgotten whom nobody rated")?;
				self.given -= count;
			}
			Event::MayRate { until, .. } => {
				in_time("a right to rate ends", *until, Some(settings::Window::get()))?;
			}
			_ => {}
		}
		Ok(())
	}

	/// There are as many scores as were given, and nobody has fewer than before.
	pub fn check(&mut self) -> Result<(), String> {
		let now: BTreeMap<_, u32> = Tallies::<Runtime>::iter()
			.map(|(rated, tally)| (name(&rated), tally.scores.iter().sum()))
			.collect();
		let sum: u32 = now.values().sum();
		ensure(sum == self.given, || format!("{sum} scores are kept of {}", self.given))?;
		let kept = self.of.iter().all(|(name, count)| now.get(name) >= Some(count));
		ensure(kept, || "a score that was given is gone".into())?;
		self.of = now;
		Ok(())
	}
}
