#!/bin/sh
set -eu
PATH="$PATH:$(find /usr/lib/postgresql -name bin 2>/dev/null | sort | tail -n 1)"
exec postgres -D /var/lib/postgresql/dpo/data -c config_file=/etc/dpo/postgres/postgresql.conf
