#!/bin/sh
# Write requirements-dev.lock: every package the checks need, for all systems, with hashes.
# Needs uv; run it when the dependencies in pyproject.toml change.
set -eu
cd "$(dirname "$0")/.."
uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-header --all-extras --group dev pyproject.toml -o requirements-dev.lock
