#!/usr/bin/env bash
# Formatting, then clippy with warnings as errors on our crates.
#
# `cargo clippy` would check a thousand dependencies once more, in a form that nothing else uses. Clippy is therefore put
# in the compiler's place for our own crates in an ordinary build, which has the dependencies already. Test code is not
# linted yet.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo fmt --all --check
export RUSTC_WORKSPACE_WRAPPER=clippy-driver
export CLIPPY_ARGS='-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__'
exec cargo build --locked --workspace --lib --bins
