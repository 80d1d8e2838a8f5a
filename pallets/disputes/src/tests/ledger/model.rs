//! The ledger's cases and bonds: what becomes of them, in plain steps. It shares no code with the pallet but the prices of bytes.

use super::*;
use std::collections::BTreeMap;

/// A place in the pool.
pub struct Seat {
	pub bond: Balance,
	pub locked: Balance,
	pub seats: u32,
	since: u32,
	deposit: Balance,
	/// How many had joined before.
	before: u64,
}

pub struct Juror {
	who: AccountId,
	committed: Option<Ruling>,
	revealed: Option<Ruling>,
	absent: bool,
}

#[derive(Default)]
pub struct Round {
	jurors: Vec<Juror>,
	/// How many were drawn first.
	seats: usize,
	counted: Option<(Ruling, bool)>,
}

pub struct Case {
	pub order: u64,
	pub opener: Side,
	pub phase: Phase,
	pub until: u32,
	since: u32,
	due: u32,
	pub round: u8,
	redrawn: bool,
	rounds: Vec<Round>,
	/// By buyer and seller.
	posted: [Balance; 2],
	deposits: [Balance; 2],
	shown: [Vec<u8>; 2],
	/// Who asks, who approves, until when, and the deposit.
	pub reviews: Vec<(AccountId, Vec<AccountId>, Option<u32>, Balance)>,
	pub ended: Option<(Ending, Ruling)>,
	/// What was done with the order.
	pub executed: Option<Ruling>,
	/// Who has lost it.
	pub loser: Option<Side>,
}

impl Round {
	/// What the votes come to: half of them and one more, if they are those of half of the seats and one more.
	fn count(&mut self) -> (Ruling, bool) {
		let votes: Vec<_> = self.jurors.iter().filter_map(|juror| juror.revealed).collect();
		let wins = |ruling: &Ruling| 2 * votes.iter().filter(|vote| *vote == ruling).count() > votes.len();
		let winner = [FOR_BUYER, FOR_SELLER, Refused].into_iter().find(wins);
		let counted = match winner.filter(|_| 2 * votes.len() > self.seats) {
			Some(ruling) => (ruling, true),
			None => (Refused, false),
		};
		self.counted = Some(counted);
		counted
	}
}

impl Case {
	/// Who sits on the present jury.
	pub fn sitting(&self) -> Vec<AccountId> {
		let jurors = self.rounds.last().map(|round| &round.jurors[..]).unwrap_or_default();
		jurors.iter().filter(|juror| !juror.absent).map(|juror| juror.who).collect()
	}

	/// What a juror of it has committed to.
	pub fn committed(&self, who: AccountId) -> Option<Ruling> {
		self.rounds.last()?.jurors.iter().find(|juror| juror.who == who && !juror.absent)?.committed
	}

	fn everybody(&self) -> Vec<AccountId> {
		self.rounds.iter().flat_map(|round| round.jurors.iter().map(|juror| juror.who)).collect()
	}

	fn seat(&mut self, who: AccountId) -> Option<&mut Juror> {
		// The round may not have its jury yet.
		let begun = self.rounds.len() == usize::from(self.round) + 1;
		let round = self.rounds.last_mut().filter(|_| begun)?;
		round.jurors.iter_mut().find(|juror| juror.who == who && !juror.absent)
	}
}

const SIZES: [usize; 3] = [3, 7, 15];

/// Whether the delivery of an order is proved: that of every third one.
pub fn is_proved(order: u64) -> bool {
	order % 3 == 2
}

pub struct Ledger {
	now: u32,
	/// Number of the next case, and of its order.
	pub next: u64,
	pub pool: BTreeMap<AccountId, Seat>,
	/// Bond, deposit, and when it may leave.
	leaving: BTreeMap<AccountId, (Balance, Balance, u32)>,
	/// How many have joined, and when somebody had to make room last.
	joined: u64,
	evicted: Option<u32>,
	pub cases: BTreeMap<CaseId, Case>,
	/// What was won and lost for good.
	pub gains: BTreeMap<AccountId, i128>,
	/// How often a seller has lost.
	pub offences: usize,
	place: Balance,
}

