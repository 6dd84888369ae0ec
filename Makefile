# Recours. `make help` lists what there is.
PYTHON ?= python3
VENV := .venv
FAST := not slow and not browser and not postgres and not elastic and not soak
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ASSETS := web/static/vendor/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo run test check audit soak bench tour lock clean

help: ## This list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

install: $(STAMP) $(ASSETS) ## .venv with the `recours` command, and the front-end assets

$(STAMP): requirements.lock pyproject.toml
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# Node.js comes from the system or, missing, from PyPI.
$(ASSETS): web/package.json web/package-lock.json web/assets.py web/node.lock $(STAMP)
	command -v npm > /dev/null || \
	  $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r web/node.lock
	$(BIN)/python -m web.assets
	touch $@

demo: install ## Import the territory's listings and serve the whole product (PORT=8000)
	$(BIN)/recours demo --port $(or $(PORT),8000)

run: install ## Serve what is already in RECOURS_DATA_DIR (PORT=8000)
	$(BIN)/recours serve --port $(or $(PORT),8000)

# Hundreds of processes load the same code: it is compiled once, whatever the environment says.
test check: export PYTHONDONTWRITEBYTECODE :=

test: install ## Every test, browser, PostgreSQL and OpenSearch included
	$(BIN)/python -m tests.prepare
	$(BIN)/pytest -n auto -m "$(FAST)"
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m "not soak and not ($(FAST))"

check: install ## Format, lint, types, boundaries, fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint web/templates
	$(BIN)/pytest -q -n auto -m "$(FAST)"

audit: install ## Known flaws of the locked packages; fails when nobody could be asked
	@$(BIN)/pip-audit --disable-pip --require-hashes -r requirements.lock --progress-spinner off > $(VENV)/audit.txt 2>&1; \
	status=$$?; unasked=$$(grep -c "could not be audited" $(VENV)/audit.txt); \
	if [ $$unasked -gt 0 ] || grep -qE "ConnectionError|ServiceError|Max retries|timed out" $(VENV)/audit.txt; then \
	  grep -vE "could not be audited|^No known|^Name|^---" $(VENV)/audit.txt; \
	  echo "Audit non fait : la base des failles ne dit rien d'ici ($$unasked paquets sans réponse). Recommencez d'une machine reliée au réseau."; exit 2; \
	fi; cat $(VENV)/audit.txt; exit $$status

soak: install ## What is too long for make test
	$(BIN)/pytest -m soak

bench: install ## Measured claims, side by side; run by hand (QUICK=1: small sizes)
	$(BIN)/python -m bench $(if $(QUICK),--quick)

tour: install ## The pictures of docs/tour.md, taken anew from the demonstration
	$(BIN)/python -m bench.tour

lock: ## Resolve pyproject.toml anew into requirements.lock
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras \
	  --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements.lock

clean: ## Remove what was installed; data stay
	rm -rf $(VENV) web/node_modules web/static/vendor
