#!/bin/sh
set -eu
. /etc/dpo/postgres/path.sh
exec pg_isready --quiet --host=/tmp --dbname=dpo
