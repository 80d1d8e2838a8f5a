#!/usr/bin/env bash
# Plants the bugs of runtime/tests/wired/books/planted into a copy of the tree, each behind the fuzzer's switch (tests/fuzz/planted/switch.patch),
# so that one build has all of them; then turns them on one at a time, and runs the tests of the books, each of which must fail. Without a bug
# they must pass. Prints a table.
# Usage: runtime/tests/wired/books/planted.sh
set -euo pipefail
cd "$(dirname "$0")/../../../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$target SKIP_WASM_BUILD=1 PROPTEST_MAX_SHRINK_ITERS=0
export RUSTC_WORKSPACE_WRAPPER=$PWD/tests/fuzz/planted/apart.sh
patches=runtime/tests/wired/books/planted
tree=$target/planted-books/tree said=$target/planted-books/said
mkdir -p "$tree"

# Unchanged files keep their times, so that only what has changed is compiled again. What is planted is planted anew.
git ls-files --cached --others --exclude-standard | while read -r file; do
	[ -e "$file" ] || continue
	cmp -s "$file" "$tree/$file" || { mkdir -p "$tree/$(dirname "$file")" && cp -P "$file" "$tree/$file"; }
done
for patch in tests/fuzz/planted/switch.patch "$patches"/*.patch; do
	(cd "$tree" && patch --quiet --batch --no-backup-if-mismatch -p1) <"$patch" || { echo "planted: $patch does not apply"; exit 2; }
done
cd "$tree/runtime"
tests=$(cargo test --locked -p souk-runtime --test wired --no-run --message-format=json-render-diagnostics |
	sed -n 's/.*"name":"wired".*"executable":"\([^"]*\)".*/\1/p')

# Whether the tests of the books pass with a bug; 0 is none.
pass() { SOUK_PLANTED=$1 "$tests" books:: >"$said" 2>&1; }

pass 0 || { echo "planted: the tests fail without a bug"; tail -40 "$said"; exit 1; }
missed=0
echo "| bug | what | tests that fail | the first says |"
echo "|---|---|---|---|"
for patch in "$tree/$patches"/*.patch; do
	name=$(basename "$patch" .patch)
	if pass $((10#${name%%-*})); then
		missed=$((missed + 1)) failed=none first=
	else
		failed=$(sed -n 's/^test books::\(.*\) \.\.\. FAILED$/\1/p' "$said" | wc -l)
		first=$(awk '/panicked at/ { at = NR } at && NR > at && NR < at + 4 && !/^(note:|$)/ { printf "%s ", $0 } at && NR >= at + 4 { exit }' "$said")
	fi
	echo "| \`${name%%-*}\` ${name#*-} | $(head -1 "$patch") | $failed | ${first//|/\\|} |"
done
[ "$missed" = 0 ] || { echo "planted: $missed bugs were not found"; exit 1; }
