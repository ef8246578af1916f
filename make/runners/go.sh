#!/usr/bin/env bash
# The cluster program's own tests.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh
cd e2e/cluster
go test -v ./internal/... 2>&1 | grep -E '^ *(---|FAIL|ok|panic)|_test.go'
