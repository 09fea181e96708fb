# silky: everything a newcomer or CI runs. `make` alone explains itself.
VENV    ?= .venv
# The first interpreter that is new enough; PYTHON=... overrides it.
PYTHON  ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
             if command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
             then echo $$p; break; fi; done)
BIN     := $(VENV)/bin
JOBS    ?= 2
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test check lint format types layers wheel browser bench compiled sanitize clean

help:  ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "silky needs Python 3.11 or newer, and none was found on PATH. Install one (Debian: apt-get install python3 python3-venv) or run: make PYTHON=/path/to/python3.11 ..." >&2; exit 3; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then apt-get update -qq && apt-get install -y -qq python3-venv; \
	  else echo "$(PYTHON) can't make environments: install its venv package first (Debian, Ubuntu: sudo apt-get install python3-venv)." >&2; exit 3; fi; }
	@echo "Making $(VENV) with $(PYTHON) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'

$(VENV)/.run-ready: pyproject.toml hatch_build.py traces/perfetto/compiled/loops.c | $(BIN)/python
	@echo "Installing silky into $(VENV) (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev-ready: pyproject.toml $(VENV)/.run-ready
	@echo "Installing the development tools into $(VENV) (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

demo: $(VENV)/.run-ready  ## set up, then measure five demo apps on the simulated phone and judge the complaint
	@$(BIN)/silky demo $(DEMO_ARGS)

test: $(VENV)/.dev-ready  ## set up, then lint, types, layers, wheel and all tests
	@$(MAKE) --no-print-directory lint types layers wheel
	$(BIN)/python -m pytest -n $(JOBS) $(PYTEST_ARGS)

lint: $(VENV)/.dev-ready  ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev-ready  ## ruff's formatter and safe fixes
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev-ready  ## mypy, strict
	$(BIN)/mypy

layers: $(VENV)/.dev-ready  ## profiler > devices > traces; analyzer and simulated phone stay strangers
	$(BIN)/lint-imports

wheel: $(VENV)/.dev-ready  ## build the wheel and check what is in it
	$(BIN)/python tests/wheel_check.py

browser: ## install a Chromium for the report's tests (Debian, Ubuntu; as root)
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; }

compiled: $(BIN)/python  ## compile the decoder's loops again after a change (installation does it too)
	$(BIN)/python traces/perfetto/compiled/build.py

sanitize: $(VENV)/.dev-ready  ## the compiled loops under AddressSanitizer and UBSan: tests of traces, then damaged traces (5 minutes)
	$(BIN)/python benchmarks/fuzz/sanitized.py $(SANITIZE_ARGS)

bench: $(VENV)/.dev-ready  ## the measurements behind the figures in docs/ (minutes)
	$(BIN)/python benchmarks/accuracy.py
	$(BIN)/python benchmarks/startup.py

clean:  ## remove the environment and all that was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
