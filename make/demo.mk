.PHONY: demo demo-down
demo: ## The product on a real cluster of its own, with simulated platforms; prints the dashboard's address and a login
	@e2e/demo/up.sh
demo-down: ## Remove the demo, its cluster and its data
	@e2e/demo/down.sh
