# Two commands: `make run` (install, then the main job) and `make test`. The rest is for those who work here.

PYTHON ?= /usr/bin/python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= demo-output
PACKAGES := libegl1 libgl1 libgl1-mesa-dri libglib2.0-0 libmtdev1 xclip xvfb libpcsclite-dev gcc \
            python3-dev python3-venv xdotool fonts-noto-cjk fonts-hanazono
FONTS := $(addprefix assets/fonts/,NotoSansSC-Regular.otf NotoSansSC-Bold.otf HanaMinB.ttf)
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help setup run demo test check gallery bench kill-campaign clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## install, then one whole journey (a window when there is a display, pictures when not)
	@if [ -n "$$DISPLAY" ] && xdotool getdisplaygeometry >/dev/null 2>&1; then \
	  echo "==> the terminal, with simulated devices, a sandbox platform and a control desk"; \
	  $(BIN)/kiosk demo; \
	else \
	  echo "==> no display: one journey plays by itself; pictures go to $(OUT)/"; \
	  $(BIN)/kiosk demo --autoplay first-journey --out $(OUT); \
	fi

setup: $(VENV)/.packages $(VENV)/.installed $(FONTS) ## install everything, nothing else

$(VENV)/.packages: Makefile
	@echo "==> system packages (apt)"
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  echo "    installing:$$missing"; \
	  $(SUDO) sh -c "apt-get update -qq; DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $$missing >/dev/null" || { \
	  echo "==> these are not installed; as root: apt-get install --no-install-recommends$$missing" >&2; exit 1; }; \
	else echo "    all there"; fi
	@mkdir -p $(VENV) && touch $@

$(VENV)/.installed: setup.py constraints.txt $(VENV)/.packages
	@echo "==> Python packages (pip) into $(VENV)/"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

$(FONTS) &: $(VENV)/.installed
	@echo "==> fonts from the installed packages"
	@$(BIN)/python -m kiosk.fonts
	@touch $(FONTS)

test: setup check ## lint, types, arrows, then every test
	@echo "==> tests"
	@$(BIN)/pytest -q -n 2 --dist loadfile

check: setup ## ruff, pyright strict, import-linter
	@echo "==> ruff"; $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> pyright"; $(BIN)/pyright
	@echo "==> import-linter"; $(BIN)/lint-imports

demo: setup ## the terminal in a window beside its control desk
	@$(BIN)/kiosk demo

gallery: setup ## every screen in every preview state, as pictures
	@$(BIN)/kiosk gallery --out gallery-output

bench: setup ## the benchmark suite
	@$(BIN)/kiosk bench

kill-campaign: setup ## a thousand kills in the middle of submitting (slow)
	@KIOSK_KILLS=1000 OUTBOX_KILLS=1000 $(BIN)/pytest -q tests/endurance -m endurance

clean: ## forget what was made
	@rm -rf $(VENV) build dist *.egg-info demo-output gallery-output
