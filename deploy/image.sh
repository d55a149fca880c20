#!/bin/sh
# Builds the image from a static binary built here, with buildah and without any base image or registry.
#   deploy/image.sh [tag] [binary]      default: huiyin:dev, built from this tree
set -eu
cd "$(dirname "$0")/.."
tag=${1:-huiyin:dev}
binary=${2:-}

if [ -z "$binary" ]; then
    host=$(rustc -vV | sed -n 's/^host: //p')
    RUSTFLAGS='-C target-feature=+crt-static' cargo build --locked --release --target "$host" --package huiyin
    binary=target/$host/release/huiyin
fi
# `file` may be missing; a dynamic binary would start nowhere, so ask the loader.
if ldd "$binary" 2>&1 | grep -q '=>'; then
    echo "image: $binary is not static" >&2
    exit 1
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/etc/ssl/certs" "$root/etc/huiyin" "$root/usr/share" "$root/tmp"
chmod 755 "$root"
chmod 1777 "$root/tmp"
cp "$binary" "$root/huiyin"
cp -r deploy/policy deploy/regions "$root/etc/huiyin/"
mkdir "$root/etc/huiyin/fonts"
cp .tools/fonts/wqy-microhei.ttc "$root/etc/huiyin/fonts/" 2>/dev/null ||
    echo 'image: no font here (deploy/tools.sh fetches one), so no reports as PDF in the image' >&2
cp -a /usr/share/zoneinfo "$root/usr/share/"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null ||
    echo 'image: no root certificates here, so none in the image' >&2
buildah build --tag "$tag" --file deploy/Dockerfile.binary "$root"
