//! Weights of the calls. Set by hand from the arithmetic and the database operations of each, until they are measured.
//!
//! Measured natively, in this project's ordinary build: to check a proof of `KeyDelivery` 1.8 ms (of it 0.45 ms for adding up the
//! seven inputs' points, 0.9 ms for the Miller loops, 0.4 ms for the final exponentiation), to read its points and check them
//! 0.12 ms, to check two points among the inputs 0.15 ms. The runtime does the same through host functions, and adds what it
//! computes itself: the curves' equations, the encoding of points for the host. That counts 4 ms, twice what was measured.
//!
//! To register a key, its twelve points are decompressed in wasm: eight square roots in the small field and three in the large
//! one, about 4 ms; checking the points and a pairing take 1.5 ms more.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// One function per call.
pub trait WeightInfo {
	/// `register_key`
	fn register_key() -> Weight;
	/// `retire_key`
	fn retire_key() -> Weight;
	/// `pause`
	fn pause() -> Weight;
	/// `resume`
	fn resume() -> Weight;
	/// `verify` of the statement with the most inputs
	fn verify_proof() -> Weight;
}

impl WeightInfo for () {
	/// Key, eras; reads whether development keys are taken.
	fn register_key() -> Weight {
		Weight::from_parts(8_000_000_000, 6_000).saturating_add(RocksDbWeight::get().reads_writes(3, 2))
	}
	/// Key, eras.
	fn retire_key() -> Weight {
		Weight::from_parts(20_000_000, 6_000).saturating_add(RocksDbWeight::get().reads_writes(2, 2))
	}
	/// Switch.
	fn pause() -> Weight {
		Weight::from_parts(10_000_000, 2_600).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// Switch.
	fn resume() -> Weight {
		Weight::from_parts(10_000_000, 2_600).saturating_add(RocksDbWeight::get().reads_writes(1, 1))
	}
	/// Reads key, switch, and whether development keys are taken.
	fn verify_proof() -> Weight {
		Weight::from_parts(4_000_000_000, 8_000).saturating_add(RocksDbWeight::get().reads(3))
	}
}
