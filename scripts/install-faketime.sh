#!/bin/sh
# Installs libfaketime for the tests that set the clock, where it is missing and can be installed; else says what to run.
set -u
. "$(dirname "$0")/debian.sh"
ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 && exit 0

may_install || {
    echo "libfaketime is missing, so no clock is set back until someone with root runs: apt-get install libfaketime" >&2
    exit 0
}
echo "Installing libfaketime from Debian for the tests ..."
install_packages libfaketime ||
    echo "It could not be installed; no clock is set back until this works: apt-get install libfaketime" >&2
exit 0
