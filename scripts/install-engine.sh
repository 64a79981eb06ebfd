#!/bin/sh
# Installs Apertium, the local translation engine, where it is missing and can be installed; else says what to run.
set -u
. "$(dirname "$0")/debian.sh"
packages="apertium apertium-cat-ita apertium-eng-cat apertium-spa-ita apertium-eng-spa"
modes=/usr/share/apertium/modes
command -v lt-proc >/dev/null && [ -e $modes/ita-cat.mode ] && [ -e $modes/cat-eng.mode ] &&
    [ -e $modes/ita-spa.mode ] && [ -e $modes/spa-eng.mode ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "The translation engine Apertium is missing and this is not Debian. Italian articles stay pending until it is there." >&2
    exit 0
fi
may_install || {
    echo "The translation engine Apertium is missing. Italian articles stay pending until someone with root runs:" >&2
    echo "    apt-get install $packages" >&2
    exit 0
}
echo "Installing the translation engine from Debian ($packages) ..."
install_packages $packages ||
    echo "It could not be installed. Italian articles stay pending until this works: apt-get install $packages" >&2
exit 0
