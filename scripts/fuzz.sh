#!/bin/sh
# shellcheck source-path=SCRIPTDIR/..
# ./dev fuzz [SECONDS [TARGET...]]: lets libFuzzer loose on each target, or on these.
# What it finds worth keeping stays in .cache/fuzz/<target>; what breaks a target is printed.
set -eu
. scripts/need.sh
. scripts/build.sh

seconds=${1-60}
[ $# -eq 0 ] || shift
case $seconds in
'' | *[!0-9]*)
    say "usage: ./dev fuzz [SECONDS [TARGET...]]"
    exit 2
    ;;
esac

need_for "to fuzz" clang libcmocka-dev
need_apt "to fuzz" "$(fuzzer_package)" # its name is known once clang is there
# Meson's default of refusing undefined symbols does not go with sanitizers under clang.
CC=clang build_in build-fuzz true -Dfuzzer=true -Db_sanitize=address,undefined -Db_lundef=false

found=0
broken=
for program in build-fuzz/tests/fuzz/fuzz_*; do
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
    target=${program##*/fuzz_}
    if [ $# -gt 0 ]; then
        case " $* " in *" $target "*) ;; *) continue ;; esac
    fi
    found=$((found + 1))
    mkdir -p ".cache/fuzz/$target"
    log=.cache/fuzz/$target.log
    seeds=
    [ ! -d "tests/fuzz/corpus/$target" ] || seeds=tests/fuzz/corpus/$target
    # shellcheck disable=SC2086 # a folder or nothing
    if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix=".cache/fuzz/$target-" ".cache/fuzz/$target" $seeds >"$log" 2>&1; then
        runs=$(awk '/stat::number_of_executed_units/ { print $2 }' "$log")
        echo "$target: ${runs:-0} runs in $seconds s, nothing broke"
    else
        broken="$broken $target"
        grep -E 'ERROR|SUMMARY|Test unit written' "$log" | sed "s/^/$target: /"
    fi
done
if [ $found -eq 0 ]; then
    say "no such target"
    exit 1
fi
[ -z "$broken" ] || {
    say "broken:$broken (logs in .cache/fuzz)"
    exit 1
}
