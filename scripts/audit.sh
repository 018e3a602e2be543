#!/bin/sh
# Look up known weaknesses of every locked package with pip-audit, in a virtual environment of its
# own. Called by make audit. Needs the network; nothing else in hipcv does.
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

# pip-audit exits with 1 both where it found something and where it failed; with --strict it fails
# where it could not look up a package.
log=$(mktemp)
status=0
"$venv/bin/pip-audit" --requirement requirements-dev.lock --require-hashes --disable-pip \
    --strict --progress-spinner off 2>"$log" || status=$?
cat "$log" >&2
found=$(grep -c '^Found ' "$log" || true)
rm -f "$log"
[ "$status" -eq 0 ] && exit 0
[ "$found" -gt 0 ] && exit 1
fail "pip-audit ended with $status, see above; make audit needs the network. Nothing was checked."
