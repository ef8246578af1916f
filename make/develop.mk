.PHONY: setup build images fmt lint crds charts-docs bench
setup: ## Install what is missing (also done by demo and test)
	@make/setup.sh
build: ## Build the binaries and the dashboard
	@make/build.sh
images: ## Build the images; with IMAGE_REGISTRY=… push them there
	@make/images.sh
fmt: ## Format everything
	@make/format.sh
lint: ## Clippy, gofmt, vet, shellcheck, TypeScript: silent when good
	@make/lint.sh
crds: ## Write the generated files anew: custom resources, their reference, the charts' copies
	@make/generate.sh
charts-docs: ## Write the tables of values into the charts' READMEs
	@. make/environment.sh && make/setup.sh charts && python3 charts/tools/document_values.py charts/dpo charts/dpo-crds
bench: ## Speed of landing and computing against COPY on a real Postgres: one JSON object a line
	@make/bench.sh
