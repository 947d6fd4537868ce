# Every command prepares .venv by itself. Variables given here (make demo PORT=9000) reach the command.
PYTHON ?= $(shell command -v python3 || command -v python || echo python3)

.DEFAULT_GOAL := help
.PHONY: help setup demo manage test browser chaos check bench fuzz lock

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' Makefile | column -t -s '|' 2>/dev/null || grep '## ' Makefile

setup: ## make .venv from the lock file, nothing else
	@$(PYTHON) run.py setup

demo: ## run everything with example data (PORT=8000, FRESH=1 starts over, DEMO_PASSWORD)
	@$(PYTHON) run.py demo

manage: ## a management command on the demo's database (ARGS="check_rollups --repair")
	@$(PYTHON) run.py manage

test: ## every test that needs no browser
	@$(PYTHON) run.py test
	@echo "The rest: 'make browser' for the browser suite, 'make chaos' for failures, 'make check' for types and style."

browser: ## the browser tests (need a Chromium)
	@$(PYTHON) run.py browser

chaos: ## servers and processes killed, hung and lied to (ARGS="C1 D2"; DEFECTS=1 switches each protection off)
	@$(PYTHON) run.py chaos

check: ## types, style, templates, imports, migrations, translations, deployment settings
	@$(PYTHON) run.py check

bench: ## what things cost (NAME=rollups, value, entries, dashboard, pages, opening, coach or reminders; ARGS="--quick")
	@$(PYTHON) run.py bench $(NAME)

fuzz: ## 20,000 generated requests to the API, every answer held against its description (CASES=20000)
	@FUZZ_CASES=$(or $(CASES),20000) $(PYTHON) run.py fuzz

lock: ## write the requirements files anew from pyproject.toml (needs uv)
	@$(PYTHON) tools/lock.py
