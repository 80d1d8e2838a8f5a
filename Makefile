# Every target is one line that anyone can run by hand. `make` alone prints them.
export CARGO_TARGET_DIR ?= $(CURDIR)/target
export WASM_BUILD_TOOLCHAIN ?= $(shell scripts/wasm-toolchain.sh)
PROGRAMS = cargo build --locked --workspace --bins --lib

.DEFAULT_GOAL := help
.PHONY: help setup build demo local test soak bench zombienet lint deny
help: ## print the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
setup: ## install system packages and the wasm target
	@scripts/setup.sh
build: setup ## build all programs
	@$(PROGRAMS)
demo: build ## run the whole marketplace on this machine with real data
	@"$(CARGO_TARGET_DIR)/debug/souk-demo"
local: build ## run a chain and nodes on this machine until Ctrl-C, for tables of your own
	@"$(CARGO_TARGET_DIR)/debug/souk-local"
test: build ## run everything that must hold
	@cargo test --locked --workspace
soak: setup ## a million changed assignments, a million changed proofs of each kind, ten million hostile inputs: none may pass
	@cargo run --locked -p souk-circuits --example soak && cargo run --locked -p souk-aggregates --example soak-bundles && cargo run --locked -p souk-aggregates --example soak-decoder
bench: build ## measure what sandbox, encryption and network cost; exit code 1 where a target is missed
	@"$(CARGO_TARGET_DIR)/debug/souk-bench" --markdown
zombienet: build ## run the networks of several nodes (builds zombienet first, which takes long)
	@SOUK_NODE="$(abspath $(CARGO_TARGET_DIR))/debug/souk-node" CARGO_TARGET_DIR="$(CARGO_TARGET_DIR)/zombienet" cargo test --locked --manifest-path zombienet/Cargo.toml -- --test-threads=1
lint: setup ## check formatting, and clippy with warnings as errors
	@scripts/lint.sh
deny: ## check licences and advisories of the dependencies (needs cargo-deny)
	@cargo deny check
