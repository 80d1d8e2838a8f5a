//! Bonds, what offences take of them, and whose that is then.

use super::*;
use codec::Decode as _;
use pallet_curation::Event as Curated;
use pallet_stakes::Event as Staked;
use souk_primitives::{Bond, OffenceKind};
use souk_proof_primitives::submission::SignedSubmission;

/// How many offences are remembered against a bond.
const REMEMBERED: usize = 16;

/// What answers for an offence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answers {
	Listing(ListingId),
	Node(Who),
}

/// What one offence took.
pub struct Fine {
	listing: ListingId,
	/// Since when the harm could be seen: who came in that block or later has no part.
	began: u32,
	/// For how many blocks those who pay were without what they had paid for.
	lasted: u32,
	/// Of the curator's bond and its backing together.
	of_curator: Balance,
	of_node: Option<(Who, Balance)>,
	/// The most for subscribers, and what the reporter has.
	subscribers: Balance,
	reporter: Option<(Who, Balance)>,
}

/// The period of a submission.
pub fn period_of(statement: &[u8]) -> Option<u32> {
	SignedSubmission::decode(&mut &statement[..]).ok().map(|signed| signed.submission.period)
}

/// What the chain says that it has paid of the fine that it divides.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Paid {
	subscribers: BTreeMap<Who, Balance>,
	reporter: Option<(Who, Balance)>,
	treasury: Balance,
	/// What was taken for an offence that is told of next: of bonds, and of what backs them.
	taken: BTreeMap<Answers, Balance>,
	backing: Balance,
}

impl Paid {
	pub fn assert_over(&self) {
		assert_eq!(*self, Self::default(), "of no fine");
	}
}

impl Book {
	pub(super) fn note_bond(&mut self, event: pallet_curation::Event<Runtime>) {
		match event {
			Curated::NodeRegistered { node } => self.hold(who(&node), false, Why::Node, NODE_BOND),
			Curated::NodeBondWithdrawn { node, amount } => self.free(who(&node), false, Why::Node, amount),
			Curated::NodeBondRestored { node, amount } => {
				let node = who(&node);
				self.hold(node, false, Why::Node, amount);
				assert_eq!(self.holds(node, false, Why::Node), NODE_BOND, "the bond of {node}");
			}
			Curated::Bonded { listing, amount } => self.hold(CURATOR, false, Why::Curator(listing), amount),
			Curated::Withdrawn { listing, amount } => {
				self.free(CURATOR, false, Why::Curator(listing), amount)
			}
			Curated::BondForfeited { bond, amount } => {
				let bond = match bond {
					Bond::Listing(listing) => Answers::Listing(listing),
					Bond::Node(node) => Answers::Node(who(&node)),
				};
				assert_eq!(self.paid.taken.insert(bond, amount), None, "{bond:?} answers once");
			}
			Curated::ScheduleSet { listing, .. } => drop(self.scheduled.insert(listing, self.now)),
			Curated::Slashed { .. } => panic!("no sale is covered here"),
			_ => {}
		}
	}

	pub(super) fn forfeits_backing(&mut self, amount: Balance) {
		self.paid.backing += amount;
	}

	pub(super) fn note_offence(&mut self, event: pallet_stakes::Event<Runtime>) {
		match event {
			Staked::OffenceCommitted { kind, listing, node, reporter, of_curator, of_node, .. } => {
				let (node, reporter) = (node.as_ref().map(who), reporter.as_ref().map(who));
				let began = self.began(kind, listing, node, reporter);
				if kind == OffenceKind::Unreachable {
					self.answers_for_absence(listing, node);
				}
				self.commit(kind, listing, node, reporter, began, (of_curator, of_node));
			}
			Staked::Challenged { node, listing, .. } => {
				let one = (who(&node), listing);
				self.asked.insert(one, (self.now, self.agreed.contains(&one)));
			}
			Staked::ChallengeAnswered { node, listing, .. } => {
				let one = (who(&node), listing);
				self.asked.remove(&one).expect("it was asked");
				self.agreed.insert(one);
			}
			Staked::ReportAnnounced { reporter, .. } => {
				self.announced.insert(who(&reporter), self.now);
			}
			Staked::Compensated { payer, amount, .. } => {
				*self.paid.subscribers.entry(who(&payer)).or_default() += amount;
			}
			Staked::Rewarded { reporter, amount, .. } => {
				assert_eq!(self.paid.reporter.replace((who(&reporter), amount)), None);
			}
			Staked::Collected { amount, .. } => self.paid.treasury += amount,
			Staked::FineSettled { fine } => self.settle_fine(fine),
			Staked::FineDelayed { .. } => panic!("everybody can be paid"),
			_ => {}
		}
	}

