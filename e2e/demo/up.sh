#!/usr/bin/env bash
# `make demo`: the product on a cluster, from nothing to a page whose figures were fetched in this run.
. "$(dirname "${BASH_SOURCE[0]}")/../../make/environment.sh"
. e2e/demo/cluster.sh
. make/deploy.sh

owner=ceo@saigon-coffee.example

check_machine
make/build.sh
make/images.sh
began=$EPOCHREALTIME
open_cluster
at_exit+=(explain_failure)
install_product --values e2e/demo/values.yaml
step "Apply the examples" apply_examples
step "Wait for the first figures of every data source" wait_for_figures "${DEMO_DEADLINE:-300}"
step "Set a password for $owner" set_password "$owner"
step "Open the dashboard's port" open_dashboard
print_times

cat <<END

  The dashboard   http://127.0.0.1:$DEMO_PORT
  e-mail          $owner
  password        $password

From no cluster to this page: $(seconds_since "$began") s. To look around: $(kubectl_hint)
To remove everything: make demo-down
END
