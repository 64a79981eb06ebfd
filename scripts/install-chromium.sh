#!/bin/sh
# Installs Chromium for the tests of the report, where it is missing and can be installed; else says what to run.
set -u
. "$(dirname "$0")/debian.sh"
[ -x /usr/bin/chromium ] && exit 0

may_install || {
    echo "Chromium is missing, so the report is not tested in a browser until someone with root runs: apt-get install chromium" >&2
    exit 0
}
echo "Installing Chromium from Debian for the tests ..."
install_packages chromium fonts-dejavu-core ||
    echo "It could not be installed; the report is not tested in a browser until this works: apt-get install chromium" >&2
exit 0
