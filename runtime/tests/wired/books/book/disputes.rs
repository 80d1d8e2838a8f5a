//! Cases: what sides post, what jurors have at stake, and who pays whom in the end.

use super::*;
use pallet_disputes::{Ending, Event as Disputed, Verdict, JURIES};
use souk_primitives::reach::{Ruling, Side};

pub struct Case {
	order: OrderId,
	listing: ListingId,
	buyer: Who,
	/// Block in which it was opened.
	opened: u32,
	/// All who were drawn, in the order of their juries.
	jurors: Vec<Juror>,
	/// How many seats each jury has.
	seats: BTreeMap<u8, usize>,
	/// What the last jury came to.
	verdict: Option<Verdict>,
}

struct Juror {
	who: Who,
	round: u8,
	committed: bool,
	vote: Option<Ruling>,
	absent: bool,
	/// Whether the votes of this jury were counted.
	counted: bool,
}

impl Case {
	fn side(&self, side: Side) -> Who {
		match side {
			Side::Buyer => self.buyer,
			Side::Seller => CURATOR,
		}
	}

	fn juror(&mut self, who: Who) -> &mut Juror {
		self.jurors.iter_mut().find(|juror| juror.who == who && !juror.absent).expect("they sit on it")
	}
}

fn fee(round: u8) -> Balance {
	JUROR_FEE * Balance::from(JURIES[usize::from(round)])
}

impl Book {
	fn case(&mut self, case: u64) -> &mut Case {
		self.cases.get_mut(&case).expect("it was opened")
	}

	/// Since when there has been a case about a listing that is not over, if there is one, or if one is just `ruled` on.
	pub(super) fn pending(&self, listing: ListingId, ruled: bool) -> Option<u32> {
		let open = ruled || self.cases.values().any(|case| case.listing == listing);
		open.then(|| self.case_since[&listing])
	}

	/// How many seats somebody has, or has lost, in cases that are not over.
	fn seats_of(&self, who: Who) -> Balance {
		let jurors = self.cases.values().flat_map(|case| &case.jurors);
		jurors.filter(|juror| juror.who == who).count() as Balance
	}

