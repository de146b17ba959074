# Everything runs in .venv, which the first target makes. Nothing else is needed but Python 3.11 or later.
PYTHON ?= python3
BIN := .venv/bin
# Exactly the files of requirements/, known by their hashes; then this project, built by what is there.
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
LOCKED = $(INSTALL) --require-hashes --requirement
THIS := $(INSTALL) --no-deps --no-build-isolation --editable .
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --custom-compile-command 'make lock' $(LOCK) pyproject.toml

.PHONY: run test lint types fmt bench fuzz lock test-lowest test-newest clean

.venv/run: pyproject.toml requirements/run.txt
	$(PYTHON) -m venv .venv
	$(LOCKED) requirements/run.txt
	$(THIS)
	touch $@

.venv/dev: .venv/run requirements/dev.txt
	$(LOCKED) requirements/dev.txt
	touch $@

.venv/spark: .venv/dev requirements/spark.txt
	$(LOCKED) requirements/spark.txt
	touch $@

run: .venv/run ## validate the package, sum up its evidence, publish a release into dist/, write the site
	$(BIN)/provisions validate datapackage
	$(BIN)/provisions evidence datapackage
	rm -rf dist
	$(BIN)/provisions publish datapackage -o dist --site
	$(BIN)/provisions site datapackage -o dist/site
	@echo "The release is in dist/, the site in dist/site/index.html. Look at one treaty: $(BIN)/provisions show rus-blr-2024"

test: lint types $(if $(shell command -v java),.venv/spark) ## everything that must hold, on Spark too where Java is there
	$(BIN)/provisions compile --check
	$(BIN)/provisions codebook --check -o docs/codebook.md
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

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
	$(LOCKED) requirements/fuzz.txt
	PYTHONPATH=tests $(BIN)/python -m fuzz loader -max_total_time=600 -timeout=20 $(FUZZ)
	PYTHONPATH=tests $(BIN)/python -m fuzz schemas -max_total_time=600 -timeout=20 $(FUZZ)

lock: .venv/dev ## requirements/ after pyproject.toml changed; LOCK=--upgrade for the newest of everything
	$(COMPILE) requirements/build.in --extra dev --extra publish -o requirements/dev.txt
	$(COMPILE) requirements/build.in --extra publish --extra site -c requirements/dev.txt -o requirements/run.txt
	$(COMPILE) --extra spark -c requirements/dev.txt -o requirements/spark.txt
	$(COMPILE) --extra fuzz -c requirements/dev.txt -o requirements/fuzz.txt

test-lowest test-newest: test-%: .venv/dev ## the tests, with the lowest and the newest of what pyproject.toml allows
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/$*
	$(BIN)/uv pip install --quiet --python .venv/$* --resolution $(if $(filter lowest,$*),lowest-direct,highest) --editable '.[dev]'
	.venv/$*/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

clean:
	rm -rf .venv dist
