#!/bin/sh
# The steps of the Dockerfile, which also run in any bare Debian 12: `packages` first, then `project`.
set -eu
home=/opt/babelwire

packages() {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends ca-certificates python3 python3-venv >/dev/null
    sh scripts/install-engine.sh
    command -v lt-proc >/dev/null || exit 1
    python3 -m venv $home
    $home/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --require-hashes \
        -r requirements.image.lock
    apt-get clean
    rm -rf /var/lib/apt/lists/*
    # The numbers are said so that volumes of the host can be given to them.
    groupadd --gid 10001 babelwire
    useradd --uid 10001 --gid 10001 --no-create-home --home-dir /home/babelwire --shell /usr/sbin/nologin babelwire
    # A named volume begins with the owner of the folder that it covers.
    for folder in /home/babelwire "$XDG_CACHE_HOME" /models /memory /scratch /var/lib/prefect /srv/babelwire/lake /srv/babelwire/in; do
        install -d -o babelwire -g babelwire "$folder"
    done
}

project() {
    $home/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .
    # Builds the index of cities too, which a root that is read-only could not keep.
    setpriv --reuid=babelwire --regid=babelwire --clear-groups env HOME=/home/babelwire $home/bin/babelwire doctor
}

case "${1:-}" in
packages | project) "$1" ;;
*)
    echo "Say which step: packages or project." >&2
    exit 2
    ;;
esac
