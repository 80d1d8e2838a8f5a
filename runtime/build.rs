//! Builds the wasm blob that `WASM_BINARY` includes; `SKIP_WASM_BUILD=1` leaves it out.
fn main() {
	#[cfg(feature = "std")]
	substrate_wasm_builder::WasmBuilder::build_using_defaults();
}
