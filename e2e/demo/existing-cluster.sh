# Sourced by cluster.sh: the demo on a cluster that exists, by its context in the user's kubeconfig, never by a kubeconfig's current one.
# shellcheck shell=bash
kubectl() { command kubectl --context "$DEMO_CONTEXT" "$@"; }
helm() { command helm --kube-context "$DEMO_CONTEXT" "$@"; }
namespaces=(saigon-coffee berlin-beans upstreams dpo-system)
forward_process=$DPO_CACHE/demo-forward.pid

check_machine() {
  kubectl version --request-timeout 10s >/dev/null || fail "The context $DEMO_CONTEXT leads to no cluster that answers."
  local found
  found=$(kubectl get namespaces --ignore-not-found --output name "${namespaces[@]}")
  [ -z "$found" ] || fail "The demo makes these namespaces, and they exist already: ${found//$'\n'/ }. Remove an earlier demo with make demo-down and the same two variables."
}

open_cluster() { :; }

open_dashboard() {
  command kubectl --context "$DEMO_CONTEXT" --namespace dpo-system port-forward service/dpo-api "$DEMO_PORT:80" >"$DPO_CACHE/logs/forward.log" 2>&1 &
  echo $! >"$forward_process"
  disown
}

# What was kept on purpose (Secrets, volumes, custom resource definitions) goes too: nothing of a demo is worth keeping.
close_cluster() {
  if [ -f "$forward_process" ]; then
    kill "$(cat "$forward_process")" 2>/dev/null || true
    rm -f "$forward_process"
  fi
  # The businesses first, so that the operator can finish their deletion.
  kubectl delete namespace --ignore-not-found saigon-coffee berlin-beans
  helm uninstall dpo --namespace dpo-system --ignore-not-found --wait
  helm uninstall dpo-crds --namespace dpo-system --ignore-not-found
  kubectl delete crd --ignore-not-found organizations.dpo.dev datasources.dpo.dev retentionpolicies.dpo.dev
  kubectl delete namespace --ignore-not-found upstreams dpo-system
}

kubectl_hint() { printf 'kubectl --context %s get dpo -A' "$DEMO_CONTEXT"; }
