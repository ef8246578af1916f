#!/usr/bin/env bash
# `make demo-down`: removes what `make demo` made, and nothing else.
. "$(dirname "${BASH_SOURCE[0]}")/../../make/environment.sh"
. e2e/demo/cluster.sh
step "Remove the demo" close_cluster
