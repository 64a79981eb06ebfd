#!/bin/sh
# Makes the image's file system without Docker, from the lines of the Dockerfile, and tries it as docker-compose.yml runs it:
# read-only, without rights, /tmp in memory. For maintainers, as root on Debian: sh scripts/check-image.sh FOLDER
# A FOLDER that debootstrap has filled is built upon. CHECK_IMAGE_BIND="FROM:TO ..." shows files of this machine to the
# steps; the variables PIP_* and *_proxy are passed on to them.
set -eu
if [ "${1:-}" != --apart ]; then
    [ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null && [ -n "${1:-}" ] || {
        echo "Run as root, where debootstrap is installed: sh scripts/check-image.sh FOLDER" >&2
        exit 2
    }
    mkdir -p "$1"
    # What is mounted from here on only this script sees, and it is gone when the script ends.
    exec unshare --mount --propagation private sh "$0" --apart "$(cd "$1" && pwd)"
fi
root=$2
cd "$(dirname "$0")/.."
aside=$(mktemp -d)
trap 'rm -rf "$aside"' EXIT
began=$(date +%s)
user=root
workdir=/
hidden=

told() {
    # Without what is shown there of this machine.
    megabytes=$(du --summarize --block-size=1M --one-file-system $hidden "$root" | cut -f1)
    echo "$(($(date +%s) - began)) s, $megabytes MB: $*"
}

# Runs the line of shell in the image, as its USER, with its ENV and what else is given.
within() {
    line=$1
    shift
    # HOME is what Docker sets too.
    home=$(chroot "$root" getent passwd "$user" | cut -d: -f6)
    # shellcheck disable=SC2046,SC2086
    env -i HOME="$home" $(cat "$aside/env") "$@" chroot "$root" \
        setpriv --reuid="$user" --regid="$user" --clear-groups $rights sh -euc "cd $workdir && $line" </dev/null
}

copy() {
    for last; do :; done
    case $last in /*) to=$root$last ;; *) to=$root$workdir/$last ;; esac
    mkdir -p "$to"
    while [ $# -gt 1 ]; do
        if [ -d "$1" ]; then
            tar --create --exclude=__pycache__ --directory="$1" . | tar --extract --no-same-owner --directory="$to"
        else
            cp "$1" "$to/"
        fi
        shift
    done
}

[ -e "$root/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$root" >/dev/null
told "Debian $(cat "$root/etc/debian_version")"
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
for pair in ${CHECK_IMAGE_BIND:-}; do
    to=$root${pair#*:}
    if [ -d "${pair%%:*}" ]; then mkdir -p "$to"; else mkdir -p "$(dirname "$to")" && touch "$to"; fi
    mount --bind -o ro "${pair%%:*}" "$to"
    hidden="$hidden --exclude=$to"
done
env | grep -E '^(PIP_[A-Z_]+|(https?|no)_proxy|(HTTPS?|NO)_PROXY)=' >"$aside/passed" || :

# Lines that end in a backslash go on, as Docker reads them.
sed -e '/^#/d' -e '/^$/d' -e ':more' -e '/\\$/{N;s/\\\n//;bmore' -e '}' Dockerfile >"$aside/dockerfile"
: >"$aside/env"
rights=
while read -r word rest; do
    case $word in
    FROM) ;;
    ENV) printf '%s\n' $rest >>"$aside/env" ;;
    WORKDIR) workdir=$rest && mkdir -p "$root$workdir" ;;
    COPY) copy $rest ;;
    USER) user=$rest ;;
    CMD) cmd=$(echo "$rest" | tr -d '[],"') ;;
    RUN)
        # shellcheck disable=SC2046
        within "$rest" $(cat "$aside/passed")
        told "$rest"
        ;;
    *) echo "This script does not know what $word does in the Dockerfile." >&2 && exit 1 ;;
    esac
done <"$aside/dockerfile"

# As docker-compose.yml runs it. A named volume begins as the image's folder: with its owner.
mount --bind -o ro examples/articles "$root/srv/babelwire/in"
for folder in srv/babelwire/lake memory models scratch; do
    mkdir -p "$aside/$folder"
    chown --reference="$root/$folder" "$aside/$folder"
    mount --bind "$aside/$folder" "$root/$folder"
done
hidden="$hidden --exclude=$root/srv/babelwire/in"
mount -t tmpfs -o noexec,nosuid,nodev,mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o noexec,nosuid,nodev,mode=1777,size=64m tmpfs "$root/dev/shm"
mount -o remount,ro,bind "$root"
rights="--no-new-privs --bounding-set=-all --inh-caps=-all"
set -- PREFECT_HOME=/tmp/prefect TMPDIR=/scratch BABELWIRE_TRANSLATION__MODELS=/models \
    BABELWIRE_TRANSLATION__MEMORY=sqlite:////memory/translations.db

echo "--- as $user, read-only"
within "! touch /opt/babelwire/here 2>/dev/null"
within "$cmd" >/dev/null
within "prefect version" "$@"
within "dask --version" "$@"
within "babelwire doctor" "$@"
within "babelwire ingest in --lake lake --json" "$@"
told "an ingest of examples/articles"
within "babelwire articles --lake lake" "$@"
within "babelwire report --lake lake --output /tmp/report.html" "$@"
told "the image is in order"
