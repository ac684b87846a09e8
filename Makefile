# `make run` and `make test` need nothing but Python 3.11 and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test check docs format bench clean

run: $(STAMP)  ## start doorward on http://127.0.0.1:4566 with a world in memory
	$(BIN)/doorward dev

test: $(STAMP) check  ## all checks and all tests
	$(BIN)/pytest -n 2

check: $(STAMP)  ## the checks that need no server
	$(BIN)/ruff format --check src tests tools
	$(BIN)/ruff check src tests tools
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(STAMP)  ## make the generated pages
	$(BIN)/python tools/coverage.py

format: $(STAMP)
	$(BIN)/ruff format src tests tools
	$(BIN)/ruff check --fix src tests tools

bench: $(STAMP)  ## measure beside the peers that install here, and write docs/performance.md
	-$(BIN)/pip install -q --constraint constraints.txt --group bench
	-npm install --silent --no-save --prefix $(VENV)/node @cloud-copilot/iam-simulate@0.1.173
	$(BIN)/python -m benchmarks --write docs/performance.md

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade "pip>=25.1"
	$(BIN)/pip install -q --constraint constraints.txt --group dev --editable ".[emulate]"
	touch $(STAMP)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
