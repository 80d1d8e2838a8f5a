//! What a chain that people keep money on must not start with.

use sc_service::{ChainSpec, ChainType};
use souk_runtime::presets;

/// Checks that nobody can prove what they like on a chain of type Live, and that nobody can have its validators ask around in their own
/// networks.
///
/// # Errors
///
/// A sentence for whoever runs the node: the genesis takes the development keys of the proofs, allows addresses that are not public, or
/// cannot be built.
pub fn check(spec: &dyn ChainSpec) -> Result<(), String> {
	if spec.chain_type() != ChainType::Live {
		return Ok(());
	}
	let genesis = spec.as_storage_builder().build_storage()?;
	if presets::takes_development_keys(&genesis) {
		return Err(format!(
			"{} is a chain of type Live, but its genesis takes the development keys of the proofs, with which anybody \
			 proves anything: leave `proofs.developmentKeys` and all keys of era 0 out of the genesis",
			spec.name(),
		));
	}
	if presets::asks_private_addresses(&genesis) {
		return Err(format!(
			"{} is a chain of type Live, but its genesis lets nodes have validators connect to addresses in their own networks: leave \
			 `availability.allowPrivate` out of the genesis",
			spec.name(),
		));
	}
	Ok(())
}
