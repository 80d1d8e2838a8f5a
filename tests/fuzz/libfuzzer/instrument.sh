#!/usr/bin/env bash
# Stands in the compiler's place (RUSTC_WORKSPACE_WRAPPER), and has our own crates note which of their code was reached. Those of others are
# the ones that every build has: nothing of them is compiled again.
set -euo pipefail
case " $* " in
# What runs during the build is not fuzzed.
*' --crate-name build_script_build '* | *' --crate-type proc-macro '* | *' --crate-name wasm_opt '* | *' --print '*) exec "$@" ;;
esac
exec "$@" \
	-Cpasses=sancov-module \
	-Cllvm-args=-sanitizer-coverage-level=3 \
	-Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
	-Cllvm-args=-sanitizer-coverage-pc-table \
	-Cllvm-args=-sanitizer-coverage-trace-compares
