#!/bin/sh
# The shell stays process 1 and takes in what others leave behind: Postgres in its place would take an orphan that ended badly, a probe
# that was killed for instance, for a crashed server process, and end all sessions.
set -eu
# shellcheck source=path.sh
. /etc/dpo/postgres/path.sh

postgres -D /var/lib/postgresql/dpo/data -c config_file=/etc/dpo/postgres/postgresql.conf &
server=$!
# Kubernetes ends a pod with SIGTERM, on which Postgres waits for its clients to leave; SIGINT ends their sessions first.
trap 'kill -INT "$server"' TERM INT

status=0
while kill -0 "$server" 2>/dev/null; do
  status=0
  wait "$server" || status=$?
done
exit "$status"