impl Ledger {
	pub fn new(now: u32) -> Self {
		// An account, a key, four numbers of 16 bytes and two of 4.
		let place = 20 + (8 + 32 + 3 * 16 + 2 * 4);
		Self {
			now,
			next: 0,
			pool: BTreeMap::new(),
			leaving: BTreeMap::new(),
			joined: 0,
			evicted: None,
			cases: BTreeMap::new(),
			gains: BTreeMap::new(),
			offences: 0,
			place,
		}
	}

	// --- what everybody has --------------------------------------------------------------------

	pub fn bond_of(&self, who: AccountId) -> Balance {
		let stays = self.pool.get(&who).map_or(0, |seat| seat.bond);
		stays + self.leaving.get(&who).map_or(0, |leaving| leaving.0)
	}

	pub fn fees_of(&self, who: AccountId) -> Balance {
		let Some(side) = PARTIES.iter().position(|party| *party == who) else { return 0 };
		self.cases.values().map(|case| case.posted[side]).sum()
	}

	pub fn deposits_of(&self, who: AccountId) -> Balance {
		let place = self.pool.get(&who).map_or(0, |seat| seat.deposit);
		let leaving = self.leaving.get(&who).map_or(0, |leaving| leaving.1);
		let reviews = self.cases.values().flat_map(|case| &case.reviews);
		let reviews: Balance = reviews.filter(|review| review.0 == who).map(|review| review.3).sum();
		let side = PARTIES.iter().position(|party| *party == who);
		let cases: Balance = side.map_or(0, |side| self.cases.values().map(|case| case.deposits[side]).sum());
		place + leaving + reviews + cases
	}

	fn gain(&mut self, who: AccountId, amount: i128) {
		*self.gains.entry(who).or_default() += amount;
	}

	// --- the pool ------------------------------------------------------------------------------

	pub fn join(&mut self, who: AccountId, bond: Balance) -> bool {
		let new = !self.pool.contains_key(&who) && !self.leaving.contains_key(&who);
		if !new || bond < MIN_BOND {
			return false;
		}
		if self.pool.len() == PLACES as usize && !self.make_room(bond) {
			return false;
		}
		let (since, deposit, before) = (self.now, self.place, self.joined);
		self.joined += 1;
		self.pool.insert(who, Seat { bond, locked: 0, seats: 0, since, deposit, before });
		true
	}

	/// The smallest that sits nowhere goes, the oldest of them, if the new one has five for each four of it.
	fn make_room(&mut self, bond: Balance) -> bool {
		let idle = self.pool.iter().filter(|(_, seat)| seat.seats == 0);
		let Some((who, seat)) = idle.min_by_key(|(_, seat)| (seat.bond, seat.before)) else { return false };
		let lately = self.evicted.is_some_and(|at| self.now < at + DRAW_EVERY);
		if 4 * bond < 5 * seat.bond || lately {
			return false;
		}
		let (who, leaving) = (*who, (seat.bond, seat.deposit, self.now));
		self.pool.remove(&who);
		self.leaving.insert(who, leaving);
		self.evicted = Some(self.now);
		true
	}

	pub fn extra(&mut self, who: AccountId, amount: Balance) -> bool {
		let now = self.now;
		let Some(seat) = self.pool.get_mut(&who).filter(|_| amount > 0) else { return false };
		seat.bond += amount;
		seat.since = now;
		true
	}

	pub fn leave(&mut self, who: AccountId) -> bool {
		if self.pool.get(&who).is_none_or(|seat| seat.seats > 0) {
			return false;
		}
		let seat = self.pool.remove(&who).expect("it is there");
		// Longer than the longest case.
		let wait = RESPONSE + EVIDENCE + 3 * (2 * (DRAW + COMMIT) + REVEAL + APPEAL) + 32;
		self.leaving.insert(who, (seat.bond, seat.deposit, self.now + wait));
		true
	}

	pub fn withdraw(&mut self, who: AccountId) -> bool {
		let ripe = self.leaving.get(&who).is_some_and(|leaving| leaving.2 <= self.now);
		if ripe {
			self.leaving.remove(&who);
		}
		ripe
	}

