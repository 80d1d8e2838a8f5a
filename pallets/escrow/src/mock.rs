//! A chain with real balances, assets and holds on both around the pallet, and proofs that are really checked. Listings,
//! snapshots, nodes and bonds are what a test says they are.

mod proofs;
mod registry;
mod snapshot;

pub use proofs::*;
pub use registry::*;
pub use snapshot::*;

use crate::{self as pallet_escrow, *};
pub use souk_mock_support::{roomy, Fee, Weights, MINIMUM, SOUK, WUSD};

use frame_support::{
	derive_impl, parameter_types,
	traits::{tokens::ConversionFromAssetBalance, ConstU128, ConstU32},
	weights::Weight,
};
use frame_system::EnsureRoot;
use souk_primitives::{
	reach::{self, Ruling, Side},
	Asset, Balance, Digest, ListingId, Price,
};
use sp_runtime::{traits::Dispatchable, DispatchError, DispatchResult, DispatchResultWithInfo, Permill};

pub type AccountId = u64;

pub const CURATOR: AccountId = 1;
pub const BUYER: AccountId = 2;
pub const OTHER: AccountId = 3;
/// Owns nothing but the deposits.
pub const POOR: AccountId = 4;
/// Posts keys.
pub const NODE: AccountId = 5;
pub const WORKERS: [AccountId; 2] = [11, 12];
pub const NODES: [AccountId; 2] = [21, 22];
/// Where the bonds of the registry are.
pub const BONDS: AccountId = 98;
pub const TREASURY: AccountId = 99;
/// Not on the chain yet.
pub const STRANGER: AccountId = 77;

/// What each account of the builder owns, in SOUK and in wUSD.
pub const ENDOWMENT: Balance = 1_000_000;
/// The price of the listings that tests sell.
pub const PRICE: Balance = 1_000;
/// What a jury costs its opener, who only has to have it.
pub const JURY: Balance = 2_400;
/// What a unit of wUSD is worth in SOUK.
pub const RATE: Balance = 2;

pub const WINDOW: u32 = 10;
pub const DELIVERY: u32 = 20;
pub const GOODS: u32 = 30;
pub const CONFIRM: u32 = 15;
pub const OFFER: u32 = 12;
pub const DISPUTE: u32 = 40;
pub const KEEP: u32 = 25;
pub const LONGEST: u32 = 100;
pub const UNBONDING: u32 = 60;

souk_mock_support::runtime! {
	0: System = frame_system,
	1: Balances = pallet_balances,
	2: Assets = pallet_assets,
	3: AssetsHolder = pallet_assets_holder,
	4: Escrow = pallet_escrow,
}

parameter_types! {
	pub static Margin: Permill = Permill::zero();
	pub static WindowLength: u32 = WINDOW;
	pub static BuyerShare: Permill = Permill::from_percent(50);
	pub static Slash: Permill = Permill::from_percent(10);
	/// What a unit of wUSD is worth in SOUK, if anybody knows.
	pub static Exchange: Option<Balance> = Some(RATE);
	/// For how many blocks a jury rules at most, if there is one.
	pub static Sitting: Option<u32> = None;
	/// What was said when the last case was opened.
	pub static LastDispute: Option<reach::Dispute<AccountId>> = None;
	/// On which orders a jury has ruled.
	pub static RuledCases: Vec<OrderId> = Vec::new();
	/// For whom a jury has decided that may still be appealed: it stands where the other side gives in.
	pub static Decided: Vec<(OrderId, Side)> = Vec::new();
	/// Who backs which listings.
	pub static BackedBy: Vec<(ListingId, AccountId)> = Vec::new();
	/// Which orders have an open case, and who opened it.
	pub static OpenCases: Vec<(OrderId, Side)> = Vec::new();
	/// Whether the sellers of orders may still rate them.
	pub static Awaited: bool = false;
	/// Which had one when they were decided otherwise, and for whom.
	pub static SettledCases: Vec<(OrderId, Side)> = Vec::new();
	pub const TreasuryAccount: AccountId = TREASURY;
}

souk_mock_support::system_config!(Weights);
souk_mock_support::balances_config!(ConstU128<MINIMUM>);
souk_mock_support::assets_config!();

/// What wUSD is worth, as the test says.
pub struct Worth;

impl ConversionFromAssetBalance<Balance, Asset, Balance> for Worth {
	type Error = ();

