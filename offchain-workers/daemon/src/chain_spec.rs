//! The chain specification, as far as the daemons themselves look into it: the light client reads the rest.

use crate::DaemonError;
use std::path::Path;

/// Reads the specification, raw JSON.
///
/// # Errors
/// [`DaemonError::ChainSpec`].
pub fn read(path: &Path) -> Result<String, DaemonError> {
	std::fs::read_to_string(path).map_err(|source| DaemonError::ChainSpec { path: path.into(), source })
}

/// Whether a specification is that of a live chain. One that does not say so clearly is taken for live.
pub fn is_live(spec: &str) -> bool {
	let spec: serde_json::Value = serde_json::from_str(spec).unwrap_or_default();
	match spec.get("chainType") {
		Some(serde_json::Value::String(kind)) => !matches!(kind.as_str(), "Development" | "Local"),
		_ => true,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_does_not_say_that_it_is_a_test_chain_is_live() {
		for spec in [r#"{"chainType":"Local"}"#, r#"{"chainType":"Development"}"#] {
			assert!(!is_live(spec), "{spec}");
		}
		for spec in [r#"{"chainType":"Live"}"#, r#"{"chainType":{"Custom":"Local"}}"#, "{}", "no json"] {
			assert!(is_live(spec), "{spec}");
		}
	}

	#[test]
	fn a_missing_specification_is_named() {
		let error = read(Path::new("/nowhere/chain.json")).expect_err("there is none");
		assert!(error.to_string().contains("/nowhere/chain.json"), "{error}");
	}
}
