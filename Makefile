# Two commands do everything: `make demo` and `make test`. Each sets itself up.
# The rest is for those who work on Slipway; `make help` lists it.

PYTHON ?= python3
BIN := .venv/bin
# Compiled modules are kept, whatever the shell says: tests start many processes.
export PYTHONDONTWRITEBYTECODE :=
# As many tests at once as the machine has processors, from two to four.
PROCESSORS := $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -lt 2 ] && n=2; [ $$n -gt 4 ] && n=4; echo $$n)
AT_ONCE := -n $(PROCESSORS) --dist loadfile
# Who plays whole conversations waits half of the time for somebody's answer.
CROWDED := -n $(shell echo $$(($(PROCESSORS) + 1))) --dist loadfile
PIP := $(BIN)/pip --disable-pip-version-check

# Install a lock file, counting the packages as they come; what goes wrong is said in pip's own words.
counted = { $(PIP) install --progress-bar off --require-hashes -r $(1) 2>&1; echo "exit $$?"; } | awk ' \
  /^Collecting/ { printf "\r      %d packages", ++n; fflush() } \
  /^ERROR|^error/ { print "\n" $$0 } \
  /^exit / { code = $$2 } \
  END { print ""; exit code }'

.DEFAULT_GOAL := help
.PHONY: help demo tour test test-scenarios test-browser test-faults test-hostile test-supply test-postgres test-nightly fuzz chaos supply-setup postgres-setup eval bench bench-peers setup browser-setup bench-setup guest router lock clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Slipway needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Set PYTHON=python3.x.")'
	@echo "[1/3] making a virtual environment in .venv"
	@$(PYTHON) -m venv .venv

# What runs needs; installed from the lock file, every file checked against its hash.
.venv/.run: requirements.lock pyproject.toml | .venv/bin/python
	@echo "[2/3] installing what Slipway needs (about a minute the first time)"
	@$(call counted,requirements.lock)
	@echo "[3/3] installing Slipway itself"
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@echo "[+] installing what the tests need"
	@$(call counted,requirements-dev.lock)
	@touch $@

setup: .venv/.run ## Install Slipway into .venv (done by itself when needed)

demo: .venv/.run ## Start the demo: a workspace in the browser, no key and no account needed
	@$(BIN)/platformctl demo

tour: .venv/.run ## The same conversation without hands; exits 0 only if every step really happened
	@$(BIN)/platformctl tour

test: .venv/.dev ## Lint, types, contracts and the quick tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/pytest $(AT_ONCE) -m "not (browser or faults or scenario or hostile or supply or postgres or fuzz)"

browser-setup: ## Install Debian's chromium and fonts when missing (needs root, or says what to install)
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium fonts-dejavu fonts-noto-color-emoji >/dev/null; \
	  else echo "Please install the package 'chromium' (Debian: sudo apt-get install chromium)." >&2; exit 1; fi; }

test-browser: .venv/.dev browser-setup ## The workspace page and each app in headless Chromium
	@$(BIN)/pytest $(AT_ONCE) -m "browser and not nightly"

test-scenarios: .venv/.dev ## Whole conversations, each process by itself, and whole sets of requests
	@$(BIN)/pytest $(CROWDED) -m "scenario and not postgres and not nightly"

test-faults: .venv/.dev ## Kill real processes at every step of the journey and look what is left
	@$(BIN)/pytest -m "faults and not chaos"

chaos: .venv/.dev ## Every fault at every place, and a table of what was broken and what held
	@$(BIN)/pytest tests/faults -m faults --table

test-hostile: .venv/.dev ## Alone on the machine: hostile apps and requests, what a good neighbour feels, how soon a preview stands
	@$(BIN)/pytest -m hostile -p no:randomly

test-nightly: .venv/.dev browser-setup ## What changes seldom and takes the longest of the scenarios and the browser
	@$(BIN)/pytest $(CROWDED) -m nightly

