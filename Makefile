# Every target sets up what it needs, in .venv, with a python3 of at least 3.11.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-dsl e2e lint format goldens inventories appspecs bench histories release-template clean

help:  ## Say what there is.
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

demo: $(VENV)/.installed  ## Make infra/docker and infra/terraform for a real application, in ./demo.
	@test ! -e $(DEMO) || test -e $(DEMO)/.demo || { echo '$(DEMO) exists and is no demo of ours; name another: make demo DEMO=FOLDER'; exit 1; }
	@rm -rf $(DEMO) && cp -R examples/02-ticket-desk $(DEMO) && touch $(DEMO)/.demo
	@echo '$$ dazzle-infra all -C $(DEMO) --appspec $(DEMO)/appspec.json.gz' && echo
	@$(BIN)/dazzle-infra all -C $(DEMO) --appspec $(DEMO)/appspec.json.gz
	@echo && echo 'The files are in $(DEMO)/infra.'

test: $(VENV)/.installed lint  ## Run the fast tests.
	$(BIN)/python -m pytest -n auto -m 'not slow and not e2e'

# Checkov wants an older `packaging` than we do, so that it lives in an environment of its own.
CHECKOV := .venv-checkov
$(CHECKOV)/.installed: Makefile
	$(PYTHON) -m venv $(CHECKOV)
	$(CHECKOV)/bin/python -m pip install --quiet 'checkov>=3.3,<3.4'
	@touch $@

test-slow: $(VENV)/.installed $(CHECKOV)/.installed  ## Run the end-to-end tests.
	$(BIN)/python -m pytest -n auto -m slow

# Dazzle needs Python 3.12 or newer; without one these tests say that they were skipped.
DSL_PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 $(HOME)/.pyenv/versions/3.1[2-9]*/bin/python3; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$python && break; done)
DSL := .venv-dsl/bin

test-dsl: $(VENV)/.installed  ## Run the tests that need the real Dazzle.
	@python='$(DSL_PYTHON)'; \
	if [ -z "$$python" ]; then \
	  echo 'skipped: no Python 3.12 or newer was found for dazzle-dsl; name one: make test-dsl DSL_PYTHON=PATH'; \
	else \
	  set -e; test -x $(DSL)/python || $$python -m venv .venv-dsl; \
	  $(DSL)/python -m pip install --quiet --editable '.[dev,dsl]'; \
	  DAZZLE_INFRA_TEST_DAZZLE=$(CURDIR)/$(DSL)/dazzle $(DSL)/python -m pytest -m 'slow or not slow' \
	    tests/test_appspec_in_process.py tests/test_dazzle_script.py tests/test_examples.py; \
	fi

# Takes root on Debian, and installs an engine there; elsewhere its tests say that they were skipped.
e2e: $(VENV)/.installed  ## Build and start generated stacks on an engine of their own.
	DAZZLE_INFRA_E2E=1 DAZZLE_INFRA_E2E_PYTHON='$(DSL_PYTHON)' $(BIN)/python -m pytest -p no:cacheprovider -m e2e tests/e2e

lint: $(VENV)/.installed  ## Check style and types.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/.installed  ## Put the code into its style.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

goldens: $(VENV)/.installed  ## Render the golden trees anew, to be reviewed as a diff.
	UPDATE_GOLDENS=1 $(BIN)/python -m pytest -q -k golden
	git diff --stat -- tests/goldens

inventories: $(VENV)/.installed  ## Write anew what the plans of Terraform make, to be reviewed as a diff.
	UPDATE_INVENTORIES=1 $(BIN)/python -m pytest -q -n auto -m slow tests/test_terraform_inventory.py
	@$(BIN)/python -m scripts.inventory_sizes
	git diff --stat -- tests/inventories

appspecs: $(VENV)/.installed  ## Export the models of the examples anew; needs a Dazzle (DAZZLE=PATH).
	$(BIN)/python -m scripts.export_appspecs $(DAZZLE)

bench: $(VENV)/.installed  ## Measure, side by side, what the documentation claims.
	$(BIN)/python -m scripts.bench

histories: $(VENV)/.installed  ## Count lost lines in random histories: ours, and those of plain copier update.
	$(BIN)/python -m scripts.histories

release-template: $(VENV)/.installed  ## Release a template: make release-template NAME=docker VERSION=1.0.1
	$(BIN)/python -m scripts.release_template $(NAME) $(VERSION)

clean:  ## Remove what was set up and made.
	rm -rf $(VENV) .venv-dsl $(CHECKOV) $(DEMO) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
