//! Proofs over tables: the second proof system. It has no keys; its versions are those that the code checks.

use crate::*;
use souk_primitives::reach::{BundleRefusal, TableProofs};
use souk_proof_primitives::statements::AGGREGATE;
use souk_table_proofs::{bundle::VERSION, verify, Bundle, Expected};

/// The versions that the code checks, the newest last.
pub const TABLE_VERSIONS: [u32; 1] = [VERSION as u32];

impl<T: Config> TableProofs for Pallet<T> {
	fn verify(bundle: &[u8], expected: &Expected<'_>) -> Result<Bundle, BundleRefusal> {
		if TableSwitch::<T>::get().is_some_and(|switch| switch.is_paused(Self::now())) {
			return Err(BundleRefusal::Paused);
		}
		if TABLE_VERSIONS.into_iter().all(Self::is_retired_version) {
			return Err(BundleRefusal::Retired);
		}
		let bundle = verify(bundle, expected).map_err(BundleRefusal::from)?;
		if Self::is_retired_version(bundle.version.into()) {
			return Err(BundleRefusal::Retired);
		}
		Ok(bundle)
	}

	fn current_version() -> Option<u32> {
		let (now, next) = (Self::now(), Self::next());
		let paused = |switch: Switch| switch.is_paused(now) || switch.is_paused(next);
		let newest =
			TABLE_VERSIONS.into_iter().rev().find(|version| !RetiredVersions::<T>::contains_key(version));
		newest.filter(|_| !TableSwitch::<T>::get().is_some_and(paused))
	}
}

impl<T: Config> Pallet<T> {
	/// Whether no proof of a version is taken in this block.
	fn is_retired_version(version: u32) -> bool {
		RetiredVersions::<T>::get(version).is_some_and(|from| from <= Self::now())
	}

	pub(crate) fn tables_view() -> TablesView {
		TablesView {
			statement: AGGREGATE,
			versions: TABLE_VERSIONS
				.into_iter()
				.map(|version| (version, RetiredVersions::<T>::get(version)))
				.collect(),
			paused: TableSwitch::<T>::get().is_some_and(|switch| switch.is_paused(Self::now())),
		}
	}
}
