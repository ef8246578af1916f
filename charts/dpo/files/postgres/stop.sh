#!/bin/sh
# Kubernetes sends SIGTERM, on which Postgres waits for its clients to leave; this ends their sessions first.
set -eu
# shellcheck source=path.sh
. /etc/dpo/postgres/path.sh
exec pg_ctl --pgdata=/var/lib/postgresql/dpo/data --mode=fast --wait stop
