#!/bin/sh
# Installs Chromium for the tests of the report, where it is missing and can be installed; else says what to run.
set -u
. "$(dirname "$0")/debian.sh"
[ -x /usr/bin/chromium ] ||
    install_for_tests Chromium "the report is not tested in a browser" chromium fonts-dejavu-core
