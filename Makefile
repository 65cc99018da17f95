# `make test` is every test there is. What it needs beside Rust, Python, Node and gcc goes, pinned, into .tools/.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

TARGET := $(or $(CARGO_TARGET_DIR),target)
# One profile and one set of features for everything: what is tested is what is run, and nothing is compiled twice.
CARGO := --locked --workspace --all-features --profile ci
TARGETS := --lib --bins --tests --examples
FUNCTIONS := $(notdir $(wildcard functions/*))
ARCHITECTURE ?= x86_64

VENV := .tools/venv
TRYTON := .tools/tryton
LINTERS := .tools/node
LAMBDA := .tools/lambda
BROWSER := tests/browser/node_modules

.PHONY: test format lint docs build policy supply unit goldens alone fuzz erp load stack browser schemas release package sbom \
  soak deny clean

test: format lint docs policy supply unit erp stack browser

format:
	cargo fmt --all --check

lint:
	cargo clippy $(CARGO) --all-targets -- --deny warnings
	cargo clippy $(CARGO) --test erp-live -- --deny warnings

docs:
	RUSTDOCFLAGS="--deny warnings" cargo doc $(CARGO) --no-deps

build:
	cargo build $(CARGO) $(TARGETS)

# The template's rules, each with a mutant that it must find, and what linters say; builds nothing.
policy: $(VENV)/.done $(LINTERS)/.done
	$(VENV)/bin/python -m pytest tests/policy

# What is depended on and what is deployed: licences, bans, sources, zips, GitHub's workflows; builds nothing.
supply: $(VENV)/.done
	$(VENV)/bin/python -m pytest tests/supply

unit: build
	cargo test $(CARGO)

# What must be the same on every processor, to the bit: random numbers, series, simulated orders, allocation.
goldens:
	cargo test --locked --profile ci --package random --package series --package simulation --package allocation

# Each function as it is deployed: alone, with its own features and nobody else's.
alone:
	for name in $(FUNCTIONS); do cargo check --locked --profile ci --package $$name; done

# Every parser on damaged input: 25,000 cases each, or for so many SECONDS each.
fuzz:
	$(if $(SECONDS),LARDER_FUZZ_SECONDS=$(SECONDS),PROPTEST_CASES=25000) cargo test $(CARGO) --test fuzz

# What takes long, one after the other and gently: hours. docs/soak.md has the last result.
soak: build $(VENV)/.done $(LINTERS)/.done
	nice python3 scripts/soak.py --binaries $(TARGET)/ci
	LARDER_SEEDS=10000 nice cargo test $(CARGO) --test faults seeds
	nice cargo test $(CARGO) --test simulator seeds
	PROPTEST_CASES=5000 nice cargo test $(CARGO) --test laws --test properties
	LARDER_FUZZ_SECONDS=$(or $(SECONDS),600) nice cargo test $(CARGO) --test fuzz
	LARDER_KILLS=50 LARDER_BIN=$(abspath $(TARGET))/ci nice $(VENV)/bin/python -m pytest tests/stack/test_carrots.py

# The ERP's adapter against a live Tryton, which is a process of its own.
erp: $(TRYTON)/.done
	LARDER_TRYTON=$(abspath $(TRYTON)) cargo test $(CARGO) --test erp-live

# Transactions as they come in an hour, against an ERP with limits: for SECONDS, then until all are done.
load:
	cargo build $(CARGO) --example load
	$(TARGET)/ci/examples/load $(or $(SECONDS),60)

# The real template, state machine and binaries on an emulated cloud.
stack: build $(VENV)/.done $(LINTERS)/.done
	LARDER_BIN=$(abspath $(TARGET))/ci $(VENV)/bin/python -m pytest tests/stack

# The report page of real runs in Debian's Chromium; screenshots of every tab go to tests/browser/output/screens.
browser: build $(BROWSER)/.done
	LARDER_BIN=$(abspath $(TARGET))/ci npm --prefix tests/browser test

# Writes the JSON Schemas of the messages again, from their types.
schemas:
	LARDER_WRITE_SCHEMAS=1 cargo test $(CARGO) --package tests --test contracts the_schemas

# What ships, built one function at a time so that no crate gets a feature that only another one asked for.
release: $(LAMBDA)/.done
	for name in $(FUNCTIONS); do \
	  PATH="$(abspath $(LAMBDA))/bin:$$PATH" cargo lambda build --locked --release --package $$name \
	    --target $(ARCHITECTURE:arm64=aarch64)-unknown-linux-gnu; \
	done
	@echo "function                bytes"
	@for name in $(FUNCTIONS); do \
	  printf '%-18s %10d\n' $$name $$(stat --format %s $(TARGET)/lambda/$$name/bootstrap); \
	done

# Zips of what `make release` built, the same bytes for the same binaries.
package:
	python3 scripts/package.py $(TARGET)/lambda $(TARGET)/packages

# What is in each of them, as CycloneDX lists it; needs cargo-cyclonedx 0.5.9, which writes beside the sources.
sbom:
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) cargo cyclonedx --quiet --format json --spec-version 1.5 \
	  --describe binaries --no-build-deps --target $(ARCHITECTURE:arm64=aarch64)-unknown-linux-gnu
	mkdir -p $(TARGET)/packages
	for name in $(FUNCTIONS); do mv functions/$$name/$${name}_bin.cdx.json $(TARGET)/packages/$$name.cdx.json; done
	rm cli/larder_bin.cdx.json

# Licences, banned crates, sources, advisories; needs cargo-deny and the network.
deny:
	cargo deny --all-features check

$(VENV)/.done: tests/stack/requirements.txt
	rm -rf $(VENV)
	python3 -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	touch $@

$(TRYTON)/.done: tests/erp/requirements.txt
	rm -rf $(TRYTON)
	python3 -m venv $(TRYTON)
	$(TRYTON)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	touch $@

$(LINTERS)/.done: tests/stack/package.json tests/stack/package-lock.json
	rm -rf $(LINTERS)
	mkdir -p $(LINTERS)
	cp $^ $(LINTERS)
	cd $(LINTERS) && npm ci --no-audit --no-fund --ignore-scripts
	touch $@

$(BROWSER)/.done: tests/browser/package.json tests/browser/package-lock.json
	cd tests/browser && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --ignore-scripts
	touch $@

$(LAMBDA)/.done: Makefile
	rm -rf $(LAMBDA)
	python3 -m venv $(LAMBDA)
	$(LAMBDA)/bin/python -m pip install --quiet --disable-pip-version-check cargo-lambda==1.9.2 ziglang==0.17.1
	touch $@

clean:
	cargo clean
	rm -rf .tools $(BROWSER) tests/browser/output
