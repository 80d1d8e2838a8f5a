//! A plain book of what backs bonds: what each backer has put there, less what offences took, each the same part of what they had; and what
//! of the curators' income is theirs. It knows the events, the terms that were announced, and nothing of points.

use super::{ensure, ledger::in_time, rules::awaits_ruling};
use crate::chain;
use frame_support::traits::Get;
use pallet_backing::{BackerRecord, Backers, BackingRecord, Backings, Event};
use pallet_disputes::{CaseRecordOf, Cases, Phase};
use souk_primitives::{Asset, Bond, ListingId};
use souk_runtime::*;
use sp_runtime::{FixedPointNumber, Permill};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What one account has. In parts of a planck: shares are divided, and only their sums are whole.
#[derive(Default)]
struct Stake {
	/// What is behind the bond.
	active: f64,
	/// What is on its way out, with the block in which it is free.
	leaving: Vec<(u32, f64)>,
	/// What was earned and not claimed, in SOUK and in wUSD.
	earned: [f64; 2],
}

/// What backs one bond.
#[derive(Default)]
struct Book {
	/// What came in, less what went out and what was taken.
	open: Balance,
	/// The same of the income, in SOUK and in wUSD.
	income: [Balance; 2],
	stakes: BTreeMap<AccountId, Stake>,
	/// The backers' share, and a lower one with its first block.
	share: Permill,
	lowered: Option<(Permill, u32)>,
	closes: Option<u32>,
	/// Each of them rounds by a planck at most.
	steps: u32,
}

impl Book {
	fn is_closed(&self) -> bool {
		self.closes.is_some_and(|closes| closes <= chain::now())
	}

	/// Whether all of it is free, whatever will be ruled.
	fn is_free(&self, listing: ListingId) -> bool {
		self.closes.is_some_and(|closes| closes <= chain::now() && !awaits_ruling(listing, closes))
	}

	fn share(&self) -> Permill {
		match self.lowered {
			_ if self.is_closed() => Permill::zero(),
			Some((share, from)) if from <= chain::now() => share,
			_ => self.share,
		}
	}

	fn active(&self) -> f64 {
		self.stakes.values().map(|stake| stake.active).sum()
	}

	fn is_about(&self, what: &str, is: Balance, expected: f64) -> Result<(), String> {
		let least = f64::from(4 + 2 * self.steps);
		ensure((is as f64 - expected).abs() <= least + expected / 1e9, || {
			format!("{what}: {is} instead of {expected}")
		})
	}
}

/// All books.
#[derive(Default)]
pub struct Backing {
	books: BTreeMap<ListingId, Book>,
	/// The curators' own bonds as they were last seen.
	bonds: HashMap<ListingId, Balance>,
	/// Bonds whose last backer is gone.
	gone: BTreeSet<ListingId>,
	/// What the next event must say that the backing loses, because a bond has lost something.
	answers: Option<(ListingId, Balance)>,
	/// What was set aside of a payment that the next event names.
	set_aside: Option<(ListingId, Asset, Balance)>,
}

/// Whether a case was about a listing, and ended in this block.
fn is_just_over(case: &CaseRecordOf<Runtime>, listing: ListingId) -> bool {
	case.listing == listing && case.phase == Phase::Closed && case.since == chain::now()
}

fn place(asset: &Asset) -> usize {
	usize::from(*asset != Asset::Native)
}

impl Backing {
	/// The curators' bonds, as they are before something happens.
	pub fn look(&mut self) {
		let bonds = pallet_curation::CuratorBonds::<Runtime>::iter();
		self.bonds = bonds.map(|(listing, bond)| (listing, bond.total())).collect();
	}

