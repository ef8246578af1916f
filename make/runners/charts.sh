#!/usr/bin/env bash
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh charts
python3 -m unittest discover --start-directory charts/tests --top-level-directory charts/tests --verbose
