//! What the listings' histories say of fines, beside what everybody has.

use crate::{purses::Purses, stage::Stage};
use anyhow::{ensure, Result};
use serde_json::Value;
use souk_scenarios::{
	souk::address_of,
	telling::{block, says, souk, text, units},
};
use std::collections::BTreeMap;

/// How many offences are remembered against a bond: where a history has fewer, it has all.
const REMEMBERED: usize = 16;
/// More than Nora's four transactions cost, two announcements and two reports: half a SOUK, in planck. What is held of hers is counted as hers.
const FEES_AT_MOST: u128 = 500_000_000_000;

/// Of one offence, who was paid how much so far, in planck.
struct Fine {
	block: u64,
	subscribers: u128,
	/// And whether that is Nora.
	reporter: (u128, bool),
	treasury: u128,
}

/// Of all that are remembered, each once: block, listing, kind and evidence name one.
pub struct Fines {
	all: BTreeMap<(u64, String, String, String), Fine>,
	/// Whether nothing can have been forgotten.
	complete: bool,
}

impl Stage {
	/// What is remembered against Mallory's tables and another listing of hers, at some block from now on.
	pub fn fines(&self, another: &str) -> Result<Fines> {
		let nora = address_of("//nora")?;
		let mut fines = Fines { all: BTreeMap::new(), complete: true };
		for listing in [self.listing.as_str(), &self.ticker, another] {
			let offences = self.offences(listing)?;
			fines.complete &= offences.len() < REMEMBERED;
			for offence in &offences {
				let of = offence["listing"].to_string();
				let name = (block(offence)?, of, text(offence, "kind")?, text(offence, "evidence")?);
				let fine = Fine::read(offence, &nora)?;
				fines.all.insert(name, fine);
			}
		}
		Ok(fines)
	}
}

impl Fine {
	fn read(offence: &Value, nora: &str) -> Result<Self> {
		let paid = |to: &str| match &offence["paid"] {
			// Nothing was taken.
			Value::Null => Ok(0),
			paid => units(&paid[to]),
		};
		let fine = Self {
			block: block(offence)?,
			subscribers: paid("subscribers")?,
			reporter: (paid("reporter")?, offence["reporter"] == nora),
			treasury: paid("treasury")?,
		};
		let mut taken = 0;
		for bond in ["of_curator", "of_node"] {
			taken += if offence[bond].is_null() { 0 } else { units(&offence[bond])? };
		}
		let all = fine.subscribers + fine.reporter.0 + fine.treasury;
		// What a bond has forgotten it lost is not counted as taken.
		ensure!(offence["settled"] != true || taken <= all, "{taken} planck were taken: {offence}");
		Ok(fine)
	}

	/// What Nora has for having reported it, or somebody else.
	fn reported_by(&self, nora: bool) -> u128 {
		match self.reporter {
			(share, by_nora) if by_nora == nora => share,
			_ => 0,
		}
	}
}

impl Fines {
	/// So much of all that were imposed after a block.
	fn sum(&self, since: u64, part: impl Fn(&Fine) -> u128) -> u128 {
		self.all.values().filter(|fine| fine.block > since).map(part).sum()
	}
}

/// Of whom the money is that fines took. `fines` were read before everybody was looked at `after`, `later` afterwards. An error where somebody
/// has less than their part of what was paid by then, or Nora more than all that is known of.
pub fn tell(before: &Purses, after: &Purses, fines: &Fines, later: &Fines) -> Result<()> {
	let since = u64::from(before.block());
	let treasury = fines.sum(since, |fine| fine.treasury);
	let subscriber = fines.sum(since, |fine| fine.subscribers);
	let reports = fines.sum(since, |fine| fine.reported_by(true));
	let others = fines.sum(since, |fine| fine.reported_by(false));
	ensure!(treasury > 0 && subscriber > 0 && reports > 0, "no fines are remembered");
	says(format!(
		"Of that, fines: the treasury has {} SOUK of them, Nora {} as the only subscriber and {} for what she reported, others {} for theirs.",
		souk(treasury),
		souk(subscriber),
		souk(reports),
		souk(others)
	));
	let gained = |name: &str| before.change(after, name);
	let to_treasury = gained("the treasury")?;
	ensure!(
		to_treasury >= i128::try_from(treasury)?,
		"the treasury has {treasury} planck of fines, and {to_treasury} more than before"
	);
	// She has bought nothing, and has paid fees.
	let to_nora = gained("Nora, who subscribes")?;
	let least = subscriber + reports;
	ensure!(
		to_nora + i128::try_from(FEES_AT_MOST)? >= i128::try_from(least)?,
		"Nora's parts are {least} planck, and she has {to_nora} more than before"
	);
	let most = later.sum(0, |fine| fine.subscribers + fine.reported_by(true));
	ensure!(
		!later.complete || to_nora <= i128::try_from(most)?,
		"Nora's parts are no more than {most} planck, and she has {to_nora} more than before"
	);
	Ok(())
}
