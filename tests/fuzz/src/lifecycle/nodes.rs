//! What nodes do besides their work: they say where they are asked, show what they keep, go away, and leave.

use super::{Kind, Life, Lives, CATCHING_UP, VOTE_EVERY};
use crate::{
	calls::{
		availability,
		curation::{commitments, node_info},
	},
	cast::{person, CURATOR, NODES},
	chain,
	checks::ensure,
	snapshot,
};
use pallet_stakes::{ChallengeRecord, Challenges, History, Round};
use souk_primitives::{Bond, ListingId, ListingKind, NodeRole, OffenceKind};
use souk_runtime::*;
use sp_keyring::Sr25519Keyring;

/// Rounds of challenges until a snapshot is old enough for one.
const ROUNDS: u32 = 4;
/// Blocks more than a downtime has to be announced before: the block may be full.
const IN_TIME: u32 = 5;

impl Lives<'_> {
	pub(super) fn restore_bond(&mut self, node: Sr25519Keyring) -> Result<(), String> {
		let restore = pallet_curation::Call::<Runtime>::restore_node_bond {};
		self.does("restore bond", node.to_account_id(), restore)
	}

	/// Nodes say where they can be asked.
	pub(super) fn ask_nodes(&mut self) -> Result<(), String> {
		for node in NODES {
			let set = pallet_availability::Call::<Runtime>::set_health { url: availability::url(0) };
			self.does("set health", node.to_account_id(), set)?;
		}
		Ok(())
	}

	/// All validators vote, seldom that nobody is there, which costs nodes a part of their bonds where they have agreed to keep something; then nodes are asked no
	/// more.
	pub(super) fn vote(&mut self, wave: u32) -> Result<(), String> {
		let away = wave.is_multiple_of(2 * VOTE_EVERY);
		if away {
			self.agree()?;
		}
		let open = || {
			let period = pallet_availability::Current::<Runtime>::get();
			period.is_some_and(|period| period.nodes > 0 && chain::now() > period.from)
		};
		for _ in 0..CATCHING_UP {
			if open() {
				break;
			}
			self.blocks(1)?;
		}
		ensure(open(), || "nobody votes on nodes".into())?;
		for place in 0..pallet_availability::Voters::<Runtime>::get().len() {
			let vote = availability::vote(place, if away { 0 } else { 0b0101 }, 0);
			self.does("vote", person(0), vote)?;
		}
		for node in NODES {
			let clear = pallet_availability::Call::<Runtime>::clear_health {};
			self.does("clear health", node.to_account_id(), clear)?;
		}
		if away {
			let judged = || pallet_availability::Health::<Runtime>::iter_keys().next().is_none();
			for _ in 0..CATCHING_UP {
				if judged() {
					break;
				}
				self.blocks(1)?;
			}
			for node in NODES {
				self.restore_bond(node)?;
			}
		}
		Ok(())
	}

	/// Each node shows a piece of something that it keeps, and has agreed to that by it.
	fn agree(&mut self) -> Result<(), String> {
		for node in NODES {
			let asked = || Challenges::<Runtime>::iter_prefix(node.to_account_id()).next();
			self.pass_until_asked(|| asked().is_some())?;
			let (listing, record) = asked().ok_or("a node is asked for nothing")?;
			self.show(node, listing, &record)?;
		}
		Ok(())
	}

	/// A worker is sent away, and a keeper goes, while both are owed for a running period.
	pub(super) fn leave(&mut self, life: &Life) -> Result<(), String> {
		if life.kind != Kind::Leave {
			return Ok(());
		}
		let listing = life.data;
		let (node, role) = (NODES[0].to_account_id(), NodeRole::Worker);
		let unassign = pallet_curation::Call::<Runtime>::unassign { listing, node, role };
		self.does("unassign", CURATOR.to_account_id(), unassign)?;
		let resign = pallet_curation::Call::<Runtime>::resign { listing, role: NodeRole::Persistence };
		self.does("resign", NODES[1].to_account_id(), resign)
	}

	/// A listing is kept until its keepers are asked for a piece of its snapshot, and both show it. The next time one of them does, and the other one does not, which
	/// costs a part of two bonds.
	pub(super) fn keep(&mut self, wave: u32) -> Result<(), String> {
		let listing = self.create(&format!("kept-{wave}"), ListingKind::DataProduct)?;
		self.equip(listing)?;
		self.activate(listing)?;
		self.submit(listing, chain::minutes(), &commitments(1))?;
		let [here, away] = NODES;
		let asked = |node: Sr25519Keyring| Challenges::<Runtime>::get(node.to_account_id(), listing);
		self.pass_until_asked(|| asked(here).is_some())?;
		for node in NODES {
			self.show(node, listing, &asked(node).ok_or("but one is asked for a piece")?)?;
		}
		self.pass_until_asked(|| asked(here).is_some())?;
		let shown = asked(here).ok_or("nobody is asked for a piece")?;
		self.show(here, listing, &shown)?;
		let missed = asked(away).ok_or("but one is asked for a piece")?;
		self.pass_until(missed.until)?;
		let of_node = History::<Runtime>::get(Bond::Node(away.to_account_id()));
		let remembered = of_node
			.iter()
			.any(|record| record.kind == OffenceKind::MissedChallenge && record.listing == listing);
		ensure(remembered, || "a challenge was missed, and nobody has noticed".into())?;
		self.happened("miss challenge");
		self.restore_bond(away)?;
		self.retire(listing)?;
		self.give_up(listing)
	}

	/// Rounds pass until somebody is asked for a piece, or too many have.
	fn pass_until_asked(&mut self, asked: impl Fn() -> bool) -> Result<(), String> {
		for _ in 0..ROUNDS {
			if asked() {
				break;
			}
			let round = Round::<Runtime>::get().ok_or("there are no rounds")?;
			self.pass_until(round.until.max(chain::now() + 1))?;
		}
		Ok(())
	}

	/// A node shows the piece that it is asked for.
	fn show(
		&mut self,
		node: Sr25519Keyring,
		listing: ListingId,
		asked: &ChallengeRecord,
	) -> Result<(), String> {
		let (piece, path) = snapshot::with_root(&asked.cipher_root)
			.and_then(|snapshot| snapshot.piece(asked.place.chunk, asked.place.piece))
			.ok_or("nobody has the piece")?;
		let answer = pallet_stakes::Call::<Runtime>::answer_challenge { listing, piece, path };
		self.does("answer challenge", node.to_account_id(), answer)
	}

	/// A node says that it will be away. Nobody takes that back; it is forgotten a week later.
	pub(super) fn announce_downtime(&mut self) -> Result<(), String> {
		let from = chain::now() + DOWNTIME_NOTICE + IN_TIME;
		let announce = pallet_stakes::Call::<Runtime>::announce_downtime { from, blocks: 10 };
		self.does("announce downtime", NODES[0].to_account_id(), announce)
	}

	/// A node registers, moves, and deregisters.
	pub(super) fn register(&mut self, node: &AccountId) -> Result<(), String> {
		let register = pallet_curation::Call::<Runtime>::register_node { info: node_info(3, 2) };
		self.does("register", node.clone(), register)?;
		let update = pallet_curation::Call::<Runtime>::update_node { info: node_info(3, 1) };
		self.does("update node", node.clone(), update)?;
		self.does("deregister", node.clone(), pallet_curation::Call::<Runtime>::deregister_node {})
	}
}
