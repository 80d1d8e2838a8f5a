#!/usr/bin/env bash
# Measures the weights of our pallets' calls and hooks and writes runtime/src/weights/ (docs/decisions/0020-weights.md).
# Usage: scripts/weights.sh            all pallets
#        scripts/weights.sh tool       only builds the tool
#        scripts/weights.sh tabs asks  only these pallets
# STEPS, REPEAT: how many values of each component, and how often each is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${CARGO_TARGET_DIR:=$PWD/target}"
CARGO_TARGET_DIR=$(realpath -m "$CARGO_TARGET_DIR")

# --- the tool, once --------------------------------------------------------------------------------
# The release that belongs to the polkadot-sdk of Cargo.lock; it has the node's host functions.
version=0.28.0
tools=$CARGO_TARGET_DIR/tools
bencher=$tools/bin/frame-omni-bencher

# What host functions and the trie do is optimised as in the node (Cargo.toml); the rest of the tool measures nothing. Without
# link-time optimisation, and with RocksDB, which it links but does not use here, as fast as it compiles.
hot=(parity-scale-codec hash-db memory-db trie-db hashbrown blake2b_simd blake2 keccak sha2 sha3 twox-hash curve25519-dalek
	schnorrkel merlin ark-ff ark-ec ark-serialize ark-bls12-381 ark-ed-on-bls12-381-bandersnatch wasmtime cranelift-codegen
	regalloc2 sp-core sp-io sp-trie sp-state-machine sp-crypto-ec-utils sc-client-db frame-benchmarking-cli)

build_tool() {
	"$bencher" --version 2>/dev/null | grep -qF " $version" && return 0
	echo "weights: building frame-omni-bencher $version, once" >&2
	(
		export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/tools/build" CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=false
		export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 OPENSSL_NO_VENDOR=1 CXXFLAGS="-O0 ${CXXFLAGS:-}"
		# The pinned toolchain, from outside: the workspace's profiles and flags are not the tool's.
		toolchain=$(rustup show active-toolchain | cut -d' ' -f1)
		cd /
		cargo "+$toolchain" install --quiet --locked frame-omni-bencher --version "$version" --root "$tools" \
			$(printf -- '--config=profile.release.package.%s.opt-level=3 ' "${hot[@]}")
	)
}
