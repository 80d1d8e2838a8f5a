#!/usr/bin/env bash
# Prints the toolchain that compiles the runtime to wasm: the pinned one, or the distribution's where rustup could not
# download the target (see setup.sh).
set -euo pipefail
if rustup target list --installed 2>/dev/null | grep -qx wasm32v1-none; then
	rustup show active-toolchain | cut -d' ' -f1
else
	echo debian
fi
