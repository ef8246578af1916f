#!/usr/bin/env bash
# Builds the binaries (one profile and target for tests and images) and the dashboard.
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

build_dashboard() { npm --prefix dashboard run --silent build; }

make/setup.sh dashboard
step "Build the binaries" cargo build --locked --workspace --bins
if [ ! -f dashboard/dist/index.html ] || ! unchanged dashboard-dist dashboard api/openapi.json; then
  step "Build the dashboard" build_dashboard
  remember dashboard-dist dashboard api/openapi.json
fi
