//! What a chain that people keep money on must not start with.

use sc_service::{ChainSpec, ChainType};
use souk_runtime::presets;

/// Checks that nobody can prove what they like on a chain of type Live.
///
/// # Errors
///
/// A sentence for whoever runs the node: the genesis takes the development keys of the proofs, or cannot be built.
pub fn check(spec: &dyn ChainSpec) -> Result<(), String> {
	if spec.chain_type() != ChainType::Live {
		return Ok(());
	}
	if presets::takes_development_keys(&spec.as_storage_builder().build_storage()?) {
		return Err(format!(
			"{} is a chain of type Live, but its genesis takes the development keys of the proofs, with which anybody \
			 proves anything: leave `proofs.developmentKeys` and all keys of era 0 out of the genesis",
			spec.name(),
		));
	}
	Ok(())
}
