# Everything there is to do here; `make` prints it. CI runs nothing but `make test`.
HUIYIN = cargo run --release --package huiyin --
export CARGO_TERM_COLOR ?= auto

.DEFAULT_GOAL := help
.PHONY: help tools run test fmt lint docs bench chaos migrate audit image k8s clean-data

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

tools: ## install what is missing: PostgreSQL, nats-server, the test runner
	@deploy/tools.sh

run: ## start everything on this machine, with private servers; Ctrl-C stops it
	@deploy/tools.sh run
	$(HUIYIN) run

test: tools ## check format, lints, docs and manifests, then run all tests
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --lib --document-private-items --quiet
	@k8s/check.sh
	@! grep -rlE '^ *//[/!] ```(rust|no_run|should_panic)' --include='*.rs' shared services >/dev/null || \
		cargo test --workspace --doc --quiet
	cargo nextest run --workspace

fmt: ## format the code
	cargo fmt --all

lint: ## check who may depend on what, and where crates come from
	@command -v cargo-deny >/dev/null || { echo 'first: cargo install --locked cargo-deny' >&2; exit 1; }
	cargo fetch --locked --quiet
	cargo deny --offline --workspace check bans sources

docs: ## build the reference of all crates into target/doc
	cargo doc --workspace --no-deps --lib --document-private-items

bench: tools ## measure throughput and latency beside the limits of this machine
	cargo bench -p tests --bench suite

chaos: tools ## kill servers and services under load, for longer than the tests do
	cargo nextest run --profile long -p huiyin --run-ignored all -E 'binary(chaos)'

migrate: ## bring the databases and streams of the configuration up to date
	$(HUIYIN) migrate

audit: ## reconcile the services with one another; fails when something is lost or doubled
	$(HUIYIN) audit

image: ## build the container image with buildah or docker
	@if command -v buildah >/dev/null; then buildah build -t huiyin -f deploy/Dockerfile .; \
	else docker build -t huiyin -f deploy/Dockerfile .; fi

k8s: ## render the Kubernetes manifests and check them against the schemas
	@k8s/check.sh

clean-data: ## forget all data of `make run`, after asking
	@printf 'Remove .data and everything in it? [y/N] '; read -r answer; [ "$$answer" = y ] || exit 0; \
	find .data -type l -name moved -exec readlink {} \; 2>/dev/null | xargs -r rm -rf; rm -rf .data
