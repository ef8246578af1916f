#!/usr/bin/env bash
# The cluster under test: proofs.sh up | run [CASE] | page | release | down
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
. make/cluster.sh "${TEST_CLUSTER:-test}"
. make/deploy.sh

up() {
  check_namespaces
  make/build.sh
  make/images.sh
  at_exit+=(explain_pods)
  step "Start a Kubernetes cluster and load the images" start_cluster
  install_product --values e2e/demo/values.yaml
}

# The proofs run inside the cluster's network, so that they can call its Services.
run() {
  local program
  program=$(cargo test --locked --workspace --test cluster --no-run --message-format json |
    jq --raw-output 'select(.executable != null and .target.name == "cluster") | .executable')
  if [ $# -gt 0 ]; then
    prove "$program" --nocapture "$@"
    return
  fi
  # What can run side by side, then what disturbs others or is disturbed by them. A pass that fails does not keep the others.
  local failed=0 pass
  for pass in "admission deletion tenants trouble --skip an_unreachable_postgres" quiet exactness an_unreachable_postgres crash::; do
    # shellcheck disable=SC2086 # a pass is several words
    prove "$program" --nocapture --test-threads=16 $pass || failed=1
  done
  return "$failed"
}

prove() {
  DPO_PROOF_SIMULATOR=http://upstreams.upstreams.svc.cluster.local:8080 \
    DPO_PROOF_API=http://dpo-api.dpo-system.svc.cluster.local \
    DPO_PROOF_AUDIT_LOG=$(dpo-cluster list | awk -v name="$cluster" '$1 == name { print $NF }')/audit.log \
    DPO_PROOF_KUBECTL=kubectl \
    dpo-cluster exec --name "$cluster" -- "$@"
}

# The page with the figures of the examples, in a browser on this machine.
page() {
  apply_examples
  wait_for_figures 300
  set_password ceo@saigon-coffee.example
  local address
  address=$(dpo-cluster forward --name "$cluster" --listen 127.0.0.1:0 --to dpo-api.dpo-system:80 | awk '{ print $1 }')
  BASE_URL=$address LOGIN_EMAIL=ceo@saigon-coffee.example LOGIN_PASSWORD=$password SCREENSHOTS=$DPO_CACHE/screenshots/ \
    npm --prefix dashboard run --silent e2e
}

# What takes the release away and brings it back.
release() {
  dpo-cluster exec --name "$cluster" -- python3 -m unittest discover --start-directory charts/tests/cluster --verbose
}

down() { stop_cluster; }

"$@"
