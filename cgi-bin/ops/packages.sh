#!/bin/sh
# packages.sh PACKAGE...: installs the Debian packages that are missing, and nothing else. Prints nothing when all are
# there. A package that brings a system service (lighttpd) is kept from starting it, now and at the next boot: vhod
# starts its own web server in the foreground. PostgreSQL, which the tests start for themselves, makes no cluster of its own
# either. Services and clusters that were there before are left alone.
set -eu

missing=
for package in "$@"; do
    case $package in
    nodejs | npm) command -v "$(echo "$package" | sed 's/nodejs/node/')" >/dev/null && continue ;;
    esac
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    sudo=
elif command -v sudo >/dev/null; then
    sudo=sudo
else
    echo "make: these Debian packages are missing, and there is neither root nor sudo to install them:$missing" >&2
    exit 1
fi

# Debian's own switch: while /usr/sbin/policy-rc.d says 101, package scripts start no service (invoke-rc.d(8)).
policy=/usr/sbin/policy-rc.d
placed=
clusters=/etc/postgresql-common/createcluster.conf
changed=
cleanup() {
    [ -z "$placed" ] || $sudo rm -f "$policy"
    [ -z "$changed" ] || $sudo sed -i '/^create_main_cluster = false # vhod$/d' "$clusters"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
    placed=yes
    $sudo chmod 0755 "$policy"
fi

echo "make: installing$missing" >&2
apt() {
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" >/dev/null
}
get() { # PACKAGE...
    apt install -y --no-install-recommends "$@" 2>/dev/null || {
        apt update
        apt install -y --no-install-recommends "$@"
    }
}
# The server's package makes a cluster unless this setting, which comes with postgresql-common, says no; it is put back after,
# so that whoever wants a server of the system's own gets it as usual.
case " $missing " in
*" postgresql "*)
    get postgresql-common
    if ! grep -q '^create_main_cluster' "$clusters"; then
        echo 'create_main_cluster = false # vhod' | $sudo tee -a "$clusters" >/dev/null
        changed=yes
    fi
    ;;
esac
# shellcheck disable=SC2086  # a list of words on purpose
get $missing

# Enabled by its package, the service would start at the next boot.
for package in $missing; do
    case $package in
    lighttpd | nginx)
        if command -v systemctl >/dev/null; then
            $sudo systemctl disable "$package" >/dev/null 2>&1 || :
        fi
        if command -v update-rc.d >/dev/null; then
            $sudo update-rc.d "$package" disable >/dev/null 2>&1 || :
        fi
        ;;
    esac
done
