#!/usr/bin/env bash
# Seeded faults that the proof of exactness must see, and a reader that is not ours. Both run in processes, without a cluster.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh reader

step "Build the binaries" cargo build --locked --workspace --bins
# The independent reader has a directory of its own, so that its packages and the charts' do not meet.
PYTHONPATH=$DPO_CACHE/python-independent cargo test --locked --workspace --test mutants -- --nocapture
