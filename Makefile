# `make check` is the one command: on a clean clone it makes .venv first. CI runs the same.
# To use another environment: `make check BIN=/path/to/its/bin`.

PYTHON ?= python3
BIN ?= .venv/bin
CODE = ragprep tests eval benchmarks

.PHONY: check lint types docs test format bench clean

check: lint types docs test  # pytest last, so that its summary ends the output

lint: $(BIN)/ragprep
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

types: $(BIN)/ragprep
	$(BIN)/mypy

docs: $(BIN)/ragprep

test: $(BIN)/ragprep
	$(BIN)/python -m pytest

format: $(BIN)/ragprep
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench: $(BIN)/ragprep
	$(BIN)/python benchmarks/query.py
	$(BIN)/python benchmarks/embedding.py
	$(BIN)/python benchmarks/warm.py

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
	rm -rf index/CURRENT index/build.lock index/generations index/models

.venv/bin/ragprep: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install -c constraints.txt -e ".[dev]"
	touch $@
