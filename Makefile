# The front door. `make` alone lists what there is; a bare machine needs make and Python >= 3.11.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

BIN := .venv/bin
STAMP := .venv/.ready
JOBS ?= 2
ARGS ?=

# Everything that decides what is installed: touching one of these installs again.
INSTALLED_FROM := requirements/dev.txt requirements/docs.txt scripts/setup \
	packages/backbeat/pyproject.toml packages/arena/pyproject.toml

.PHONY: help
help:
	@awk -f scripts/help.awk $(MAKEFILE_LIST)

##@ Start
.PHONY: setup demo
setup: $(STAMP) ## Create .venv with everything in it; run nothing
	@echo "ready: $(BIN)/python, $(BIN)/backbeat"

demo: $(STAMP) ## Show the house on servers of its own, with simulated people, until Ctrl-C
	@exec $(BIN)/arena demo $(ARGS)

##@ Check
.PHONY: test lint audit sbom ci
test: $(STAMP) ## Run every test (ARGS="-k name" selects, JOBS=1 runs them one by one)
	@exec $(BIN)/python -m scripts.run_tests $(JOBS) $(ARGS)

lint: $(STAMP) ## Run the linters, the type checker, the import contracts, the repository check
	@echo "[1/5] ruff check"; exec $(BIN)/ruff check .
	@echo "[2/5] ruff format"; exec $(BIN)/ruff format --check .
	@echo "[3/5] mypy"; exec $(BIN)/mypy
	@echo "[4/5] import contracts"; exec $(BIN)/lint-imports
	@echo "[5/5] repository"; exec $(BIN)/python scripts/check_repo.py

audit: $(STAMP) ## Ask about known vulnerabilities of what is locked, where somebody can be asked
	@exec $(BIN)/python scripts/audit.py

sbom: $(STAMP) ## Print what is locked as a bill of materials (CycloneDX, JSON)
	@exec $(BIN)/python scripts/sbom.py

ci: ## Run what the continuous integration runs
	@exec .ci/run

##@ Measure
.PHONY: bench faults
bench: $(STAMP) ## Measure this machine (ARGS="--peers DIR" beside other libraries)
	@exec $(BIN)/backbeat bench $(ARGS)

# Tests that have a long form. A test stops after 20 minutes and none starts after 2 h 30 min, with
# set-up and clean-up less than 3 hours in all.
TESTS := packages/backbeat/tests
PRODUCT := packages/arena/tests
LONG := $(TESTS)/faults $(TESTS)/model $(TESTS)/conformance \
	$(TESTS)/integration/engine/test_big_tenant.py \
	$(TESTS)/integration/gateway/test_guessing.py $(TESTS)/integration/gateway/test_secrets.py \
	$(TESTS)/unit/gateway/test_parser_fuzz.py \
	$(PRODUCT)/apps/auctions/faults $(PRODUCT)/services/ledger/test_machine.py \
	$(PRODUCT)/services/ledger/test_kills.py $(PRODUCT)/services/leaderboard/test_board_model.py

faults: $(STAMP) ## Run the long fault tests: at most 3 hours
	@FAULTS=long WITHIN_S=9000 exec $(BIN)/python -m scripts.run_tests $(JOBS) \
		-v --durations=0 --timeout=1200 $(LONG) $(ARGS)

##@ Write
# The notice concerns the next major version of MkDocs; the locked one is not touched by it.
docs docs-serve: export NO_MKDOCS_2_WARNING := 1

.PHONY: docs docs-serve
docs: $(STAMP) ## Build the documentation into site/
	@$(BIN)/mkdocs build --strict
	@exec $(BIN)/python scripts/check_site.py

docs-serve: $(STAMP) ## Serve the documentation while it is written
	@exec $(BIN)/mkdocs serve

##@ Keep house
.PHONY: lock clean
lock: ## Resolve requirements/*.in again (the only target that downloads uv)
	@exec scripts/lock

clean: ## Remove everything that was made here: .venv, caches, site, embedded data
	@exec scripts/clean

$(STAMP): $(INSTALLED_FROM)
	@scripts/setup
	@touch $@