	/// Since when an offence could be seen.
	fn began(
		&mut self,
		kind: OffenceKind,
		listing: ListingId,
		node: Option<Who>,
		reporter: Option<Who>,
	) -> u32 {
		let announced = |book: &Self| book.announced[&reporter.expect("somebody has reported it")];
		match kind {
			OffenceKind::Unreachable => self.votes.from,
			OffenceKind::MissedChallenge => {
				// Who has not agreed is not named: then it is the one that was asked first.
				let open = self.asked.iter().map(|(one, asked)| (asked.0, *one, asked.1));
				let due = open.filter(|(_, (who, of), agreed)| {
					*of == listing && *agreed == node.is_some() && node.is_none_or(|node| node == *who)
				});
				let (at, one, _) = due.min().expect("it was asked");
				self.asked.remove(&one);
				at
			}
			// The snapshot before it, or the schedule.
			OffenceKind::MissedPeriod => {
				let set_at = self.scheduled.get(&listing).copied();
				let newest = Curation::newest_snapshot(listing).map(|snapshot| snapshot.final_at);
				newest.or(set_at).expect("it is promised")
			}
			OffenceKind::ConflictingSnapshots => {
				let period = self.reported.expect("submissions were reported");
				let kept = Curation::snapshot(listing, period).map(|snapshot| snapshot.final_at);
				announced(&*self).min(kept.unwrap_or(u32::MAX))
			}
			// Over a snapshot that there never was, and given when the report was announced.
			OffenceKind::ContradictingAttestations => announced(&*self),
			OffenceKind::LostDispute => {
				let (of, opened) = self.lost.take().expect("somebody has lost a dispute");
				assert_eq!(of, listing);
				opened
			}
			OffenceKind::BadChunk => panic!("nobody does that here"),
		}
	}

	/// A curator's bond and what backs it lose the same part, and a node's bond its own. Each offence of the kind within a while adds as much
	/// again.
	fn commit(
		&mut self,
		kind: OffenceKind,
		listing: ListingId,
		node: Option<Who>,
		reporter: Option<Who>,
		began: u32,
		said: (Balance, Balance),
	) {
		let [curators, nodes, subscribers, reporters] = cost_of(kind);
		let traded = &TRADED[listing as usize];
		// Of those who are reported, she answers for whom she has assigned.
		let assigned =
			node.is_none_or(|node| traded.workers.contains(&node) || traded.keepers.contains(&node));
		let own = self.holds(CURATOR, false, Why::Curator(listing));
		let answering = self.answering(listing, own, kind == OffenceKind::LostDispute);
		let mut of_own = 0;
		let mut of_backing = 0;
		if assigned {
			let part = self.escalate(Answers::Listing(listing), kind, curators, own + answering);
			let asked = thousandths(own + answering, part);
			// With nothing of her own nothing of others is taken.
			of_own = (asked * own).checked_div(own + answering).unwrap_or(0);
			of_backing = (answering * of_own).checked_div(own).unwrap_or(0);
		}
		let of_curator = of_own + of_backing;
		let of_node = node.map(|node| {
			let bond = self.holds(node, false, Why::Node);
			if kind != OffenceKind::MissedChallenge || curators == 0 {
				let part = self.escalate(Answers::Node(node), kind, nodes, bond);
				return (node, thousandths(bond, part));
			}
			// Nobody loses more by not showing a piece than who has assigned them.
			let part = self.escalate(Answers::Node(node), kind, nodes, bond.min(of_curator));
			(node, thousandths(bond, part).min(of_curator))
		});
		let taken: BTreeMap<Answers, Balance> = [(Answers::Listing(listing), of_own)]
			.into_iter()
			.chain(of_node.map(|(node, amount)| (Answers::Node(node), amount)))
			.filter(|(_, amount)| *amount > 0)
			.collect();
		assert_eq!(std::mem::take(&mut self.paid.taken), taken, "what {kind:?} takes for {listing}");
		assert_eq!(
			std::mem::take(&mut self.paid.backing),
			of_backing,
			"what {kind:?} takes of backers of {listing}"
		);
		let of_nodes = of_node.map_or(0, |(_, amount)| amount);
		assert_eq!(said, (of_own + of_backing, of_nodes), "{kind:?} for {listing}");

		self.turn(CURATOR, Why::Curator(listing), Why::OfCurator(listing), of_own);
		self.turn(CURATOR, Why::Backing(listing), Why::OfBacking(listing), of_backing);
		self.lose(listing, of_backing);
		if let Some((node, amount)) = of_node {
			self.turn(node, Why::Node, Why::OfNode, amount);
		}
		let all = of_own + of_backing + of_nodes;
		if all == 0 {
			return;
		}
		let mut subscribers = percent(all, subscribers);
		if let Some((_, amount)) = of_node.filter(|_| assigned && curators > 0) {
			subscribers = subscribers.min(amount).min(of_curator);
		}
		let lasted = match kind {
			OffenceKind::MissedPeriod => SCHEDULE.every,
			// What it has never had nobody is without.
			OffenceKind::MissedChallenge if node.is_none() => 0,
			OffenceKind::Unreachable if !self.votes.is_agreed => 0,
			OffenceKind::Unreachable => self.votes.until - self.votes.from,
			OffenceKind::LostDispute => 0,
			_ => u32::MAX,
		};
		let reporter = reporter.map(|who| (who, percent(all, reporters).min(all - subscribers)));
		let fine = Fine { listing, began, lasted, of_curator, of_node, subscribers, reporter };
		self.fines.insert(self.next_fine, fine);
		self.next_fine += 1;
	}

