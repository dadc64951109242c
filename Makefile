# `make help` lists everything. setup is idempotent; run and test call it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup run start demo test lint types tests reliability mail-peers learn bench lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) ## make .venv from the lock (idempotent)

$(STAMP): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Backloop needs Python 3.11 or newer; set PYTHON=python3.12, for example") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@if command -v uv >/dev/null 2>&1; then UV=uv; \
	 else $(BIN)/python -m pip install --quiet --disable-pip-version-check uv && UV="$(BIN)/python -m uv"; fi; \
	 $$UV pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt || \
	 $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $(STAMP)

run: setup ## open the product on the practice world (no account, no key)
	@$(BIN)/flask practice run

start: setup ## open the product on your own data
	@$(BIN)/flask db upgrade
	@$(BIN)/flask serve

demo: setup ## the whole main job, unattended, in a temporary folder
	@$(BIN)/flask demo

test: setup lint types tests ## lint, types and all tests

lint: setup ## style and architecture
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . && $(BIN)/lint-imports --no-cache >.import-lint.log || { cat .import-lint.log 2>/dev/null; exit 1; }

types: setup ## strict types
	@$(BIN)/mypy

tests: setup ## every test
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

reliability: setup ## the long kill harness on both databases, and a practice month with 300 people
	@$(BIN)/pytest -m reliability -o addopts="-q" tests/reliability tests/journeys tests/outbox

mail-peers: setup ## against real Postfix and Dovecot on this machine, where they are installed
	@$(BIN)/pytest -m peers -o addopts="-q -rs" tests/peers

learn: setup ## the long simulation of the learning model
	@OMP_NUM_THREADS=1 $(BIN)/python bench/learn.py --worlds 40

bench: setup ## the claims on speed, by hand
	@for b in bench/*.py; do $(BIN)/python $$b || exit 1; done

lock: setup ## write the locks from the .in files
	@UV="$$(command -v uv || echo $(BIN)/uv)"; for n in requirements requirements-dev; do \
	 $$UV pip compile --quiet --universal --generate-hashes --python-version 3.11 $$n.in -o $$n.txt; done

clean: ## remove what setup made; your data in instance/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
