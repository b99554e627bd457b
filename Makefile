# Every target sets up what it needs first; a second run finds it done and starts at once.
# Options go through ARGS: make up ARGS="--web-port 0"
.DEFAULT_GOAL := help
.PHONY: help setup setup-bench demo up test test-fast check bench pictures lock
.NOTPARALLEL:

BIN := .venv/bin
# Some containers forbid Python to keep what it compiled: each of the many programs here would compile it all again.
export PYTHONDONTWRITEBYTECODE :=
# A file of tests stays with one process: tests/support/spreading.py.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadfile
CODE := $(patsubst %/__init__.py,%,$(wildcard */__init__.py)) $(wildcard *.py)

help: ## shows this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

setup: ## makes .venv from the pinned requirements
	@scripts/setup dev

setup-bench:
	@scripts/setup bench

demo: setup ## plays one hiring on the embedded stack, with two disasters, and verifies the log
	@$(BIN)/signoff demo $(ARGS)

up: setup ## runs the embedded stack until Ctrl-C; data stays in .signoff/
	@$(BIN)/signoff up $(ARGS)

test: setup ## runs the tests
	@$(PYTEST) $(ARGS)

test-fast: setup ## domain, files, store, read models and one story, under a minute
	@$(PYTEST) -q tests/domain tests/files tests/eventstore tests/readmodels tests/workflows/test_authority.py $(ARGS)

check: setup ## all that CI runs: format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(filter-out tests bench,$(CODE)) $(wildcard deploy/*.py)
	$(BIN)/lint-imports
	$(PYTEST)

bench: setup-bench ## measures against plain asyncpg, eventsourcing, plain Temporal and DBOS
	@$(BIN)/python -m bench $(ARGS)

pictures: setup ## takes the pictures of the README from a running stack; needs Chromium
	@$(BIN)/python scripts/pictures $(ARGS)

lock: ## regenerates the pinned requirements from pyproject.toml
	@scripts/lock
