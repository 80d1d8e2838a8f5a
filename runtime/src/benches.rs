//! What is measured: our own pallets. Those of the SDK come with measured weights.

frame_benchmarking::define_benchmarks!(
	[pallet_validators, Validators]
	[pallet_listings, Listings]
	[pallet_subscriptions, Subscriptions]
	[pallet_curation, Curation]
	[pallet_proofs, Proofs]
	[pallet_escrow, Escrow]
	[pallet_asks, Asks]
	[pallet_tabs, Tabs]
	[pallet_disputes, Disputes]
	[pallet_stakes, Stakes]
	[pallet_availability, Availability]
	[pallet_reputation, Reputation]
	[pallet_backing, Backing]
);
