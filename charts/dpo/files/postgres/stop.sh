#!/bin/sh
# Kubernetes sends SIGTERM, on which Postgres waits for its clients to leave; this ends their sessions first.
set -eu
PATH="$PATH:$(find /usr/lib/postgresql -name bin 2>/dev/null | sort | tail -n 1)"
exec pg_ctl --pgdata=/var/lib/postgresql/dpo/data --mode=fast --wait stop
