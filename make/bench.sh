#!/usr/bin/env bash
# Benchmarks; figures hold for this machine and are compared with a peer in the same run. ROWS=56000 is the default size.
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
make/setup.sh
cargo run --quiet --locked --release -p dpo-warehouse --features testing --example bench_warehouse -- ${ROWS:+"$ROWS"}
