#!/usr/bin/env bash
# Runs the named runners one after another, all of them even when one fails, and ends with one summary line a runner.
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

summaries=()
failed=0

# What a runner printed, as `passed failed`. A runner that fails without saying so, or that ran nothing, counts as one failure.
count() {
  case $1 in
    rust | mutants | e2e) awk '/^test result:/ { passed += $4; failed += $6 } END { print passed + 0, failed + 0 }' "$2" ;;
    go | cluster) awk '/^ *--- PASS/ { passed++ } /^ *--- FAIL/ { failed++ } END { print passed + 0, failed + 0 }' "$2" ;;
    charts | release)
      awk '/^Ran [0-9]+ test/ { ran = $2 }
        match($0, /failures=[0-9]+/) { failed += substr($0, RSTART + 9, RLENGTH - 9) }
        match($0, /errors=[0-9]+/) { failed += substr($0, RSTART + 7, RLENGTH - 7) }
        END { print ran - failed, failed + 0 }' "$2" ;;
    *) sed -E 's/\x1b\[[0-9;]*m//g' "$2" |
      awk '/^ *Tests +/ || /[0-9]+ passed, [0-9]+ failed/ { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) passed += $(i - 1); if ($i ~ /^failed/) failed += $(i - 1) } }
        END { print passed + 0, failed + 0 }' ;;
  esac
}

run_runner() {
  local name=$1 log=$DPO_CACHE/logs/test-$1.log started=$EPOCHREALTIME status=0 passed lost before
  before=$(seconds_noted)
  say "Test: $name"
  bash "make/runners/$name.sh" 2>&1 | tee "$log" || status=$?
  # What the runner noted as steps of its own is not counted twice.
  awk -v name="$name" -v took="$(seconds_since "$started")" -v before="$before" -v after="$(seconds_noted)" \
    'BEGIN { printf "Test: %s\t%.1f\n", name, took - (after - before) }' >>"$DPO_TIMES"
  read -r passed lost < <(count "$name" "$log")
  if [ "$lost" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$passed" -eq 0 ]; }; then
    printf '\n%s ended with status %s after %s passed tests; the end of %s:\n' "$name" "$status" "$passed" "$log"
    tail -n 15 "$log"
    lost=1
  fi
  summaries+=("$name: $passed passed, $lost failed")
  failed=$((failed + lost))
}

# The cluster of the runner `e2e` also serves those after it.
end_cluster() { make/proofs.sh down >>"$DPO_CACHE/logs/test-e2e.log" 2>&1; }
case " $* " in *" e2e "*) at_exit+=(end_cluster) ;; esac

for name in "$@"; do
  run_runner "$name"
done
print_times
printf '\n'
printf '%s\n' "${summaries[@]}"
[ "$failed" -eq 0 ]
