# The two main targets, `make demo` and `make test`, install what is missing first.

BIN := .venv/bin
CLIPS := $(wildcard ../shared/clips/dev ../shared/clips/random ../shared/clips/both)
SCORER := $(wildcard ../shared/score/score.py)
CURVE_SCORER := $(wildcard ../shared/score/curve.py)
PYTEST_ARGS ?= -q
# One more than cores, since tests of a browser or a recording mostly wait.
TEST_WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format translations licences audit sweep score torture bench refusals docs docs-figures

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile

setup:  ## create .venv and install everything (the other targets do so when needed)
	@./scripts/setup.sh

demo:  ## measure the sample clip and write its report
	@./scripts/setup.sh demo
	@$(BIN)/hipcv demo

test: setup  ## run the tests
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal $(PYTEST_ARGS)

check: setup  ## format, lint, types, import contracts, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

format: setup  ## format the code and fix lint
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

translations: setup  ## bring the catalogues of translations up to date with the source
	@$(BIN)/python scripts/translations.py

licences: setup  ## write the licence of every locked package and model into THIRD_PARTY.md
	@$(BIN)/python scripts/licences.py

audit: setup  ## look up known weaknesses of the locked packages; needs the network
	@./scripts/audit.sh

sweep: setup  ## the long tests, such as 20,000 altered results; a few minutes
	@$(BIN)/python -m pytest -n auto -m slow $(PYTEST_ARGS)

score: setup  ## accuracy on rendered clips with known truth
ifeq ($(and $(SCORER),$(CLIPS)),)
	@echo "No clips with known truth here (../shared/clips, ../shared/score): nothing to score."
else
	@$(BIN)/python $(SCORER) $(CLIPS) --cmd $(BIN)/hipcv $(SCORE_ARGS)
ifneq ($(CURVE_SCORER),)
	@$(BIN)/python $(CURVE_SCORER) $(CLIPS) --cmd $(BIN)/hipcv
endif
	@$(BIN)/python -m validation.report $(TRUTH)
endif

docs: setup  ## build the documentation into build/docs
	@$(BIN)/python -m sphinx -q -W --keep-going docs build/docs
	@echo build/docs/index.html

docs-figures: setup  ## make the pictures, tables and generated pages anew; ALL=1: those of hours as well
	@$(BIN)/python -m scripts.docs_figures $(if $(ALL),--all)

refusals: setup  ## raise every refusal with three clips, and measure how far valid clips are from it
	@$(BIN)/python -m validation.refusals

torture: setup  ## odd, altered and damaged clips; writes docs/torture.md, about half an hour
	@$(BIN)/python -m validation.torture $(TORTURE_ARGS)

bench: setup  ## speed against its goals, as ratios; do recording and review app keep up
	@$(BIN)/python benchmarks/live.py
	@$(BIN)/python benchmarks/review_app.py
	@$(BIN)/python benchmarks/desk.py
	@$(BIN)/python benchmarks/speed.py $(BENCH_ARGS)
