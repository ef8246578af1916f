#!/usr/bin/env bash
# Seeded faults that the proof of exactness must see, and a reader that is not ours. Both run in processes, without a cluster.
. "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
make/setup.sh reader

# Programs with faults have a target folder of their own, lest they be taken for the product; third-party libraries are linked into it.
export DPO_MUTANTS_TARGET=$CARGO_TARGET_DIR/mutants
share_third_party() {
  local part folder
  for part in debug x86_64-unknown-linux-musl/debug; do
    mkdir -p "$DPO_MUTANTS_TARGET/$part"/{deps,build,.fingerprint}
    find "$CARGO_TARGET_DIR/$part/deps" -maxdepth 1 \( -name '*.rlib' -o -name '*.rmeta' -o -name '*.so' \) ! -name 'libdpo_*' -print0 |
      xargs -0 cp --link --no-clobber --target-directory "$DPO_MUTANTS_TARGET/$part/deps"
    # Cargo writes these in place, so they are copied.
    for folder in build .fingerprint; do
      find "$CARGO_TARGET_DIR/$part/$folder" -mindepth 1 -maxdepth 1 ! -name 'dpo-*' -print0 |
        xargs -0 cp --archive --no-clobber --target-directory "$DPO_MUTANTS_TARGET/$part/$folder"
    done
  done
}
step "Build the binaries" cargo build --locked --workspace --bins
step "Share third-party libraries with the mutants" share_third_party
# The independent reader has a directory of its own, so that its packages and the charts' do not meet.
PYTHONPATH=$DPO_CACHE/python-independent cargo test --locked --workspace --test mutants -- --nocapture
