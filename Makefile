# Every verb brings up what it needs first; the second time that costs nothing.
PYTHON ?= python3
VENV := .venv/bin
LISTINGS ?= 1500
SEED ?= 1
SITE ?= production
UV = $$(command -v uv || echo .cache/uv/bin/uv)
# A process a core, a file in one of them; ARGS="-n 0" runs all tests in one, for a debugger.
PYTEST := $(VENV)/python -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup services bucket-jars demo demo-real test quick check docs bench chaos manifests airflow lock clean

help:  ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## bring up uv, the environment, a Java run time and the two Delta jars
	@$(PYTHON) infra/setup/bootstrap.py

services:  ## install what some tests need beyond that (Chromium), where this user may
	@sh infra/setup/services.sh

bucket-jars: setup  ## the jars by which Spark reads a lake in a bucket, 690 MB
	@$(VENV)/python -m infra.setup.java --s3

demo: setup  ## the main job on the sandbox marketplaces, two days of it (LISTINGS=1500 SEED=1)
	@$(VENV)/python -m infra.demo --listings $(LISTINGS) --seed $(SEED)

demo-real: setup  ## the main job on real pages and listings: make demo-real DATA=<folder>
	@$(VENV)/python -m infra.demo_real $(DATA)

test: setup services  ## every test; ARGS="-m spark" passes options to pytest
	@$(PYTEST) $(ARGS)

quick: setup  ## the tests that need neither a JVM nor a browser, in seconds
	@$(PYTEST) -m "not spark and not walk and not browser" $(ARGS)

check: setup  ## formatting, lint, types, imports, dependencies, YAML files, generated docs
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .
	@$(VENV)/mypy
	@$(VENV)/lint-imports
	@$(VENV)/deptry .
	@$(VENV)/countermark conf check
	@$(VENV)/python -m infra.docs --check

docs: setup  ## write the generated docs: tables, features, commands, scale
	@$(VENV)/python -m infra.docs

bench: setup  ## one benchmark: make bench NAME=text [DATA=<folder>]
	@$(VENV)/python infra/bench/$(NAME).py $(DATA)

chaos: setup  ## kill, stop and starve a crawl of many workers; fails if a row is lost or double
	@$(VENV)/python -m infra.chaos

manifests: setup  ## Kubernetes' manifests of a site: make manifests SITE=production [OUT=<folder>]
	@$(VENV)/python -m infra.kubernetes --site $(SITE) $(if $(OUT),--out $(OUT))

airflow: setup  ## an Airflow 3 of its own in .cache/airflow, which its test then runs the day in
	@$(UV) venv -q --allow-existing --python $(VENV)/python .cache/airflow
	@$(UV) pip install -q --python .cache/airflow/bin/python -r infra/schedule/requirements.in

lock: setup  ## make the lock files anew: requirements.lock, and that of MLflow's image
	@$(UV) pip compile -q --universal --generate-hashes \
	  --group dev --no-emit-index-url pyproject.toml -o requirements.lock
	@$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 \
	  --no-emit-index-url infra/mlflow/requirements.in -o infra/mlflow/requirements.lock

clean:  ## remove what the demo and the tests made (the environment stays)
	rm -rf var .pytest_cache .mypy_cache .ruff_cache .hypothesis
