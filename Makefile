PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: install demo test check law soak bench requirements help

install: .venv/installed  ## everything the project needs, into .venv

.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@touch $@

demo: install  ## a made-up district on 127.0.0.1:8000
	$(BIN)/throughline demo

test: install  ## the whole suite but the soak tests
	@.ci/browser
	$(BIN)/pytest --numprocesses=auto --maxprocesses=8

check: install  ## what CI runs: lint, format, types, import rules, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) test

law: install  ## each rule of law.md with the tests that hold it; what is pending says so
	$(BIN)/python -m tests.law

soak: install  ## the long tests, hours rather than minutes
	@.ci/browser
	$(BIN)/pytest -m soak -o faulthandler_timeout=0

bench: install  ## all measurements, one JSON object each
	$(BIN)/throughline bench all

requirements:  ## pin requirements.txt anew from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header \
		--no-emit-index-url --no-annotate --extra dev pyproject.toml -o requirements.txt

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
