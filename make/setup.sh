#!/usr/bin/env bash
# Installs what is missing: programs and Debian packages (always), and for the parts that are named: setup.sh [charts] [reader] [dashboard] [lint]
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

setup_charts() { python_packages make/python-requirements.txt "$DPO_CACHE/python"; }

setup_reader() { python_packages e2e/independent/requirements.txt "$DPO_CACHE/python-independent"; }

# python_packages REQUIREMENTS DIRECTORY
python_packages() {
  cmp -s "$1" "$2/installed.txt" || step "Install the Python packages of $1" install_python_packages "$@"
}

install_python_packages() {
  rm -rf "$2"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target "$2" --requirement "$1"
  cp "$1" "$2/installed.txt"
}

setup_dashboard() {
  if [ ! -d dashboard/node_modules ] || ! unchanged dashboard-packages dashboard/package-lock.json; then
    step "Install the dashboard's packages" npm --prefix dashboard ci --no-audit --no-fund --loglevel=error
    remember dashboard-packages dashboard/package-lock.json
  fi
}

setup_lint() {
  command -v shellcheck >/dev/null || step "Install shellcheck" apt-get install --quiet=2 --yes --no-install-recommends shellcheck
}

e2e/tools.sh | sed "/^tools are ready/d"
for part in "$@"; do
  "setup_$part"
done
