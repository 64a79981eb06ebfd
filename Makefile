# make demo | test | test-long | fuzz | lint | bench | quality | docs | lock | libretranslate

PYTHON ?= python3
LAKE ?= lake
SECONDS_EACH ?= 60
BIN := .venv/bin

.PHONY: demo test test-long fuzz lint bench quality docs lock tools engine postgresql chromium faketime libretranslate

demo: .venv/.ready engine
	$(BIN)/python examples/demo.py $(LAKE)

test: .venv/.ready tools
	$(BIN)/python -m pytest -m "not long" --numprocesses 3 --dist loadfile --no-loadscope-reorder

# Takes some minutes more than make test, which leaves these out.
test-long: .venv/.ready engine postgresql faketime
	$(BIN)/python -m pytest -m long

# Damages inputs in ever new ways, each reader for SECONDS_EACH: make fuzz SECONDS_EACH=3600
fuzz: .venv/.ready
	FUZZ_SECONDS=$(SECONDS_EACH) $(BIN)/python -m pytest tests/fuzz

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Both take long, bench some hours; what measures quality reads the evaluation data in the folder that BABELWIRE_EVAL names.
bench: .venv/.ready engine
	$(BIN)/python benchmarks/translation.py
	$(BIN)/python benchmarks/translation_faults.py
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/damaged.py
	$(BIN)/python benchmarks/entities.py
	$(BIN)/python benchmarks/stories.py
	$(BIN)/python benchmarks/story_scale.py
	$(BIN)/python benchmarks/lake.py
	$(BIN)/python benchmarks/lake_faults.py
	$(BIN)/python benchmarks/faults.py kills
	$(BIN)/python benchmarks/baseline.py

quality: .venv/.ready engine
	$(BIN)/python benchmarks/quality.py

docs: .venv/.ready
	$(BIN)/python -m babelwire.fields > docs/fields.md

# Needs uv, for maintainers: writes the locks anew after a change of pyproject.toml. The image builds its wheel with hatchling.
lock:
	uv pip compile --no-config --upgrade --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --extra dev --output-file requirements.lock pyproject.toml
	echo 'hatchling>=1.27' | uv pip compile --no-config --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--python-version 3.11 --python-platform linux --extra dask --extra postgres --extra s3 \
		--constraint requirements.lock --output-file requirements.image.lock pyproject.toml -
	cd tests/libretranslate && uv pip compile --no-config --upgrade --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --python-platform linux --override overrides.txt --output-file requirements.lock requirements.in

# What the tests need besides Python's packages.
tools: engine postgresql chromium libretranslate

engine:
	@sh scripts/install-engine.sh

postgresql:
	@sh scripts/install-postgresql.sh

chromium:
	@sh scripts/install-chromium.sh

faketime:
	@sh scripts/install-faketime.sh

# A server that the tests ask over HTTP. It is under the AGPL and has an environment of its own: nothing of it is imported.
libretranslate: .venv-libretranslate/.ready

.venv-libretranslate/.ready: tests/libretranslate/requirements.lock | .venv/.ready
	@echo "Installing LibreTranslate, without its models, into .venv-libretranslate for the tests (70 MB, ten seconds) ..."
	@$(PYTHON) -m venv --without-pip --clear .venv-libretranslate
	@$(BIN)/python -m pip --python .venv-libretranslate/bin/python install --quiet --disable-pip-version-check --no-compile \
		--no-deps --require-hashes -r tests/libretranslate/requirements.lock
	@touch $@

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "babelwire needs Python 3.11 or newer; name one with: make PYTHON=python3.11 ..." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "No virtual environment could be made. On Debian run: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing the packages of requirements.lock into .venv (about 275, two to three minutes) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
