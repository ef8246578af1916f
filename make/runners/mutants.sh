#!/usr/bin/env bash
# Seeded faults that the proof of exactness must see, and a reader that is not ours. Both run in processes, without a cluster.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh

# The independent reader has a directory of its own, so that its packages and the charts' do not meet.
reader=$DPO_CACHE/python-independent
install_reader() {
  rm -rf "$reader"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target "$reader" --requirement e2e/independent/requirements.txt
  cp e2e/independent/requirements.txt "$reader/installed.txt"
}
cmp -s e2e/independent/requirements.txt "$reader/installed.txt" || step "Install the independent reader" install_reader
step "Build the binaries" cargo build --locked --workspace --bins
PYTHONPATH=$reader cargo test --locked --workspace --test mutants -- --nocapture
