# Sourced by cluster.sh: the demo on a cluster that exists, by its context in the user's kubeconfig, never by a kubeconfig's current one.
# shellcheck shell=bash
kubectl() { command kubectl --context "$DEMO_CONTEXT" "$@"; }
helm() { command helm --kube-context "$DEMO_CONTEXT" "$@"; }

businesses=(saigon-coffee berlin-beans)
namespaces=("${businesses[@]}" upstreams dpo-system)
kinds=(organizations.dpo.dev datasources.dpo.dev retentionpolicies.dpo.dev)
# What the demo makes carries this label; what does not is somebody's and stays.
mark=dpo.dev/demo=true
forward_process=$DPO_CACHE/demo-forward.pid

check_machine() {
  reach_cluster
  local found
  found=$(kubectl get namespaces --ignore-not-found --output name "${namespaces[@]}")
  [ -z "$found" ] || fail "The demo makes these namespaces, and they exist already: ${found//$'\n'/ }. An earlier demo is removed with make demo-down and the same two variables; a product that is in use needs another cluster for the demo."
  found=$(kubectl get customresourcedefinitions --ignore-not-found --output name "${kinds[@]}")
  [ -z "$found" ] || fail "The product is installed on this cluster already (${found//$'\n'/ }). Take another cluster for the demo."
  port_is_taken && fail "127.0.0.1:$DEMO_PORT is taken: give another port with make demo DEMO_PORT=8081"
  return 0
}

reach_cluster() {
  local answer
  command -v kubectl >/dev/null || make/setup.sh
  answer=$(kubectl version --request-timeout 10s 2>&1 >/dev/null) || fail "The context $DEMO_CONTEXT leads to no cluster that answers: $answer"
}

open_cluster() { step "Mark what the demo makes" make_namespaces; }

make_namespaces() {
  kubectl create namespace dpo-system
  kubectl apply --filename examples/namespaces.yaml
  sed '/^---$/,$d' e2e/demo/upstreams.yaml | kubectl apply --filename -
  kubectl label namespaces "${namespaces[@]}" "$mark"
}

open_dashboard() {
  command kubectl --context "$DEMO_CONTEXT" --namespace dpo-system port-forward service/dpo-api "$DEMO_PORT:80" >"$DPO_CACHE/logs/forward.log" 2>&1 &
  echo $! >"$forward_process"
  disown
  local until=$((SECONDS + 15))
  until port_is_taken; do
    if [ "$SECONDS" -ge "$until" ] || ! kill -0 "$(cat "$forward_process")" 2>/dev/null; then
      cat "$DPO_CACHE/logs/forward.log"
      return 1
    fi
    sleep 0.2
  done
}

# What was kept on purpose (Secrets, volumes, custom resource definitions) goes too: nothing of a demo is worth keeping.
close_cluster() {
  end_forward
  reach_cluster
  local mine
  mine=$(marked "${namespaces[@]}")
  if [ -z "$mine" ]; then
    echo "There is no demo on this cluster; nothing was removed."
    return 0
  fi
  # The businesses first, so that the operator can finish their deletion.
  delete_namespaces "${businesses[@]}"
  if [[ $mine == *dpo-system* ]]; then
    helm uninstall dpo --namespace dpo-system --ignore-not-found --wait --timeout 3m
    helm uninstall dpo-crds --namespace dpo-system --ignore-not-found
    remove_definitions
  fi
  delete_namespaces upstreams dpo-system
}

end_forward() {
  [ -f "$forward_process" ] || return 0
  kill "$(cat "$forward_process")" 2>/dev/null || true
  rm -f "$forward_process"
}

# marked NAMESPACE…: those of them that the demo made.
marked() {
  local found
  found=$(kubectl get namespaces --selector "$mark" --output jsonpath='{range .items[*]}{.metadata.name}{"\n"}{end}')
  printf '%s\n' "$@" | grep --fixed-strings --line-regexp "$found" || true
}

delete_namespaces() {
  local mine
  mapfile -t mine < <(marked "$@")
  [ "${#mine[@]}" -gt 0 ] || return 0
  kubectl delete namespace --timeout 180s "${mine[@]}" ||
    fail "A namespace of the demo does not go: kubectl --context $DEMO_CONTEXT describe namespace ${mine[*]} tells why. Once that is settled, run make demo-down again."
}

# Custom resources of others would go with their definitions. After a removal that was cut off, some definitions may be gone.
remove_definitions() {
  local definitions definition found others=''
  definitions=$(kubectl get customresourcedefinitions --ignore-not-found --output name "${kinds[@]}")
  for definition in $definitions; do
    found=$(kubectl get "${definition#*/}" --all-namespaces --output name --ignore-not-found)
    [ -z "$found" ] || others+=$found$'\n'
  done
  if [ -n "$others" ]; then
    printf 'The custom resource definitions stay, since others use them: %s\n' "${others//$'\n'/ }"
    return 0
  fi
  kubectl delete customresourcedefinitions --ignore-not-found --timeout 60s "${kinds[@]}"
}

kubectl_hint() { printf 'kubectl --context %s get dpo -A' "$DEMO_CONTEXT"; }
