# Two commands are enough: `make run` and `make test`. Everything they need is made by deploy/bootstrap.py.

START := exec sh deploy/start.sh
PORT ?= 8000
ARGS ?=
CASE ?=
SIZE ?=

.DEFAULT_GOAL := help
.PHONY: help run test check demands bench setup stop clean messages migrations lock

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

run: ## Set everything up and run the portal (make run PORT=8001)
	@$(START) run --port "$(PORT)"

test: ## Run all tests (make test ARGS="-k proposal")
	@$(START) test $(ARGS)

check: ## Format, lint, types, import contracts, templates, migrations (make check ARGS="types")
	@$(START) check $(ARGS)

demands: ## Which tests show which of the demands in docs/demands.csv
	@$(START) demands $(ARGS)

bench: ## Measure the engine (make bench CASE=suggest SIZE=S)
	@CASE="$(CASE)" SIZE="$(SIZE)" $(START) bench $(ARGS)

setup: ## Only set up: virtual environment, packages, front end
	@$(START) setup

stop: ## Stop the portal and the private PostgreSQL of this folder
	@$(START) stop

clean: ## Remove everything the commands made, except the data
	@$(START) clean

messages: ## Collect the texts to translate into locale/
	@$(START) messages

migrations: ## Write the migrations that changed models need
	@$(START) migrations $(ARGS)

lock: ## Choose versions anew and write the hashed requirement files and package-lock.json
	@$(START) lock
