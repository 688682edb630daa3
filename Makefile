# make run    set up and start the app            make test   set up and pass every test
# make bench  side-by-side measurements           make science  longer numeric checks
# make pictures   take the gallery's stills and loops and the README's picture anew, in a real browser
#                 (make pictures SLUGS="turing gan" for these exhibits only)
HOST ?= localhost
PORT ?= 8501
OPTIONS ?=
SLUGS ?=
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
TYPESCRIPT := 5.9.3
AXE := 4.14.1

.PHONY: run test science bench lint format pictures clean

$(VENV)/ready: requirements.txt constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade pip
	$(PY) -m pip install --quiet -c constraints.txt -r requirements.txt
	touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.txt
	$(PY) -m pip install --quiet -c constraints.txt -r requirements-dev.txt
	$(VENV)/bin/npm install --silent --no-audit --no-fund --prefix $(VENV)/js typescript@$(TYPESCRIPT) axe-core@$(AXE)
	touch $@

run: $(VENV)/ready
	@echo "Morphogen on http://$(HOST):$(PORT)"
	$(PY) -m streamlit run app.py --server.address $(HOST) --server.port $(PORT) $(OPTIONS)

test: lint
	$(PY) -m tests.browser.chromium
	$(PY) -m pytest -n 2 --dist worksteal -r R

science: $(VENV)/ready-dev
	$(PY) -m pytest tests/science tests/harden -m science

bench: $(VENV)/ready-dev
	$(PY) -m bench

lint: $(VENV)/ready-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/node $(VENV)/js/node_modules/typescript/bin/tsc -p jsconfig.json

format: $(VENV)/ready-dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

pictures: $(VENV)/ready-dev
	$(PY) -m tests.browser.chromium
	$(PY) -m tests.browser.pictures $(SLUGS)
	$(PY) -m tests.browser.screenshots

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
