STUDY ?= press
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell $(name) -c "print('$(name)')" 2>/dev/null)))
RUN = .venv/bin/python -m

# One thread and one hash seed: the same inputs give the same bytes.
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1
export PYTHONHASHSEED = 0

.PHONY: report release rehydrate site test test-long soak lab lock install

report: install
	@$(RUN) helpers report $(STUDY)

release: install
	@$(RUN) helpers release $(STUDY)

rehydrate: install
	@$(RUN) helpers rehydrate $(STUDY)

site: install
	@$(RUN) helpers site $(if $(filter command% environment,$(origin STUDY)),$(STUDY))

test: install
	@$(RUN) ruff check
	@$(RUN) ruff format --check
	@$(RUN) pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 30 --durations-min 5

test-long: install
	@$(RUN) pytest -n 2 --dist loadfile --no-loadscope-reorder -m long --durations 30 --durations-min 5

soak: install
	@.venv/bin/python benchmarks/soak.py $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

lab: install
	@$(RUN) helpers lab

lock: install
	@.venv/bin/python lock.py --upgrade

install:
	@$(or $(PYTHON),$(error Python 3.11 or newer was not found: install it and run make again)) install.py
