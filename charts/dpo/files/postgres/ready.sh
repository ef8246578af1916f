#!/bin/sh
set -eu
PATH="$PATH:$(find /usr/lib/postgresql -name bin 2>/dev/null | sort | tail -n 1)"
exec pg_isready --quiet --host=/tmp --dbname=dpo
