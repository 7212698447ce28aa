PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
export PATH := $(dir $(abspath $(PYTHON))):$(PATH)

.PHONY: test lint types layers docs schema bench deep check

test:   ; python -m pytest
lint:   ; ruff check . && ruff format --check .
types:  ; mypy && pyright
layers: ; lint-imports --no-cache
docs:   ; python -m sphinx -W -n -q -b html docs docs/_build/html
schema: ; hgplan schema | diff - docs/hgplan.schema.json
bench:  ; python benchmarks/demo.py
deep:   ; HGPLAN_EXAMPLES=deep HGPLAN_KILLS=200 python -m pytest
check:  lint types layers schema test docs
