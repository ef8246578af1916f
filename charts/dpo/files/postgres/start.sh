#!/bin/sh
set -eu
# shellcheck source=path.sh
. /etc/dpo/postgres/path.sh
exec postgres -D /var/lib/postgresql/dpo/data -c config_file=/etc/dpo/postgres/postgresql.conf
