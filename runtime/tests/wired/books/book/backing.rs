//! What backs a curator's bonds: whose it is, what it loses, and what it earns.
//!
//! The sums are exact. What each backer has of them is kept here in whole planck, and on the chain in points: both round down in each step, so
//! that they may differ by one for each.

use super::*;
use pallet_backing::Event as Backed;

/// What is behind the bond on a listing.
#[derive(Default)]
pub struct Behind {
	active: BTreeMap<Who, Balance>,
	/// What is on its way out, and until when.
	leaving: Vec<(Who, Balance, u32)>,
	/// All of each.
	all_active: Balance,
	all_leaving: Balance,
	/// What backers have earned and not claimed, by asset.
	earned: BTreeMap<(bool, Who), Balance>,
	/// First block in which all of it is free.
	closes: Option<u32>,
	over: bool,
	/// How many steps there were in which something was rounded.
	steps: Balance,
}

/// Whether what leaves in block `at` is free, where there has been a case since another one: it waits for what was there before, and for as long as
/// a case takes.
fn is_free(at: u32, now: u32, pending: Option<u32>) -> bool {
	at <= now && pending.is_none_or(|since| since >= at || now >= at + LONGEST_CASE)
}

impl Behind {
	fn is_closed(&self, now: u32) -> bool {
		self.closes.is_some_and(|closes| closes <= now)
	}

	fn is_free(&self, now: u32, pending: Option<u32>) -> bool {
		self.closes.is_some_and(|closes| is_free(closes, now, pending))
	}

	#[track_caller]
	fn assert_near(&self, is: Balance, should: Balance) {
		assert!(is.abs_diff(should) <= self.steps, "{is} instead of {should}, after {} steps", self.steps);
	}
}

impl Book {
	fn change(&mut self, listing: ListingId) -> &mut Behind {
		let behind = self.behind.get_mut(&listing).expect("it was opened");
		behind.steps += 1;
		behind
	}

	/// Nothing is behind a bond any more whose backing is over.
	pub(super) fn forget_backings(&mut self) {
		for (listing, behind) in self.behind.iter().filter(|(_, behind)| behind.over) {
			assert_eq!((behind.all_active, behind.all_leaving), (0, 0), "behind the bond on {listing}");
		}
		self.behind.retain(|_, behind| !behind.over);
	}

	/// What of it answers beside a bond, where a case was `ruled` on or something else happened: no more than the bond is.
	pub(super) fn answering(&self, listing: ListingId, bond: Balance, ruled: bool) -> Balance {
		let pending = self.pending(listing, ruled);
		let behind = self.behind.get(&listing).filter(|behind| !behind.is_free(self.now, pending));
		behind.map_or(0, |behind| behind.all_active + behind.all_leaving).min(bond)
	}

	/// Who certainly has something behind a listing's bond, or on its way out of there.
	pub(super) fn backers_of(&self, listing: ListingId) -> Vec<Who> {
		let Some(behind) = self.behind.get(&listing) else { return Vec::new() };
		let active = behind.active.iter().map(|(who, part)| (*who, *part));
		let leaving = behind.leaving.iter().map(|(who, part, _)| (*who, *part));
		// Less than that may be what rounding has left.
		active.chain(leaving).filter(|(_, part)| *part > behind.steps).map(|(who, _)| who).collect()
	}

	/// The backers' share of what a curator earns with a listing.
	pub(super) fn share_of(&self, listing: ListingId, amount: Balance) -> Balance {
		let behind =
			self.behind.get(&listing).filter(|behind| !behind.is_closed(self.now) && behind.all_active > 0);
		let share = TRADED[listing as usize].share.filter(|_| behind.is_some()).unwrap_or(0);
		percent(amount, share.into())
	}

	/// Backers have earned together.
	pub(super) fn earn(&mut self, listing: ListingId, wusd: bool, amount: Balance) {
		let behind = self.change(listing);
		for (who, part) in &behind.active {
			*behind.earned.entry((wusd, *who)).or_default() += amount * part / behind.all_active;
		}
	}

