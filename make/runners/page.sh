#!/usr/bin/env bash
# The page in Chromium, on a cluster of its own that stays for the runner `release`.
export TEST_CLUSTER=page
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh dashboard
make/proofs.sh up
make/proofs.sh page