	/// The thousandths of what is bonded that an offence costs, which is remembered then; but no absence where nothing is bonded.
	fn escalate(&mut self, bond: Answers, kind: OffenceKind, part: Balance, bonded: Balance) -> Balance {
		let now = self.now;
		let absence = is_absence(kind);
		if absence && bonded == 0 {
			return part;
		}
		let history = self.history.entry(bond).or_default();
		let mut earlier =
			history.iter().filter(|(of, at)| *of == kind && now - at < WITHIN).count() as Balance;
		if absence {
			// All of them are of one day.
			const { assert!(WITHIN <= DAYS) };
			earlier = earlier.min(1);
		}
		if history.len() == REMEMBERED {
			let place = spare(history, kind);
			history.remove(place);
		}
		history.push((kind, now));
		(part * (1 + earlier)).min(1_000)
	}

	/// Those who pay for the listing have the same part of what they have paid, and no more than that; then comes the reporter, then the treasury.
	fn settle_fine(&mut self, id: u64) {
		let fine = self.fines.remove(&id).expect("it was imposed");
		let listing = fine.listing;
		let worth = if TRADED[listing as usize].wusd { SOUK / ONE_WUSD } else { 1 };
		let harmed =
			self.subscriptions.iter().filter(|((_, of), one)| *of == listing && one.since < fine.began);
		let claims: Vec<(Who, Balance)> =
			harmed.map(|((payer, _), one)| (*payer, part_of_period(one.held, fine.lasted) * worth)).collect();
		let all_claims: Balance = claims.iter().map(|(_, claim)| claim).sum();
		let part =
			|claim: Balance| (fine.subscribers * claim).checked_div(all_claims).unwrap_or(0).min(claim);
		let subscribers: BTreeMap<Who, Balance> = claims
			.into_iter()
			.map(|(who, claim)| (who, part(claim)))
			.filter(|(_, share)| *share > 0)
			.collect();
		let reporter = fine.reporter.filter(|(_, amount)| *amount > 0);
		let all = fine.of_curator + fine.of_node.map_or(0, |(_, amount)| amount);
		let treasury = all - subscribers.values().sum::<Balance>() - reporter.map_or(0, |(_, amount)| amount);
		let expected = Paid { subscribers, reporter, treasury, ..Paid::default() };
		let said = std::mem::take(&mut self.paid);
		// What is taken for the next offence may be told of already.
		assert_eq!(said, expected, "fine {id} for {listing}");

		// Of a curator's, what was taken of her own goes first, that for other fines included.
		let of_own = fine.of_curator.min(self.holds(CURATOR, false, Why::OfCurator(listing)));
		self.pay(CURATOR, false, Why::OfCurator(listing), TREASURY, of_own);
		self.pay(CURATOR, false, Why::OfBacking(listing), TREASURY, fine.of_curator - of_own);
		if let Some((node, amount)) = fine.of_node {
			self.pay(node, false, Why::OfNode, TREASURY, amount);
		}
		for (who, share) in
			expected.subscribers.iter().map(|(who, share)| (*who, *share)).chain(expected.reporter)
		{
			self.transfer(false, TREASURY, who, share);
		}
	}
}

/// What was paid for so many blocks of a period.
fn part_of_period(paid: Balance, blocks: u32) -> Balance {
	paid * Balance::from(blocks.min(PERIOD)) / Balance::from(PERIOD)
}

/// Whether nobody has to say so: the chain sees it.
fn is_absence(kind: OffenceKind) -> bool {
	matches!(kind, OffenceKind::Unreachable | OffenceKind::MissedChallenge | OffenceKind::MissedPeriod)
}

/// Which offence makes room for a new one: the second absence of a kind in a day, here all but the first; else the first absence; but never the last of a
/// kind. Where there is no such absence, the oldest of the kind of which there are most then.
fn spare(history: &[(OffenceKind, u32)], new: OffenceKind) -> usize {
	let of_kind = |kind: OffenceKind, among: &[(OffenceKind, u32)]| among.iter().any(|one| one.0 == kind);
	let goes = |place: &usize| {
		let (kind, _) = history[*place];
		is_absence(kind) && (kind == new || of_kind(kind, &history[place + 1..]))
	};
	let again = |place: &usize| of_kind(history[*place].0, &history[..*place]);
	let mut places = (0..history.len()).filter(goes);
	let first = places.clone().next();
	let how_many = |kind| history.iter().filter(|one| one.0 == kind).count() + usize::from(kind == new);
	let most = (0..history.len()).rev().max_by_key(|place| how_many(history[*place].0));
	places.find(again).or(first).or(most).unwrap_or(0)
}
