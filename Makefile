# What a person and CI type. `make` alone lists it.
SHELL := bash

heading = printf '\n== %s\n'
# $(call needs,NAME): stop with advice if a part of the Rust toolchain is missing.
needs = cargo $(1) --version >/dev/null 2>&1 || { echo 'cargo $(1) is missing; get it with: rustup component add $(2)' >&2; exit 1; }

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

.PHONY: build
build: ## Build the provider, optimised: target/release/terraform-provider-aura
	cargo build --release --locked

.PHONY: install
install: build ## Put the build where `terraform init` and `tofu init` find it
	@scripts/install "$${CARGO_TARGET_DIR:-target}/release/terraform-provider-aura"

.PHONY: dist
dist: ## Build and pack this platform's part of a release: target/dist/
	@scripts/dist "$${CARGO_TARGET_DIR:-target}/dist"

.PHONY: test
test: lint ## Check everything: format, lints, and all tests, also with a real Terraform
	@$(heading) 'Unit tests'
	cargo test --locked --workspace --lib --bins
	@$(heading) 'A release, unoptimised'
	@scripts/dist "$${CARGO_TARGET_DIR:-$$PWD/target}/dist-test" dev
	@$(heading) 'Protocol and acceptance tests'
	@TERRAFORM=$$(scripts/terraform) && export TERRAFORM && echo "TERRAFORM=$$TERRAFORM" && \
	export AURA_DIST="$${CARGO_TARGET_DIR:-$$PWD/target}/dist-test" && set -x && \
	cargo test --locked --workspace --test '*'
	@$(heading) 'Examples in the documentation'
	cargo test --locked --workspace --doc

# The suites that `make test` runs a part of look at this, and print how much of them ran.
.PHONY: test-full
test-full: export AURA_TEST_FULL := 1
test-full: test ## The same with every fault in every operation: minutes more

.PHONY: lint
lint: ## Check the format and the lints
	@$(call needs,fmt,rustfmt)
	@$(call needs,clippy,clippy)
	@$(heading) 'Format'
	cargo fmt --all --check
	@$(heading) 'Lints'
	cargo clippy --locked --workspace --all-targets -- -D warnings

.PHONY: fmt
fmt: ## Format the source
	@$(call needs,fmt,rustfmt)
	cargo fmt --all

.PHONY: docs
docs: ## Write the generated parts of the registry pages in docs/
	cargo run --locked --quiet --package aura-docgen

.PHONY: docs-check
docs-check: ## Check that they are up to date
	cargo run --locked --quiet --package aura-docgen -- --check

# Seconds for each target: make fuzz SECONDS=600.
SECONDS := 60

.PHONY: fuzz
fuzz: ## Look for inputs that break a property, SECONDS=60 for each target
	@cargo +nightly --version >/dev/null 2>&1 || { echo 'a nightly toolchain is missing; get it with: rustup toolchain install nightly' >&2; exit 1; }
	@cargo fuzz --version >/dev/null 2>&1 || { echo 'cargo-fuzz is missing; get it with: cargo install cargo-fuzz --locked' >&2; exit 1; }
	@fuzz/run $(SECONDS)

# Runs of each measurement: make bench RUNS=3. Another provider for the same resource, measured in turn with ours:
# make bench PEER=/path/to/terraform-provider-aura.
RUNS := 11

.PHONY: bench
bench: build ## Measure start, memory, calls and Terraform commands, RUNS=11 times; with PEER=… another provider too
	cargo build --release --locked --package aura-bench
	@TERRAFORM=$$(scripts/terraform) && export TERRAFORM && set -x && \
	target/release/aura-bench target/release/terraform-provider-aura --runs $(RUNS) $(if $(PEER),--peer $(PEER))

.PHONY: audit
audit: ## Check what the provider is made of: licences, bans, sources, advisories
	@cargo deny --version >/dev/null 2>&1 || { echo 'cargo-deny is missing; get it with: cargo install cargo-deny --locked' >&2; exit 1; }
	cargo deny --locked check licenses bans sources
	@if cargo deny --locked fetch db >/dev/null 2>&1; then set -x; cargo deny --locked check advisories; \
	else echo 'NOT checked: advisories, because their database can not be fetched from here' >&2; fi

.PHONY: demo
demo: ## Show the provider at work in this terminal, against a simulated AURA
	@scripts/demo

.PHONY: clean
clean: ## Remove everything that was built
	cargo clean