	/// Who could be drawn if nobody were busy, but for those who were.
	fn able(&self, before: &[AccountId]) -> usize {
		let may = |seat: &Seat| seat.bond >= MIN_BOND.max(STAKE);
		self.pool.iter().filter(|(who, seat)| may(seat) && !before.contains(who)).count()
	}

	/// Who may be drawn, but for those who were.
	fn free(&self, before: &[AccountId]) -> Vec<AccountId> {
		let may = |seat: &Seat| seat.bond >= MIN_BOND && seat.bond - seat.locked >= STAKE;
		let pool = self.pool.iter().filter(|(who, seat)| may(seat) && !before.contains(who));
		pool.map(|(who, _)| *who).collect()
	}

	// --- calls about cases ---------------------------------------------------------------------

	pub fn open(&mut self, opener: Side) -> bool {
		if self.able(&[]) < 3 {
			return false;
		}
		let mut case = Case {
			order: self.next,
			opener,
			phase: Phase::Opened,
			until: self.now + RESPONSE,
			since: self.now,
			due: self.now + RESPONSE,
			round: 0,
			redrawn: false,
			rounds: Vec::new(),
			posted: [0; 2],
			deposits: [0; 2],
			shown: [Vec::new(), Vec::new()],
			reviews: Vec::new(),
			ended: None,
			executed: None,
			loser: None,
		};
		let side = usize::from(opener == Side::Seller);
		case.posted[side] = 3 * FEE;
		case.deposits[side] = Disputes::case_deposit(case.order);
		case.shown[side].push(SHOWN[0]);
		self.cases.insert(self.next, case);
		self.next += 1;
		true
	}

	fn enter(&mut self, id: CaseId, phase: Phase, blocks: u32) {
		let now = self.now;
		let case = self.case(id);
		case.phase = phase;
		case.since = now;
		case.until = now + blocks;
		case.due = if phase == Phase::Drawing { now + DRAW_EVERY } else { case.until };
	}

	fn case(&mut self, id: CaseId) -> &mut Case {
		self.cases.get_mut(&id).expect("it is there")
	}

	/// A case that is in a phase, and in time.
	fn waiting(&mut self, id: CaseId, phase: Phase) -> Option<&mut Case> {
		let now = self.now;
		self.cases.get_mut(&id).filter(|case| case.phase == phase && now < case.until)
	}

	pub fn answer(&mut self, id: CaseId) -> bool {
		let Some(case) = self.waiting(id, Phase::Opened) else { return false };
		case.posted[usize::from(case.opener == Side::Buyer)] = 3 * FEE;
		self.enter(id, Phase::Evidence, EVIDENCE);
		true
	}

	pub fn show(&mut self, id: CaseId, seller: bool, piece: u8) -> bool {
		let now = self.now;
		let case = self.case(id);
		let open = match case.phase {
			Phase::Opened | Phase::Evidence => now < case.until,
			Phase::Drawing => case.round == 0 && !case.redrawn,
			_ => false,
		};
		let shown = &mut case.shown[usize::from(seller)];
		if !open || shown.contains(&piece) || shown.len() >= 8 {
			return false;
		}
		shown.push(piece);
		// A side, a hash, a block.
		case.deposits[usize::from(seller)] += 1 + 32 + 4;
		true
	}

	pub fn commit(&mut self, id: CaseId, who: AccountId, vote: Ruling) -> bool {
		let Some(case) = self.waiting(id, Phase::Commit) else { return false };
		let Some(juror) = case.seat(who).filter(|juror| juror.committed.is_none()) else { return false };
		juror.committed = Some(vote);
		let all = case.sitting().iter().all(|who| case.committed(*who).is_some());
		if all {
			self.start_reveal(id);
		}
		true
	}

	fn start_reveal(&mut self, id: CaseId) {
		let case = self.case(id);
		if case.sitting().iter().any(|who| case.committed(*who).is_some()) {
			self.enter(id, Phase::Reveal, REVEAL);
		} else {
			self.count(id);
		}
	}

