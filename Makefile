.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check bench search-bench bench-import county eval compare train lock
PYTHON ?= python3

help: ## Show what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Set up both environments from the locks
	@$(PYTHON) scripts/setup.py

setup-dev:
	@$(PYTHON) scripts/setup.py --dev

run: setup ## Set up what is missing, start everything with demo customers, print the addresses
	@exec .venv/bin/lamplighter up --demo

test: setup-dev ## Set up what is missing and run all tests
	@.venv/bin/lamplighter train >/dev/null
	@.venv-rasa/bin/python -m pytest -c tests/dialogue/pytest.ini --confcutdir=tests/language tests/language
	@.venv-rasa/bin/python -m pytest -c tests/dialogue/pytest.ini tests/dialogue
	@.venv/bin/python -m pytest --ignore=tests/browser
	@.venv/bin/python -m pytest tests/browser

check: setup-dev ## Lint, types and the direction of imports
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

train: setup ## Train the language model if its data has changed
	@.venv/bin/lamplighter train

bench: setup-dev ## Messages per second and latency, beside a minimal stock Rasa bot in the same run
	@.venv/bin/python -m tests.bench

bench-import: setup-dev ## Import made-up accounts (SIZE=5000) with 24 months of readings, bills and payments
	@.venv/bin/python -m tests.bench.importing $(or $(SIZE),5000)

county: setup-dev ## The books of ten thousand made-up customers (SIZE=10000): sums, balances, nobody else's data
	@LAMPLIGHTER_TEST_CUSTOMERS=$(or $(SIZE),10000) .venv/bin/python -m pytest tests/importing/test_county.py

search-bench: setup-dev ## How long a question to the policies takes, with those there are and with ten thousand
	@.venv/bin/python -m tests.bench.search 2>/dev/null

eval: train ## Understanding, measured on the two development sets that are never trained on
	@.venv-rasa/bin/python -m bot.dialogue.evaluate --file tests/nlu/dev.tsv --file tests/nlu/dev_more.tsv

compare: setup ## Classifiers side by side on the development set: accuracy and cost (minutes)
	@.venv-rasa/bin/python -m tests.bench.classifiers

lock: setup ## Resolve the locks anew
	@sh scripts/lock.sh
