#!/bin/sh
# shellcheck source-path=SCRIPTDIR/..
# ./dev test [SUITE...]: runs the steps of scripts/suites and adds up what they counted. The suites of
# scripts/suites-real are run only when they are named.
set -eu
. scripts/need.sh
. scripts/build.sh
. scripts/need-agentcore.sh
. scripts/need-airflow.sh
. scripts/need-conformance.sh
. scripts/need-interop.sh
. scripts/need-kafka.sh
. scripts/arm64.sh

LOGS=$PWD/build/test-logs
STEP_LIMIT_S=900      # of a step
REAL_STEP_LIMIT_S=3600 # of one with real counterparts, which start slowly
passed=0
failed=0
broken_builds=

list_suites() {
    sed -e '/^#/d' -e '/^$/d' "$@" | awk '!seen[$1]++ { print $1 }'
}

all_suites() {
    list_suites scripts/suites scripts/suites-real
}

is_real() {
    list_suites scripts/suites-real | grep -qxF -e "$1"
}

# wanted SUITE NAMES: no names means all of them.
wanted() {
    [ -n "$2" ] || return 0
    case " $2 " in
    *" $1 "*) return 0 ;;
    *) return 1 ;;
    esac
}

install_for() {
    real_packages=
    case " $1 " in *" kafka "*) real_packages=$(kafka_packages) ;; esac
    case " $1 " in *" image "*) real_packages="$real_packages debootstrap binutils" ;; esac
    case " $1 " in *" arm64 "*) real_packages="$real_packages $ARM64_PACKAGES" ;; esac
    # shellcheck disable=SC2086 # lists of packages
    need_for "to test" $TEST_PACKAGES $real_packages
    need_python test
    case " $1 " in *" airflow "*) need_airflow ;; esac
    case " $1 " in *" kafka "*) need_kafka ;; esac
    case " $1 " in *" arm64 "*) need_arm64 ;; esac
    if wanted agentcore "$1"; then need_agentcore; fi
    if wanted interop "$1"; then need_interop; fi
    if wanted conformance "$1"; then need_conformance; fi
    if wanted schema "$1"; then need_node; fi
    if wanted packaging "$1"; then need_mcpb; fi
}

# The sanitizers write their reports to files: what they find in a server that a test stops is then
# a failure even where nobody reads the server's stderr. Undefined behaviour ends the program at once.
# Quoted, because the checkout's path may hold a space or a colon.
sanitizer_env() {
    export ASAN_OPTIONS="detect_leaks=1:log_path=\"$LOGS/report.$1\""
    export UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1:log_path=\"$LOGS/report.$1\""
    export TSAN_OPTIONS="halt_on_error=0:second_deadlock_stack=1:log_path=\"$LOGS/report.$1\""
}

# run_step RUNNER BUILD STEP WHAT: runs one step; its exit status says little, its records all.
run_step() {
    step_runner=$1 step_build=$2 step=$3 step_what=$4
    step_dir=$(flavour_dir "$step_build")
    step_limit=$STEP_LIMIT_S test_limit=180
    if is_real "$suite"; then step_limit=$REAL_STEP_LIMIT_S test_limit=600; fi
    sanitizer_env "$step"
    case $step_runner in
    meson)
        # shellcheck disable=SC2086 # a command or nothing
        timeout $step_limit $RANDOMLESS meson test -C "$step_dir" --no-rebuild --logbase "dev-$step" \
            --timeout-multiplier 4 --suite "$step_what"
        ;;
    pytest | pytests)
        step_again='' step_processes=''
        # Where nobody watches, a test that fails has a second run, and both are told of.
        if [ -n "${CI-}" ]; then step_again='--reruns 1'; fi
        if [ "$step_runner" = pytests ]; then step_processes="-n $(nproc)"; fi
        # shellcheck disable=SC2086 # lists of words, or nothing
        LAKEWARDEN="$PWD/$(flavour_program "$step_build")" PYTHONDONTWRITEBYTECODE=1 \
            timeout -k 60 $step_limit $RANDOMLESS "$PYTHON" -m pytest -q -p no:cacheprovider --rootdir "$PWD" \
            $step_processes $step_again --timeout $test_limit --junitxml "$LOGS/$step.xml" "$step_what"
        ;;
    esac
}

# records_of RUNNER BUILD STEP: where the step left what scripts/count.py reads.
records_of() {
    case $1 in
    meson) echo "$(flavour_dir "$2")/meson-logs/dev-$3.json" ;;
    pytest | pytests) echo "$LOGS/$3.xml" ;;
    esac
}

# take_step SUITE NUMBER BUILD RUNNER WHAT: builds, runs, counts and prints one line.
take_step() {
    suite=$1 step=$1-$2 build=$3 runner=$4 what=$5
    log=$LOGS/$step.log
    begun=$(date +%s)
    status=0
    RANDOMLESS=
    # ThreadSanitizer of older compilers cannot live with a wide address randomisation.
    if [ "$build" = tsan ] && setarch -R true 2>/dev/null; then RANDOMLESS='setarch -R'; fi
    records=$(records_of "$runner" "$build" "$step")
    rm -f "$records" "$LOGS/report.$step".*
    if ! build_for "$build" >"$log" 2>&1; then
        status=build
    else
        run_step "$runner" "$build" "$step" "$what" >"$log" 2>&1 || status=$?
    fi
    counts=$(python3 scripts/count.py "$runner" "$records" "$status" "$LOGS/report.$step".*)
    step_passed=${counts%% *}
    counts=${counts#* }
    step_failed=${counts%% *}
    passed=$((passed + step_passed))
    failed=$((failed + step_failed))
    printf '%-8s %-7s %5d passed %4d failed  %3d s  %s%s\n' "$suite" "$build" "$step_passed" "$step_failed" \
        $(($(date +%s) - begun)) "$what" "${counts#"$step_failed"}"
    case $counts in *"at first"* | [1-9]*) show_failure ;; esac
}

# build_for FLAVOUR: once a flavour has failed, it is not tried again for the steps that follow.
build_for() {
    [ "$1" != - ] || return 0
    case " $broken_builds " in
    *" $1 "*) echo "see the first step that wanted the build $1" && return 1 ;;
    esac
    sh scripts/build-flavour.sh "$1" && return 0
    broken_builds="$broken_builds $1"
    return 1
}

show_failure() {
    tail -n "${TAIL_LINES:-40}" "$log" | sed 's/^/    | /'
    for report in "$LOGS/report.$step".*; do
        [ ! -f "$report" ] || head -n 40 "$report" | sed 's/^/    | /'
    done
    echo "    the whole log: ${log#"$PWD"/}"
}

run_suites() {
    number=0
    cat scripts/suites scripts/suites-real >"$LOGS/steps"
    while read -r name build runner folder; do
        case $name in '' | '#'*) continue ;; esac
        number=$((number + 1))
        wanted "$name" "$1" || continue
        if [ -z "$1" ] && is_real "$name"; then continue; fi
        take_step "$name" $number "$build" "$runner" "$folder" </dev/null
    done <"$LOGS/steps"
}

if [ "${1-}" = --list ]; then
    all_suites
    exit 0
fi
for name in "$@"; do
    if ! all_suites | grep -qxF -e "$name"; then
        say "no suite $name; there are: $(all_suites | tr '\n' ' ')"
        exit 2
    fi
done
[ -z "${CI-}" ] || TAIL_LINES=120
install_for "$*"
mkdir -p "$LOGS"
run_suites "$*"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