	pub fn reveal(&mut self, id: CaseId, who: AccountId, vote: Ruling) -> bool {
		let Some(case) = self.waiting(id, Phase::Reveal) else { return false };
		let Some(juror) = case.seat(who) else { return false };
		if juror.revealed.is_some() || juror.committed != Some(vote) {
			return false;
		}
		juror.revealed = Some(vote);
		let jurors = &case.rounds.last().expect("it has a jury").jurors;
		if jurors.iter().all(|juror| juror.absent || juror.committed == juror.revealed) {
			self.count(id);
		}
		true
	}

	fn count(&mut self, id: CaseId) {
		let case = self.case(id);
		let counted = case.rounds.last_mut().expect("it has a jury").count();
		if case.round == 2 {
			self.close(id, Ending::Ruled, counted);
		} else {
			self.enter(id, Phase::Appeal, APPEAL);
		}
	}

	pub fn appeal(&mut self, id: CaseId, seller: bool) -> bool {
		let Some(case) = self.waiting(id, Phase::Appeal) else { return false };
		let last = case.rounds.last().expect("it has a jury");
		let lost = match last.counted.expect("it was counted").0 {
			Ruling::Buyer => seller,
			Ruling::Seller => !seller,
			Refused => true,
		};
		let (larger, before) = (last.seats + 1, case.everybody());
		if !lost || self.able(&before) < larger {
			return false;
		}
		let case = self.case(id);
		case.round += 1;
		case.redrawn = false;
		let side = usize::from(seller);
		case.posted[side] += SIZES[usize::from(case.round)] as Balance * FEE;
		case.deposits[side] += Disputes::jury_bytes(case.round) as Balance;
		self.enter(id, Phase::Drawing, DRAW);
		true
	}

	pub fn settled(&mut self, id: CaseId, winner: Side) {
		if self.case(id).phase == Phase::Closed {
			return;
		}
		let ruling = if winner == Side::Buyer { FOR_BUYER } else { FOR_SELLER };
		let now = self.now;
		let case = self.case(id);
		if case.phase == Phase::Reveal && now >= case.until {
			// No vote can come any more: it is counted, whether or not a block had room for that.
			case.rounds.last_mut().expect("it has a jury").count();
		}
		let counted = case.rounds.iter().rev().find_map(|round| round.counted);
		// Half of those who have a vote, and one more, of which half of the seats, and one more, have revealed theirs.
		let votes = case.rounds.last().filter(|_| case.phase == Phase::Reveal && now < case.until);
		let foregone = votes.and_then(|round| {
			let voters = round.jurors.iter().filter(|juror| juror.committed.is_some()).count();
			let revealed: Vec<_> = round.jurors.iter().filter_map(|juror| juror.revealed).collect();
			[FOR_BUYER, FOR_SELLER, Refused].into_iter().find(|ruling| {
				let for_it = revealed.iter().filter(|vote| *vote == ruling).count();
				2 * for_it > voters && 2 * revealed.len() > round.seats
			})
		});
		let last = foregone.map(|ruling| (ruling, true)).or(counted);
		self.close(id, Ending::Settled, (ruling, last == Some((ruling, true))));
	}

	pub fn request(&mut self, id: CaseId, who: AccountId) -> bool {
		let now = self.now;
		let case = self.case(id);
		if case.phase == Phase::Closed || case.everybody().is_empty() {
			return false;
		}
		if let Some(at) = case.reviews.iter().position(|review| review.0 == who) {
			if case.reviews[at].2.is_none_or(|until| now < until) {
				return false;
			}
			case.reviews.remove(at);
		}
		if case.reviews.len() == 4 {
			let Some(unwanted) = case.reviews.iter().position(|review| review.1.is_empty()) else {
				return false;
			};
			case.reviews.remove(unwanted);
		}
		case.reviews.push((who, Vec::new(), None, Disputes::review_bytes() as Balance));
		true
	}

	pub fn approve(&mut self, id: CaseId, who: AccountId, reviewer: AccountId) -> bool {
		let now = self.now;
		let case = self.case(id);
		let jurors = case.rounds.iter().flat_map(|round| &round.jurors);
		let sits = jurors.filter(|juror| !juror.absent).any(|juror| juror.who == who);
		if case.phase == Phase::Closed || !sits {
			return false;
		}
		let Some(review) = case.reviews.iter_mut().find(|review| review.0 == reviewer) else { return false };
		if review.1.contains(&who) || review.2.is_some() {
			return false;
		}
		review.1.push(who);
		if review.1.len() == 2 {
			review.2 = Some(now + REVIEW);
		}
		true
	}

