# Yantar. `make run` opens it, `make test` tries everything. Needs git, make and Python 3.11 or later; brings the rest itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/.done
WORKERS ?= auto
TESTS ?=
export UV_NO_PROGRESS ?= 1

# Two makes at once (`make run` beside `make test` in a fresh clone) set up one after the other.
LOCK := $(if $(shell command -v flock 2>/dev/null),flock .setup.lock,)
WEB_SOURCES := src/yantar/web/ui/finders.py $(shell find src/yantar -path "*/static/*" -type f 2>/dev/null)
TEXTS := $(wildcard src/yantar/locale/*/LC_MESSAGES/*.po)

# $(call debian,PACKAGES,WHY): installs Debian packages where we may, otherwise says in one line what to do.
define debian
if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends $(1) >/dev/null; \
elif command -v apt-get >/dev/null 2>&1 && command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then \
  sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends $(1) >/dev/null; \
else \
  echo "$(2): install it with 'sudo apt install $(1)' and try again." >&2; exit 1; \
fi
endef

.PHONY: help setup _setup run test chromium spark bench lint docs lock openapi schemas assets messages pictures

help:
	@echo "make run    open Yantar with the demonstration government (YANTAR_PORT, YANTAR_DATA, YANTAR_DEMO=0, DATABASE_URL)"
	@echo "make test   try everything, browser journeys included (TESTS=tests/core for a part)"
	@echo "make lint   ruff, mypy, import-linter, djade, migrations"
	@echo "make pictures  the pictures of the documents, taken anew by a test"
	@echo "make bench  the figures, printed and written to docs/figures.md"
	@echo "make setup  only install what the others need"
	@echo "make openapi  write the contract of the API, docs/openapi.json, anew"
	@echo "make docs    what commands print in the documents, anew"
	@echo "make schemas  write the JSON Schemas of the planner and of the savings, docs/planner and docs/savings, anew"
	@echo "make spark  install the second engine of the savings, Apache Spark"
	@echo "make lock   renew the hashed lists of packages"

setup:
	@$(LOCK) $(MAKE) --no-print-directory _setup

_setup: $(DONE)/assets $(DONE)/messages
	@:

$(DONE)/venv:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Yantar needs Python 3.11 or later: install it with 'sudo apt install python3'." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Yantar needs Python 3.11 or later, this is $$($(PYTHON) --version): name another with 'make PYTHON=python3.12'." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(call debian,python3-venv,Python lacks its venv module) ; }
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(DONE) && echo "$(CURDIR)" > $@

# A checkout that was moved has a .venv that still points to its old place.
ifneq ($(shell cat $(DONE)/venv 2>/dev/null),$(CURDIR))
ifneq ($(wildcard $(DONE)/venv),)
$(shell rm -rf $(VENV))
endif
endif

$(DONE)/uv: requirements/uv.txt $(DONE)/venv
	@echo "Setting up Yantar: Python packages …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(DONE)/packages: requirements/dev.txt pyproject.toml $(DONE)/uv
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(DONE)/node: package-lock.json .npmrc $(DONE)/packages
	@echo "Setting up Yantar: what the browser needs …"
	@$(BIN)/npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(DONE)/assets: $(WEB_SOURCES) $(DONE)/node
	@DJANGO_SETTINGS_MODULE=yantar.config.settings.building $(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

$(DONE)/messages: $(TEXTS) $(DONE)/packages
	@if [ -n "$(TEXTS)" ]; then $(BIN)/pybabel --quiet compile --directory src/yantar/locale --domain django; fi
	@touch $@

assets: setup
	@rm -f $(DONE)/assets && $(LOCK) $(MAKE) --no-print-directory _setup

messages: setup
	@rm -f $(DONE)/messages && $(LOCK) $(MAKE) --no-print-directory _setup

run: setup
	@$(BIN)/yantar run

chromium:
	@[ -n "$$CHROMIUM" ] || command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || { $(call debian,chromium,The browser journeys need Chromium) ; }

# The second engine of the savings: Spark (an optional extra, some 400 MB) and the Java it runs on.
$(DONE)/spark: requirements/spark.txt $(DONE)/packages
	@echo "Setting up Yantar: the second engine of the savings …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/spark.txt
	@touch $@

spark: setup
	@$(LOCK) $(MAKE) --no-print-directory $(DONE)/spark
	@command -v java >/dev/null 2>&1 || { $(call debian,openjdk-17-jre-headless,The second engine of the savings needs Java 17) ; }

test: setup chromium spark
	@$(BIN)/pytest -n $(WORKERS) --maxprocesses 8 $(TESTS)

pictures: setup chromium
	@YANTAR_PICTURES=docs/pictures $(BIN)/pytest tests/journeys/test_demonstration.py

bench: setup
	@$(BIN)/python -m tests.bench

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@find src -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	@DJANGO_SETTINGS_MODULE=yantar.config.settings.building $(BIN)/python manage.py makemigrations --check --dry-run --verbosity 1

openapi: setup
	@$(BIN)/python -m yantar.api.openapi docs/openapi.json

schemas: setup
	@$(BIN)/python -m yantar.engine.planner.schemas docs/planner
	@$(BIN)/python -m yantar.engine.savings.schemas docs/savings

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

docs: setup
	@$(BIN)/yantar savings docs/savings/example.jsonl --by bidders --format json -o docs/savings/example.result.json
	@$(BIN)/python -m yantar.engine.savings.flags.documenting docs/savings
	@$(BIN)/python -m yantar.cli.documenting docs/savings.md docs/savings.ru.md

lock: $(DONE)/uv
	@$(COMPILE) requirements/uv.in --output-file requirements/uv.txt $(UPGRADE)
	@$(COMPILE) requirements/base.in --output-file requirements/base.txt $(UPGRADE)
	@$(COMPILE) requirements/dev.in --output-file requirements/dev.txt $(UPGRADE)
	@$(COMPILE) requirements/spark.in --output-file requirements/spark.txt $(UPGRADE)
	@echo "Locked. 'make lock UPGRADE=--upgrade' takes newer versions."
