#!/bin/sh
# Installs PostgreSQL for the tests, where it is missing and can be installed; else says what to run.
set -u
. "$(dirname "$0")/debian.sh"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ||
    install_for_tests PostgreSQL "its tests are skipped" postgresql
