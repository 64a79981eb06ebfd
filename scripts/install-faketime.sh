#!/bin/sh
# Installs libfaketime for the tests that set the clock, where it is missing and can be installed; else says what to run.
set -u
. "$(dirname "$0")/debian.sh"
ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 ||
    install_for_tests libfaketime "no clock is set back" libfaketime
