//! Whole lives in bulk: listings are created, worked for, sold in every way, quarrelled about, retired and cleared, again and again. After that
//! as much is stored as before, but for what is never given up: the record and the address of each listing, with their deposit.

mod listing;
mod nodes;
mod quarrel;
mod sale;
mod validators;

use crate::{
	cast::{arbitrator, person},
	chain::{self, Applied},
	checks::{self, ensure, storage},
	play::{in_parts, Play},
	wind_up,
};
use frame_support::traits::fungibles::Inspect as _;
use souk_primitives::{Asset, ListingId, Price};
use souk_runtime::*;
use sp_core::H256;
use std::collections::BTreeMap;

/// Lives that go on at the same time.
const WAVE: u32 = 10;
/// Blocks in which all that is due at once has had its turn.
const CATCHING_UP: u32 = 40;
/// What takes long, or costs a bond, has its turn in one wave of so many: the first ones have all of it.
const TURNS: u32 = 10;
/// In one wave of so many validators vote on nodes.
const VOTE_EVERY: u32 = 5;
/// In one wave of so many a validator's bond ends: that takes many epochs.
const VALIDATORS_EVERY: u32 = 100;
const PRICE: Balance = 2 * ONE_WUSD;

/// How often something was done, by name.
pub type Counts = BTreeMap<&'static str, u32>;

/// Lives so many lives, ten at a time.
pub fn live(lives: u32) -> Result<Counts, String> {
	let mut counts = Counts::new();
	let waves = lives.div_ceil(WAVE);
	let mut before = BTreeMap::new();
	let mut first = 0;
	let outcome = in_parts(waves + 2, |play, part| {
		let mut all = Lives { play, counts: &mut counts };
		if part == 0 {
			// What was open in the world ends first; and after ten lives there is every counter.
			wind_up::all(all.play)?;
			all.wave(0)?;
			all.forget_offences()?;
			before = storage::keys();
			first = pallet_listings::NextListingId::<Runtime>::get();
			return Ok(());
		}
		if part <= waves {
			return all.wave(part);
		}
		all.forget_offences()?;
		let listings = pallet_listings::NextListingId::<Runtime>::get() - first;
		ensure(listings >= lives, || format!("{listings} listings have lived instead of {lives}"))?;
		same_keys(core::mem::take(&mut before), listings)
	});
	match outcome.violation {
		Some(broken) => Err(broken),
		None => Ok(counts),
	}
}

/// As much is stored as before, but for so many listings that have lived.
pub fn same_keys(mut expected: BTreeMap<(&'static str, H256), usize>, listings: u32) -> Result<(), String> {
	for item in ["Listings", "Addresses"] {
		*expected.entry(storage::item("Listings", item)).or_default() += listings as usize;
	}
	let after = storage::keys();
	// One for each of the last sessions, whatever lives there are.
	let sets = storage::item("Validators", "Exposures");
	let kept =
		<<Runtime as pallet_validators::Config>::HistoryDepth as frame_support::traits::Get<u32>>::get()
			as usize + 1;
	expected.insert(sets, after.get(&sets).map_or(0, |count| (*count).min(kept)));
	let more = after.iter().filter(|(item, count)| expected.get(item) != Some(count));
	let more: Vec<_> = more.map(|(item, count)| (item, count, expected.get(item))).collect();
	ensure(more.is_empty(), || format!("other keys than before: {more:?}"))
}

struct Lives<'a> {
	play: &'a mut Play,
	counts: &'a mut Counts,
}

/// What a life has besides what all have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
	/// A chunk is proved bad, and a jury rules on its case.
	Jury,
	/// Work is offered, in parts.
	Offer,
	/// It is changed while it is on sale, and taken down.
	Change,
	/// Its tabs are topped up, settled in batches, and closed by somebody else.
	Tab,
	/// Keys are delivered together, and its nodes leave.
	Leave,
}

/// As many lives have each of them.
const KINDS: [Kind; 5] = [Kind::Jury, Kind::Offer, Kind::Change, Kind::Tab, Kind::Leave];

/// What one life has.
struct Life {
	/// A data product.
	data: ListingId,
	/// A service.
	service: ListingId,
	kind: Kind,
}

fn wusd(amount: Balance) -> Price {
	Price { asset: Asset::WithId(WUSD), amount }
}

/// Who has no more money than somebody gives them.
fn poor() -> AccountId {
	arbitrator(7)
}

