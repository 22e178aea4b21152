# Every target sets up what it needs first; `make` alone lists them.

PYTHON ?= python3
DEMO_DIR ?= lotproof-demo
TESTS ?=
VENV := .venv/bin

.DEFAULT_GOAL := help

.PHONY: help
help: ## List what can be made
	@echo "lotproof: make <target>"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: set-up
set-up: ## Make .venv ready for `lotproof` (done by itself where needed)
	@$(PYTHON) .dev/set_up.py

.PHONY: dev
dev: ## Make .venv ready for tests and lint (done by itself where needed)
	@$(PYTHON) .dev/set_up.py --dev

.PHONY: demo
demo: set-up ## Build, sign and verify the example company's packs in lotproof-demo/
	@$(VENV)/lotproof demo $(DEMO_DIR)

.PHONY: test
test: dev ## Run the whole suite (a part of it: make test TESTS="tests/evidence -k lots")
	@$(VENV)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(TESTS)

.PHONY: format
format: dev ## Rewrite Python in the house layout (sqlfluff only says: it breaks Jinja loops)
	@$(VENV)/ruff check --fix --select I .
	@$(VENV)/ruff format .

.PHONY: check-format
check-format: dev ## Say which Python files are not in the house layout
	@$(VENV)/ruff format --check .

.PHONY: lint
lint: check-format ## Check layout, Python, SQL, YAML and types
	@$(VENV)/ruff check .
	@$(VENV)/sqlfluff lint models
	@$(VENV)/yamllint --strict .
	@$(MAKE) --no-print-directory types

.PHONY: types
types: dev ## Check types with mypy and pyright
	@$(VENV)/mypy
	@$(VENV)/pyright

.PHONY: bench
bench: dev ## Measure against hand-written SQL, WeasyPrint and sha256sum
	@$(VENV)/python -m benchmarks

.PHONY: wheel
wheel: dev ## Build the wheel into dist/
	@rm -rf build dist
	@$(VENV)/python -m pip wheel -q --no-deps --no-build-isolation --wheel-dir dist .
	@rm -rf build
	@ls dist

.PHONY: lock
lock: ## Write the lock files anew (newer versions: make lock UPGRADE=--upgrade)
	@test -x $(VENV)/uv || $(PYTHON) .dev/set_up.py --dev
	@$(VENV)/python .dev/lock.py $(UPGRADE)

.PHONY: clean
clean: ## Remove everything that set-up, builds and the demo wrote
	@rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis $(DEMO_DIR)
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
