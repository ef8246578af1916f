#!/usr/bin/env bash
# `make demo`: the product on a cluster of its own (or, with DEMO_CONTEXT and IMAGE_REGISTRY, on one that exists), from nothing to a page with figures.
. "$(dirname "${BASH_SOURCE[0]}")/../../make/environment.sh"
. e2e/demo/cluster.sh
. make/deploy.sh

owner=ceo@saigon-coffee.example
deadline=${DEMO_DEADLINE:-300}

check_machine
make/setup.sh cluster rust dashboard
make/build.sh
make/images.sh
at_exit+=(explain_failure)
started=$EPOCHREALTIME
open_cluster
install_product --values e2e/demo/values.yaml
step "Apply the examples" apply_examples
step "Wait until every data source has its first figures" wait_for_figures "$deadline"
step "Set the password of $owner" set_password "$owner"
step "Open the dashboard's port" open_dashboard
at_exit=()
print_times

cat <<END

The dashboard: http://127.0.0.1:$DEMO_PORT
  e-mail    $owner
  password  $password

From an empty cluster to this page: $(seconds_since "$started") s. Look around with: $(kubectl_hint)
Remove everything again with: make demo-down
END
