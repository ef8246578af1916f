#!/usr/bin/env bash
# Rust's unit and integration tests, on a real Postgres. CRATE=warehouse and CASE=words narrow it down.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh
# Always the whole workspace, so that third-party crates are built with one set of features, once.
selection=(--workspace)
[ -z "${CRATE:-}" ] || selection=(-p "dpo-$CRATE")
cargo test --locked --no-fail-fast "${selection[@]}" -- ${CASE:+"$CASE"}
