#!/bin/sh
# Write the locks, for all systems, with hashes: requirements.lock has what `make demo` installs,
# requirements-dev.lock all that the checks need. Needs uv; run it when pyproject.toml changes.
set -eu
cd "$(dirname "$0")/.."
lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-header pyproject.toml "$@"
}
lock --all-extras --group dev -o requirements-dev.lock
lock --extra app --group build --constraint requirements-dev.lock -o requirements.lock
