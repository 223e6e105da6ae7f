# Every target sets up what it needs, asks nothing, and may be repeated.
.DEFAULT_GOAL := help
.PHONY: help demo test check format bench lock clean
SHELL := /bin/sh
export PYTHONUTF8 := 1

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo:  ## import the sample, plan tomorrow for three reps and serve the web app (GCRM_PORT, 8000 if unset)
	@.ci/setup app
	@GCRM_HOME="$${GCRM_HOME:-$(CURDIR)/.gcrm/demo}" .venv/bin/gcrm demo

test:  ## run all tests
	@.ci/setup dev
	@.venv/bin/python -m pytest -q -n 2 --dist loadgroup --max-worker-restart 0 $(ARGS)

check:  ## lint, formatting and types, as a commit must pass them
	@.ci/setup dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

format:  ## format the code and mend what the linter can mend
	@.ci/setup dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench:  ## measure speed and quality, as ratios to named baselines
	@.ci/setup dev
	@.venv/bin/python -m tests.benchmarks $(ARGS)

lock:  ## write the pinned requirements anew from pyproject.toml
	@.ci/setup dev
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 pyproject.toml --extra demo --no-emit-index-url --no-header -o .requirements/app.txt
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 pyproject.toml --extra demo --group dev --no-emit-index-url --no-header -o .requirements/dev.txt

clean:  ## remove what the targets made: the environment, caches and the demo's workspace
	rm -rf .venv .gcrm build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf webapp/node_modules webapp/static/vendor tests/e2e/screenshots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
