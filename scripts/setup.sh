#!/usr/bin/env bash
# Installs what the build needs on Debian or Ubuntu: system packages and the wasm target. Safe to run again.
# Usage: scripts/setup.sh            (needs root or sudo only when a package is missing)
set -euo pipefail

packages=(build-essential clang libclang-dev protobuf-compiler libssl-dev pkg-config)
target=wasm32v1-none

say() { printf 'setup: %s\n' "$*"; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing() { # prints those of its arguments that are not installed
	for p in "$@"; do
		dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || printf '%s\n' "$p"
	done
}

install() {
	local want
	want=$(missing "$@")
	[ -z "$want" ] && return 0
	say "installing $(echo $want)"
	as_root apt-get update -qq
	# shellcheck disable=SC2086
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $want >/dev/null
}

# --- the processor -------------------------------------------------------------------------------
# docs/decisions/0014-x86-64-v3.md
if [ "$(uname -m)" = x86_64 ] && grep -q '^flags' /proc/cpuinfo 2>/dev/null && ! grep -qw avx2 /proc/cpuinfo; then
	if grep -q '^rustflags.*x86-64-v3' "$(dirname "$0")/../.cargo/config.toml"; then
		say "this processor has no AVX2, for which everything is built: programs would end with 'Illegal instruction'."
		say 'Take the line  rustflags = ["-C", "target-cpu=x86-64-v3"]  out of .cargo/config.toml and run this again.'
		say "Everything works without it; proofs over tables take some four times as long."
		exit 1
	fi
fi

command -v apt-get >/dev/null || { say "this script knows Debian and Ubuntu only; install by hand: ${packages[*]}"; exit 1; }
install "${packages[@]}"
command -v cargo >/dev/null || { say "Rust is missing: install it with rustup, then run this again"; exit 1; }
command -v rustup >/dev/null || { say "rustup is missing: the pinned toolchain needs it"; exit 1; }

# --- the wasm target ---------------------------------------------------------------------------
# The normal way is one rustup download. Where rustup cannot download, Debian's own Rust (the *-web packages) builds
# core and alloc for the target once; wasm-builder then uses that toolchain for the runtime only.
if rustup target list --installed 2>/dev/null | grep -qx "$target"; then
	say "wasm target: installed by rustup"
elif timeout 120 rustup target add "$target" >/dev/null 2>&1; then
	say "wasm target: added by rustup"
else
	say "wasm target: rustup cannot download it, using the distribution's Rust"
	install rustc-web cargo-web rust-web-src rust-web-llvm lld-22
	libs=/usr/lib/rustlib/$target/lib
	if ! ls "$libs"/libcore-*.rlib >/dev/null 2>&1; then
		tmp=$(mktemp -d)
		trap 'rm -rf "$tmp"' EXIT
		mkdir -p "$tmp/src"
		printf '[package]\nname = "core-for-wasm"\nversion = "0.0.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n[workspace]\n' >"$tmp/Cargo.toml"
		printf '#![no_std]\n#[panic_handler]\nfn panic(_: &core::panic::PanicInfo) -> ! { loop {} }\n' >"$tmp/src/lib.rs"
		# Bitcode, since the runtime is linked with link-time optimisation.
		(cd "$tmp" && env -u CARGO_TARGET_DIR PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS='-C embed-bitcode=yes' \
			/usr/bin/cargo build --quiet --release --target "$target" -Z build-std=core,alloc)
		as_root mkdir -p "$libs"
		for crate in core alloc compiler_builtins; do
			as_root cp "$tmp/target/$target/release/deps/lib$crate"-*.rlib "$libs/"
		done
	fi
	rustup toolchain link debian /usr
	say "wasm target: built; the runtime is compiled by $(/usr/bin/rustc --version)"
fi
say "ready"
