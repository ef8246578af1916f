#!/bin/sh
# Called by mmdebstrap with the new root: adds a user of the number that pods run as, and removes what a server without JIT and Perl does not need.
set -eu
root=$1
echo 'dpo:x:65532:65532::/tmp:/bin/sh' >>"$root/etc/passwd"
echo 'dpo:x:65532:' >>"$root/etc/group"
rm -rf "$root"/usr/lib/*/libLLVM* "$root"/usr/lib/llvm* "$root"/usr/lib/postgresql/15/lib/bitcode "$root"/usr/lib/postgresql/15/lib/llvmjit*
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/* "$root"/usr/share/perl* "$root"/usr/lib/*/perl* "$root"/var/lib/postgresql/*
