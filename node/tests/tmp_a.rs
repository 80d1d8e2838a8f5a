use sc_executor::WasmExecutor;
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use std::time::{Duration, Instant};
type Host = (sp_io::SubstrateHostFunctions, sp_crypto_ec_utils::HostFunctionsRfc163);
#[test]
fn tmp() {
	let wasm = std::fs::read("/var/tmp/souk-target/debug/wbuild/souk-runtime/target/wasm32v1-none/release/a_blob.wasm").unwrap();
	let exec = WasmExecutor::<Host>::builder().build();
	let fetcher = WrappedRuntimeCode(wasm.into());
	let code = RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: vec![1] };
	let mut ext = sp_io::TestExternalities::default();
	let mut ext = ext.ext();
	for (name, reps, n) in [("1", 1u32, 40), ("64", 1, 10)] {
		let mut data = std::fs::read(format!("/tmp/a_input{name}.bin")).unwrap();
		data.extend(reps.to_le_bytes());
		for f in ["host_decode", "host_single", "host_batch", "wasm_decode", "wasm_single", "wasm_batch"] {
			if name == "64" && f == "wasm_single" { continue; }
			let mut best = Duration::MAX;
			for _ in 0..n {
				let t = Instant::now();
				let (r, _) = exec.call(&mut ext, &code, f, &data, CallContext::Onchain { import: false });
				r.unwrap();
				best = best.min(t.elapsed());
			}
			println!("{name} {f}: {best:?}");
		}
	}
}
