#!/bin/sh
# Installs PostgreSQL for the tests, where it is missing and can be installed; else says what to run.
set -u
. "$(dirname "$0")/debian.sh"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0

may_install || {
    echo "PostgreSQL is missing, so its tests are skipped until someone with root runs: apt-get install postgresql" >&2
    exit 0
}
echo "Installing PostgreSQL from Debian for the tests ..."
install_packages postgresql ||
    echo "It could not be installed; its tests are skipped until this works: apt-get install postgresql" >&2
exit 0
