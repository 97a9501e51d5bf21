# Two commands: `make serve` tries Licet, `make test` proves it. Both need only Python 3.11+ and make. `make help` lists the rest.

PORT ?= $(or $(LICET_PORT),8000)
DATA ?= $(or $(LICET_DATA),.data)
DATABASE ?= $(LICET_DATABASE)
SUITES ?= unit contract conformance e2e fuzz

BIN := .venv/bin
SOURCES := src tests bench

.DEFAULT_GOAL := help
.PHONY: help serve test check lint format fuzz examples soak bench lock clean .venv

# An environment that was moved, or whose interpreter is gone, is made anew.
$(shell grep -qs "$(CURDIR)/.venv" $(BIN)/pip && $(BIN)/python -c '' 2>/dev/null || rm -f .venv/.serve .venv/.dev)

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 10

serve: .venv/.serve ## a demo on http://127.0.0.1:8000; PORT=, DATA=, DATABASE=postgresql://... and any LICET_<SETTING>=
	@exec $(BIN)/licet serve --demo --port "$(PORT)" --data "$(DATA)" $(if $(DATABASE),--database "$(DATABASE)")

test: .venv/.dev ## every suite, on SQLite and on a PostgreSQL it starts; SUITES="unit e2e" for some
	@$(if $(filter e2e,$(SUITES)),$(BIN)/python -m tests.node)
	@$(BIN)/python -m tests.postgres -- $(BIN)/python -m tests $(SUITES)

check: lint ## lint, format, types, import contracts, house rules
	@$(BIN)/ruff format --check --quiet $(SOURCES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tests house

lint: .venv/.dev ## ruff alone
	@$(BIN)/ruff check --quiet $(SOURCES)

format: .venv/.dev ## put every file into the one format
	@$(BIN)/ruff check --quiet --fix-only $(SOURCES)
	@$(BIN)/ruff format --quiet $(SOURCES)

fuzz: .venv/.dev ## the fuzz suite for longer
	@$(BIN)/python -m tests.postgres -- $(BIN)/python -m tests fuzz --hypothesis-profile=long

examples: .venv/.dev ## record the reference's examples anew
	@$(BIN)/python -m tests.examples

soak: .venv/.dev ## hours of mixed load, watching memory and latency
	@$(BIN)/python -m bench.soak

bench: .venv/.dev ## figures, against the bare server and the peers
	@$(BIN)/python -m bench

lock: .venv/.dev ## resolve the dependencies anew into requirements/
	@requirements/lock

clean: ## forget what was made: environment, caches, demo data
	rm -rf tests/e2e/clients/node_modules .venv .data dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(SOURCES) -name __pycache__ -prune -exec rm -rf {} +

.venv: .venv/.dev

.venv/.serve: requirements/serve.txt
	@requirements/install serve
	@touch $@

# The development lock holds the serving one.
.venv/.dev: requirements/dev.txt requirements/serve.txt
	@requirements/install dev
	@touch $@ .venv/.serve
