#!/usr/bin/env bash
# Writes the table of the planted bugs into README.md, out of the results of planted.sh.
# Usage: tests/fuzz/planted-table.sh <directory with results>
set -euo pipefail
cd "$(dirname "$0")"
results=$1
table=$(mktemp)
{
	echo "| bug | what | found | by what |"
	echo "|---|---|---|---|"
	for patch in planted/[0-9]*.patch; do
		name=$(basename "$patch" .patch)
		what=$(head -1 "$patch")
		if [ -e "$results/$name" ]; then
			found=no
			[ "$(head -1 "$results/$name")" != found ] || found=yes
			said=$(sed -n '3p' "$results/$name")
			# The first line of what does not hold, and when it was seen.
			by=$(sed -n '2p' "$results/$name")
			[ "$found" = no ] || by="$by: $said"
		else
			found="not run" by=""
		fi
		echo "| \`${name%%-*}\` ${name#*-} | $what | $found | ${by//|/\\|} |"
	done
} >"$table"
awk -v table="$table" '
	/<!-- planted -->/ { print; while ((getline line < table) > 0) print line; skip = 1; next }
	/<!-- end -->/ { skip = 0 }
	!skip { print }
' README.md >"$table.new"
cat "$table.new" >README.md
rm -f "$table" "$table.new"
grep -c '| yes |' README.md | sed 's/$/ bugs found/'
