//! What other pallets answer where there is nothing.

/// Methods of a mock's `reach::Listings` and `reach::Curation` for what its tests do not need: `offers` (plans, payouts, policies),
/// `periods`, `snapshots`, `bonds`.
#[macro_export]
macro_rules! without {
	($($what:ident),+) => {
		$($crate::without!(@$what);)+
	};
	(@offers) => {
		fn plan(
			_: souk_primitives::ListingId,
			_: souk_primitives::PlanIndex,
		) -> Option<souk_primitives::Plan> {
			None
		}
		fn payouts(_: souk_primitives::ListingId) -> Option<souk_primitives::PayoutSplit> {
			None
		}
		fn policy(_: souk_primitives::ListingId) -> Option<souk_primitives::QueryPolicy> {
			None
		}
	};
	(@periods) => {
		fn period_begins(_: souk_primitives::ListingId, _: u32) -> u32 {
			0
		}
		fn period_settled(_: souk_primitives::ListingId, _: u32) {}
	};
	(@snapshots) => {
		fn snapshot(
			_: souk_primitives::ListingId,
			_: souk_primitives::Period,
		) -> Option<souk_primitives::SnapshotView> {
			None
		}
		fn newest(_: souk_primitives::ListingId) -> Option<souk_primitives::SnapshotView> {
			None
		}
		fn benchmark_sale(
			_: souk_primitives::ListingId,
			_: souk_primitives::SnapshotView,
			_: souk_primitives::Balance,
		) {
		}
	};
	(@bonds) => {
		fn cover(_: souk_primitives::ListingId, _: souk_primitives::Balance) -> bool {
			false
		}
		fn uncover(_: souk_primitives::ListingId, _: souk_primitives::Balance) {}
		fn slash(
			_: souk_primitives::ListingId,
			_: souk_primitives::Balance,
			_: &AccountId,
		) -> souk_primitives::Balance {
			0
		}
	};
}
