# `make run` and `make test` set up .venv themselves; `make help` lists all targets.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
RAW    ?= data/raw
CORPUS ?= data/raw
CURATED ?= data/curated

.DEFAULT_GOAL := help
REPORTS ?= 20000
STYLE ?= full
LAYOUT ?= files
ATLAS   ?= 1000
KILLS   ?= 1000
.PHONY: fuzz help setup run open pictures test test-all check format bench atlas-bench scale faults tables docs-reference docs rules lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-11s %s\n' "$$name" "$$what"; done

setup: $(READY) ## create .venv with the locked packages

$(READY): requirements.lock pyproject.toml
	@echo "setting up $(VENV) (the first time takes a minute or two)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit("nianbao needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	@# --no-deps: the lock is complete, and pip takes an extra of a locked package for one that is not locked.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check
	@touch $@

run: setup ## read the bundled reports in data/raw and write tables to data/curated
	$(BIN)/nianbao run --raw $(RAW) --curated $(CURATED)

open: ## open the atlas in your browser
	@test -f $(CURATED)/atlas/index.html || { echo "no atlas yet: make run"; exit 1; }
	@echo "$(CURATED)/atlas/index.html; without a browser here: $(PYTHON) -m http.server -d $(CURATED)/atlas"
	@$(PYTHON) -m webbrowser "$$($(PYTHON) -c 'import pathlib, sys; print(pathlib.Path(sys.argv[1]).resolve().as_uri())' $(CURATED)/atlas/index.html)"

pictures: setup ## redraw the pictures of the docs from the atlas
	$(BIN)/python -m benchmarks.pictures $(CURATED)/atlas

test: setup ## run the tests (a few minutes)
	$(BIN)/python -m pytest -n auto --dist loadfile

test-all: setup ## run all tests, including the slow ones
	$(BIN)/python -m pytest -n auto --dist loadfile -m ""

check: setup ## check format, lint rules, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## format the code and apply safe lint fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

rules: setup ## print the share of each rule of the grammar in CORPUS
	$(BIN)/python -m benchmarks.rules $(CORPUS)

bench: setup ## measure speed and accuracy, compared with BeautifulSoup and trafilatura, and with AGAINST=PYTHON of another version
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.versions $(if $(AGAINST),--against $(AGAINST))
	$(BIN)/python -m benchmarks.cold_start
	$(BIN)/python -m benchmarks.scale
	$(BIN)/python -m benchmarks.atlas

atlas-bench: setup ## measure how the largest pages of an atlas of 1,000 reports open in Chromium (ATLAS=100 for fewer)
	$(BIN)/python -m benchmarks.atlas --reports $(ATLAS)

scale: setup ## measure 20,000 reports: two processes, Dask, memory, one new report (REPORTS=2000 for fewer, STYLE=small, LAYOUT=delta)
	$(BIN)/python -m benchmarks.scale --reports $(REPORTS) --style $(STYLE) --layout $(LAYOUT)

faults: setup ## kill 1,000 runs at random while pandas, pyarrow and DuckDB read, then again on Dask, then with Delta tables (KILLS=25 for fewer)
	$(BIN)/python -m benchmarks.faults --kills $(KILLS)
	$(BIN)/python -m benchmarks.faults --kills $(KILLS) --dask
	$(BIN)/python -m benchmarks.faults --kills $(KILLS) --layout delta

fuzz: setup ## read 220,000 random, mutated and damaged inputs and report every fault (FUZZ="--texts 1000 --pdfs 5")
	$(BIN)/python -m benchmarks.fuzz $(FUZZ)

tables: setup ## regenerate docs/reference/tables.md and schemas/descriptions.json from the models
	$(BIN)/python -m schemas.descriptions
	$(BIN)/nianbao tables --write docs/reference/tables.md

docs-reference: setup ## regenerate the reference pages: modules, Python API, command line
	$(BIN)/python docs/generate_reference.py

docs: setup ## build the site of docs/ in build/site
	$(BIN)/python -m sphinx -q -W --keep-going docs build/site

lock: setup ## resolve the newest versions into requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --upgrade --output-file requirements.lock

clean: ## remove tables, caches and the environment
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(CURATED) -mindepth 1 ! -name .gitkeep -delete 2>/dev/null || true
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
