//! The blob of wasm that checks proofs, run by the node's executor with the node's host functions.

use anyhow::{anyhow, ensure, Result};
use codec::{Decode, Encode};
use souk_bench_verifier::WASM_BINARY;
use souk_runtime_executor::Executor;
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use std::time::{Duration, Instant};

/// The blob, compiled at its first call.
pub struct Blob {
	executor: Executor,
	code: &'static [u8],
}

impl Blob {
	/// `None` where the blob was left out of the build.
	pub fn new() -> Option<Self> {
		Some(Self { executor: Executor::default(), code: WASM_BINARY? })
	}

	/// Calls a function of it, which says yes or no.
	pub fn call(&self, method: &str, argument: &impl Encode) -> Result<(Duration, bool)> {
		let code = WrappedRuntimeCode(self.code.into());
		let code = RuntimeCode { code_fetcher: &code, heap_pages: None, hash: vec![1] };
		let mut externalities = sp_io::TestExternalities::default();
		let data = argument.encode();
		let start = Instant::now();
		let (result, _) =
			self.executor.call(&mut externalities.ext(), &code, method, &data, CallContext::Offchain);
		let took = start.elapsed();
		let output = result.map_err(|error| anyhow!("{method}: {error}"))?;
		Ok((took, bool::decode(&mut &output[..])?))
	}

	/// The same, where it has to say yes.
	pub fn valid(&self, method: &str, argument: &impl Encode) -> Result<Duration> {
		let (took, valid) = self.call(method, argument)?;
		ensure!(valid, "{method} says no");
		Ok(took)
	}
}