	/// All backers lose the same part.
	pub(super) fn lose(&mut self, listing: ListingId, amount: Balance) {
		if amount == 0 {
			return;
		}
		let behind = self.change(listing);
		let of_leaving = amount * behind.all_leaving / (behind.all_active + behind.all_leaving);
		let of_active = amount - of_leaving;
		for part in behind.active.values_mut() {
			*part -= (of_active * *part).checked_div(behind.all_active).unwrap_or(0);
		}
		for (_, part, _) in &mut behind.leaving {
			*part -= (of_leaving * *part).checked_div(behind.all_leaving).unwrap_or(0);
		}
		behind.all_active -= of_active;
		behind.all_leaving -= of_leaving;
	}

	pub(super) fn note_backing(&mut self, event: pallet_backing::Event<Runtime>) {
		let now = self.now;
		match event {
			Backed::Opened { listing, .. } => {
				self.behind.insert(listing, Behind::default());
			}
			Backed::Closing { listing, at } => self.change(listing).closes = Some(at),
			// It is told of before what its last backer had.
			Backed::Closed { listing } => self.change(listing).over = true,
			Backed::Backed { listing, backer, amount } => {
				let backer = who(&backer);
				self.transfer(false, backer, CURATOR, amount);
				self.hold(CURATOR, false, Why::Backing(listing), amount);
				let bond = self.holds(CURATOR, false, Why::Curator(listing));
				let behind = self.change(listing);
				*behind.active.entry(backer).or_default() += amount;
				behind.all_active += amount;
				assert!(behind.all_active <= bond, "more than the bond is behind it");
			}
			Backed::Unbacked { listing, backer, amount, at } => {
				assert_eq!(at, now + UNBONDING);
				let backer = who(&backer);
				let behind = self.change(listing);
				let has = behind.active.remove(&backer).unwrap_or(0);
				let left = has.saturating_sub(amount);
				if left > behind.steps {
					behind.active.insert(backer, left);
				} else {
					behind.assert_near(amount, has);
				}
				behind.all_active -= amount;
				behind.all_leaving += amount;
				behind.leaving.push((backer, amount, at));
			}
			Backed::Withdrawn { listing, backer, amount } => {
				let backer = who(&backer);
				self.pay(CURATOR, false, Why::Backing(listing), backer, amount);
				let pending = self.pending(listing, false);
				let behind = self.change(listing);
				let closed = behind.is_free(now, pending);
				let mut should = 0;
				behind.leaving.retain(|(who, part, at)| {
					let free = *who == backer && (closed || is_free(*at, now, pending));
					should += if free { *part } else { 0 };
					!free
				});
				if closed {
					should += behind.active.remove(&backer).unwrap_or(0);
				}
				behind.assert_near(amount, should);
				// Nothing is taken of what is closed, so that it does not matter which of both it was.
				let of_leaving = amount.min(behind.all_leaving);
				behind.all_leaving -= of_leaving;
				behind.all_active -= amount - of_leaving;
			}
			Backed::IncomeShared { listing, asset, amount } => {
				self.shared = Some(Shared { listing, wusd: is_wusd(&asset), amount });
			}
			Backed::IncomeClaimed { listing, backer, asset, amount } => {
				let (backer, wusd) = (who(&backer), is_wusd(&asset));
				self.pay(CURATOR, wusd, Why::Income(listing), backer, amount);
				let behind = self.change(listing);
				let should = behind.earned.remove(&(wusd, backer)).unwrap_or(0);
				behind.assert_near(amount, should);
			}
			Backed::Forfeited { amount, .. } => self.forfeits_backing(amount),
			Backed::IncomeDiverted { .. } | Backed::IncomeForsaken { .. } => panic!("everybody can be paid"),
		}
	}
}
