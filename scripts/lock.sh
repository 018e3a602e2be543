#!/bin/sh
# Pins every package the checks need, for all systems, with hashes: requirements-dev.lock.
# Needs uv; run it when pyproject.toml changes what is needed.
set -eu
cd "$(dirname "$0")/.."
uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-header --all-extras --group dev pyproject.toml -o requirements-dev.lock