impl Lives<'_> {
	/// A call that must succeed.
	fn does(
		&mut self,
		name: &'static str,
		who: AccountId,
		call: impl Into<RuntimeCall>,
	) -> Result<(), String> {
		let call = call.into();
		for _ in 0..3 {
			match chain::apply(&who, call.clone()) {
				Applied::Done => {
					self.happened(name);
					return Ok(());
				}
				// The block is full.
				Applied::Refused(_) => self.blocks(1)?,
				Applied::Failed(error) => return Err(format!("{name} failed: {error:?}")),
			}
		}
		Err(format!("no block has room for {name}"))
	}

	/// The same of whoever may decide for the chain.
	fn governs(&mut self, name: &'static str, call: impl Into<RuntimeCall>) -> Result<(), String> {
		let (who, call) = chain::as_sudo(call);
		chain::forget_events();
		self.does(name, who, call)?;
		let ended = System::read_events_no_consensus().find_map(|record| match record.event {
			RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result }) => Some(sudo_result),
			_ => None,
		});
		ensure(ended == Some(Ok(())), || format!("{name} failed: {ended:?}"))
	}

	/// Something was done, or happened by itself.
	fn happened(&mut self, name: &'static str) {
		*self.counts.entry(name).or_default() += 1;
	}

	fn blocks(&mut self, count: u32) -> Result<(), String> {
		for _ in 0..count {
			chain::end();
			chain::start(1, 1);
			chain::forget_events();
		}
		Ok(())
	}

	/// Blocks go by until all that was due has had its turn: so many lives at once are more than one block has room for.
	fn catch_up(&mut self) -> Result<(), String> {
		for _ in 0..CATCHING_UP {
			if checks::turns::nothing_waits().is_ok() {
				break;
			}
			self.blocks(1)?;
		}
		checks::turns::nothing_waits()
	}

	fn wave(&mut self, wave: u32) -> Result<(), String> {
		let asked = wave.is_multiple_of(VOTE_EVERY);
		// Not where there is a report, which takes blocks: whoever pays late has but a few.
		let late = wave % TURNS == 2;
		if asked {
			self.ask_nodes()?;
		}
		let lives: Vec<Life> = (0..WAVE).map(|at| self.birth(wave * WAVE + at)).collect::<Result<_, _>>()?;
		for life in &lives {
			self.sell(life)?;
		}
		if late {
			self.subscribe_poor(lives[1].data)?;
		}
		self.blocks(2)?;
		for life in &lives {
			self.use_it(life)?;
		}
		self.report(lives[0].data, wave)?;
		self.blocks(8)?;
		if late {
			self.pay_late(lives[1].data)?;
		}
		for life in &lives {
			self.take_back(life)?;
			self.leave(life)?;
		}
		self.rule(&lives[0], wave)?;
		// After the juries, who have their time as well.
		if asked {
			self.vote(wave)?;
		}
		for life in &lives {
			self.end(life)?;
		}
		self.blocks(45)?;
		for life in &lives {
			self.clear(life)?;
		}
		if late {
			self.keep(wave)?;
		}
		if wave.is_multiple_of(VALIDATORS_EVERY) {
			self.validators()?;
		}
		if wave.is_multiple_of(TURNS) {
			self.verify()?;
		}
		self.pool()?;
		checks::state::check()?;
		wind_up::nothing_is_left()
	}

	/// What was unbonded is withdrawn; an arbitrator leaves the pool and comes back, and so does a node. Until then all offences of a wave are
	/// forgotten: none counts for what one of the next wave costs.
	fn pool(&mut self) -> Result<(), String> {
		let left = AllAssets::balance(Asset::WithId(WUSD), &poor());
		if left > 0 {
			let dest = person(4).into();
			let back =
				pallet_assets::Call::<Runtime>::transfer_all { id: WUSD.into(), dest, keep_alive: false };
			self.does("pay back", poor(), back)?;
		}
		self.announce_downtime()?;
		let node = person(0);
		self.register(&node)?;
		let leaver = arbitrator(3);
		self.does("leave pool", leaver.clone(), pallet_disputes::Call::<Runtime>::leave_pool {})?;
		self.blocks(16)?;
		self.does("withdraw node bond", node, pallet_curation::Call::<Runtime>::withdraw_node_bond {})?;
		let bonds: Vec<_> = pallet_curation::CuratorBonds::<Runtime>::iter()
			.filter(|(_, bond)| bond.active == 0 && bond.unlocking.total() > 0)
			.collect();
		for (listing, bond) in bonds {
			self.does(
				"withdraw",
				bond.curator,
				pallet_curation::Call::<Runtime>::withdraw_unbonded { listing },
			)?;
		}
		let at = pallet_disputes::LeavingPool::<Runtime>::get(&leaver).map_or(0, |leaving| leaving.at);
		self.pass_until(at)?;
		self.does("leave with bond", leaver.clone(), pallet_disputes::Call::<Runtime>::withdraw {})?;
		self.does(
			"join pool",
			leaver,
			pallet_disputes::Call::<Runtime>::join_pool { bond: 150 * SOUK, key: [9; 32] },
		)
	}

	/// Blocks go by until one; what is due in between happens in its block.
	fn pass_until(&mut self, block: u32) -> Result<(), String> {
		self.catch_up()?;
		while chain::now() < block {
			let due = checks::turns::next_due().unwrap_or(block).min(block);
			let blocks = due.saturating_sub(chain::now()).max(1);
			chain::end();
			checks::turns::pass_over(chain::now() + blocks);
			chain::start(blocks, blocks);
			chain::forget_events();
			self.catch_up()?;
		}
		Ok(())
	}

	/// Offences are remembered for four weeks, and then forgotten.
	fn forget_offences(&mut self) -> Result<(), String> {
		self.pass_until(chain::now() + 29 * DAYS)?;
		checks::state::check()
	}
}