	pub(super) fn note_case(&mut self, event: pallet_disputes::Event<Runtime>) {
		match event {
			Disputed::Joined { who: account, bond } => self.hold(who(&account), false, Why::Seat, bond),
			Disputed::BondAdded { who: account, amount } => {
				self.hold(who(&account), false, Why::Seat, amount)
			}
			Disputed::Withdrawn { who: account, amount } => {
				let who = who(&account);
				assert_eq!(self.holds(who, false, Why::Seat), amount, "who has left has all of it back");
				let at = self.leaving.remove(&who).expect("they have left");
				assert!(at <= self.now, "the bond of {who} is free in block {at}");
				self.free(who, false, Why::Seat, amount);
			}
			Disputed::Left { who: account, at } => {
				let who = who(&account);
				assert_eq!(at, self.now + LONGEST_CASE);
				assert_eq!(self.seats_of(who), 0, "{who} leaves with a seat");
				self.leaving.insert(who, at);
			}
			Disputed::CaseOpened { case, order, by, until } => {
				let (buyer, listing) = (self.orders[&order].buyer, self.orders[&order].listing);
				// A seller who disputes leaves the buyer the rest of her window.
				let window = self.orders[&order].window.filter(|_| by == Side::Seller).unwrap_or(0);
				assert_eq!(until, (self.now + RESPONSE).max(window), "case {case} by {by:?}");
				let new = Case {
					order,
					listing,
					buyer,
					opened: self.now,
					jurors: Vec::new(),
					seats: BTreeMap::new(),
					verdict: None,
				};
				self.hold(new.side(by), false, Why::Fee(case), fee(0));
				if self.cases.values().all(|case| case.listing != listing) {
					self.case_since.insert(listing, self.now);
				}
				self.cases.insert(case, new);
			}
			Disputed::Answered { case, .. } => {
				assert!(self.actor.is_some(), "nothing is proved of goods: nobody answers by saying nothing");
				let buyer = self.cases[&case].buyer;
				let opened = self.holds(buyer, false, Why::Fee(case)) > 0;
				self.hold(if opened { CURATOR } else { buyer }, false, Why::Fee(case), fee(0));
			}
			Disputed::Appealed { case, by, round } => {
				let one = &self.cases[&case];
				let lost = one.verdict.and_then(|verdict| verdict.ruling.loser());
				assert!(lost.is_none_or(|lost| lost == by), "who has won appeals");
				self.hold(one.side(by), false, Why::Fee(case), fee(round));
			}
			Disputed::JuryDrawn { case, round, jurors, .. } => {
				let backers = self.backers_of(self.cases[&case].listing);
				let one = self.case(case);
				for account in &jurors {
					let who = who(account);
					assert!(
						who != one.buyer && who != CURATOR && !NODES.contains(&who),
						"{who} has a part in it"
					);
					assert!(!backers.contains(&who), "{who} backs her");
					assert!(!one.jurors.iter().any(|juror| juror.who == who), "{who} was drawn before");
					let juror =
						Juror { who, round, committed: false, vote: None, absent: false, counted: false };
					one.jurors.push(juror);
				}
				// Others come for those who do not appear, and not for more.
				let seats = *one.seats.entry(round).or_insert(jurors.len());
				let sitting = one.jurors.iter().filter(|juror| juror.round == round && !juror.absent).count();
				assert!(sitting <= seats && seats <= JURIES[usize::from(round)] as usize);
				for who in jurors.iter().map(who) {
					assert!(!self.leaving.contains_key(&who), "{who} has left and was drawn");
					let (bond, seats) = (self.holds(who, false, Why::Seat), self.seats_of(who));
					assert!(bond >= seats * JUROR_STAKE, "{who} has {seats} seats with a bond of {bond}");
				}
			}
			Disputed::Absent { case, who: account } => self.case(case).juror(who(&account)).absent = true,
			Disputed::Committed { case, who: account } => {
				self.case(case).juror(who(&account)).committed = true;
			}
			Disputed::Revealed { case, who: account, vote } => {
				self.case(case).juror(who(&account)).vote = Some(vote);
			}
			Disputed::Ruled { case, round, verdict, .. } => {
				let one = self.case(case);
				one.jurors
					.iter_mut()
					.filter(|juror| juror.round == round)
					.for_each(|juror| juror.counted = true);
				assert_eq!(verdict, count(one, round), "case {case}");
				one.verdict = Some(verdict);
			}
			Disputed::Paid { who: account, amount, .. } => {
				*self.said.entry((true, who(&account))).or_default() += amount;
			}
			Disputed::Fined { who: account, amount, .. } => {
				*self.said.entry((false, who(&account))).or_default() += amount;
			}
			Disputed::Closed { case, order, how, ruling } => self.close_case(case, order, how, ruling),
			_ => {}
		}
	}

