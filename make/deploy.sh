# Sourced: puts simulator, charts and examples on the cluster that `kubectl` and `helm` (functions of the caller) speak to.
# shellcheck shell=bash

# install_product HELM_ARGUMENT…: the simulated platforms and both charts, ready.
install_product() {
  step "Start the simulated platforms" start_upstreams
  step "Install the chart dpo-crds" helm install dpo-crds charts/dpo-crds --namespace dpo-system --create-namespace --wait --hide-notes
  step "Install the chart dpo" helm install dpo charts/dpo --namespace dpo-system --hide-notes ${IMAGE_REGISTRY:+--set "image.registry=$IMAGE_REGISTRY,image.pullPolicy=Always"} "$@"
  step "Wait for Postgres, store, operator and API" wait_for_product
}

wait_for_product() {
  local workload
  for workload in statefulset/dpo-postgres statefulset/dpo-store deployment/dpo-operator deployment/dpo-api; do
    kubectl --namespace dpo-system rollout status "$workload" --timeout 180s
  done
}

# From a registry, images are pulled anew: their tag stays the same.
upstreams_manifest() {
  if [ -z "${IMAGE_REGISTRY:-}" ]; then
    cat e2e/demo/upstreams.yaml
  else
    sed "s|image: dpo/|image: $IMAGE_REGISTRY/dpo/|; s|imagePullPolicy: .*|imagePullPolicy: Always|" e2e/demo/upstreams.yaml
  fi
}

start_upstreams() {
  upstreams_manifest | kubectl apply --filename -
  kubectl --namespace upstreams rollout status deployment/upstreams --timeout 120s
}

examples=(--filename examples/saigon-coffee.yaml --filename examples/berlin-beans.yaml)

# The Secrets come before the data sources, so that the first sync finds them.
apply_examples() {
  kubectl apply --filename examples/namespaces.yaml
  kubectl apply --filename examples/demo-credentials.yaml
  kubectl apply "${examples[@]}"
}

# One line a data source of the examples: namespace, name, status of Synced, status of Ready, its sentence.
source_lines() {
  kubectl get "${examples[@]}" --output go-template-file=e2e/demo/sources.gotemplate
}

# wait_for_figures SECONDS: until each data source of the examples is Ready and has synced once.
wait_for_figures() {
  local until=$((SECONDS + $1)) before='' now ready all
  while true; do
    now=$(source_lines)
    all=$(grep -c . <<<"$now" || true)
    ready=$(awk -F '\t' '$3 == "True" && $4 == "True"' <<<"$now" | grep -c . || true)
    if [ "$now" != "$before" ]; then
      printf '    %s of %s data sources have their first figures\n' "$ready" "$all"
      before=$now
    fi
    [ "$all" -gt 0 ] && [ "$ready" -eq "$all" ] && return 0
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 1
  done
}

# set_password EMAIL: leaves a made-up password in $password.
set_password() {
  password=$(head -c 12 /dev/urandom | base64 | tr '+/' 'xy')
  kubectl --namespace dpo-system exec --stdin deployment/dpo-api -- /dpo-api users set-password --email "$1" <<<"$password"
}

# What a person needs when something did not become ready: its description and the last lines that it wrote. Called with the script's exit status.
explain_failure() {
  local namespace name synced ready message
  [ "$1" -ne 0 ] || return 0
  printf '\nWhat stands in the way:\n'
  while IFS=$'\t' read -r namespace name synced ready message; do
    [ "$synced/$ready" = True/True ] && continue
    printf '\n--- DataSource %s/%s: %s\n' "$namespace" "$name" "$message"
    kubectl --namespace "$namespace" describe datasource "$name" | tail -n 25
    kubectl --namespace "$namespace" logs --selector dpo.dev/source-uid --tail 8 --prefix 2>/dev/null | tail -n 20
  done < <(source_lines 2>/dev/null)
  explain_pods "$1"
}

explain_pods() {
  local namespace pod
  [ "$1" -ne 0 ] || return 0
  while read -r namespace pod; do
    printf '\n--- Pod %s/%s is not ready\n' "$namespace" "$pod"
    kubectl --namespace "$namespace" describe pod "$pod" | sed -n '/^Conditions:/,$p' | tail -n 25
    kubectl --namespace "$namespace" logs "$pod" --all-containers --tail 15 2>/dev/null
  done < <(kubectl get pods --all-namespaces --no-headers 2>/dev/null | awk '$4 != "Completed" { split($3, n, "/"); if (n[1] != n[2]) print $1, $2 }')
}
