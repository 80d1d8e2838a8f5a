# Every target is one line that anyone can run by hand. `make` alone prints them.
export CARGO_TARGET_DIR ?= $(CURDIR)/target
export WASM_BUILD_TOOLCHAIN ?= $(shell scripts/wasm-toolchain.sh)
PROGRAMS = cargo build --locked --workspace --bins --lib
TESTS = cargo test --locked --workspace

.DEFAULT_GOAL := help
.PHONY: help setup build demo demo-disputes local test scenarios others fuzz planted soak bench weights peer zombienet lint deny
help: ## print the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
setup: ## install system packages and the wasm target
	@scripts/setup.sh
build: setup ## build all programs
	@$(PROGRAMS)
demo: build ## run the whole marketplace on this machine with real data
	@"$(CARGO_TARGET_DIR)/debug/souk-demo"
demo-disputes: build ## a lying curator is caught in every way that there is (nine minutes)
	@"$(CARGO_TARGET_DIR)/debug/souk-demo-disputes"
local: build ## run a chain and nodes on this machine until Ctrl-C, for tables of your own
	@"$(CARGO_TARGET_DIR)/debug/souk-local"
test: build ## run everything that must hold
	@$(TESTS) --lib --bins --tests --no-run
	@$(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=target scenarios others
# The scenarios wait for blocks most of the time: all other tests run beside them, in the time that they leave over.
scenarios:
	@$(TESTS) --test market
others:
	@SOUK_SCENARIOS=elsewhere nice -n 10 $(TESTS) --lib --bins --tests --no-fail-fast
	@nice -n 10 $(TESTS) --doc
fuzz: ## fuzz the whole runtime for MINUTES (5) minutes
	@tests/fuzz/libfuzzer/fuzz.sh $(or $(MINUTES),5)
planted: ## plant bugs one at a time, and see which of them the fuzzer and the tests of the books find
	@tests/fuzz/planted.sh
	@runtime/tests/wired/books/planted.sh
soak: setup ## millions of changed assignments, proofs, bundles and vouchers, none of which may pass or pay twice; 10,000 whole lives of listings
	@cargo run --locked -p souk-circuits --example soak
	@cargo run --locked -p souk-aggregates --example soak-bundles
	@cargo run --locked -p souk-aggregates --example soak-decoder
	@SOUK_VOUCHERS=1000000 cargo test --locked -p pallet-tabs --lib storm
	@SOUK_LIVES=10000 cargo test --locked -p souk-fuzz --test fuzz lives
bench: setup ## measure what sandbox, encryption and network cost; exit code 1 where a target is missed
	@$(PROGRAMS) --config profile.dev.package.souk-bench.opt-level=2
	@"$(CARGO_TARGET_DIR)/debug/souk-bench" --markdown
weights: setup ## measure what calls and hooks weigh, and write runtime/src/weights (builds frame-omni-bencher once)
	@scripts/weights.sh
peer: ## prove an aggregate beside proof-of-sql (builds it first, apart; its licence: tests/bench/proof-of-sql/README.md)
	@export CARGO_TARGET_DIR="$(CARGO_TARGET_DIR)/peer" && cargo build --locked --release --manifest-path tests/bench/proof-of-sql/ours/Cargo.toml && cargo run --locked --release --manifest-path tests/bench/proof-of-sql/Cargo.toml
zombienet: build ## run the networks of several nodes (builds zombienet first, which takes long)
	@SOUK_NODE="$(abspath $(CARGO_TARGET_DIR))/debug/souk-node" CARGO_TARGET_DIR="$(CARGO_TARGET_DIR)/zombienet" cargo test --locked --manifest-path zombienet/Cargo.toml -- --test-threads=1
lint: setup ## check formatting, and clippy with warnings as errors
	@scripts/lint.sh
deny: ## check licences and advisories of the dependencies (needs cargo-deny)
	@cargo deny check
