# Two commands do all the set-up on a machine that has Python >= 3.11 and make:
#   make demo   sets up and runs the main job on the bundled captures
#   make test   sets up and runs every check and every test
# Everything installed stays in this folder, under .tools/ (uv) and .venv/ (the project).

PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS = never
export UV_NO_PROGRESS = 1
# commands start twice as fast when nothing has to be compiled first, also where Python may not write its caches
export UV_COMPILE_BYTECODE = 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.installed  ## install the project and its tools into this folder

# A machine without the venv module (Debian ships it apart) may still have pip: uv then lands in a plain folder.
$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "monitor needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -m venv --clear .tools >/dev/null 2>&1 && .tools/bin/python -m pip install --quiet --disable-pip-version-check uv \
		|| { rm -rf .tools; $(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools uv; } \
		|| { echo "Could not install uv: this needs Python's venv module or pip, and a package index."; exit 2; }

.venv/.installed: $(UV) pyproject.toml requirements.lock
	@$(UV) venv --quiet --clear --python $(PYTHON) .venv
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q monitor
	@touch $@

demo: setup  ## replay the seeds, then an edited copy, and show the silent edit
	@sh docs/demo.sh $(BIN)/monitor

test: check  ## every check, then every test
	$(BIN)/pytest -n 2 -q

check: setup  ## lint, formatting, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## put the code into the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup  ## measure speeds, as ratios against a floor in the same run
	$(BIN)/python -m bench

lock: $(UV)  ## write requirements.lock anew: pinned, hashed, without addresses
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade --group dev pyproject.toml -o requirements.lock

clean:  ## drop everything that setup made
	rm -rf .tools .venv demo .mypy_cache .pytest_cache .ruff_cache .hypothesis
