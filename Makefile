# Everything a newcomer needs. Python is found by config/bootstrap.py; PYTHON=… chooses another one.
.DEFAULT_GOAL := help
.PHONY: help demo test test-crash test-load test-oracle test-machines check fix bench reset lock setup
PYTHON ?= python3
VENV := .venv/bin/python
export PORT ?= 8000
export PYTHONUTF8 := 1

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Set everything up and serve the demonstration at http://localhost:8000 (PORT=… for another port)
	@$(PYTHON) config/bootstrap.py
	@exec $(VENV) -m config.demo_server

test: ## Set everything up and run the whole suite, browser journeys included
	@$(PYTHON) config/bootstrap.py --tests
	@$(VENV) -m pytest -n 2 --dist loadfile --create-db --durations 10 $(ARGS)

test-crash: ## Only the drills that kill real workers and race real threads
	@$(PYTHON) config/bootstrap.py --tests
	@$(VENV) -m pytest -m crash $(ARGS)

test-load: ## Only the thousand rounds of 32 simultaneous approvals and payments
	@$(PYTHON) config/bootstrap.py --tests
	@$(VENV) -m pytest tests/money -m load $(ARGS)

test-oracle: ## Compare 20,000 more drawn indicators with the second evaluator (ORACLE_CONTRACTS=834, 24 each)
	@$(PYTHON) config/bootstrap.py --tests
	@ORACLE_CONTRACTS=$${ORACLE_CONTRACTS:-834} $(VENV) -m pytest tests/services/indicators/test_oracle.py -k many_more $(ARGS)

test-machines: ## Play 300 long sequences of acts against each state machine (cases, residents, records)
	@$(PYTHON) config/bootstrap.py --tests
	@MACHINES=deep $(VENV) -m pytest -m machine $(ARGS)

check: setup ## Linters, import directions, templates, migrations, sizes
	@status=0; \
	step() { name=$$1; shift; if "$$@"; then echo "ok      $$name"; else echo "FAILED  $$name"; status=1; fi; }; \
	step "ruff check" $(VENV) -m ruff check --quiet .; \
	step "ruff format" $(VENV) -m ruff format --quiet --check .; \
	step "import directions" .venv/bin/lint-imports --no-logo; \
	step "template style" sh -c "git ls-files -z '*.html' | xargs -0 -r .venv/bin/djade --check --target-version 5.2"; \
	step "migrations" $(VENV) manage.py makemigrations --check --dry-run; \
	step "house rules" $(VENV) -m tests.house; \
	exit $$status

fix: setup ## Let ruff and djade put right what they can
	@$(VENV) -m ruff check --quiet --fix . || true
	@$(VENV) -m ruff format --quiet .
	@git ls-files -z --cached --others --exclude-standard '*.html' | xargs -0 -r .venv/bin/djade --target-version 5.2

bench: setup ## Measure pages and counting on a million records, made once (BENCH_RECORDS=10000000, ARGS="1 3" chooses rows)
	@$(VENV) -m tests.bench $(ARGS)

reset: ## Remove the local servers' data and start anew (asks nobody)
	@$(PYTHON) config/local_server.py erase

lock: setup ## Renew the hashed lock files from pyproject.toml
	@$(VENV) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
		--custom-compile-command "make lock" -o requirements.lock
	@$(VENV) -m uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
		--custom-compile-command "make lock" -c requirements.lock -o requirements-dev.lock

setup:
	@$(PYTHON) config/bootstrap.py
