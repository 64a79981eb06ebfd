# Sourced by the scripts that install packages of Debian, as root or through sudo.

# Says whether this user may install packages; sets how.
may_install() {
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        return 1
    fi
}

# Installs the packages named, with a new list of packages where the old one does not do.
install_packages() {
    # Two scripts at a time would be in each other's way.
    exec 9<"$(dirname "$0")/debian.sh"
    flock 9
    _apt_install "$@" || { $as_root apt-get update -qq >/dev/null 2>&1; _apt_install "$@"; }
}

_apt_install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1
}

# Installs what only tests need: install_for_tests NAME WHAT-GOES-WITHOUT-IT PACKAGE...
install_for_tests() {
    name=$1 without=$2
    shift 2
    may_install || {
        echo "$name is missing, so $without until someone with root runs: apt-get install $1" >&2
        return 0
    }
    echo "Installing $name from Debian for the tests ..."
    install_packages "$@" || echo "It could not be installed; $without until this works: apt-get install $1" >&2
}
