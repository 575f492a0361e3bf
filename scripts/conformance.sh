#!/bin/sh
# shellcheck source-path=SCRIPTDIR/..
# ./dev conformance [WORD...]: the official conformance suite against the fixture and the product; a line a run, then what failed.
# With words, only the runs whose title has one of them: ./dev conformance tasks
set -eu
. scripts/need.sh
. scripts/build.sh
. scripts/need-conformance.sh

need_for "for the conformance suite" libcmocka-dev
need_python test
need_conformance
build_flavour gcc
PYTHONDONTWRITEBYTECODE=1 "$PYTHON" tests/conformance/run.py "$PWD/build/lakewarden" "$@"
