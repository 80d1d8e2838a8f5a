//! Random votes, announcements, moves and blocks with little room, against a plain model of who is to be found unreachable.

use super::*;
use frame_support::traits::Hooks;
use proptest::prelude::*;
use souk_primitives::reach::Offences;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Step {
	Advance(u32),
	Vote { voter: u32, findings: Vec<u8> },
	Away { node: usize, from: u32, blocks: u32 },
	Assign { node: usize, listing: ListingId },
	Unassign { node: usize, listing: ListingId },
	Set { node: usize },
	Clear { node: usize },
}

use souk_primitives::ListingId;

fn step() -> impl Strategy<Value = Step> {
	let node = 0..NODES.len();
	prop_oneof![
		4 => (1..6u32).prop_map(Step::Advance),
		// Mostly a vote against everybody, so that some are found.
		5 => (0..5u32, prop::collection::vec(prop_oneof![1 => 0..3u8, 4 => Just(2u8)], 5..=5))
			.prop_map(|(voter, findings)| Step::Vote { voter, findings }),
		1 => (node.clone(), 0..20u32, 1..9u32).prop_map(|(node, from, blocks)| Step::Away { node, from, blocks }),
		1 => (node.clone(), 0..4u32).prop_map(|(node, listing)| Step::Assign { node, listing }),
		1 => (node.clone(), 0..4u32).prop_map(|(node, listing)| Step::Unassign { node, listing }),
		1 => node.clone().prop_map(|node| Step::Set { node }),
		1 => node.prop_map(|node| Step::Clear { node }),
	]
}

/// What the model knows: of the running period what each validator said of each node, and of each node what it keeps since when.
#[derive(Default)]
struct Model {
	/// By validator: node and finding.
	votes: BTreeMap<u32, BTreeMap<AccountId, u8>>,
	kept: BTreeMap<AccountId, BTreeMap<ListingId, u32>>,
	away: BTreeMap<AccountId, (u32, u32)>,
	/// What nodes on the list have left in the running period, of what they kept in its first block.
	left: BTreeMap<AccountId, BTreeSet<ListingId>>,
	/// The list, and the first block, of the running period.
	running: Option<(Vec<AccountId>, u32)>,
}

impl Model {
	/// Who is to answer for which listings at the end of a period.
	fn guilty(&self, until: u32) -> BTreeMap<AccountId, BTreeSet<ListingId>> {
		let Some((nodes, from)) = &self.running else { return BTreeMap::new() };
		let mut guilty = BTreeMap::new();
		for node in nodes {
			let against = self.votes.values().filter(|said| said[node] == 2).count();
			let said = self.votes.values().filter(|said| said[node] != 0).count();
			let away = self.away.get(node).is_some_and(|(begin, end)| *begin < until && *from < *end);
			if said >= 2 && against * 3 > 4 * 2 && !away {
				let kept = self.kept.get(node).cloned().unwrap_or_default();
				let mut listings: BTreeSet<_> =
					kept.into_iter().filter(|(_, since)| since <= from).map(|(listing, _)| listing).collect();
				listings.extend(self.left.get(node).into_iter().flatten());
				guilty.insert(*node, listings);
			}
		}
		guilty
	}
}

fn run(steps: Vec<Step>) -> usize {
	let mut model = Model::default();
	let mut offences = 0;
	TestExt::default().validators(4).nodes(4).execute(|| {
		for node in &NODES[..4] {
			model.kept.insert(*node, BTreeMap::from([(0, 0)]));
		}
		for step in steps {
			take(&mut model, &mut offences, step);
			check();
		}
	});
	offences
}

