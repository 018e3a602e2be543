#!/bin/sh
# Create .venv and install hipcv with what is needed, once for each state of pyproject.toml and the
# locks. Called by make; can be called directly.
#
#   scripts/setup.sh demo                  what hipcv and the desk need (requirements.lock)
#   scripts/setup.sh                       and what the checks need (requirements-dev.lock)
#   PYTHON=python3.12 scripts/setup.sh     choose the Python
set -eu
cd "$(dirname "$0")/.."
venv=.venv
needs=${1:-checks}
python="$venv/bin/python"
LIBRARIES="libGL.so.1 libgthread-2.0.so.0 libxcb.so.1" # of the system; OpenCV loads them
LIBRARY_PACKAGES="libgl1 libglib2.0-0"

say() { printf '%s\n' "hipcv: $*" >&2; }
fail() { say "$*"; exit 6; }

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

has_environment() {
    new_enough "$python" && "$python" -m pip --version >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# Print which of the system libraries that OpenCV loads are not here.
missing_libraries() {
    "$1" - $LIBRARIES <<'PYTHON'
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
PYTHON
}

# Print the packages of Debian and Ubuntu that are missing on this machine.
missing_packages() {
    if ! has_environment && ! "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        "$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
    if [ "$(uname -s)" = Linux ] && ! "$python" -c 'import cv2' >/dev/null 2>&1 &&
        [ -n "$(missing_libraries "$1")" ]; then
        echo $LIBRARY_PACKAGES
    fi
}

# End with the one command that installs packages, given by their names in Debian.
ask_admin() {
    if command -v apt-get >/dev/null 2>&1; then
        command="apt-get install -y $*"
    elif command -v dnf >/dev/null 2>&1; then
        command="dnf install -y python3 mesa-libGL glib2 libxcb"
    elif command -v pacman >/dev/null 2>&1; then
        command="pacman -S --needed python libglvnd glib2 libxcb"
    else
        fail "please have these installed, and try again (nothing was downloaded): Python 3.11 with venv, $LIBRARIES"
    fi
    fail "please have an administrator run this once, and try again (nothing was downloaded): $command"
}

has_root() {
    [ "$(id -u)" -eq 0 ] || { command -v sudo && sudo -n true; } >/dev/null 2>&1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# Run a command whose output matters only if it fails.
quietly() {
    log=$(mktemp)
    "$@" >"$log" 2>&1 && { rm -f "$log"; return; }
    cat "$log" >&2
    rm -f "$log"
    return 1
}

install_as_root() {
    say "installing $* on this system"
    quietly as_root apt-get update -qq &&
        quietly as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@"
}

# Unpack the packages that an installation would add into $fetched/root, with the keys and the
# sources of the system, but without its rights. What OpenCV never draws with is left out.
fetch_without_root() {
    command -v dpkg-deb >/dev/null 2>&1 || return 1
    say "no administrator rights here: fetching $* for this folder alone (under 10 MB)"
    mkdir -p "$fetched/lists/partial" "$fetched/cache/archives/partial" "$fetched/root"
    printf 'Dir::State::lists "%s/lists";\nDir::Cache "%s/cache";\n' \
        "$fetched" "$fetched" >"$fetched/apt.conf"
    export APT_CONFIG="$fetched/apt.conf"
    quietly apt-get update -qq || return 1
    names=$(apt-get install --simulate --no-install-recommends "$@" |
        sed -n 's/^Inst \([^ ]*\) (.*/\1/p' |
        grep -Ev 'mesa|llvm|libicu|libxml2|libedit|libpciaccess|libgallium|libdrm|libz3|libsensors|libelf|libvulkan|-data$')
    (cd "$fetched" && quietly apt-get download -qq $names) || return 1
    for package in "$fetched"/*.deb; do
        dpkg-deb --extract "$package" "$fetched/root" || return 1
    done
}

# See to Python's venv and to OpenCV's libraries, before anything large is downloaded.
prepare_system() {
    packages=$(missing_packages "$1" | tr '\n' ' ')
    [ -n "$packages" ] || return 0
    command -v apt-get >/dev/null 2>&1 || ask_admin $packages
    if has_root; then
        install_as_root $packages || ask_admin $packages
    else
        fetch_without_root $packages || ask_admin $packages
    fi
}

# Install Python where there is none at all, as on a bare Debian.
install_python() {
    if ! command -v python3 >/dev/null 2>&1; then
        has_root && command -v apt-get >/dev/null 2>&1 || ask_admin python3-venv $LIBRARY_PACKAGES
        install_as_root python3-venv $LIBRARY_PACKAGES || ask_admin python3-venv $LIBRARY_PACKAGES
    fi
    base=$(find_python) ||
        fail "Python 3.11 or later is needed; please install it, or name it with PYTHON=..."
}

make_venv() {
    if "$1" -c 'import ensurepip' >/dev/null 2>&1; then
        "$1" -m venv --clear "$venv"
    else
        "$1" -m venv --clear --without-pip "$venv"
        wheel=$(echo "$fetched"/root/usr/share/python-wheels/pip-*.whl)
        PYTHONPATH="$wheel" "$python" -m pip install -qq --no-index "$wheel"
    fi
}

# Name each large package as it arrives; end with an error where pip did.
show_progress() {
    failed=0
    while read -r line; do
        case "$line" in
        "Downloading "*" MB)" | "Using cached "*" MB)")
            file=${line%% (*}
            file=${file##* }
            size=${line##*(}
            say "  ${file%%-*} ${size%)}"
            ;;
        "Installing collected packages"*) say "  unpacking" ;;
        "pip failed") failed=1 ;;
        esac
    done
    return "$failed"
}

install_python_packages() {
    say "installing Python packages into $venv (once; $1)"
    # The lock holds every package; without --no-deps older pips resolve extras to later releases.
    { "$python" -m pip install --progress-bar off --disable-pip-version-check \
        --require-hashes --no-deps -r "$2" || echo "pip failed"; } | show_progress ||
        fail "not all packages could be installed, see above; the same command goes on from here."
    "$python" -m pip install -qq --disable-pip-version-check \
        --no-deps --no-build-isolation -e .
}

# Copy fetched libraries to the folder of OpenCV's own, where its parts look first.
copy_fetched_libraries() {
    own=$("$python" -c 'import sysconfig; print(sysconfig.get_path("platlib"))')/opencv_python.libs
    find "$fetched/root" -path '*/lib/*-linux-gnu/lib*.so.*' -exec cp -P {} "$own" \;
}

stamp="$venv/.hipcv-ready"
state="$(cat pyproject.toml requirements.lock requirements-dev.lock scripts/setup.sh | cksum) $PWD"
if [ -x "$python" ]; then
    case "$(cat "$stamp" 2>/dev/null)" in
    "checks $state" | "$needs $state") exit 0 ;;
    esac
fi
case "$(uname -s) $(uname -m)" in
"Linux x86_64" | "Darwin arm64" | MINGW* | MSYS* | CYGWIN*) ;;
*) fail "MediaPipe, which finds the pose, has no package for $(uname -s) on $(uname -m)." ;;
esac
fetched=$(mktemp -d)
trap 'rm -rf "$fetched"' EXIT
trap 'exit 130' INT TERM HUP
base=$(find_python) || install_python
prepare_system "$base"
has_environment || make_venv "$base"
if [ "$needs" = demo ]; then
    install_python_packages "670 MB on disk, one to three minutes" requirements.lock
else
    install_python_packages "1.4 GB on disk, two to five minutes" requirements-dev.lock
fi
[ ! -d "$fetched/root" ] || copy_fetched_libraries
"$python" -c 'import cv2' || fail "OpenCV cannot be loaded, see above."
printf '%s\n' "$needs $state" >"$stamp"
