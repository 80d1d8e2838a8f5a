#!/usr/bin/env bash
# Stands in the compiler's place (RUSTC_WORKSPACE_WRAPPER) and lints a crate of ours without generating code. See lint.sh.
set -euo pipefail
args=()
for arg in "$@"; do
	case $arg in
	--emit=*) arg=--emit=dep-info,metadata ;;
	# Our libraries exist as metadata only; those of others are complete.
	*/deps/lib*.rlib) [ -e "${arg#*=}" ] || arg=${arg%.rlib}.rmeta ;;
	esac
	args+=("$arg")
done
# What runs during the build needs code.
case " $* " in *' --crate-name build_script_build '* | *' --crate-name wasm_opt '*) args=("$@") ;; esac
exec clippy-driver "${args[@]}"
