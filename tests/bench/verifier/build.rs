//! Builds the wasm blob that `WASM_BINARY` includes; `SKIP_WASM_BUILD=1` leaves it out.
fn main() {
	#[cfg(feature = "std")]
	substrate_wasm_builder::WasmBuilder::init_with_defaults().disable_runtime_version_section_check().build();
}
