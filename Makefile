# Every target installs its requirements in .venv, with Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo

.DEFAULT_GOAL := help
.PHONY: help demo pythons test test-slow exhaustive test-dsl e2e lint format goldens inventories appspecs bench histories vocabulary release-template clean

help:  ## List the targets.
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

STANDALONE := packages/dazzle-infra-standalone

$(VENV)/.installed: pyproject.toml $(wildcard startup/*) $(wildcard $(STANDALONE)/*)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	$(BIN)/python -m pip install --quiet ./$(STANDALONE)
	@touch $@

demo: $(VENV)/.installed  ## Generate infra/docker and infra/terraform for an example application, in ./demo.
	@test ! -e $(DEMO) || test -e $(DEMO)/.demo || { echo '$(DEMO) exists and was not created by make demo; use another folder: make demo DEMO=FOLDER'; exit 1; }
	@rm -rf $(DEMO) && cp -R examples/02-ticket-desk $(DEMO) && touch $(DEMO)/.demo && git init --quiet $(DEMO)
	@$(BIN)/python -c 'import pathlib, sys; p = pathlib.Path(sys.argv[1], "dazzle.toml"); \
	  p.write_text(p.read_text().replace("[infra]\n", "[infra]\nappspec = \"appspec.json.gz\"\n"))' $(DEMO)
	@echo '$$ $(BIN)/dazzle infra all -C $(DEMO)' && echo
	@$(BIN)/dazzle infra all -C $(DEMO)
	@echo && echo 'More   $(BIN)/dazzle infra explain -C $(DEMO)' && echo '       $(BIN)/dazzle infra plan -C $(DEMO)'

# The environments are in the user's cache folder and are recreated when pyproject.toml changes.
pythons: $(VENV)/.installed  ## Prepare an environment for each installed CPython from 3.11 on.
	$(BIN)/python -m scripts.pythons

test: $(VENV)/.installed pythons lint  ## Check style and types, and run the fast tests.
	$(BIN)/python -m pytest -n auto -m 'not slow and not e2e'

# Checkov requires an older version of `packaging`, so it has a separate environment.
CHECKOV := .venv-checkov
$(CHECKOV)/.installed: Makefile
	$(PYTHON) -m venv $(CHECKOV)
	$(CHECKOV)/bin/python -m pip install --quiet 'checkov>=3.3,<3.4'
	@touch $@

# Ansible is a tool of people who use the server template, not a dependency of the package.
ANSIBLE := .venv-ansible
$(ANSIBLE)/.installed: Makefile
	$(PYTHON) -m venv $(ANSIBLE)
	$(ANSIBLE)/bin/python -m pip install --quiet 'ansible-core>=2.17' 'ansible-lint>=25' 'yamllint>=1.38'
	@touch $@

# Tests of a group share what takes long to prepare, such as an environment, and run in one process.
test-slow: $(VENV)/.installed $(CHECKOV)/.installed $(ANSIBLE)/.installed pythons  ## Run the slow tests.
	$(BIN)/python -m pytest -n auto --dist loadgroup -m 'slow and not exhaustive'

exhaustive: $(VENV)/.installed $(CHECKOV)/.installed $(ANSIBLE)/.installed pythons  ## Run the further cases of slow tests and stacks; before a release of a template.
	$(BIN)/python -m pytest -n auto --dist loadgroup -m 'slow and exhaustive'
	DAZZLE_INFRA_E2E=1 DAZZLE_INFRA_E2E_PYTHON='$(DSL_PYTHON)' $(BIN)/python -m pytest -p no:cacheprovider -m 'e2e and exhaustive' tests/e2e

# Dazzle requires Python 3.12 or newer; without it these tests are skipped with a message.
DSL_PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 $(HOME)/.pyenv/versions/3.1[2-9]*/bin/python3; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$python && break; done)
DSL := .venv-dsl/bin

test-dsl: $(VENV)/.installed  ## Run the tests that require Dazzle.
	@python='$(DSL_PYTHON)'; \
	if [ -z "$$python" ]; then \
	  echo 'skipped: no Python 3.12 or newer found for dazzle-dsl; set one: make test-dsl DSL_PYTHON=PATH'; \
	else \
	  set -e; test -x $(DSL)/python || $$python -m venv .venv-dsl; \
	  $(DSL)/python -m pip install --quiet --editable '.[dev,dsl]'; \
	  test -x $(DSL)/dazzle || $(DSL)/python -m pip install --quiet --force-reinstall --no-deps dazzle-dsl; \
	  DAZZLE_INFRA_TEST_DAZZLE=$(CURDIR)/$(DSL)/dazzle $(DSL)/python -m pytest -m 'slow or not slow' \
	    tests/test_appspec_in_process.py tests/test_dazzle_script.py tests/test_examples.py; \
	fi

# Requires root on Debian, and installs a Docker engine there; elsewhere the tests are skipped.
e2e: $(VENV)/.installed $(ANSIBLE)/.installed  ## Build and start generated stacks on a separate Docker engine.
	DAZZLE_INFRA_E2E=1 DAZZLE_INFRA_E2E_PYTHON='$(DSL_PYTHON)' $(BIN)/python -m pytest -p no:cacheprovider -m 'e2e and not exhaustive' tests/e2e

lint: $(VENV)/.installed  ## Check style and types.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/.installed  ## Format the code.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

goldens: $(VENV)/.installed  ## Render the golden files again and list the changes to review.
	UPDATE_GOLDENS=1 $(BIN)/python -m pytest -q -k golden
	git diff --stat -- tests/goldens

inventories: $(VENV)/.installed  ## Update the inventories of Terraform plans and list the changes to review.
	UPDATE_INVENTORIES=1 $(BIN)/python -m pytest -q -n auto -m slow tests/test_terraform_inventory.py
	@$(BIN)/python -m scripts.inventory_sizes
	git diff --stat -- tests/inventories

appspecs: $(VENV)/.installed  ## Export the models of the examples again; requires Dazzle (DAZZLE=PATH).
	$(BIN)/python -m scripts.export_appspecs $(DAZZLE)

vocabulary: $(VENV)/.installed  ## Write docs/template-vocabulary.md from the models of the vocabulary.
	$(BIN)/python -m scripts.template_vocabulary

bench: $(VENV)/.installed  ## Run the performance benchmarks.
	$(BIN)/python -m scripts.bench

histories: $(VENV)/.installed  ## Count lost lines in random histories, with dazzle-infra and with plain copier update.
	$(BIN)/python -m scripts.histories

release-template: $(VENV)/.installed  ## Release a template: make release-template NAME=docker VERSION=1.0.1
	$(BIN)/python -m scripts.release_template $(NAME) $(VERSION)

clean:  ## Remove environments, build output, caches and the demo.
	rm -rf $(VENV) .venv-dsl $(CHECKOV) $(ANSIBLE) $(DEMO) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
