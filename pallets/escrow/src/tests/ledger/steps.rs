//! The steps of the random sequences, and how often each comes.

use proptest::prelude::*;

/// One step. Numbers are indices, taken modulo what there is.
#[derive(Clone, Debug)]
pub enum Step {
	List { data: bool, wusd: bool, price: usize, corrupt: bool },
	Bond { listing: usize, amount: usize },
	SetPrice { listing: usize, price: usize },
	SetState { listing: usize, state: usize },
	SetSplit { listing: usize, workers: u32, persistence: u32 },
	Serve { listing: usize, workers: usize, nodes: usize },
	Order { who: usize, listing: usize },
	Offer { who: usize, listing: usize, parts: usize, amount: usize, wusd: bool },
	Fund { which: usize },
	Deliver { which: usize, good: bool },
	DeliverBatch { from: usize, count: usize, bad: usize },
	Mark { which: usize, milestone: u32 },
	Confirm { which: usize, milestone: u32 },
	Cancel { which: usize, sells: bool },
	Claim { which: usize },
	Prove { which: usize, index: u32 },
	Dispute { which: usize, sells: bool },
	Resolve { which: usize, percent: u32 },
	Forget { which: usize, buyer: bool },
	Spend { who: usize, wusd: bool, all: bool },
	Earn { who: usize, wusd: bool, amount: u32 },
	SetFee { percent: u32 },
	SetRate { rate: Option<u8> },
	Freeze { frozen: bool },
	Advance { blocks: u32 },
}

pub fn step() -> impl Strategy<Value = Step> {
	use Step::*;
	let some = || 0usize..8;
	let which = || 0usize..60;
	let flag = any::<bool>;
	let mostly = || prop::bool::weighted(0.8);
	prop_oneof![
		3 => (flag(), flag(), some(), flag()).prop_map(|(data, wusd, price, corrupt)| List { data, wusd, price, corrupt }),
		2 => (some(), some()).prop_map(|(listing, amount)| Bond { listing, amount }),
		2 => (some(), some()).prop_map(|(listing, price)| SetPrice { listing, price }),
		1 => (some(), some()).prop_map(|(listing, state)| SetState { listing, state }),
		2 => (some(), 0u32..50, 0u32..50)
			.prop_map(|(listing, workers, persistence)| SetSplit { listing, workers, persistence }),
		4 => (some(), 0usize..4, 0usize..3).prop_map(|(listing, workers, nodes)| Serve { listing, workers, nodes }),
		26 => (some(), some()).prop_map(|(who, listing)| Order { who, listing }),
		6 => (some(), some(), 0usize..4, some(), flag())
			.prop_map(|(who, listing, parts, amount, wusd)| Offer { who, listing, parts, amount, wusd }),
		8 => which().prop_map(|which| Fund { which }),
		14 => (which(), mostly()).prop_map(|(which, good)| Deliver { which, good }),
		5 => (which(), 1usize..6, 0usize..12).prop_map(|(from, count, bad)| DeliverBatch { from, count, bad }),
		10 => (which(), 0u32..3).prop_map(|(which, milestone)| Mark { which, milestone }),
		6 => (which(), 0u32..3).prop_map(|(which, milestone)| Confirm { which, milestone }),
		3 => (which(), flag()).prop_map(|(which, sells)| Cancel { which, sells }),
		6 => which().prop_map(|which| Claim { which }),
		18 => (which(), 0u32..4).prop_map(|(which, index)| Prove { which, index }),
		10 => (which(), flag()).prop_map(|(which, sells)| Dispute { which, sells }),
		4 => (which(), 0u32..101).prop_map(|(which, percent)| Resolve { which, percent }),
		6 => (which(), mostly()).prop_map(|(which, buyer)| Forget { which, buyer }),
		5 => (some(), flag(), flag()).prop_map(|(who, wusd, all)| Spend { who, wusd, all }),
		6 => (some(), flag(), 10u32..4_000).prop_map(|(who, wusd, amount)| Earn { who, wusd, amount }),
		2 => (0u32..40).prop_map(|percent| SetFee { percent }),
		2 => prop::option::of(0u8..4).prop_map(|rate| SetRate { rate }),
		3 => prop::bool::weighted(0.4).prop_map(|frozen| Freeze { frozen }),
		30 => (1u32..9).prop_map(|blocks| Advance { blocks }),
	]
}

/// How every sequence starts: a good and a bad snapshot in wUSD and in SOUK, and a service.
pub fn start() -> Vec<Step> {
	use Step::*;
	vec![
		List { data: true, wusd: true, price: 2, corrupt: false },
		List { data: true, wusd: false, price: 2, corrupt: true },
		List { data: false, wusd: true, price: 2, corrupt: false },
		Bond { listing: 0, amount: 2 },
		Bond { listing: 1, amount: 0 },
	]
}
