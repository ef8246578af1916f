#!/usr/bin/env bash
# Runs the named runners, all of them even when one fails, and ends with one summary line a runner. Runners are run one after another; those behind
# `--` side by side with those before it: the proofs on the cluster wait more than they compute.
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

results=$(mktemp --directory "$DPO_CACHE/results.XXXXXX")
remove_results() { rm -rf "$results"; }
at_exit+=(remove_results)

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
  printf '%s: %s passed, %s failed\n' "$name" "$passed" "$lost" >"$results/$name"
}

# run_lane NAME…: runners one after another, with times of their own.
run_lane() {
  trap - EXIT
  export DPO_TIMES=$results/times.$BASHPID
  : >"$DPO_TIMES"
  for name in "$@"; do
    run_runner "$name"
  done
}

# The cluster of the runner `page` also serves `release`.
end_cluster() { TEST_CLUSTER=$1 make/proofs.sh down >>"$DPO_CACHE/logs/test-$2.log" 2>&1; }
end_clusters() {
  end_cluster test e2e
  end_cluster page page
}
case " $* " in *" e2e "* | *" page "*) at_exit+=(end_clusters) ;; esac

began=$EPOCHREALTIME
first=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  first+=("$1")
  shift
done
if [ $# -gt 1 ]; then
  shift
  # Once, before two would do it at the same time; the proofs begin as soon as their programs are there.
  make/setup.sh charts dashboard
  make/build.sh
  step "Build the proofs" cargo test --locked --workspace --test cluster --no-run
  run_lane "${first[@]}" > >(sed --unbuffered 's/^/| /') 2>&1 &
  run_lane "$@" &
  wait
else
  (run_lane "${first[@]}")
fi

cat "$results"/times.* >>"$DPO_TIMES"
print_times
printf '%-58s %8.1f\n\n' 'on the clock' "$(seconds_since "$began")"
failed=0
for name in "${first[@]}" "$@"; do
  summary=$(cat "$results/$name" 2>/dev/null || printf '%s: 0 passed, 1 failed' "$name")
  printf '%s\n' "$summary"
  [[ $summary == *', 0 failed' ]] || failed=1
done
[ "$failed" -eq 0 ]
