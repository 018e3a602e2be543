#!/bin/sh
# Look up known weaknesses of every locked package, for every system and version of Python, with
# pip-audit in a virtual environment of its own. Called by make audit. Needs the network; nothing
# else in hipcv does.
#
# Exit codes: 0 none is known, 1 some are, 6 it could not be looked up.
set -eu
cd "$(dirname "$0")/.."
venv=.venv/audit

say() { printf '%s\n' "hipcv: $*" >&2; }
fail() { say "$*"; exit 6; }

python=.venv/bin/python
[ -x "$python" ] || python=$(command -v python3) || fail "run make setup first."

if [ ! -x "$venv/bin/pip-audit" ]; then
    say "installing pip-audit into $venv"
    "$python" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check "$(
        "$python" -c 'import tomllib
with open("pyproject.toml", "rb") as file: print(*tomllib.load(file)["dependency-groups"]["audit"])'
    )" || {
        rm -rf "$venv"
        fail "pip-audit could not be installed; make audit needs the network. Nothing was checked."
    }
fi

lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT
checked=$("$python" scripts/list_locked.py "$lists" requirements.lock requirements-dev.lock)

# pip-audit exits with 1 both where it found something and where it failed; with --strict it fails
# where it could not look up a package.
weak=0
for list in "$lists"/*.txt; do
    status=0
    "$venv/bin/pip-audit" --requirement "$list" --no-deps --disable-pip \
        --strict --progress-spinner off 2>"$lists/log" || status=$?
    cat "$lists/log" >&2
    if grep -q '^Found ' "$lists/log"; then
        weak=1
    elif [ "$status" -ne 0 ]; then
        fail "pip-audit ended with $status, see above; make audit needs the network. Not all of \
$checked were looked up."
    fi
done
if [ "$weak" -ne 0 ]; then
    say "looked up $checked; some have known weaknesses, see above."
    exit 1
fi
say "looked up $checked; none has a known weakness."
