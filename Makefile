# What a newcomer needs: make demo, make test. Then make check, make bench, make clean.
# Options: make demo LOCALE=zh SCALE=1 SEED=1 PORT=8000
LOCALE ?= en
SCALE ?= 1
SEED ?= 1
PORT ?= 8000
WORKERS ?= 2

BIN = .venv/bin
RUNTIME = .venv/.runtime
TOOLS = .venv/.tools

.PHONY: demo setup words test check bench clean lock help

help:
	@echo "make demo    the demonstration county, with all that it needs (LOCALE=zh SCALE=1 SEED=1 PORT=8000)"
	@echo "make test    all tests"
	@echo "make check   style, types, walls of the house, translations, built browser files, lock files"
	@echo "make bench   the benchmarks; they write benchmarks/RESULTS.md"
	@echo "make setup   only prepare .venv and the system packages"
	@echo "make clean   remove what was built; the data folder stays"

demo: $(RUNTIME)
	@exec $(BIN)/plumbline demo --locale $(LOCALE) --scale $(SCALE) --seed $(SEED) --port $(PORT)

setup: $(RUNTIME)

$(RUNTIME): requirements/base.txt pyproject.toml tools/setup.sh
	@sh tools/setup.sh runtime

$(TOOLS): requirements/dev.txt pyproject.toml tools/setup.sh
	@sh tools/setup.sh tools

# The compiled words are not committed: after a pull, or a change of a text, they must follow.
words: $(TOOLS)
	@$(BIN)/python tools/messages.py compile

test: words
	@$(BIN)/python tools/test.py -n $(WORKERS)

check: words
	@$(BIN)/python tools/check.py

bench: $(TOOLS)
	@$(BIN)/python benchmarks/run.py

# Lock files carry hashes and neither hosts nor addresses; run this after changing pyproject.toml.
LOCK = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: $(TOOLS)
	$(LOCK) pyproject.toml -o requirements/base.txt
	$(LOCK) pyproject.toml --group dev -c requirements/base.txt -o requirements/dev.txt
	$(LOCK) --group build -c requirements/dev.txt -o requirements/build.txt

clean:
	rm -rf .venv .cache build dist src/*.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage* coverage.xml htmlcov test-artifacts frontend/node_modules
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
