# make help says what there is. Stamps in .venv/ remember what is done, so doing it again takes no time.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

VENV := .venv
BIN := $(VENV)/bin
SYNCED := $(VENV)/.synced
INSTALLED := $(VENV)/.installed
ASSETS := $(shell find assets -maxdepth 1 -type f)
STYLE := oversight/web/static/oversight/application.css
SOURCES := config oversight
# pytest is told the number of processes: two cores, two processes.
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist worksteal --durations 10 --durations-min 2

.PHONY: help install run test check fix assets bench clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) $(STYLE) ## Make the environment in .venv/ (nothing to do when it is up to date)
	@$(BIN)/python -m compileall -q $(SOURCES)

$(BIN)/python:
	@python=""; for name in python3.11 python3.12 python3.13 python3; do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python="$$name"; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or later is needed. On Debian: apt-get install python3 python3-venv" >&2; exit 1; fi; \
	echo "Making the environment in $(VENV)/ with $$python"; \
	"$$python" -m venv --clear $(VENV) || { rm -rf $(VENV); \
		echo "This Python cannot make environments. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(SYNCED): requirements/dev.txt requirements/node.txt | $(BIN)/python
	@echo "Installing the libraries that requirements/dev.txt locks"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements/dev.txt
	@if ! command -v npm >/dev/null; then echo "Installing Node.js, which this machine lacks"; \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/node.txt; fi
	@touch $@

$(INSTALLED): $(SYNCED) pyproject.toml
	@echo "Installing the service itself and building its assets"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m oversight plan prepare
	@touch $@

$(STYLE): $(ASSETS) $(INSTALLED)
	@$(BIN)/python assets/build.py
	@touch $@

assets: $(INSTALLED) ## Build the style sheet and scripts anew if their sources changed
	@$(BIN)/python assets/build.py

run: install ## Start the service on http://127.0.0.1:8000 with demonstration people
	@OVERSIGHT_DEMO=1 $(BIN)/oversight setup
	@OVERSIGHT_DEMO=1 $(BIN)/oversight serve

test: install ## Install what the tests need, then check and test everything on SQLite and PostgreSQL
	@$(BIN)/python -m tools.debian
	@failed=""; \
	echo "== Checks"; $(BIN)/python -m tools.check || failed="$$failed checks"; \
	echo "== Tests on SQLite"; env -u DATABASE_URL $(PYTEST) || failed="$$failed SQLite"; \
	echo "== Database tests on PostgreSQL"; \
	$(BIN)/python -m tools.postgres run -- $(PYTEST) --database-only || failed="$$failed PostgreSQL"; \
	if [ -n "$$failed" ]; then echo "Failed:$$failed" >&2; exit 1; fi

check: install ## Report every fault in code, templates, migrations, documents and locks; change nothing
	@$(BIN)/python -m tools.check

fix: install ## Mend what a program can mend: layout, simple faults, drawn documents, locks
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format --quiet .
	@$(BIN)/python -m tools.states write
	@$(BIN)/python -m tools.drawings write
	@$(BIN)/python -m tools.paragraphs write
	@$(BIN)/python -m tools.locks write

bench: install ## Measure speed on PostgreSQL; results go to benchmarks/results/
	@$(BIN)/python -m tools.debian
	@mkdir -p benchmarks/results
	@for name in ledger pages inspections recommendations intelligence pdf; do echo "Measuring $$name"; \
		$(BIN)/python -m tools.postgres run -- $(BIN)/python -m benchmarks.$$name > benchmarks/results/$$name.json || exit 1; \
	done
	@echo "Measuring planner"; $(BIN)/python -m benchmarks.planner > /dev/null

clean: ## Delete what make made, but not var/ with its database
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m tools.postgres stop || true; fi
	@rm -rf $(VENV) assets/node_modules oversight/web/static build dist \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find config oversight tests tools assets benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
