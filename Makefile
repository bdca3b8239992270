# Chimera. `make help` lists what there is.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null \
	&& { command -v $$p; break; }; done)
BIN := .venv/bin
# One more than there are cores: tests of real processes wait more than they compute.
TESTERS ?= $(shell expr $$(nproc 2>/dev/null || echo 1) + 1)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
LOCKED := --require-hashes --only-binary :all: --no-binary datapipelines
# Nobody's site-packages but ours, and no bytecode race between two makes.
export PYTHONNOUSERSITE := 1

.DEFAULT_GOAL := help
.PHONY: help demo run test check format lint types contracts lock attacks chaos bench model calibration pictures clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: .venv/.runtime  ## the main job from /bind to a finished /analyze, without credentials; results in var/demo/
	@exec $(BIN)/chimera demo

run: .venv/.runtime  ## the whole system until Ctrl-C: with credentials in .env, else in the sandbox
	@exec $(BIN)/chimera run

test: .venv/.dev  ## the whole test suite
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadgroup

attacks: .venv/.dev  ## try every attack on linking; renews the count in docs/security.md
	@exec $(BIN)/python -m tests.attacks

chaos: .venv/.dev  ## 2,000 matches while processes are killed and servers restarted; exit code 1 when any is lost or double
	@exec $(BIN)/python -m tests.chaos

bench: .venv/.bench  ## measure submitting, the rate limits, ingesting beside other clients, and scale; renews docs/performance.md
	@exec $(BIN)/python -m benchmarks

model: .venv/.bench  ## fit the win probability anew and try it on games it has not seen; renews its pages, picture and typical.json
	@exec $(BIN)/python -m tools.win_probability fit

calibration: .venv/.bench  ## try the win probability as it is on TABLES=folder (and DOCUMENTS=folder); prints the table
	@exec $(BIN)/python -m tools.win_probability calibration \
		$(if $(TABLES),--tables "$(TABLES)") $(if $(DOCUMENTS),--documents "$(DOCUMENTS)")

pictures: .venv/.dev  ## take the pictures of README.md anew, in the sandbox's page; needs Chromium (Debian: apt install chromium)
	@exec $(BIN)/python -m tools.pictures

check: .venv/.dev format lint types contracts test  ## what CI runs: format, lint, types, import contracts, tests

format: .venv/.dev
	$(BIN)/ruff format --check .

lint: .venv/.dev
	$(BIN)/ruff check .

types: .venv/.dev
	$(BIN)/mypy

contracts: .venv/.dev
	$(BIN)/lint-imports

lock: .venv/.dev  ## renew the hashed lock files from requirements/*.in
	$(PIP) uv
	for name in runtime dev bench; do $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --upgrade requirements/$$name.in -o requirements/$$name.lock; done

clean:  ## remove the virtual environment and caches (var/, with your data, stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# Wheels only, but for datapipelines (cassiopeia needs it), which has none. The locked dependencies first, then Chimera itself, which a hashed file cannot hold.
.venv/.runtime: requirements/runtime.lock pyproject.toml | .venv/bin/python
	@echo "Installing what Chimera runs on (once; about a minute) ..."
	@$(BIN)/python tools/install.py requirements/runtime.lock $(LOCKED)
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.lock .venv/.runtime
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python tools/install.py requirements/dev.lock $(LOCKED)
	@touch $@

.venv/.bench: requirements/bench.lock .venv/.runtime
	@echo "Installing the clients to compare with (once) ..."
	@$(BIN)/python tools/install.py requirements/bench.lock $(LOCKED)
	@touch $@

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Chimera needs Python 3.11 or 3.12 with venv (Debian: apt install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv .venv
