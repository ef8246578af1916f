.PHONY: test test-unit test-rust test-go test-charts test-dashboard test-mutants test-cluster test-e2e e2e e2e-up e2e-down
test: ## Everything: unit, integration on a real Postgres, charts, dashboard, end to end on a real cluster, the page in Chromium
	@make/test.sh rust mutants go charts cluster dashboard page release -- e2e
test-unit: ## All tests that need no cluster
	@make/test.sh rust go charts dashboard
test-rust: ## Rust alone; one crate with CRATE=warehouse, one case with CASE=name
	@make/test.sh rust
test-go: ## The cluster program's own tests
	@make/test.sh go
test-charts: ## The charts: lint, schemas, restricted pods, rights, network
	@make/test.sh charts
test-dashboard: ## The dashboard: lint, types, unit, translations, size budgets
	@make/test.sh dashboard
test-mutants: ## Faults seeded into connectors and roll-ups, each of which the proof of exactness must see; an independent reader
	@make/test.sh mutants
test-cluster: ## The local Kubernetes itself: two clusters side by side
	@make/test.sh cluster
test-e2e: ## The proofs on a fresh cluster, and the page in Chromium
	@make/test.sh e2e page release
e2e-up: ## A cluster for the proofs that stays, to run single cases against
	@make/proofs.sh up
e2e: ## One proof against that cluster: CASE=name (all without)
	@make/proofs.sh run $(CASE)
e2e-down: ## Remove that cluster
	@make/proofs.sh down
