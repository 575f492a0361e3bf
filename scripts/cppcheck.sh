#!/bin/sh
# cppcheck over the product's own sources; a finding is an error.
set -eu
# incorrectLogicOperator: cppcheck 2.10 misreads hexadecimal floating constants.
# normalCheckLevelMaxBranches: cppcheck 2.17 says of each long function that it does not try every path.
# What jansson's macros amount to; its header itself would have cppcheck take every value for a possible NULL.
cppcheck '-Djson_array_foreach(a,i,v)=while((v=json_array_get(a,i)))' '-Djson_object_foreach(o,k,v)=while((v=json_object_get(o,k)))' \
    --std=c11 --language=c --quiet --error-exitcode=1 --inline-suppr \
    --enable=warning,performance,portability --suppress=missingIncludeSystem --suppress=incorrectLogicOperator \
    --suppress=normalCheckLevelMaxBranches -D_GNU_SOURCE '-DLW_VERSION=""' -I. \
    base schema auth aws tools kafka server cli
echo "cppcheck: nothing found" >&2
