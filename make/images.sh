#!/usr/bin/env bash
# Writes the images as tar files into $DPO_CACHE/images, each only when what it is made of has changed; with IMAGE_REGISTRY they are pushed there.
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

images=$DPO_CACHE/images
binaries=$CARGO_TARGET_DIR/x86_64-unknown-linux-musl/debug
postgres_root=$images/postgres-15-root.tar
mkdir -p "$images"

# image NAME INPUT… -- ARGUMENT…: writes dpo/NAME:dev unless its tar file is newer than all inputs.
image() {
  local name=$1 output=$images/$1.tar newer=''
  local inputs=()
  shift
  while [ "$1" != -- ]; do
    inputs+=("$1")
    shift
  done
  shift
  [ -f "$output" ] && newer=$(find "${inputs[@]}" -newer "$output" -print -quit)
  if [ ! -f "$output" ] || [ -n "$newer" ]; then
    step "Write the image dpo/$name" dpo-cluster image --output "$output.unfinished" --tag "dpo/$name:dev" --user 65532:65532 "$@"
    mv "$output.unfinished" "$output"
  fi
}

# Our own programs without debug sections: the images are a third of the size and backtraces keep their names.
stripped() {
  local output=$images/bin/$1
  mkdir -p "$images/bin"
  if [ ! -f "$output" ] || [ "$binaries/$1" -nt "$output" ]; then
    strip --strip-debug --output-file="$output" "$binaries/$1"
  fi
  printf '%s' "$output"
}

# A small Debian with Postgres.
bootstrap_postgres() {
  mmdebstrap --quiet --variant=essential --include=postgresql-15 --format=tar \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook=make/trim-postgres-root.sh \
    bookworm "$postgres_root.unfinished"
  mv "$postgres_root.unfinished" "$postgres_root"
}

make/setup.sh
[ -f "$postgres_root" ] || step "Bootstrap Debian with Postgres 15" bootstrap_postgres
for program in operator pipeline upstreams; do
  binary=$(stripped "dpo-$program")
  image "$program" "$binary" -- --entrypoint "/dpo-$program" --file "$binary=/dpo-$program" --ca-certificates
done
binary=$(stripped dpo-api)
image api "$binary" dashboard/dist -- --entrypoint /dpo-api --file "$binary=/dpo-api" --dir dashboard/dist=/dashboard --env DPO_DASHBOARD_DIRECTORY=/dashboard --ca-certificates
image postgres "$postgres_root" -- --entrypoint /usr/lib/postgresql/15/bin/postgres --base "$postgres_root"
image store "$(command -v versitygw)" -- --entrypoint /versitygw --file "$(readlink -f "$(command -v versitygw)")=/versitygw" --ca-certificates
if [ -n "${IMAGE_REGISTRY:-}" ]; then
  step "Push the images to $IMAGE_REGISTRY" dpo-cluster push --registry "$IMAGE_REGISTRY" "$images"/{operator,pipeline,api,postgres,store,upstreams}.tar
fi
