#!/usr/bin/env bash
# Runs every test of the workspace. The scenarios mostly wait for blocks: the other tests run beside them, with less claim on
# the processor, so that nothing that is timed waits for them.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo test --locked --workspace --no-run
log=$(mktemp)
# A process group of its own, so that an interrupt ends all that the scenarios have started.
set -m
cargo test --locked --package souk-scenarios >"$log" 2>&1 &
scenarios=$!
set +m
trap 'rm -f "$log"; kill -INT -- "-$scenarios" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM
others=0
nice -n 10 cargo test --locked --workspace --exclude souk-scenarios || others=$?
printf '\n== the scenarios, which ran beside them\n'
# What they say is shown once they are through, whatever came of the others.
scenario=0
wait "$scenarios" || scenario=$?
cat "$log"
exit $((others > scenario ? others : scenario))
