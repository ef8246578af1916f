# Sourced by every script: where caches are, where tools are found, and how steps are told and timed.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Nothing that is built or downloaded stays in the clone; each of these can be set to another place, as can Go's GOCACHE and npm's npm_config_cache.
export DPO_CACHE=${DPO_CACHE:-$HOME/.cache/dpo}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$DPO_CACHE/target}
export PYTHONPATH=$DPO_CACHE/python${PYTHONPATH:+:$PYTHONPATH}
export PYTHONDONTWRITEBYTECODE=1
PATH=$(e2e/tools.sh path):$PATH
export PATH
mkdir -p "$DPO_CACHE/logs"

# Once for all scripts that call each other.
if [ "${DPO_SOURCES_TIMED:-}" != "$root" ]; then
  python3 make/source-times.py "$CARGO_TARGET_DIR"
  export DPO_SOURCES_TIMED=$root
fi

# The seconds of each step; scripts that are called by another one add to its file.
own_times=''
if [ -z "${DPO_TIMES:-}" ]; then
  own_times=$(mktemp "$DPO_CACHE/times.XXXXXX")
  export DPO_TIMES=$own_times
fi

say() { printf '\n\033[1m==> %s\033[0m\n' "$*"; }

fail() {
  printf '\n%s\n' "$*" >&2
  exit 1
}

seconds_since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }'; }

# step NAME COMMAND…: tells what begins, and how long it took, also for the table at the end. A failing command ends the script.
step() {
  current_step=$1
  local started=$EPOCHREALTIME
  shift
  say "$current_step"
  "$@"
  local took
  took=$(seconds_since "$started")
  printf '%s\t%s\n' "$current_step" "$took" >>"$DPO_TIMES"
  printf '    %s s\n' "$took"
  current_step=''
}

# Whatever ends the script, the failed step is named, and each function in at_exit is called.
current_step=''
at_exit=()
finish() {
  local status=$? action
  trap - EXIT
  if [ "$status" -ne 0 ] && [ -n "$current_step" ]; then
    printf '\nFailed: %s\n' "$current_step" >&2
  fi
  for action in "${at_exit[@]}"; do
    "$action" "$status" || true
  done
  [ -z "$own_times" ] || rm -f "$own_times"
  exit "$status"
}
trap finish EXIT

# The steps noted so far, added up.
seconds_noted() { awk -F '\t' '{ total += $2 } END { printf "%.1f", total }' "$DPO_TIMES"; }

print_times() {
  [ -s "$DPO_TIMES" ] || return 0
  printf '\n%-58s %8s\n' step seconds
  awk -F '\t' '{ printf "%-58s %8.1f\n", $1, $2 }' "$DPO_TIMES"
  printf '%-58s %8.1f\n' together "$(seconds_noted)"
}

# unchanged STAMP INPUT…: whether the inputs (files and folders of the clone) are what they were when `remember` was last called.
fingerprint() {
  { git ls-files -z --cached --others --exclude-standard -- "$@" | xargs -0 -r sha256sum 2>/dev/null; } | sha256sum | cut -d ' ' -f 1
}
unchanged() {
  local stamp=$DPO_CACHE/stamps/$1
  shift
  [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint "$@")" ]
}
remember() {
  local stamp=$DPO_CACHE/stamps/$1
  shift
  mkdir -p "$DPO_CACHE/stamps"
  fingerprint "$@" >"$stamp"
}
