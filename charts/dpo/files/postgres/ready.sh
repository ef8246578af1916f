#!/bin/sh
set -eu
# shellcheck source=path.sh
. /etc/dpo/postgres/path.sh
exec pg_isready --quiet --host=/tmp --dbname=dpo
