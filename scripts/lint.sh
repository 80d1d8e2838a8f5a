#!/usr/bin/env bash
# Formatting, then clippy with warnings as errors on our crates: libraries, programs and tests.
#
# `cargo clippy` would check a thousand dependencies once more, in a form that nothing else uses. Clippy is therefore put
# in the compiler's place for our own crates (clippy-only.sh) in an ordinary build, which has the dependencies already.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo fmt --all --check
export RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/clippy-only.sh
export CLIPPY_ARGS='-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__'
# Code that is compiled to wasm is linted as native code; the wasm itself is not needed.
export SKIP_WASM_BUILD=1
exec cargo build --locked --workspace --all-targets --keep-going