	// --- what happens by itself ----------------------------------------------------------------

	/// A block without room for turns.
	pub fn full_block(&mut self) {
		self.now += 1;
	}

	pub fn next_block(&mut self, events: &[Event<Test>]) {
		self.now += 1;
		// With what the blocks before had no room for, the oldest first.
		let due = self.cases.iter().filter(|(_, case)| case.due <= self.now);
		let mut due: Vec<_> = due.map(|(id, case)| (case.due, *id)).collect();
		due.sort_unstable();
		for (_, id) in due {
			self.turn(id, events);
		}
	}

	/// Somebody asks for a case's turn.
	pub fn execute(&mut self, id: CaseId, events: &[Event<Test>]) -> bool {
		let due = self.cases[&id].due <= self.now;
		if due {
			self.turn(id, events);
		}
		due
	}

	fn turn(&mut self, id: CaseId, events: &[Event<Test>]) {
		let case = self.case(id);
		match case.phase {
			// Her silence concedes nothing.
			Phase::Opened if case.opener == Side::Buyer && is_proved(case.order) => {
				case.posted[1] = 3 * FEE;
				self.enter(id, Phase::Evidence, EVIDENCE);
			}
			Phase::Opened => {
				let ruling = if case.opener == Side::Buyer { FOR_BUYER } else { FOR_SELLER };
				self.close(id, Ending::Default, (ruling, true));
			}
			Phase::Evidence => self.enter(id, Phase::Drawing, DRAW),
			Phase::Drawing => self.draw(id, events),
			Phase::Commit => self.end_commit(id),
			Phase::Reveal => self.count(id),
			Phase::Appeal => {
				let counted = case.rounds.last().and_then(|round| round.counted);
				self.close(id, Ending::Ruled, counted.expect("it was counted"));
			}
			Phase::Closed => {
				self.cases.remove(&id);
			}
		}
	}

	fn end_commit(&mut self, id: CaseId) {
		let case = self.case(id);
		let jurors = &mut case.rounds.last_mut().expect("it has a jury").jurors;
		if case.redrawn || jurors.iter().all(|juror| juror.committed.is_some()) {
			return self.start_reveal(id);
		}
		jurors.iter_mut().for_each(|juror| juror.absent = juror.committed.is_none());
		case.redrawn = true;
		self.enter(id, Phase::Drawing, DRAW);
	}

	fn draw(&mut self, id: CaseId, events: &[Event<Test>]) {
		let now = self.now;
		let drawn = events.iter().find_map(|event| match event {
			Event::JuryDrawn { case, jurors, .. } if *case == id => Some(jurors.clone()),
			_ => None,
		});
		// What became known after the drawing had begun.
		let known_since = now - now % EPOCH;
		let case = &self.cases[&id];
		let known = known_since > case.since;
		let before = case.everybody();
		let mut may = self.free(&before);
		may.retain(|who| known && self.pool[who].since < known_since);
		let case = self.case(id);
		let (wanted, least) = match case.rounds.last() {
			Some(round) if case.redrawn => (round.jurors.iter().filter(|juror| juror.absent).count(), 0),
			Some(round) => (SIZES[usize::from(case.round)], round.seats + 1),
			None => (3, 3),
		};
		let found = may.len().min(wanted);
		if found < wanted && now < case.until {
			assert_eq!(drawn, None, "too few were drawn before their time was up");
			case.due = case.until.min(now + DRAW_EVERY);
			return;
		}
		if found < least {
			assert_eq!(drawn, None, "too few were drawn");
			let last = case.rounds.last().and_then(|round| round.counted);
			let (how, verdict) = match last {
				Some(counted) => (Ending::Ruled, counted),
				None => (Ending::NoJury, (Refused, false)),
			};
			return self.close(id, how, verdict);
		}
		let drawn = drawn.unwrap_or_default();
		assert_eq!(drawn.len(), found, "as many as are free, or as are wanted");
		assert!(drawn.iter().all(|who| may.contains(who)), "{drawn:?} of {may:?}");
		if drawn.is_empty() {
			return self.start_reveal(id);
		}
		if !case.redrawn {
			case.rounds.push(Round { seats: drawn.len(), ..Round::default() });
		}
		let jurors = &mut case.rounds.last_mut().expect("it was pushed").jurors;
		for who in &drawn {
			jurors.push(Juror { who: *who, committed: None, revealed: None, absent: false });
		}
		for who in drawn {
			let seat = self.pool.get_mut(&who).expect("it may");
			seat.locked += STAKE;
			seat.seats += 1;
		}
		self.enter(id, Phase::Commit, COMMIT);
	}

