#!/usr/bin/env bash
# The cluster program on the real thing: two clusters side by side, and what they leave behind.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh
e2e/tools.sh go test -tags smoke -count=1 -v ./smoke
