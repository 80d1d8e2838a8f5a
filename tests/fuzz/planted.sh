#!/usr/bin/env bash
# Plants the bugs of tests/fuzz/planted one at a time into a copy of the tree, builds the fuzzer with each, and lets it search: first the
# corpus as it is, then changes of it, from a fixed seed, for so many seconds. Writes what was found into tests/fuzz/README.md.
# Usage: tests/fuzz/planted.sh [seconds for each] [patch...]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-120}
shift || true
root=$PWD
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$target SKIP_WASM_BUILD=1
tree=$target/planted/tree results=$target/planted/results
mkdir -p "$tree" "$results"
patches=("$@")
[ ${#patches[@]} -gt 0 ] || patches=(tests/fuzz/planted/*.patch)

# Of unchanged files the times stay, so that only what a patch touches is compiled again.
git ls-files -z --cached --others --exclude-standard | rsync -a --checksum --delete --from0 --files-from=- ./ "$tree/"

build() { (cd "$tree" && cargo build --quiet --locked -p souk-fuzz --bin souk-fuzz); }

for patch in "${patches[@]}"; do
	name=$(basename "$patch" .patch)
	(cd "$tree" && patch --quiet -p1 <"$root/$patch")
	if ! build; then
		echo "$name: does not compile" | tee "$results/$name"
	elif output=$("$target/debug/souk-fuzz" search "$seconds" 1 "$root/tests/fuzz/corpus"); then
		printf '%s\n' "not found" "$output" >"$results/$name"
	else
		printf '%s\n' "found" "$output" >"$results/$name"
	fi
	(cd "$tree" && patch --quiet -R -p1 <"$root/$patch")
	echo "$name: $(head -1 "$results/$name")"
done
"$root/tests/fuzz/planted-table.sh" "$results"
