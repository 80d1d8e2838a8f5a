//! The ledger as it begins, and its listings.

use super::*;
use souk_mock_support::ledger::Books;

pub struct Listing {
	pub data: bool,
	pub corrupt: bool,
	pub state: ListingState,
	pub asset: Asset,
	pub price: Balance,
	/// Percent of the workers, and of the persistence nodes.
	pub split: (Balance, Balance),
	/// Who works and who keeps snapshots from a block on, until the next entry.
	pub served: BTreeMap<u32, [Vec<AccountId>; 2]>,
	pub bond: Balance,
	pub covered: Balance,
	/// Whether its one snapshot was proved to be bad.
	pub proved: bool,
}

pub struct Ledger {
	pub now: u32,
	pub fee_percent: Balance,
	/// What wUSD is worth.
	pub rate: Option<Balance>,
	pub listings: Vec<Listing>,
	pub orders: BTreeMap<OrderId, Order>,
	/// The number of the next order.
	pub next: OrderId,
	pub money: Books<AccountId>,
}

impl Ledger {
	pub fn new(now: u32) -> Self {
		Self {
			now,
			fee_percent: 10,
			rate: Some(RATE),
			listings: Vec::new(),
			orders: BTreeMap::new(),
			next: 0,
			money: Books::new(endowed(), ENDOWMENT, (POOR, 2_500)),
		}
	}

	pub fn order_mut(&mut self, id: OrderId) -> &mut Order {
		self.orders.get_mut(&id).expect("it exists")
	}

	pub fn listing_of(&self, id: OrderId) -> &Listing {
		&self.listings[self.orders[&id].listing as usize]
	}

	/// Orders for data, oldest first.
	pub fn data_orders(&self) -> impl Iterator<Item = OrderId> + '_ {
		self.orders.iter().filter(|(_, order)| order.data).map(|(id, _)| *id)
	}

	pub fn open(&self, listing: ListingId) -> u32 {
		let open = |order: &&Order| order.listing == listing && order.ended.is_none();
		self.orders.values().filter(open).count() as u32
	}

	// --- listings ------------------------------------------------------------------------------

	pub fn list(&mut self, data: bool, asset: Asset, price: Balance, corrupt: bool) {
		self.listings.push(Listing {
			data,
			corrupt,
			state: ListingState::Active,
			asset,
			price,
			split: (20, 30),
			served: BTreeMap::from([(self.now, [WORKERS.to_vec(), NODES.to_vec()])]),
			bond: 0,
			covered: 0,
			proved: false,
		});
	}

	pub fn change(&mut self, listing: ListingId, how: impl FnOnce(&mut Listing)) {
		how(&mut self.listings[listing as usize]);
	}

	pub fn ended(&self, listing: ListingId) -> bool {
		matches!(self.listings[listing as usize].state, ListingState::Retired | ListingState::TakenDown)
	}

	pub fn add_bond(&mut self, listing: ListingId, amount: Balance) {
		self.change(listing, |listing| listing.bond += amount);
	}

	pub fn serve(&mut self, listing: ListingId, roles: [Vec<AccountId>; 2]) {
		let now = self.now;
		self.change(listing, |listing| {
			listing.served.insert(now, roles);
		});
	}
}
