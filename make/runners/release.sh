#!/usr/bin/env bash
# Upgrade, removal and return of the release, against the cluster that the runner `e2e` left.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh charts
make/proofs.sh release
