# Tidewaiter. `make demo` to see it, `make test` and `make check` before you push.
PYTHON ?=
MINUTES ?= 60
MODULES ?=
SHAPE ?= central
READERS ?= 100
REGISTRY ?=
DEMO_HOME := ./$(if $(filter central,$(SHAPE)),var,var-$(SHAPE))
BIN := .venv/bin
PROGRAM := $(BIN)/tidewaiter
export PYTHON

.PHONY: test-all help install install-dev install-spark demo demo-network demo-operation serve check test bench mutants lock generated messages sbom format

help:
	@echo "make demo     install, load the demo, serve on http://127.0.0.1:8000"
	@echo "make demo SHAPE=national  the same of a country's own node: names, suspects, firms; data in var-national"
	@echo "make demo-network  a centre and two national nodes, joined, on 8000 to 8002"
	@echo "make demo-operation  an operation node with the story of its room, on http://127.0.0.1:8003"
	@echo "make test     the tests (SQLite, PostgreSQL, headless Chromium); of the long ones the share of this commit"
	@echo "make test ROOM=cases  those of one room, none of the long ones"
	@echo "make test-all all of them, and every nasty value at every page as every role: hours"
	@echo "make check    lint, types, stairs, migrations, generated files"
	@echo "make bench    the ratios: intake, list and facets, statistics, trade, rooms (READERS=1000)"
	@echo "make mutants  which one-line changes no test notices, an hour long (MINUTES=10 MODULES='checks/norms.py')"
	@echo "make install  only install"
	@echo "make install-spark  Apache Spark beside it, for trade files that outgrow one machine (needs Java 17)"

install:
	@sh tools/install.sh main

install-dev:
	@sh tools/install.sh dev

install-spark:
	@sh tools/install_spark.sh

demo: install
	@TIDEWAITER_SHAPE=$(SHAPE) TIDEWAITER_HOME=$${TIDEWAITER_HOME:-$(DEMO_HOME)} $(PROGRAM) demo

demo-network: install
	@TIDEWAITER_HOME=var/network/none TIDEWAITER_SHAPE=central $(PROGRAM) demo_network

demo-operation: install
	@TIDEWAITER_SHAPE=operation TIDEWAITER_HOME=$${TIDEWAITER_HOME:-var-operation} $(PROGRAM) demo --port 8003

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djhtml --tabwidth 2 --check tidewaiter
	$(BIN)/lint-imports
	$(BIN)/mypy
	for shape in central national operation; do TIDEWAITER_ENCRYPTION=off TIDEWAITER_SHAPE=$$shape \
	  TIDEWAITER_HOME=$$(mktemp -d) $(PROGRAM) makemigrations --check --dry-run || exit 1; done
	$(BIN)/python tools/generated.py --check
	TIDEWAITER_HOME=$$(mktemp -d) $(BIN)/python tools/messages.py --check

test: install-dev
	@sh tools/test_needs.sh
	$(BIN)/python tools/run_tests.py

test-all: install-dev
	@sh tools/test_needs.sh
	TIDEWAITER_THOROUGH=1 $(BIN)/python tools/run_tests.py

bench: install-dev
	.tools/bin/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-bench.lock
	$(BIN)/python bench/run.py
	$(BIN)/python bench/trading.py
	$(BIN)/python bench/naming.py
	$(BIN)/python bench/names_compared.py
	$(BIN)/python bench/encrypting.py
	$(BIN)/python bench/registry.py $(REGISTRY)
	$(BIN)/python bench/evidencing.py
	$(BIN)/python bench/listening.py --readers $(READERS)
	$(BIN)/python bench/listening_beside.py

mutants: install-dev
	.tools/bin/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-mutants.lock
	$(BIN)/python tools/mutants.py --minutes $(MINUTES) $(MODULES)

format: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djhtml --tabwidth 2 tidewaiter

messages: install-dev
	TIDEWAITER_HOME=$$(mktemp -d) $(BIN)/python tools/messages.py

sbom: install
	$(PROGRAM) sbom -o sbom.json

generated: install-dev
	$(BIN)/python tools/generated.py

lock:
	.tools/bin/uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.lock
	.tools/bin/uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.lock
	.tools/bin/uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header requirements-spark.in -o requirements-spark.lock
	.tools/bin/uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header -c requirements-dev.lock requirements-bench.in -o requirements-bench.lock
	.tools/bin/uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header -c requirements-dev.lock requirements-mutants.in -o requirements-mutants.lock
