#!/usr/bin/env bash
# Measures what the calls and hooks of our pallets weigh, in the runtime's wasm, and writes runtime/src/weights/
# (docs/decisions/0020-weights.md).
#
#   scripts/weights.sh              all pallets of runtime/src/benches.rs
#   scripts/weights.sh tool         builds the tool, and nothing else
#   scripts/weights.sh wasm         builds the runtime with its benchmarks, and nothing else
#   scripts/weights.sh tabs asks    measures only these pallets
#
# STEPS (10) values of each component, REPEAT (10) measurements of each; OUT (runtime/src/weights) is written to.
set -euo pipefail
cd "$(dirname "$0")/.."
CARGO_TARGET_DIR=$(realpath -m "${CARGO_TARGET_DIR:-$PWD/target}")
say() { printf 'weights: %s\n' "$*" >&2; }

# --- the tool, once ----------------------------------------------------------------------------------
# The release that belongs to the polkadot-sdk of Cargo.lock. It has the host functions that our node has.
version=0.28.0
tools=$CARGO_TARGET_DIR/tools

# What executor, host functions and trie do is optimised as in the node (Cargo.toml): that of it which is generic is compiled in the tool itself. The
# rest measures nothing, and is compiled as fast as can be: unoptimised, without link-time optimisation, RocksDB (which is linked and not used) included.
hot=(frame-omni-bencher wasmtime cranelift-codegen regalloc2 sc-executor sc-executor-wasmtime sc-executor-common sc-allocator sc-client-db
	frame-benchmarking-cli sp-wasm-interface sp-runtime-interface sp-externalities sp-state-machine sp-trie sp-core sp-io
	sp-crypto-ec-utils sp-keystore tikv-jemalloc-sys parity-scale-codec hash-db memory-db trie-db hashbrown foldhash smallvec
	bytes primitive-types fixed-hash blake2b_simd blake2 keccak sha2 sha3 twox-hash curve25519-dalek schnorrkel merlin
	secp256k1-sys ark-scale ark-ff ark-ec ark-serialize ark-bls12-381 ark-ed-on-bls12-381-bandersnatch)

# Another list makes another tool.
installed=$tools/$version-$(printf '%s ' "${hot[@]}" | cksum | cut -d' ' -f1)
bencher=$installed/bin/frame-omni-bencher

build_tool() {
	"$bencher" --version 2>/dev/null | grep -qF " $version" && return 0
	say "building frame-omni-bencher $version, once"
	(
		export CARGO_TARGET_DIR="$tools/build" OPENSSL_NO_VENDOR=1 CXXFLAGS="-O0 ${CXXFLAGS:-}"
		export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=false
		export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=0
		# A runtime that only the tool's benchmarks of storage ask for.
		export SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1
		toolchain=$(rustup show active-toolchain | cut -d' ' -f1)
		# From outside, so that nothing of the workspace applies to the tool but its compiler.
		cd /
		cargo "+$toolchain" install --locked frame-omni-bencher --version "$version" --root "$installed" \
			$(printf -- '--config=profile.release.package.%s.opt-level=3 ' "${hot[@]}")
	)
}

# --- the runtime with its benchmarks -----------------------------------------------------------------
# As substrate-wasm-builder compiles it, which would compile the runtime and its pallets natively as well.
build=$CARGO_TARGET_DIR/weights
wasm=$build/wasm32v1-none/release/souk_runtime.wasm

build_wasm() {
	say "building the runtime with its benchmarks"
	local toolchain=${WASM_BUILD_TOOLCHAIN:-$(scripts/wasm-toolchain.sh)}
	env -u RUSTC_WORKSPACE_WRAPPER CARGO_TARGET_DIR="$build" CARGO_PROFILE_RELEASE_PANIC=abort CARGO_PROFILE_RELEASE_LTO=thin \
		RUSTFLAGS='-C link-arg=--export-table -C link-arg=--export=__heap_base -C link-arg=--import-memory --cfg substrate_runtime' \
		cargo "+$toolchain" rustc --locked --package souk-runtime --lib --crate-type cdylib --release --target wasm32v1-none \
		--no-default-features --features runtime-benchmarks
}

# --- the measurement ---------------------------------------------------------------------------------
measure() { # pallet
	say "measuring pallet_$1"
	RUST_LOG=${RUST_LOG:-warn,frame::benchmark=info} "$bencher" v1 benchmark pallet --runtime "$wasm" \
		--genesis-builder runtime --genesis-builder-preset development \
		--pallet "pallet_$1" --extrinsic '*' --steps "${STEPS:-10}" --repeat "${REPEAT:-10}" \
		--min-duration 1 --heap-pages 4096 --template scripts/weights.hbs --output "$out/$1.rs"
}

case ${1-} in
tool) build_tool ;;
wasm) build_wasm ;;
*)
	pallets=("$@")
	[ $# -gt 0 ] || mapfile -t pallets < <(sed -n 's/^\t\[pallet_\([a-z_]*\), .*/\1/p' runtime/src/benches.rs)
	out=${OUT:-runtime/src/weights}
	mkdir -p "$out"
	build_tool
	build_wasm
	for pallet in "${pallets[@]}"; do
		measure "$pallet"
	done
	cargo fmt --package souk-runtime
	;;
esac
