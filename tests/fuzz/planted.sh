#!/usr/bin/env bash
# Plants the bugs of tests/fuzz/planted into a copy of the tree, each behind a switch, so that one build has all of them; then turns them on one
# at a time, and lets the fuzzer search: first the corpus as it is, then changes of it, from a fixed seed, for so many seconds. Without a bug
# the same build must find nothing. Writes what was found into tests/fuzz/README.md.
# Usage: tests/fuzz/planted.sh [seconds for each]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
root=$PWD
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$target SKIP_WASM_BUILD=1 RUSTC_WORKSPACE_WRAPPER=$root/tests/fuzz/planted/apart.sh
tree=$target/planted/tree results=$target/planted/results
mkdir -p "$tree" "$results"
rm -f "$results"/*

# Unchanged files keep their times, so that only what has changed is compiled again. What is planted is planted anew.
git ls-files --cached --others --exclude-standard | while read -r file; do
	[ -e "$file" ] || continue
	cmp -s "$file" "$tree/$file" || { mkdir -p "$tree/$(dirname "$file")" && cp -P "$file" "$tree/$file"; }
done
for patch in tests/fuzz/planted/*.patch; do
	(cd "$tree" && patch --quiet --batch --no-backup-if-mismatch -p1) <"$patch" || { echo "planted: $patch does not apply"; exit 2; }
done
(cd "$tree" && cargo build --locked -p souk-fuzz --bin souk-fuzz)
fuzz=$target/planted/souk-fuzz
cp "$target/debug/souk-fuzz" "$fuzz"

if ! output=$(SOUK_PLANTED=0 "$fuzz" search "$seconds" 1 tests/fuzz/corpus); then
	printf 'planted: something does not hold without a bug\n%s\n' "$output"
	exit 1
fi
for patch in tests/fuzz/planted/[0-9]*.patch; do
	name=$(basename "$patch" .patch)
	bug=$((10#${name%%-*}))
	if output=$(SOUK_PLANTED=$bug "$fuzz" search "$seconds" 1 tests/fuzz/corpus); then
		printf '%s\n' "not found" "$output" >"$results/$name"
	else
		printf '%s\n' "found" "$output" >"$results/$name"
	fi
	echo "$name: $(head -1 "$results/$name")"
done
tests/fuzz/planted-table.sh "$results"
