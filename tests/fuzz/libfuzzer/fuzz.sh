#!/usr/bin/env bash
# Fuzzes the runtime for so many minutes: builds the target once, lets libFuzzer search from the corpus, and makes whatever breaks
# something a short file of the corpus. The new sequences of a search stay in the target directory, for the next one.
# Usage: tests/fuzz/libfuzzer/fuzz.sh [minutes]
set -euo pipefail
cd "$(dirname "$0")/../../.."
minutes=${1:-5}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
corpus=$PWD/tests/fuzz/corpus
found=$target/fuzz/found known=$target/fuzz/known
mkdir -p "$found" "$known"

# Part of clang, which the build needs anyway.
library=$(clang --print-file-name=libclang_rt.fuzzer-x86_64.a)
[ -e "$library" ] || { echo "fuzz: clang has no libFuzzer here ($library): install clang's runtime (libclang-rt-dev)"; exit 2; }

export SKIP_WASM_BUILD=1
# First the program that replays, as it always is; then the target, of our crates with counters.
cargo build --locked -p souk-fuzz --bin souk-fuzz
RUSTC_WORKSPACE_WRAPPER=$PWD/tests/fuzz/libfuzzer/instrument.sh cargo rustc --locked -p souk-fuzz --bin souk-fuzz-target --features libfuzzer -- \
	-Clink-arg="$library" -Clink-arg=-lstdc++

rm -f "$found"/*
status=0
"$target/debug/souk-fuzz-target" "$known" "$corpus" -artifact_prefix="$found/" -max_total_time=$((minutes * 60)) \
	-max_len=600 -timeout=60 -rss_limit_mb=4096 -len_control=20 -print_final_stats=1 || status=$?
for file in "$found"/*; do
	[ -e "$file" ] || continue
	name=found-$(sha256sum "$file" | cut -c1-12)
	"$target/debug/souk-fuzz" minimise "$file" "$corpus/$name" || cp "$file" "$corpus/$name"
	echo "fuzz: replay with: cargo run -p souk-fuzz --bin souk-fuzz -- replay tests/fuzz/corpus/$name"
done
exit "$status"
