#!/bin/sh
# build-flavour.sh gcc|asan|tsan|clang|release|arm64: one build with tests, as a process of its own, so that
# the caller can judge it by its exit status (a function called in a condition ignores set -e).
set -eu
. scripts/need.sh
. scripts/build.sh
. scripts/arm64.sh
build_flavour "$1"
