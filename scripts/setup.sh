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

say() { printf '%s\n' "hipcv: $*" >&2; }
fail() { say "$*"; exit 6; }

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "Python 3.11 or later is needed; please install it, or name it with PYTHON=..."
}

# Install system packages on Debian and Ubuntu; elsewhere tell the user.
install_system() {
    if ! command -v apt-get >/dev/null 2>&1; then
        fail "please install $* with your system's package manager."
    elif [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        fail "please run once: sudo apt-get install -y $*"
    fi
    say "installing $*"
    log=$(mktemp)
    if ! { $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; } \
        >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        fail "could not install $*; please run: apt-get install -y $*"
    fi
    rm -f "$log"
}

make_venv() {
    base=$(find_python)
    if ! "$base" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version=$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        install_system "python$version-venv"
    fi
    "$base" -m venv --clear "$venv"
}

install_python_packages() {
    say "installing Python packages into $venv ($1, once)"
    # -qq hides the warnings of pip, not its errors. The lock holds every package; without
    # --no-deps older pips resolve extras to later releases.
    "$python" -m pip install -qq --disable-pip-version-check \
        --require-hashes --no-deps -r "$2"
    "$python" -m pip install -qq --disable-pip-version-check \
        --no-deps --no-build-isolation -e .
}

install_system_libraries() {
    "$python" -c 'import cv2' 2>/dev/null && return
    case "$(uname -s)" in
    Linux) install_system libgl1 libglib2.0-0 ;;
    esac
    "$python" -c 'import cv2' || fail "OpenCV cannot be loaded, see above."
}

stamp="$venv/.hipcv-ready"
state="$(cat pyproject.toml requirements.lock requirements-dev.lock scripts/setup.sh | cksum) $PWD"
if [ -x "$python" ]; then
    case "$(cat "$stamp" 2>/dev/null)" in
    "checks $state" | "$needs $state") exit 0 ;;
    esac
fi
new_enough "$python" || make_venv
if [ "$needs" = demo ]; then
    install_python_packages "670 MB, one to three minutes" requirements.lock
else
    install_python_packages "1.4 GB, two to five minutes" requirements-dev.lock
fi
install_system_libraries
printf '%s\n' "$needs $state" >"$stamp"
