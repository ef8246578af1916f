# Sourced: where the demo runs. A cluster of its own by default; one that exists only when both its context and a registry are named.
# shellcheck shell=bash
. make/cluster.sh demo
DEMO_PORT=${DEMO_PORT:-8080}

if [ -n "${DEMO_CONTEXT:-}" ] || [ -n "${IMAGE_REGISTRY:-}" ]; then
  if [ -z "${DEMO_CONTEXT:-}" ] || [ -z "${IMAGE_REGISTRY:-}" ]; then
    fail "To use a cluster that exists, give both: make demo DEMO_CONTEXT=<its context in your kubeconfig> IMAGE_REGISTRY=<a registry that it pulls from>"
  fi
  . e2e/demo/existing-cluster.sh
else
  check_machine() {
    check_namespaces
    port_is_free || fail "127.0.0.1:$DEMO_PORT is taken: give another port with make demo DEMO_PORT=8081"
  }
  open_cluster() { step "Start a Kubernetes cluster and load the images" start_cluster; }
  open_dashboard() { dpo-cluster forward --name "$cluster" --listen "127.0.0.1:$DEMO_PORT" --to dpo-api.dpo-system:80; }
  close_cluster() {
    command -v dpo-cluster >/dev/null || make/setup.sh
    stop_cluster
  }
  kubectl_hint() { printf '%s exec --name %s -- kubectl get dpo -A' "$(command -v dpo-cluster)" "$cluster"; }
fi

# Whether nothing listens on the dashboard's port, or only the demo that is about to be replaced.
port_is_free() {
  ! port_is_taken || dpo-cluster list | grep -q "^$cluster .*pid"
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$DEMO_PORT") 2>/dev/null; }
