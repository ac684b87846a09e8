# `make run` and `make test` need nothing but Python 3.11 and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test test-spark check docs format bench wheel prove prove-third-party clean

run: $(STAMP)  ## start doorward on http://127.0.0.1:4566 with a world in memory
	$(BIN)/doorward dev

test: $(STAMP) check  ## all checks and all tests
	$(BIN)/pytest -n 2

test-spark: $(STAMP)  ## the queries of tests/spark on PySpark in local mode; needs Java 17 or later
	$(PYTHON) -m venv $(VENV)/spark
	$(VENV)/spark/bin/pip install -q "pyspark>=4"
	$(BIN)/pytest -n 0 tests/spark --run-spark $(VENV)/spark/bin/python

check: $(STAMP)  ## the checks that need no server
	$(BIN)/ruff format --check src tests tools benchmarks setup.py
	$(BIN)/ruff check src tests tools benchmarks setup.py
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(STAMP)  ## make the generated pages
	$(BIN)/python tools/coverage.py
	$(BIN)/python tools/cloudformation_types.py
	$(BIN)/python tools/gateway_actions.py
	$(BIN)/python tools/trail_sql.py

format: $(STAMP)
	$(BIN)/ruff format src tests tools benchmarks setup.py
	$(BIN)/ruff check --fix src tests tools benchmarks setup.py

bench: $(STAMP)  ## measure beside the peers that install here, and write docs/performance.md
	-$(BIN)/pip install -q --constraint constraints.txt --group bench
	-test -d $(VENV)/parliament || $(BIN)/pip install -q --target $(VENV)/parliament parliament==1.6.4 "setuptools<81"
	-npm install --silent --no-save --prefix $(VENV)/node @cloud-copilot/iam-simulate@0.1.173
	$(BIN)/python -m benchmarks --write docs/performance.md

prove: $(STAMP)  ## reference, laws, faults, cases, ways to sign, fuzzing: one table
	PYTHONPATH=tests $(BIN)/python -m reference

prove-third-party: $(STAMP)  ## the reference beside iam-simulate, for developers; needs node and npm
	-npm install --silent --no-save --prefix $(VENV)/node @cloud-copilot/iam-simulate@0.1.173
	PYTHONPATH=tests $(BIN)/python -m reference --third-party $(VENV)/node --cases 100000

wheel: $(STAMP)  ## the wheel whose decision core mypyc has compiled, and the core's tests on it
	rm -rf build dist
	$(BIN)/pip install -q --constraint constraints.txt "setuptools>=77"
	DOORWARD_COMPILE=1 $(BIN)/pip wheel -q --no-deps --no-build-isolation --wheel-dir dist .
	$(BIN)/pip install -q --no-deps --target build/compiled dist/doorward-*.whl
	PYTHONPATH=build/compiled DOORWARD_COMPILED=1 $(BIN)/pytest tests/engine tests/policy tests/authz

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade "pip>=25.1"
	$(BIN)/pip install -q --constraint constraints.txt --group dev --editable ".[emulate,saml,cloudformation,trail]"
	touch $(STAMP)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
