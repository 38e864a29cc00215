# One word each; `make help` lists them.
# A fresh machine needs git, make and Python >= 3.11 with pip and venv. Everything else comes from the Python package index.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard soon/locale/*/LC_MESSAGES/*.po))

export PORT

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check format bench screenshots lock development

help: ## list these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

setup: .venv/installed-run $(CATALOGUES) ## create .venv with what the program needs, pinned and hashed

run: setup ## start the server on 127.0.0.1:PORT (8000) with the demo company
	$(BIN)/soon demo --once
	$(BIN)/soon serve

demo: setup ## load the demo company if it is not there yet
	$(BIN)/soon demo --once

test: development ## the whole suite on SQLite and PostgreSQL, in a real Chromium (ARGS="tests/domain -x" narrows it)
	$(BIN)/python tests/run.py $(ARGS)

check: development ## format, lint, types, import contracts, templates, translations, migrations
	$(BIN)/python checks/run.py $(ARGS)

format: development ## put code and templates into the one format, mend what can be mended
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format .
	find soon/templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

bench: development ## measure speed at size, as written in docs/benchmarks.md
	$(BIN)/python benchmarks/run.py $(ARGS)

screenshots: development ## take the pictures of the user guide from the demo, into docs/images
	$(BIN)/python tests/screenshots.py $(ARGS)

lock: development ## resolve the newest allowed versions again and write requirements/*.txt
	$(BIN)/python -m pip --quiet install uv
	$(BIN)/python requirements/lock.py

development: setup .venv/installed-development

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which with: make setup PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

# The stamps are newer than the lock they were installed from, so nothing is installed twice.
.venv/installed-run: requirements/run.txt pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-development: requirements/development.txt .venv/installed-run
	$(PIP) install --require-hashes -r requirements/development.txt
	@touch $@

# Compiled by Babel, because a fresh machine has no gettext program.
%.mo: %.po .venv/installed-run
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(word 3,$(subst /, ,$<))
