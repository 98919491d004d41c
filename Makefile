# Every command of the project. `make` alone lists them.

VENV ?= .venv
export VENV
# Any Python 3 may run the set-up script; it finds the one to build on (PYTHON= overrides).
STARTER := $(shell for p in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
             $$p -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null && echo $$p && break; done)
SETUP = $(if $(STARTER),$(STARTER),$(error Python is missing: install Python 3.11, 3.12 or 3.13 with its venv module)) .ci/setup.py
PY = $(VENV)/bin/python

ARGS ?=
ONLY ?=
export ONLY

.PHONY: help demo demo-reset run test check bench drill mutate lock setup

help:
	@echo "make demo         the demonstration group on 127.0.0.1:8000; Ctrl-C stops it, a second run keeps the data"
	@echo "make demo-reset   forget the demonstration's data and start it over"
	@echo "make run          an empty installation with debugging and reload, on its own data in var/dev"
	@echo "make test         the whole suite; ARGS='-k pack' or ARGS='-n 2' goes to pytest"
	@echo "make check        format, lint, types, migrations, templates, imports, deployment, locks, audit of dependencies"
	@echo "make bench        measurements against a floor of the same run -> var/bench.json; ONLY=word picks rows"
	@echo "make drill        survival: kills, lost brokers, full disks -> var/drill.json; ONLY=word picks rows"
	@echo "make mutate       small wrong changes to the rules, and whether a test notices; ARGS='--sample 60', ONLY=word picks files"
	@echo "make lock         compile requirements/*.in to the hash-pinned locks; ARGS=--upgrade takes newer versions"
	@echo "make setup        only the virtual environment, with what testing needs"
	@echo
	@echo "SDWG_PORT=8001 another port     SDWG_DATA=/some/folder another place than var/"
	@echo "DATABASE_URL, REDIS_URL another database and broker than the embedded ones (.env.example lists everything)"
	@echo "PYTHON=python3.12 which Python to build on (3.11 to 3.13)     VENV=/some/folder where the environment goes"

setup:
	@$(SETUP) development

demo:
	@$(SETUP) runtime
	@$(PY) .ci/serve.py demo

demo-reset:
	@$(SETUP) runtime
	@$(PY) .ci/serve.py demo --reset

run:
	@$(SETUP) runtime
	@$(PY) .ci/serve.py run

test:
	@$(SETUP) development
	@$(PY) .ci/test.py $(ARGS)

check:
	@$(SETUP) development
	@$(PY) .ci/check.py $(ARGS)

bench:
	@$(SETUP) development
	@$(PY) -m bench

drill:
	@$(SETUP) development
	@$(PY) -m bench.drill

mutate:
	@$(SETUP) development
	@$(PY) -m tests.mutate $(ARGS)

lock:
	@$(SETUP) runtime
	@$(PY) .ci/lock.py $(ARGS)
