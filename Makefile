# Every target sets up what it needs, in .venv, with a python3 of at least 3.11.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow lint format goldens appspecs bench release-template clean

help:  ## Say what there is.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

demo: $(VENV)/.installed  ## Make infra/docker and infra/terraform for a real application, in ./demo.
	@rm -rf $(DEMO) && cp -R examples/02-ticket-desk $(DEMO)
	@echo '$$ dazzle-infra all -C $(DEMO) --appspec $(DEMO)/appspec.json.gz' && echo
	@$(BIN)/dazzle-infra all -C $(DEMO) --appspec $(DEMO)/appspec.json.gz
	@echo && echo 'The files are in $(DEMO)/infra.'

test: $(VENV)/.installed lint  ## Run the fast tests.
	$(BIN)/python -m pytest -n auto -m 'not slow'

test-slow: $(VENV)/.installed  ## Run the end-to-end tests.
	$(BIN)/python -m pytest -n auto -m slow

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

appspecs: $(VENV)/.installed  ## Export the models of the examples anew; needs a Dazzle (DAZZLE=PATH).
	$(BIN)/python -m scripts.export_appspecs $(DAZZLE)

bench: $(VENV)/.installed  ## Measure, side by side, what the documentation claims.
	$(BIN)/python -m scripts.bench

release-template: $(VENV)/.installed  ## Release a template: make release-template NAME=docker VERSION=1.0.1
	$(BIN)/python -m scripts.release_template $(NAME) $(VERSION)

clean:  ## Remove what was set up and made.
	rm -rf $(VENV) $(DEMO) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