	/// Writes down what happened.
	pub fn note(&mut self, events: &[RuntimeEvent], frozen: bool) -> Result<(), String> {
		// Where something else has changed a bond as well, it is not known what it was before an offence.
		let mut lost: HashMap<ListingId, Balance> = HashMap::new();
		for event in events {
			if let RuntimeEvent::Curation(pallet_curation::Event::BondForfeited {
				bond: Bond::Listing(listing),
				amount,
			}) = event
			{
				*lost.entry(*listing).or_default() += amount;
			}
		}
		let known = |listing: &ListingId, before: Balance, lost: &HashMap<ListingId, Balance>| {
			let now = pallet_curation::CuratorBonds::<Runtime>::get(listing).map_or(0, |bond| bond.total());
			before.checked_sub(lost.get(listing).copied().unwrap_or(0)) == Some(now)
		};
		let before = self.bonds.clone();
		for event in events {
			if let Some((listing, amount)) = self.answers.take() {
				let of_backing = match event {
					RuntimeEvent::Backing(Event::Forfeited { listing: of, amount }) if *of == listing => {
						*amount
					}
					_ => 0,
				};
				ensure(of_backing == amount, || {
					format!("what backs listing {listing} loses {of_backing} instead of {amount}")
				})?;
			}
			match event {
				RuntimeEvent::Curation(pallet_curation::Event::BondForfeited {
					bond: Bond::Listing(listing),
					amount,
				}) => {
					let first = before.get(listing).copied().unwrap_or(0);
					let bond = self.bonds.entry(*listing).or_default();
					let own = core::mem::replace(bond, bond.saturating_sub(*amount));
					if known(listing, first, &lost) {
						let answers = self.answering(*listing, own, *amount);
						self.answers = answers.map(|answers| (*listing, answers));
					}
				}
				RuntimeEvent::Backing(event) => self.note_own(event)?,
				RuntimeEvent::Escrow(pallet_escrow::Event::PaidOut { order, recipient, asset, amount }) => {
					let listing = pallet_escrow::Orders::<Runtime>::get(order).map(|record| record.listing);
					self.paid(listing, recipient, asset, *amount, frozen)?;
				}
				RuntimeEvent::Tabs(pallet_tabs::Event::PaidOut { tab, recipient, asset, amount }) => {
					let listing = pallet_tabs::Tabs::<Runtime>::get(tab).map(|record| record.listing);
					self.paid(listing, recipient, asset, *amount, frozen)?;
				}
				RuntimeEvent::Subscriptions(pallet_subscriptions::Event::PaidOut {
					listing,
					recipient,
					asset,
					amount,
				}) => self.paid(Some(*listing), recipient, asset, *amount, frozen)?,
				_ => {}
			}
		}
		let forgotten = self.answers.take().is_none_or(|(_, amount)| amount == 0);
		ensure(forgotten, || "what backs a bond does not answer with it".into())?;
		for listing in self.gone.clone() {
			self.finish(listing)?;
		}
		self.look();
		Ok(())
	}

	/// Closes the book of a bond whose last backer is gone.
	fn finish(&mut self, listing: ListingId) -> Result<(), String> {
		if !self.gone.remove(&listing) {
			return Ok(());
		}
		let Book { open, income, .. } = self.books.remove(&listing).unwrap_or_default();
		ensure(open == 0 && income == [0; 2], || {
			format!("listing {listing} has {open} and {income:?} for backers who are gone")
		})
	}

	/// What of a listing's backing must go where `taken` of a bond of `own` does: the same part of it, but of so many times the bond at most.
	/// Nobody can say of what is closed where a case was over in this block: it was open when it was ruled on, and not any more after that.
	fn answering(&self, listing: ListingId, own: Balance, taken: Balance) -> Option<Balance> {
		let Some(book) = self.books.get(&listing) else { return Some(0) };
		if book.is_closed() && Cases::<Runtime>::iter_values().any(|case| is_just_over(&case, listing)) {
			return None;
		}
		if book.is_free(listing) {
			return Some(0);
		}
		let times = <Runtime as pallet_backing::Config>::MaxBacking::get();
		let answers = book.open.min(times.saturating_mul_int(own));
		// Bonds are far below what would be too large to be multiplied.
		Some((answers * taken).checked_div(own).unwrap_or(0))
	}

	/// What a curator was paid is shared with those who back her.
	fn paid(
		&mut self,
		listing: Option<ListingId>,
		recipient: &AccountId,
		asset: &Asset,
		amount: Balance,
		frozen: bool,
	) -> Result<(), String> {
		let set_aside = self.set_aside.take();
		let Some(listing) = listing.or(set_aside.as_ref().map(|(listing, ..)| *listing)) else {
			return Ok(());
		};
		let (of, what) = match &set_aside {
			Some((of, asset, amount)) => (Some((of, asset)), *amount),
			None => (None, 0),
		};
		ensure(of.is_none_or(|of| of == (&listing, asset)), || "another payment was shared".into())?;
		let curator = Backings::<Runtime>::get(listing).map(|record| record.curator);
		let share = match self.books.get(&listing) {
			Some(book) if curator.as_ref() == Some(recipient) && book.active() > 0.5 => book.share(),
			_ => Permill::zero(),
		};
		let expected = share.mul_floor(amount);
		// What is frozen cannot be set aside, and is the curator's.
		ensure(what == expected || (frozen && what == 0), || {
			format!("of {amount} for listing {listing} its backers have {what} instead of {expected}")
		})
	}

