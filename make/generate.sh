#!/usr/bin/env bash
# Writes the files that are made from others: custom resources and their reference from the types, and the charts' copies.
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
make/setup.sh
step "Write the custom resources and their reference" cargo run --quiet --locked -p dpo-crds --bin crdgen
rm -f charts/dpo-crds/files/*
cp crds/generated/*.yaml charts/dpo-crds/files/
cp warehouse/sql/administrator.sql charts/dpo/files/postgres/
