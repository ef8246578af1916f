#!/usr/bin/env bash
# The cluster program's own tests, under the settings it was built with: others would compile Kubernetes once more.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh
e2e/tools.sh go test -v ./internal/... 2>&1 | grep -E '^ *(---|FAIL|ok|panic)|_test.go'