	/// Ends a case for a ruling, that a majority has decided on or not.
	fn close(&mut self, id: CaseId, how: Ending, (ruling, decided): (Ruling, bool)) {
		let case = self.case(id);
		case.ended = Some((how, ruling));
		if matches!(how, Ending::Ruled | Ending::Default) {
			case.executed = Some(ruling);
		}
		// Everything was delivered. Who gives in has lost where the last jury had said so.
		let lost = case.executed.is_some() || (how == Ending::Settled && decided);
		case.loser = match ruling {
			_ if !lost => None,
			Ruling::Buyer => Some(Side::Seller),
			Ruling::Seller => Some(Side::Buyer),
			Refused => None,
		};
		let sellers = usize::from(case.loser == Some(Side::Seller));
		let rounds = core::mem::take(&mut case.rounds);
		let posted = core::mem::take(&mut case.posted);
		let (mut served, mut fines) = (Vec::new(), Vec::new());
		for round in &rounds {
			for juror in &round.jurors {
				let unfinished = how == Ending::Settled && round.counted.is_none() && !juror.absent;
				match juror.revealed {
					// Nobody's vote is wrong on a jury that was not counted.
					Some(vote) if vote != ruling && decided && !unfinished => fines.push((juror.who, FINE)),
					Some(_) => served.push(juror.who),
					None if unfinished && juror.committed.is_some() => served.push(juror.who),
					None if unfinished => {}
					None => fines.push((juror.who, STAKE)),
				}
				let seat = self.pool.get_mut(&juror.who).expect("nobody leaves with a seat");
				seat.locked -= STAKE;
				seat.seats -= 1;
			}
		}
		for (who, fine) in &fines {
			self.pool.get_mut(who).expect("nobody leaves with a seat").bond -= fine;
			self.gain(*who, -(*fine as i128));
		}
		self.pay(posted, ruling, &served, fines.iter().map(|(_, fine)| fine).sum());
		self.case(id).rounds = rounds;
		self.offences += sellers;
		self.enter(id, Phase::Closed, KEEP);
	}

	/// Pays those who served, out of what was posted and of fines.
	fn pay(&mut self, posted: [Balance; 2], ruling: Ruling, served: &[AccountId], fined: Balance) {
		let mut owed = served.len() as Balance * FEE;
		let mut paid = [0; 2];
		let halves = [owed - owed / 2, owed / 2];
		for (side, paid) in paid.iter_mut().enumerate() {
			let loses = ruling == [FOR_SELLER, FOR_BUYER][side];
			let first = match (ruling, loses) {
				(Refused, _) => halves[side],
				(_, true) => owed,
				(_, false) => 0,
			};
			*paid = first.min(posted[side]);
		}
		owed -= paid[0] + paid[1];
		owed -= owed.min(fined);
		for (paid, posted) in paid.iter_mut().zip(posted) {
			let more = owed.min(posted - *paid);
			*paid += more;
			owed -= more;
		}
		for (party, paid) in PARTIES.into_iter().zip(paid) {
			self.gain(party, -(paid as i128));
		}
		let all = paid[0] + paid[1] + fined;
		let each = all / served.len().max(1) as Balance;
		let each = if served.is_empty() { 0 } else { each };
		for who in served {
			self.gain(*who, each as i128);
		}
		self.gain(TREASURY, (all - each * served.len() as Balance) as i128);
	}
}