fuzz: .venv/.dev ## 2,000 histories with crashes, 10,000 hostile answers, 10,000 documents beside OPA; half an hour and more
	@$(BIN)/pytest -n $(PROCESSORS) -m "fuzz or scenario" tests/bot/test_any_history.py tests/bot/test_lying_model.py tests/guardrails/test_opa.py

# Independent verifiers, from npm by a lock file that names no host; no script of theirs is run.
supply-setup: tests/supply/node_modules/.package-lock.json

tests/supply/node_modules/.package-lock.json: tests/supply/package.json tests/supply/package-lock.json
	@command -v npm >/dev/null && command -v openssl >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq nodejs npm openssl >/dev/null; \
	  else echo "Please install Node.js 20 or newer with npm, and openssl (Debian: sudo apt-get install nodejs npm openssl)." >&2; exit 1; fi; }
	@cd tests/supply && npm ci --omit=optional --ignore-scripts --no-audit --no-fund --silent || { \
	  echo "The verifiers could not be installed from npm: tests/supply/package-lock.json." >&2; exit 1; }
	@touch $@

test-supply: .venv/.dev supply-setup ## What we sign and list, judged by others' tools (Node)
	@$(BIN)/pytest -m supply

# Debian would start a server of its own beside it; the tests bring one for as long as they run.
postgres-setup: ## Install Debian's PostgreSQL when missing (needs root, or says what to install)
	@test -n "$$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null; command -v initdb)" || { \
	  if [ "$$(id -u)" = 0 ]; then mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >> /etc/postgresql-common/createcluster.conf && \
	    apt-get update -qq && apt-get install -y -qq postgresql >/dev/null; \
	  else echo "Please install the package 'postgresql' (Debian: sudo apt-get install postgresql)." >&2; exit 1; fi; }

test-postgres: .venv/.dev postgres-setup ## The same promises on PostgreSQL: a server of our own in a temporary folder, then gone
	@$(BIN)/python -m tests.postgres.cluster $(BIN)/pytest $(AT_ONCE) -m postgres

eval: .venv/.run ## How well sentences are understood, set by set, with 95 % intervals; kept in docs/understanding.md
	@$(BIN)/python -m evals --write

bench-setup:
	@command -v wrk >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq wrk >/dev/null; \
	  else echo "Please install the package 'wrk' (Debian: sudo apt-get install wrk)." >&2; exit 1; fi; }

bench: .venv/.run bench-setup postgres-setup ## Measure, beside a baseline in the same run
	@$(BIN)/python -m bench

bench-peers: .venv/.run bench-setup ## Measure Slipway beside other runtimes; PEERS= is the folder of their harness
	@test -f "$(PEERS)/bench.py" || { echo "Set PEERS to the folder of the peers' harness, with the peers installed as its README says: docs/performance.md." >&2; exit 1; }
	@$(BIN)/python -m bench.peers "$(PEERS)"

guest: .venv/.dev ## Rebuild the QuickJS guest from its pinned sources
	@$(PIP) install --quiet -e '.[build]'
	@$(BIN)/python -m runtime.guest.build

router: .venv/.dev ## Train the router from the example sentences in templates/kinds; lists and titles from evals/requests
	@$(PIP) install --quiet -e '.[build]'
	@$(BIN)/python -m generator.train
	@$(BIN)/python -m generator.train_entries evals/requests/*.jsonl
	@$(BIN)/python -m generator.train_titles evals/requests/*.jsonl

lock: .venv/.dev ## Pin every dependency with its hashes, naming no index
	@$(PIP) install --quiet uv
	@echo setuptools | $(BIN)/uv pip compile pyproject.toml - --universal --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --quiet --python-version 3.11 -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra dev -c requirements.lock --universal --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --quiet --python-version 3.11 -o requirements-dev.lock

clean: ## Remove the demo's data (the virtual environment stays)
	@rm -rf var