	fn note_own(&mut self, event: &Event<Runtime>) -> Result<(), String> {
		let unbonding = <Runtime as pallet_curation::Config>::UnbondingPeriod::get();
		let book = |listing: &ListingId, books: &mut BTreeMap<ListingId, Book>| -> Book {
			let mut book = books.remove(listing).unwrap_or_default();
			book.steps += 1;
			book
		};
		let short = |listing: ListingId| move || format!("more came out of listing {listing} than went in");
		match event {
			Event::Opened { listing, share, from, .. } => {
				self.finish(*listing)?;
				let mut book = book(listing, &mut self.books);
				let lower = *share < book.share();
				in_time("a lower share begins", *from, Some(if lower { unbonding } else { 0 }))?;
				match lower {
					true => (book.share, book.lowered) = (book.share(), Some((*share, *from))),
					false => (book.share, book.lowered) = (*share, None),
				}
				self.books.insert(*listing, book);
			}
			Event::Closing { listing, at } => {
				in_time("a backing is free", *at, Some(unbonding))?;
				let mut book = book(listing, &mut self.books);
				book.closes = Some(*at);
				self.books.insert(*listing, book);
			}
			// What the last of them has back is said after it.
			Event::Closed { listing } => {
				self.gone.insert(*listing);
			}
			Event::Backed { listing, backer, amount } => {
				let mut book = book(listing, &mut self.books);
				book.open += amount;
				book.stakes.entry(backer.clone()).or_default().active += *amount as f64;
				self.books.insert(*listing, book);
			}
			Event::Unbacked { listing, backer, amount, at } => {
				in_time("what backed a bond is free", *at, Some(unbonding))?;
				let mut book = book(listing, &mut self.books);
				let stake = book.stakes.entry(backer.clone()).or_default();
				stake.active = (stake.active - *amount as f64).max(0.0);
				stake.leaving.push((*at, *amount as f64));
				self.books.insert(*listing, book);
			}
			Event::Withdrawn { listing, backer, amount } => {
				let mut book = book(listing, &mut self.books);
				let (closed, now) = (book.is_free(*listing), chain::now());
				let stake = book.stakes.entry(backer.clone()).or_default();
				let mut free = 0.0;
				stake.leaving.retain(|(at, amount)| {
					let ripe = closed || (*at <= now && !awaits_ruling(*listing, *at));
					free += if ripe { *amount } else { 0.0 };
					!ripe
				});
				if closed {
					free += core::mem::take(&mut stake.active);
				}
				book.is_about(&format!("{backer:?} gets back of listing {listing}"), *amount, free)?;
				book.open = book.open.checked_sub(*amount).ok_or_else(short(*listing))?;
				self.books.insert(*listing, book);
			}
			Event::Forfeited { listing, amount } => {
				let mut book = book(listing, &mut self.books);
				let all = book.open;
				book.open = all.checked_sub(*amount).ok_or_else(short(*listing))?;
				let left = book.open as f64 / all.max(1) as f64;
				for stake in book.stakes.values_mut() {
					stake.active *= left;
					stake.leaving.iter_mut().for_each(|(_, amount)| *amount *= left);
				}
				self.books.insert(*listing, book);
			}
			Event::IncomeShared { listing, asset, amount } => {
				let mut book = book(listing, &mut self.books);
				let (place, all) = (place(asset), book.active());
				book.income[place] += amount;
				for stake in book.stakes.values_mut() {
					stake.earned[place] += *amount as f64 * stake.active / all.max(1.0);
				}
				self.books.insert(*listing, book);
				self.set_aside = Some((*listing, asset.clone(), *amount));
			}
			Event::IncomeDiverted { .. } => return Err("an income was nobody's".into()),
			Event::IncomeClaimed { listing, backer, asset, amount }
			| Event::IncomeForsaken { listing, backer, asset, amount } => {
				let mut book = book(listing, &mut self.books);
				let place = place(asset);
				let stake = book.stakes.entry(backer.clone()).or_default();
				let earned = core::mem::take(&mut stake.earned[place]);
				book.is_about(&format!("{backer:?} has earned of listing {listing}"), *amount, earned)?;
				book.income[place] = book.income[place].checked_sub(*amount).ok_or_else(short(*listing))?;
				self.books.insert(*listing, book);
			}
			_ => {}
		}
		Ok(())
	}

	/// The records say what the books say.
	pub fn check(&self) -> Result<(), String> {
		let records: BTreeMap<ListingId, BackingRecord<AccountId>> = Backings::<Runtime>::iter().collect();
		ensure(records.keys().eq(self.books.keys()), || "a bond's backers are forgotten".into())?;
		let mut backers: BTreeMap<ListingId, Vec<(AccountId, BackerRecord)>> = BTreeMap::new();
		for (who, listing, own) in Backers::<Runtime>::iter() {
			backers.entry(listing).or_default().push((who, own));
		}
		for (listing, book) in &self.books {
			let record = &records[listing];
			ensure(record.total() == book.open, || {
				format!("{} backs listing {listing} instead of {}", record.total(), book.open)
			})?;
			ensure(record.share_at(chain::now()) == book.share(), || "backers have another share".into())?;
			let backers = backers.remove(listing).unwrap_or_default();
			for (at, income) in record.income.iter().enumerate() {
				let due = backers.iter().filter_map(|(_, own)| own.earned.get(at)).map(|earned| earned.due);
				let there = income.unsettled + due.sum::<Balance>();
				let expected = book.income[place(&income.asset)];
				ensure(there == expected, || {
					format!("{there} is there for the backers of listing {listing} instead of {expected}")
				})?;
			}
			for (who, own) in backers {
				let Some(stake) = book.stakes.get(&who) else {
					return Err("somebody backs for nothing".into());
				};
				let active = record.active.worth(own.points);
				book.is_about(&format!("{who:?} backs listing {listing} with"), active, stake.active)?;
				let leaving = own.leaving.iter().map(|chunk| record.leaving.worth(chunk.points)).sum();
				let expected = stake.leaving.iter().map(|(_, amount)| amount).sum();
				book.is_about(&format!("{who:?} leaves listing {listing} with"), leaving, expected)?;
			}
		}
		Ok(())
	}
}
