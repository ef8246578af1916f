# shellcheck shell=sh
# Debian keeps the server's programs apart, one folder a version, and a wrapper in the usual place that needs Perl.
programs=$(find /usr/lib/postgresql -name bin 2>/dev/null | sort | tail -n 1)
PATH="${programs:+$programs:}$PATH"
