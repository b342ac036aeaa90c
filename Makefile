# The verbs of this project. Bare `make` lists them.
# ARGS passes options on: `make test ARGS="-k stack"`, `make up ARGS="--port 8080"`.

MAKEFLAGS += --no-print-directory
BIN := .venv/bin
STACK := $(BIN)/python -m local.stack
# three workers keep two cores busy, as much of a test is waiting; children find what Python has compiled once
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
AT_ONCE := --numprocesses=3 --dist=loadfile --no-loadscope-reorder
COVERAGE := --cov --cov-report= -p tests.coverage_floors
COMPILE := $(BIN)/pip-compile --quiet --no-emit-index-url --no-emit-find-links --strip-extras --generate-hashes --allow-unsafe

.DEFAULT_GOAL := help
.PHONY: help up demo storage down status reset db-reset db-shell test test-fast check audit infra-check clients breaking package format bench bench-resumes chaos fuzz load lock install clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: install ## Start the whole stack, print its addresses, keep it running
	@$(STACK) up $(ARGS)

demo: install ## Play one whole interview on a stack of its own, and stop it
	@$(BIN)/python -m local.demo $(ARGS)

storage: install ## Start only the storage emulator, for `func start`
	@$(STACK) up --only storage $(ARGS)

down: install ## Stop the running stack
	@$(STACK) down

status: install ## Say what runs, and where
	@$(STACK) status

reset: install ## Stop the stack and clear all its data
	@$(STACK) reset

db-reset: install ## Make the database anew from migrations and seed; a running stack stays up
	@$(BIN)/python -m local.supabase reset $(ARGS)

db-shell: install ## Talk SQL to the database of the running stack
	@$(BIN)/python -m local.supabase shell $(ARGS)

test: install ## Run all tests, with coverage (the floors hold for a run without ARGS)
	@$(PYTEST) -m "not performance" $(if $(ARGS),$(ARGS),$(AT_ONCE) $(COVERAGE))

test-fast: install ## Run the tests that need no other process: unit and architecture
	@$(PYTEST) $(AT_ONCE) tests/unit tests/architecture $(ARGS)

check: install ## Lint, format, types, layers, what Azure Functions requires, and the workflows
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/azure-functions-doctor doctor --profile minimal
	$(BIN)/zizmor --offline --quiet .github/workflows
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/python -m local.audit

audit: install ## Look for unsafe code, keys in files, licences that do not fit (ARGS=--online: known holes)
	@$(BIN)/python -m local.audit $(ARGS)

infra-check: install ## Check the infrastructure: structure, settings, rights, no keys
	@$(BIN)/python -m tests.architecture.infra

clients: install ## Make the clients in TypeScript and Python, in dist/clients, and check that they compile
	@$(BIN)/python -m local.clients

breaking: install ## Tell what would break a client since SINCE (a revision; origin/main if none is given)
	@$(BIN)/python -m tests.architecture.openapi --since $(or $(SINCE),origin/main)

package: install ## Make the package of a release, the list of what is in it, and the licences
	@$(BIN)/python -m local.package

format: install ## Format the code and repair what can be repaired
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

bench: install ## Measure against the budgets
	@$(BIN)/python -m tests.performance $(ARGS)

bench-resumes: install ## How well résumés are read, field by field (ARGS=--all shows what went wrong)
	@$(BIN)/python -m tests.performance.resumes $(ARGS)

chaos: install ## Hold 200 interviews while the host, the database and the model die, and print the ledger
	@$(BIN)/python -m tests.chaos $(ARGS)

fuzz: install ## Ask every operation as everybody, and hold each answer against the description
	@$(BIN)/python -m tests.security.probe $(ARGS)

load: install ## Put the stack under load for ten minutes, and write a report with plots
	@$(BIN)/python -m tests.load $(ARGS)

lock: install ## Compile the lock files anew (ARGS=--upgrade takes newer versions)
	$(COMPILE) --output-file=requirements.txt $(ARGS) requirements.in
	$(COMPILE) --output-file=requirements-dev.txt $(ARGS) requirements-dev.in

install: ## Install what is missing; the other verbs do it by themselves
	@python=$$(sh local/stack/find_python.sh) && "$$python" -I local/stack/install.py

clean: ## Remove everything installed or generated, except settings and the stack's data
	rm -rf .venv local/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf .coverage .coverage.* coverage.xml htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
