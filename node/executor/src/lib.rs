//! Runs the wasm runtime for the node, and for what measures the node.
//!
//! The SDK's executor is generic in its host functions: the code between wasm and each of them is compiled where they are named. That
//! code is run some thousand times for a transaction (each allocation in wasm is a call of the host), so it is in a crate of its own,
//! which is optimised, and with a type that is not generic, so that it is compiled nowhere else (docs/decisions/0004-opt-level.md).

use sc_executor::{error::Error, RuntimeVersion, RuntimeVersionOf, WasmExecutor};
use sc_service::config::ExecutorConfiguration;
use sp_core::traits::{CallContext, CodeExecutor, Externalities, ReadRuntimeVersion, RuntimeCode};

/// What the runtime may call: the usual functions, and curve arithmetic (RFC-163) for proofs.
pub type HostFunctions = (sp_io::SubstrateHostFunctions, sp_crypto_ec_utils::HostFunctionsRfc163);

/// The SDK's executor with our host functions. Clones share their cache of compiled runtimes.
#[derive(Clone)]
pub struct Executor(WasmExecutor<HostFunctions>);

impl Executor {
	/// An executor with a node's settings.
	pub fn new(config: &ExecutorConfiguration) -> Self {
		Self(sc_service::new_wasm_executor(config))
	}
}

impl Default for Executor {
	fn default() -> Self {
		Self::new(&ExecutorConfiguration::default())
	}
}

impl CodeExecutor for Executor {
	type Error = Error;

	fn call(
		&self,
		ext: &mut dyn Externalities,
		code: &RuntimeCode,
		method: &str,
		data: &[u8],
		context: CallContext,
	) -> (Result<Vec<u8>, Error>, bool) {
		self.0.call(ext, code, method, data, context)
	}
}

impl RuntimeVersionOf for Executor {
	fn runtime_version(
		&self,
		ext: &mut dyn Externalities,
		code: &RuntimeCode,
	) -> Result<RuntimeVersion, Error> {
		self.0.runtime_version(ext, code)
	}
}

impl ReadRuntimeVersion for Executor {
	fn read_runtime_version(&self, code: &[u8], ext: &mut dyn Externalities) -> Result<Vec<u8>, String> {
		self.0.read_runtime_version(code, ext)
	}
}
