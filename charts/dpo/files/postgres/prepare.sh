#!/bin/sh
# Makes the data directory at the first start, and on every start runs administrator.sql (it changes only what is missing)
# with the passwords of the mounted Secret, so that a restored volume or a changed Secret heals by a restart.
set -eu
# shellcheck source=path.sh
. /etc/dpo/postgres/path.sh
data=/var/lib/postgresql/dpo/data
secrets=/etc/dpo/postgres-secrets

if [ ! -s "$data/PG_VERSION" ]; then
  # Only a finished directory gets the final name: an interrupted start begins again.
  rm -rf "$data.unfinished"
  initdb --pgdata="$data.unfinished" --username=postgres --encoding=UTF8 --locale=C --data-checksums \
    --auth=scram-sha-256 --pwfile="$secrets/administrator-password"
  mv "$data.unfinished" "$data"
fi

# Postgres refuses a directory that the group may write to, which is what a volume's change of group makes of it.
chmod 700 "$data"
# A killed pod leaves its process number behind, which means nothing in this one; the volume admits one pod at a time.
rm -f "$data/postmaster.pid"
pg_ctl --pgdata="$data" --wait --options="-c config_file=/etc/dpo/postgres/prepare.conf" start
trap 'pg_ctl --pgdata="$data" --mode=fast stop' EXIT
run() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --host=/tmp --username=postgres "$@"; }

run --dbname=postgres <<'SQL'
\set administrator_password `cat /etc/dpo/postgres-secrets/administrator-password`
ALTER ROLE postgres PASSWORD :'administrator_password';
SELECT 'CREATE DATABASE dpo' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'dpo') \gexec
SQL
run --dbname=dpo <<'SQL'
\set operator_password `cat /etc/dpo/postgres-secrets/operator-password`
\set api_password `cat /etc/dpo/postgres-secrets/api-password`
\i /etc/dpo/postgres/administrator.sql
SQL