	fn from_asset_balance(amount: Balance, asset: Asset) -> Result<Balance, ()> {
		match asset {
			Asset::Native => Ok(amount),
			Asset::WithId(_) => Exchange::get().and_then(|rate| amount.checked_mul(rate)).ok_or(()),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(_: Asset) {
		Exchange::set(Some(RATE));
	}
}

/// Juries, as a test says they are: without a [`Sitting`] none can be drawn.
pub struct Bench;

impl reach::Juries<AccountId> for Bench {
	fn open(dispute: reach::Dispute<AccountId>) -> Result<Option<u32>, DispatchError> {
		let Some(longest) = Sitting::get() else { return Ok(None) };
		if dispute.opener == Side::Buyer && free(&SOUK, dispute.buyer) < JURY {
			return Err(DispatchError::Other("the opener cannot pay the jury"));
		}
		OpenCases::mutate(|open| open.push((dispute.order, dispute.opener)));
		LastDispute::set(Some(dispute));
		Ok(Some(longest))
	}
	fn has_ruled(order: OrderId) -> bool {
		RuledCases::get().contains(&order)
	}
	fn is_open(order: OrderId) -> bool {
		OpenCases::get().iter().any(|(open, _)| *open == order)
	}
	fn settled(order: OrderId, winner: Side) {
		if Self::is_open(order) {
			OpenCases::mutate(|open| open.retain(|(open, _)| *open != order));
			SettledCases::mutate(|settled| settled.push((order, winner)));
			if Decided::get().contains(&(order, winner)) {
				RuledCases::mutate(|ruled| ruled.push(order));
			}
		}
	}
	fn weight() -> Weight {
		Weight::zero()
	}
	fn benchmark_ruled(dispute: reach::Dispute<AccountId>) {
		rule(dispute.order, Some(Ruling::Buyer));
	}
}

/// Those who back listings, as a test says they are. They earn nothing.
pub struct Backers;

impl reach::Backing<AccountId> for Backers {
	fn share_income(_: ListingId, _: &AccountId, _: &Asset, _: Balance) {}
	fn backs(listing: ListingId, who: &AccountId) -> bool {
		BackedBy::get().contains(&(listing, *who))
	}
	fn benchmark_backer(listing: ListingId, who: &AccountId) {
		BackedBy::mutate(|backed| backed.push((listing, *who)));
	}
	fn benchmark_backing(_: ListingId) {}
}

/// A jury's ruling on an order, or that there will be none.
pub fn rule(order: OrderId, ruling: Option<Ruling>) {
	OpenCases::mutate(|open| open.retain(|(open, _)| *open != order));
	if let Some(ruling) = ruling {
		RuledCases::mutate(|ruled| ruled.push(order));
		<Escrow as reach::Disputed<AccountId>>::rule(order, ruling);
	}
}

/// The case about an order ends because its seller has not answered.
pub fn default_judgment(order: OrderId) {
	OpenCases::mutate(|open| open.retain(|(open, _)| *open != order));
	<Escrow as reach::Disputed<AccountId>>::rule(order, Ruling::Buyer);
}

impl crate::Config for Test {
	type Money = Money;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Listings = Registry;
	type Curation = Registry;
	type Backing = Backers;
	type Offences = Registry;
	type Proofs = Checked;
	type BondValue = Worth;
	type Ratings = Awaited;
	type Juries = Bench;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Treasury = TreasuryAccount;
	type ProtocolFee = Fee;
	type CoverMargin = Margin;
	type ChallengeWindow = WindowLength;
	type DeliveryTimeout = ConstU32<DELIVERY>;
	type GoodsTimeout = ConstU32<GOODS>;
	type ConfirmTimeout = ConstU32<CONFIRM>;
	type OfferTimeout = ConstU32<OFFER>;
	type DisputeTimeout = ConstU32<DISPUTE>;
	type DisputeBuyerShare = BuyerShare;
	type BadChunkSlash = Slash;
	type RetryEvery = ConstU32<1>;
	type KeepFor = ConstU32<KEEP>;
	type MaxTimeout = ConstU32<LONGEST>;
	type UnbondingPeriod = ConstU32<UNBONDING>;
	type DepositPerByte = ConstU128<1>;
	type DepositBase = ConstU128<20>;
	type WeightInfo = ();
}

impl reach::Ratings<AccountId> for Awaited {
	fn served(_: ListingId, _: &AccountId, _: u32) {}
	fn awaited(_: OrderId) -> bool {
		Self::get()
	}
}

/// Everybody who owns something at the start, but [`POOR`].
pub fn endowed() -> impl Iterator<Item = AccountId> {
	[CURATOR, BUYER, OTHER, NODE, BONDS, TREASURY].into_iter().chain(WORKERS).chain(NODES)
}

/// The world of a test: everybody but [`STRANGER`] on the chain, with money, and 10 % protocol fee.
#[derive(Default)]
pub struct TestExt;

impl TestExt {
	souk_mock_support::execute!(check);

	pub fn build(self) -> sp_io::TestExternalities {
		registry::reset();
		proofs::reset();
		Weights::set(roomy());
		Fee::set(Permill::from_percent(10));
		Margin::set(Permill::zero());
		WindowLength::set(WINDOW);
		BuyerShare::set(Permill::from_percent(50));
		Slash::set(Permill::from_percent(10));
		Exchange::set(Some(RATE));
		Sitting::set(None);
		Awaited::set(false);
		OpenCases::set(Vec::new());
		SettledCases::set(Vec::new());
		LastDispute::set(None);
		RuledCases::set(Vec::new());
		Decided::set(Vec::new());
		BackedBy::set(Vec::new());
		souk_mock_support::externalities! {
			balances: endowed().map(|account| (account, ENDOWMENT)).chain([(POOR, 2_500)]),
			assets: [(1, CURATOR, true, MINIMUM)],
			accounts: endowed().map(|account| (1, account, ENDOWMENT)),
		}
	}
}

/// Checks the invariants, and that nothing is set aside or remembered for orders that have ended.
pub fn check() {
	Escrow::do_try_state().expect("the invariants hold");
	let covered: Balance = Orders::<Test>::iter_values().map(|record| record.covered).sum();
	assert_eq!(covered, bonds().values().map(|bond| bond.covered).sum::<Balance>(), "what is set aside");
	let marks = Orders::<Test>::iter_values().filter(|record| record.mark.is_some()).count();
	assert_eq!(open_periods(), marks, "periods of which somebody is remembered");
}

souk_mock_support::functions! {
	pallet_escrow: now, advance_to(check), events, assert_event, dispatch, dispatch_root, free, held(Order), deposit, transfer,
	freeze, block, unblock
}

/// The same as `dispatch`, with what it cost.
pub fn dispatch_with_info(
	who: AccountId,
	call: impl Into<RuntimeCall>,
) -> DispatchResultWithInfo<<RuntimeCall as Dispatchable>::PostInfo> {
	call.into().dispatch(RuntimeOrigin::signed(who))
}

/// An order as clients see it.
pub fn view(order: OrderId) -> OrderView<AccountId> {
	Escrow::order_details(order).expect("the order is not forgotten")
}

pub fn state(order: OrderId) -> OrderState {
	view(order).state
}

/// Up to any price of an asset.
pub fn at_most(asset: &Asset, amount: Balance) -> Price {
	Price { asset: asset.clone(), amount }
}

/// Orders a listing under its one-time plan, in the plan's asset, at any price.
pub fn order_as(who: AccountId, listing: ListingId, details: OrderDetails) -> DispatchResult {
	let max_price = at_most(&asset_of(listing), Balance::MAX);
	dispatch(who, crate::Call::<Test>::order { listing, plan: ONE_TIME, max_price, details })
}

/// The number of the order that is made next.
pub fn next_order() -> OrderId {
	NextOrderId::<Test>::get()
}

/// Orders goods, and returns the order's number.
pub fn order_goods(who: AccountId, listing: ListingId) -> OrderId {
	let order = next_order();
	frame_support::assert_ok!(order_as(who, listing, OrderDetails::Goods { terms: Some([7; 32]) }));
	order
}

/// Orders a snapshot, and returns the order's number.
pub fn order_data(who: AccountId, listing: ListingId) -> OrderId {
	let order = next_order();
	let details = OrderDetails::Data { period: PERIOD, buyer_key: buyer_key() };
	frame_support::assert_ok!(order_as(who, listing, details));
	order
}

pub fn milestone(amount: Balance, deliver_within: u32, confirm_within: u32) -> MilestoneTerms {
	MilestoneTerms { amount, deliver_within, confirm_within }
}

/// Offers a listing to [`BUYER`] in wUSD, and returns the order's number.
pub fn offer(listing: ListingId, parts: &[MilestoneTerms]) -> OrderId {
	let order = next_order();
	frame_support::assert_ok!(offer_as(CURATOR, listing, BUYER, parts));
	order
}

pub fn offer_as(
	who: AccountId,
	listing: ListingId,
	buyer: AccountId,
	parts: &[MilestoneTerms],
) -> DispatchResult {
	let milestones = parts.to_vec().try_into().expect("there are few parts");
	let call = crate::Call::<Test>::offer { listing, buyer, asset: WUSD, milestones, terms: Some([8; 32]) };
	dispatch(who, call)
}

pub fn fund(who: AccountId, order: OrderId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::fund { order })
}

pub fn mark_delivered(who: AccountId, order: OrderId, milestone: u32) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::mark_delivered { order, milestone, evidence: Some([9; 32]) })
}

