#!/bin/sh
# cppcheck over the product's own sources; a finding is an error.
set -eu
# incorrectLogicOperator: cppcheck 2.10 misreads hexadecimal floating constants.
cppcheck --std=c11 --language=c --quiet --error-exitcode=1 --inline-suppr \
    --enable=warning,performance,portability --suppress=missingIncludeSystem --suppress=incorrectLogicOperator \
    -D_GNU_SOURCE -I. \
    base schema auth aws tools server cli
echo "cppcheck: nothing found" >&2