fn take(model: &mut Model, offences: &mut usize, step: Step) {
	let now = System::block_number();
	match step {
		Step::Advance(blocks) => {
			for block in now + 1..=now + blocks {
				next_block(model, offences, block);
			}
		}
		Step::Vote { voter, findings } => {
			let Some((nodes, from)) = &model.running else { return };
			let findings = &findings[..nodes.len()];
			let finding = |code: &u8| [NotProbed, Reachable, Unreachable][usize::from(*code)];
			let sent: Vec<_> = findings.iter().map(finding).collect();
			let taken = voter < 4
				&& now > *from
				&& !model.votes.contains_key(&voter)
				&& findings.iter().any(|code| *code != 0);
			assert_eq!(vote(voter, &sent).is_ok(), taken, "{voter} {sent:?}");
			if taken {
				let said = nodes.iter().copied().zip(findings.iter().copied()).collect();
				model.votes.insert(voter, said);
			}
		}
		Step::Away { node, from, blocks } => {
			let (from, until) = (now + from, now + from + blocks);
			go_away(NODES[node], from, until);
			model.away.insert(NODES[node], (from, until));
		}
		Step::Assign { node, listing } => {
			let of = model.kept.entry(NODES[node]).or_default();
			if let std::collections::btree_map::Entry::Vacant(free) = of.entry(listing) {
				free.insert(now);
				assign(NODES[node], listing, now);
			}
		}
		Step::Unassign { node, listing } => {
			let node = NODES[node];
			let since = model.kept.entry(node).or_default().remove(&listing);
			let (nodes, from) = model.running.clone().unwrap_or_default();
			if nodes.contains(&node) && since.is_some_and(|since| since <= from && since < now) {
				model.left.entry(node).or_default().insert(listing);
			}
			unassign(node, listing);
		}
		Step::Set { node } => {
			let known = model.kept.contains_key(&NODES[node]);
			assert_eq!(set_health(NODES[node], &address(NODES[node])).is_ok(), known);
		}
		Step::Clear { node } => {
			let _ = clear_health(NODES[node]);
		}
	}
}

/// A block with little room: one thing after the other.
fn next_block(model: &mut Model, offences: &mut usize, block: u32) {
	let over = Availability::period().filter(|period| block >= period.until);
	System::set_block_number(block);
	let small = <() as WeightInfo>::look()
		+ <() as WeightInfo>::judging()
		+ <() as WeightInfo>::close()
		+ <() as WeightInfo>::judge()
		+ <() as WeightInfo>::punish()
		+ <Registry as Offences<AccountId>>::weight();
	let small = small.max(<() as WeightInfo>::look() + <() as WeightInfo>::begin());
	let mut found = Vec::new();
	for _ in 0..40 {
		Availability::on_idle(block, small);
		found.extend(committed());
		if over.is_none() || !Current::<Test>::exists() {
			break;
		}
	}
	if let Some(period) = over {
		let guilty = model.guilty(period.until);
		let mut answered = BTreeMap::<AccountId, usize>::new();
		for offence in &found {
			if let Some(node) = offence.node {
				*answered.entry(node).or_default() += 1;
			}
		}
		let with_something = guilty.iter().filter(|(_, listings)| !listings.is_empty());
		assert_eq!(answered, with_something.map(|(node, _)| (*node, 1)).collect());
		let mut listings: Vec<_> = found.iter().map(|offence| offence.listing).collect();
		let mut expected: Vec<_> = guilty.values().flatten().copied().collect();
		listings.sort_unstable();
		expected.sort_unstable();
		assert_eq!(listings, expected);
		assert!(found
			.iter()
			.all(|offence| offence.kind == OffenceKind::Unreachable && offence.curator_answers));
		*offences += found.len();
		assert!(!Current::<Test>::exists(), "it was judged");
		model.votes.clear();
		model.left.clear();
		model.running = None;
	} else {
		assert!(found.is_empty(), "nobody answers before the end");
		if let (None, Some(period)) = (&model.running, Availability::period()) {
			let nodes = listed();
			assert!(nodes.iter().all(|node| !model.kept[node].is_empty()), "nobody else is asked");
			model.running = Some((nodes, period.from));
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
	#[test]
	fn exactly_those_are_found_who_were_not_there(steps in prop::collection::vec(step(), 1..120)) {
		run(steps);
	}
}

#[test]
fn the_model_finds_some() {
	let mut steps = vec![Step::Advance(2)];
	steps.extend((0..3).map(|voter| Step::Vote { voter, findings: vec![2; 5] }));
	steps.push(Step::Advance(EVERY));
	assert_eq!(run(steps), 4);
}
