#!/usr/bin/env bash
# The page in Chromium, against the cluster that the runner `e2e` left.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh dashboard
make/proofs.sh page
