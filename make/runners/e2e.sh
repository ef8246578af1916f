#!/usr/bin/env bash
# The proofs on a fresh cluster with the product installed.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/proofs.sh up
make/proofs.sh run