pub fn confirm(who: AccountId, order: OrderId, milestone: u32) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::confirm { order, milestone })
}

pub fn cancel(who: AccountId, order: OrderId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::cancel { order })
}

pub fn claim_timeout(who: AccountId, order: OrderId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::claim_timeout { order })
}

pub fn dispute(who: AccountId, order: OrderId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::dispute { order, evidence: EVIDENCE })
}

/// What is shown in disputes.
pub const EVIDENCE: Digest = [6; 32];

pub fn resolve(order: OrderId, buyer_percent: u32) -> DispatchResult {
	let buyer_share = Permill::from_percent(buyer_percent);
	dispatch_root(crate::Call::<Test>::resolve { order, buyer_share })
}

pub fn forget(who: AccountId, order: OrderId) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::forget { order })
}

pub fn deliver(order: OrderId, delivery: KeyDelivery) -> DispatchResult {
	dispatch(NODE, crate::Call::<Test>::deliver { order, delivery })
}

pub fn deliver_batch(deliveries: Vec<(OrderId, KeyDelivery)>) -> DispatchResult {
	let deliveries = deliveries.try_into().expect("they are not too many");
	dispatch(NODE, crate::Call::<Test>::deliver_batch { deliveries })
}

pub fn prove_bad_chunk(who: AccountId, order: OrderId, evidence: BadChunk) -> DispatchResult {
	dispatch(who, crate::Call::<Test>::prove_bad_chunk { order, evidence })
}
