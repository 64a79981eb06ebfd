#!/bin/sh
# Installs Apertium, the local translation engine, where it is missing and can be installed; else says what to run.
set -u
packages="apertium apertium-cat-ita apertium-eng-cat apertium-spa-ita apertium-eng-spa"
modes=/usr/share/apertium/modes
command -v lt-proc >/dev/null && [ -e $modes/ita-cat.mode ] && [ -e $modes/cat-eng.mode ] &&
    [ -e $modes/ita-spa.mode ] && [ -e $modes/spa-eng.mode ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "The translation engine Apertium is missing and this is not Debian. Italian articles stay pending until it is there." >&2
    exit 0
fi
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "The translation engine Apertium is missing. Italian articles stay pending until someone with root runs:" >&2
    echo "    apt-get install $packages" >&2
    exit 0
fi

echo "Installing the translation engine from Debian ($packages) ..."
install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $packages >/dev/null 2>&1
}
install || { $as_root apt-get update -qq >/dev/null 2>&1; install; } || {
    echo "It could not be installed. Italian articles stay pending until this works: apt-get install $packages" >&2
}
exit 0
