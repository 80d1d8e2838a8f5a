//! How listings begin and end.

use super::{poor, wusd, Kind, Life, Lives, KINDS, PRICE};
use crate::{
	calls::{
		curation::commitments,
		listings::{details, split},
	},
	cast::{person, CURATOR, NODES},
	chain,
};
use frame_support::BoundedVec;
use pallet_reputation::Deal;
use souk_primitives::{
	Asset, Commitments, Holder, ListingId, ListingKind, ListingState, NodeRole, Period, Plan, PlanKind,
};
use souk_runtime::*;
use sp_runtime::Permill;

/// What a listing is sold for: a period, a trial, all at once, and by the query.
pub(super) fn plans() -> BoundedVec<Plan, <Runtime as pallet_listings::Config>::MaxPlans> {
	let plan = |kind, amount| Plan { kind, price: wusd(amount) };
	let plans = vec![
		plan(PlanKind::Subscription { period: 12 }, PRICE),
		plan(PlanKind::Trial { period: 9 }, 0),
		plan(PlanKind::OneTime, PRICE),
		plan(PlanKind::PayPerQuery, PRICE / 100),
	];
	plans.try_into().expect("there are four")
}

impl Lives<'_> {
	/// A listing that is not on sale yet.
	pub(super) fn create(&mut self, name: &str, kind: ListingKind) -> Result<ListingId, String> {
		let id = pallet_listings::NextListingId::<Runtime>::get();
		let name = name.as_bytes().to_vec().try_into().expect("it is short");
		let (details, plans, payouts) = (details(0), plans(), split(20, 30));
		let create = pallet_listings::Call::<Runtime>::create { name, kind, details, plans, payouts };
		self.does("create", CURATOR.to_account_id(), create)?;
		Ok(id)
	}

	/// A data product has a bond, a schedule, and nodes.
	pub(super) fn equip(&mut self, listing: ListingId) -> Result<(), String> {
		let curator = CURATOR.to_account_id();
		self.does(
			"bond",
			curator.clone(),
			pallet_curation::Call::<Runtime>::bond { listing, amount: 200 * SOUK },
		)?;
		let schedule = pallet_curation::Schedule { every: 1_000, tolerance: 5, retention: 2 };
		self.does(
			"schedule",
			curator.clone(),
			pallet_curation::Call::<Runtime>::set_schedule { listing, schedule },
		)?;
		for node in NODES {
			for role in [NodeRole::Worker, NodeRole::Persistence] {
				let wrapped_key = vec![7; 80].try_into().expect("it is short");
				let node = node.to_account_id();
				let call = pallet_curation::Call::<Runtime>::assign { listing, node, role, wrapped_key };
				self.does("assign", curator.clone(), call)?;
			}
		}
		Ok(())
	}

	pub(super) fn activate(&mut self, id: ListingId) -> Result<(), String> {
		let to = ListingState::Active;
		self.does("activate", CURATOR.to_account_id(), pallet_listings::Call::<Runtime>::set_state { id, to })
	}

	/// All workers say the same.
	pub(super) fn submit(
		&mut self,
		listing: ListingId,
		period: Period,
		commitments: &Commitments,
	) -> Result<(), String> {
		for node in NODES {
			let commitments = commitments.clone();
			let call = pallet_curation::Call::<Runtime>::submit_snapshot { listing, period, commitments };
			self.does("submit", node.to_account_id(), call)?;
		}
		Ok(())
	}

	/// Two listings on sale, one of them with a snapshot.
	pub(super) fn birth(&mut self, number: u32) -> Result<Life, String> {
		let curator = CURATOR.to_account_id();
		let kind = KINDS[number as usize % KINDS.len()];
		let data = self.create(&format!("life-{number}-0"), ListingKind::DataProduct)?;
		let service = self.create(&format!("life-{number}-1"), ListingKind::Service)?;
		self.equip(data)?;
		if kind == Kind::Change {
			self.update(service)?;
			let payouts = split(10, 20);
			let set = pallet_listings::Call::<Runtime>::set_payouts { id: service, payouts };
			self.does("set payouts", curator.clone(), set)?;
		}
		for id in [data, service] {
			self.activate(id)?;
		}
		self.submit(data, chain::minutes(), &commitments(1))?;
		let quota = pallet_tabs::Call::<Runtime>::set_free_quota { listing: data, queries: 3 };
		self.does("quota", curator.clone(), quota)?;
		let open = pallet_backing::Call::<Runtime>::open_backing {
			listing: data,
			share: Permill::from_percent(40),
			most: 150 * SOUK,
		};
		self.does("open backing", curator, open)?;
		for (backer, amount) in [(person(4), 77 * SOUK + 7), (person(0), 5 * SOUK)] {
			let back = pallet_backing::Call::<Runtime>::back { listing: data, amount };
			self.does("back", backer, back)?;
		}
		Ok(Life { data, service, kind })
	}

	/// Something else is said of a listing, with another policy; it costs what it did.
	pub(super) fn update(&mut self, id: ListingId) -> Result<(), String> {
		let update = pallet_listings::Call::<Runtime>::update { id, details: details(1), plans: plans() };
		self.does("update listing", CURATOR.to_account_id(), update)
	}

	pub(super) fn retire(&mut self, id: ListingId) -> Result<(), String> {
		self.does("retire", CURATOR.to_account_id(), pallet_listings::Call::<Runtime>::retire { id })
	}

	/// Listings are retired, or taken down, with what is open of them.
	pub(super) fn end(&mut self, life: &Life) -> Result<(), String> {
		let listing = life.data;
		let mut tab = None;
		match life.kind {
			Kind::Change => {
				let close = pallet_backing::Call::<Runtime>::close_backing { listing };
				self.does("close backing", CURATOR.to_account_id(), close)?;
				self.retire(listing)?;
				let take =
					pallet_listings::Call::<Runtime>::take_down { id: life.service, reason_hash: [4; 32] };
				self.governs("take down", take)?;
			}
			kind => {
				if kind == Kind::Tab {
					// In a block that has room for all of it: in the next one a hook closes the tab.
					self.blocks(1)?;
					tab = Some(self.open_tab(listing)?);
				}
				self.retire(listing)?;
				self.retire(life.service)?;
			}
		}
		if let Some(tab) = tab {
			self.does("claim tab", person(1), pallet_tabs::Call::<Runtime>::claim_timeout { tab })?;
		}
		for holder in [person(4), person(3), poor()].map(Holder::Account) {
			if pallet_subscriptions::Subscriptions::<Runtime>::contains_key(&holder, listing) {
				let call = pallet_subscriptions::Call::<Runtime>::settle { listing, holder };
				self.does("settle", person(1), call)?;
			}
		}
		let period = Deal::Period { listing, payer: person(4) };
		if Reputation::may_rate(period.clone(), person(4)).is_some() {
			self.say(&period)?;
		}
		Ok(())
	}

	/// Whoever has something to get back gets it.
	pub(super) fn clear(&mut self, life: &Life) -> Result<(), String> {
		let eve = person(4);
		for order in [life.data, life.service].into_iter().flat_map(Self::orders) {
			self.does("forget order", eve.clone(), pallet_escrow::Call::<Runtime>::forget { order })?;
		}
		for ask in Self::asks(life.data) {
			self.does("forget ask", eve.clone(), pallet_asks::Call::<Runtime>::forget { ask })?;
		}
		let listing = life.data;
		for backer in [person(4), person(0)] {
			let withdraw =
				pallet_backing::Call::<Runtime>::withdraw_unbacked { listing, backer: backer.clone() };
			self.does("withdraw backing", eve.clone(), withdraw)?;
			let asset = Asset::WithId(WUSD);
			let claim = pallet_backing::Call::<Runtime>::claim_income { listing, asset, backer };
			self.does("claim income", eve.clone(), claim)?;
		}
		let holder = Holder::Account(person(3));
		self.does(
			"clear trial",
			eve,
			pallet_subscriptions::Call::<Runtime>::clear_trial { listing, holder },
		)?;
		self.give_up(listing)
	}

	/// Nobody works for a listing any more, and its bond is on its way out.
	pub(super) fn give_up(&mut self, listing: ListingId) -> Result<(), String> {
		self.does("clear", person(4), pallet_curation::Call::<Runtime>::clear_listing { listing })?;
		let amount = Curation::curator_bond(listing).active;
		self.does(
			"unbond",
			CURATOR.to_account_id(),
			pallet_curation::Call::<Runtime>::unbond { listing, amount },
		)
	}
}
