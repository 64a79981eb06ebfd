#!/bin/sh
# Installs PostgreSQL for the tests, where it is missing and can be installed; else says what to run.
set -u
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "PostgreSQL is missing, so its tests are skipped until someone with root runs: apt-get install postgresql" >&2
    exit 0
fi

echo "Installing PostgreSQL from Debian for the tests ..."
install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postgresql >/dev/null 2>&1
}
install || { $as_root apt-get update -qq >/dev/null 2>&1; install; } || {
    echo "It could not be installed; its tests are skipped until this works: apt-get install postgresql" >&2
}
exit 0
