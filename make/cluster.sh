# Sourced with a name: a local cluster of our own, as `kubectl` and `helm`.
# shellcheck shell=bash
cluster=$1
images=$DPO_CACHE/images

kubectl() { dpo-cluster exec --name "$cluster" -- kubectl "$@"; }
helm() { dpo-cluster exec --name "$cluster" -- helm "$@"; }

# One clear line, before anything is built, where this machine cannot run a cluster.
check_namespaces() {
  if [ "$(id -u)" -eq 0 ] && unshare --net --mount --pid --fork true 2>/dev/null; then return 0; fi
  fail "A local cluster needs root and Linux namespaces, which this machine does not give; a cluster that exists is used with: make demo DEMO_CONTEXT=<its context> IMAGE_REGISTRY=<a registry it pulls from>"
}

start_cluster() {
  local each=()
  for image in "$images"/{operator,pipeline,api,postgres,store,upstreams}.tar; do each+=(--image "$image"); done
  dpo-cluster up --name "$cluster" --fresh "${each[@]}"
}

stop_cluster() { dpo-cluster down --name "$cluster"; }
