#!/usr/bin/env bash
# The dashboard's lint, types, translations, unit tests and size budgets.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh dashboard
npm --prefix dashboard test
