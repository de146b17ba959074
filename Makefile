# Everything runs in .venv, which the first target makes. Nothing else is needed but Python 3.11 or later.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint types fmt bench fuzz clean

.venv/run: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[publish,site]'
	touch $@

.venv/dev: .venv/run
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

run: .venv/run ## validate the package, sum up its evidence, publish a release into dist/, write the site
	$(BIN)/provisions validate datapackage
	$(BIN)/provisions evidence datapackage
	rm -rf dist
	$(BIN)/provisions publish datapackage -o dist --site
	$(BIN)/provisions site datapackage -o dist/site
	@echo "The release is in dist/, the site in dist/site/index.html. Look at one treaty: $(BIN)/provisions show rus-blr-2024"

test: lint types ## everything that must hold
	$(BIN)/provisions compile --check
	$(BIN)/provisions codebook --check -o docs/codebook.md
	$(BIN)/pytest -n 2

lint: .venv/dev
	$(BIN)/ruff check src tests benchmarks examples
	$(BIN)/ruff format --check src tests benchmarks examples

types: .venv/dev
	$(BIN)/mypy
	$(BIN)/mypy --config-file benchmarks/mypy.ini

fmt: .venv/dev
	$(BIN)/ruff check --fix src tests benchmarks examples
	$(BIN)/ruff format src tests benchmarks examples

bench: .venv/dev ## speed and memory beside a bare scan and the peers; BENCH="--rows 1M --write" for more
	PYTHONPATH=src $(BIN)/python -m benchmarks.bench $(BENCH)

fuzz: .venv/dev ## ten minutes of coverage-guided fuzzing for each target; FUZZ="-max_total_time=3600" for more
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	PYTHONPATH=tests $(BIN)/python -m fuzz loader -max_total_time=600 -timeout=20 $(FUZZ)
	PYTHONPATH=tests $(BIN)/python -m fuzz schemas -max_total_time=600 -timeout=20 $(FUZZ)

clean:
	rm -rf .venv dist
