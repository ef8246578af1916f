#!/usr/bin/env bash
# Formats Rust and Go.
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cargo fmt --all
gofmt -w e2e/cluster
