#!/bin/sh
# Resolves the locks anew. Versions move only when this is run.
set -eu
cd "$(dirname "$0")/.."
compile() { .uv/bin/uv pip compile -q --generate-hashes --no-annotate --no-header --no-emit-index-url "$@"; }
compile --universal requirements/uv.in -o requirements/uv.lock
app() { compile --universal --python-version 3.11 --override requirements/app-overrides.txt "$@"; }
app requirements/app.in -o requirements/app.lock
app -c requirements/app.lock requirements/app.in requirements/dev.in -o requirements/dev.lock
compile --python-version 3.10 --python-platform x86_64-manylinux_2_28 \
    --override requirements/rasa-overrides.txt requirements/rasa.in -o requirements/rasa.lock
