# Hearth, from a terminal. `make` alone lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
# Tools that tests use and pip does not have are unpacked here (see deploy/setup/tools.sh).
export PATH := $(CURDIR)/.cache/tools/bin:$(PATH)

PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -p tests.support.left_out

.PHONY: help setup run demo run-kafka test faults deep bench lint types catalogue format audit \
	requirements clean tools kafka

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

## ---- running

setup: $(VENV)/.runtime ## Create .venv with what a running Hearth needs (quick when nothing changed)

run: $(VENV)/.runtime ## Start everything in one process on the embedded PostgreSQL; Ctrl-C stops it
	@exec $(BIN)/hearth serve all

demo: $(VENV)/.runtime ## The same with a simulated community in it: history, live traffic, a crisis
	@exec $(BIN)/hearth demo

run-kafka: $(VENV)/.runtime tools kafka ## Real Kafka, PostgreSQL and the four services, each in a process of its own
	@exec $(BIN)/python -m services.cli.run_kafka

catalogue: $(VENV)/.runtime ## List what was found: actions, metrics, rules, platforms, policies, settings
	@$(BIN)/hearth catalogue

## ---- checking

test: $(VENV)/.dev lint types tools kafka ## Lint, types and every test, real Kafka and PostgreSQL included
	$(PYTEST) -n $(WORKERS) --dist loadgroup tests

faults: $(VENV)/.dev tools kafka ## The longer runs: real processes, seeded kills, 100,000 events
	$(PYTEST) -m faults --timeout 2700 tests

deep: $(VENV)/.dev tools kafka ## The tests of whatever comes up, with ten times the examples
	HEARTH_TEST_DEPTH=10 $(PYTEST) -n $(WORKERS) --timeout 2700 --dist loadgroup \
		tests/incentives tests/alerts tests/api/test_contract.py tests/api/test_taking_in.py

bench: $(VENV)/.peers tools kafka ## The comparisons under bench/, as a table of ratios
	$(BIN)/python -m bench

lint: $(VENV)/.dev ## Style and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev ## Strict types
	$(BIN)/mypy

format: $(VENV)/.dev ## Format the code and mend what lint can mend by itself
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

audit: $(VENV)/.dev ## Ask the advisory database about the pinned packages (needs the network)
	$(BIN)/pip-audit --require-hashes --disable-pip --requirement requirements/dev.txt

## ---- keeping

requirements: ## Compile requirements/*.in to hashed *.txt with uv, keeping pins that still fit
	@command -v uv >/dev/null || { echo "uv is missing: pipx install uv, then again" >&2; exit 1; }
	for of in build runtime dev peers; do \
	  uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	    requirements/$$of.in --output-file requirements/$$of.txt; \
	done

clean: ## Remove the environment, caches and built things; never the data in .hearth
	rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info
	find services tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

## ---- behind the targets

$(VENV)/.runtime: requirements/build.txt requirements/runtime.txt pyproject.toml deploy/setup/venv.sh
	@deploy/setup/venv.sh $(VENV)
	@echo "installing what Hearth needs (once; a minute or so)"
	@$(INSTALL) -r requirements/build.txt -r requirements/runtime.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "installing what tests, lint and types need"
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

# The peers pin other versions than Hearth does, so they live in an environment of their own.
$(VENV)/.peers: requirements/peers.txt $(VENV)/.dev
	@echo "installing the peers to compare with"
	@deploy/setup/venv.sh $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/peers.txt
	@touch $@

# Java and Maven for Kafka, promtool for the Prometheus rules; says what it cannot get.
tools:
	@deploy/setup/tools.sh

# Kafka from Maven Central, kept between runs.
kafka: $(VENV)/.runtime
	@if command -v mvn >/dev/null; then $(BIN)/python -m services.cli.run_kafka fetch; fi
