#!/usr/bin/env bash
# Upgrade, removal and return of the release, on the cluster that the runner `page` left.
export TEST_CLUSTER=page
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh charts
make/proofs.sh release
