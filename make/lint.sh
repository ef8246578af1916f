#!/usr/bin/env bash
# Says nothing where everything is as it should be.
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
make/setup.sh dashboard lint

nothing_unformatted() {
  local unformatted
  unformatted=$(gofmt -l e2e/cluster)
  [ -z "$unformatted" ] || fail "gofmt would change: $unformatted"
}

# Scripts are those files whose first line says so, and those that are sourced by them.
check_scripts() {
  local scripts
  mapfile -t scripts < <(git ls-files --cached --others --exclude-standard | grep -E '\.sh$|^\.ci/run$')
  shellcheck --external-sources --source-path=SCRIPTDIR --source-path=. "${scripts[@]}"
}

step "Format of the Rust code" cargo fmt --all --check
step "Clippy" cargo clippy --locked --workspace --all-targets -- --deny warnings
# Tests that cargo does not run by itself are not among its targets either.
step "Clippy on the proofs" cargo clippy --locked --workspace --test cluster --test mutants -- --deny warnings
step "Format of the Go code" nothing_unformatted
step "Vet the Go code" e2e/tools.sh go vet -tags smoke ./...
step "Shellcheck" check_scripts
step "Lint the dashboard" npm --prefix dashboard run --silent lint
step "Types of the dashboard" npm --prefix dashboard run --silent typecheck