	/// Jurors with the right vote have their fees of what the loser posted, of the fines, and of what the winner posted, in this order; what is
	/// left of the fines is theirs as well.
	fn close_case(&mut self, id: u64, order: OrderId, how: Ending, ruling: Ruling) {
		let case = self.cases.remove(&id).expect("it was opened");
		assert_eq!(case.order, order);
		let decided = match how {
			Ending::Ruled => {
				assert_eq!(case.verdict.map(|verdict| verdict.ruling), Some(ruling), "case {id}");
				case.verdict.is_some_and(|verdict| verdict.decided)
			}
			Ending::Default => {
				assert!(case.jurors.is_empty());
				true
			}
			Ending::Settled => {
				let verdict = foregone(&case).or(case.verdict);
				verdict.is_some_and(|verdict| verdict.decided && verdict.ruling == ruling)
			}
			Ending::NoJury => false,
		};
		let mut right = Vec::new();
		let mut fines = BTreeMap::<Who, Balance>::new();
		for juror in &case.jurors {
			match juror.vote {
				// What a jury before had decided makes no vote wrong on one that was not counted.
				Some(vote) if decided && juror.counted && vote != ruling => {
					fines.insert(juror.who, JUROR_FINE);
				}
				Some(_) => right.push(juror.who),
				// It ended before they could.
				None if how == Ending::Settled && !juror.counted && !juror.absent => {
					if juror.committed {
						right.push(juror.who);
					}
				}
				None => {
					fines.insert(juror.who, JUROR_STAKE);
				}
			}
		}
		let posted = |side| self.holds(case.side(side), false, Why::Fee(id));
		let (buyers, sellers) = (posted(Side::Buyer), posted(Side::Seller));
		let fined: Balance = fines.values().sum();
		let owed = JUROR_FEE * right.len() as Balance;
		let (buyer_pays, seller_pays) = match ruling.loser() {
			Some(Side::Buyer) => {
				let first = owed.min(buyers);
				(first, (owed - first).saturating_sub(fined).min(sellers))
			}
			Some(Side::Seller) => {
				let first = owed.min(sellers);
				((owed - first).saturating_sub(fined).min(buyers), first)
			}
			None => {
				let (b, s) = ((owed - owed / 2).min(buyers), (owed / 2).min(sellers));
				let left = (owed - b - s).saturating_sub(fined);
				let b_more = left.min(buyers - b);
				(b + b_more, s + (left - b_more).min(sellers - s))
			}
		};
		let all = buyer_pays + seller_pays + fined;
		let each = all.checked_div(right.len() as Balance).unwrap_or(0);
		let rest = all - each * right.len() as Balance;

		let mut expected = BTreeMap::new();
		let mut pay = |who, amount: Balance| {
			if amount > 0 {
				*expected.entry((true, who)).or_default() += amount;
			}
		};
		right.iter().for_each(|who| pay(*who, each));
		pay(TREASURY, rest);
		expected.extend(fines.iter().map(|(who, fine)| ((false, *who), *fine)));
		assert_eq!(std::mem::take(&mut self.said), expected, "case {id} that ended {how:?} for {ruling:?}");

		// Through the treasury, which has what is left in the end.
		self.pay(case.buyer, false, Why::Fee(id), TREASURY, buyer_pays);
		self.pay(CURATOR, false, Why::Fee(id), TREASURY, seller_pays);
		for (who, fine) in fines {
			self.pay(who, false, Why::Seat, TREASURY, fine);
		}
		right.iter().for_each(|who| self.transfer(false, TREASURY, *who, each));
		self.free(case.buyer, false, Why::Fee(id), buyers - buyer_pays);
		self.free(CURATOR, false, Why::Fee(id), sellers - seller_pays);
		if matches!(how, Ending::Ruled | Ending::Default) {
			let back = match ruling {
				Ruling::Buyer => 100,
				Ruling::Seller => 0,
				Ruling::Refused => BUYER_SHARE,
			};
			self.ruled = Some((order, back));
		}
		let failed = match how {
			Ending::Ruled => true,
			// Who was away before anything was delivered has broken no word.
			Ending::Default => self.orders[&order].window.is_some(),
			// Who gives in has lost only where a jury had said so.
			Ending::Settled => decided,
			Ending::NoJury => false,
		};
		self.lost = (failed && ruling == Ruling::Buyer).then_some((case.listing, case.opened));
	}
}

/// What a jury that reveals has decided on, if those who have not revealed yet cannot change it.
fn foregone(case: &Case) -> Option<Verdict> {
	let round = case.jurors.iter().filter(|juror| !juror.counted).map(|juror| juror.round).max()?;
	let verdict = count(case, round);
	let sitting = || case.jurors.iter().filter(|juror| juror.round == round && !juror.absent);
	let voters = sitting().filter(|juror| juror.committed).count();
	let for_it = sitting().filter(|juror| juror.vote == Some(verdict.ruling)).count();
	(verdict.decided && 2 * for_it > voters).then_some(verdict)
}

/// A ruling has more than half of the votes, which are those of more than half of the seats.
fn count(case: &Case, round: u8) -> Verdict {
	let sitting = case.jurors.iter().filter(|juror| juror.round == round && !juror.absent);
	let votes: Vec<Ruling> = sitting.filter_map(|juror| juror.vote).collect();
	let seats = case.seats.get(&round).copied().unwrap_or(0);
	let ruling = [Ruling::Buyer, Ruling::Seller, Ruling::Refused]
		.into_iter()
		.find(|ruling| 2 * votes.iter().filter(|vote| *vote == ruling).count() > votes.len());
	match ruling {
		Some(ruling) if 2 * votes.len() > seats => Verdict { ruling, decided: true },
		_ => Verdict { ruling: Ruling::Refused, decided: false },
	}
}
