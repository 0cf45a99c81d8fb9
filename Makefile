# One vocabulary for people, hooks and CI. Every target first makes .venv, with nothing but Python and pip.
PYTHON ?= python3
RUN := .venv/bin/

.PHONY: demo test check contracts bench ui clean

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "irmflow needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(RUN)python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: .venv/installed
	$(RUN)irmflow demo

test: .venv/installed
	$(RUN)python -m pytest -n 2 --dist loadfile

check: .venv/installed
	$(RUN)ruff format --check .
	$(RUN)ruff check .
	$(RUN)mypy
	$(RUN)lint-imports
	$(RUN)python -m pip check
	$(RUN)python .ci/constraints.py

# By the standard's own tool, in an environment of its own: .venv/datacontract.
contracts: .venv/installed
	.ci/lint_contracts

ui: .venv/installed
	$(RUN)irmflow ui

bench: .venv/installed
	$(RUN)python -m benchmarks

clean:
	rm -rf .venv .irmflow build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
