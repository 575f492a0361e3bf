# shellcheck shell=sh
# The build folders. Sourced after need.sh.

# build_in DIR NEEDS_TESTS MESON_OPTION...: configures once, then compiles what changed.
# A folder made without tests is given them when they are asked for, never the other way.
# What compilers say is looked at here, so they are asked to say it in English.
build_in() {
    build_dir=$1 build_tests=$2
    shift 2
    if [ ! -f "$build_dir/build.ninja" ]; then
        say "compiling into $build_dir"
        meson setup "$build_dir" -Dtests="$build_tests" "$@" >/dev/null ||
            { tail -n 15 "$build_dir/meson-logs/meson-log.txt" >&2 && return 1; }
    elif [ "$build_tests" = true ] && [ ! -d "$build_dir/tests" ]; then
        meson configure "$build_dir" -Dtests=true "$@" >/dev/null
    fi
    if ! build_said=$(LC_ALL=C.UTF-8 ninja --quiet -C "$build_dir" 2>&1); then
        # From the first failure on; what meson says when it configures anew is of no use here.
        say "$(printf '%s\n' "$build_said" | sed -n '/FAILED:\|ERROR:/,$p')"
        return 1
    fi
    case $build_said in
    *warning:*) say "$(printf '%s\n' "$build_said" | grep -A 3 'warning:')" ;;
    esac
}

# The program as a user builds it. A warning of a compiler we have not met does not stop it.
build_program() {
    build_in build false
}

# build_flavour gcc|asan|tsan|clang|release|arm64: a build with tests. Every warning is an error, but for those
# with a sanitizer, whose checks make gcc warn of paths that are not there.
build_flavour() {
    case $1 in
    gcc) CC=gcc build_in build true -Dwerror=true ;;
    asan) CC=gcc build_in build-asan true -Db_sanitize=address,undefined ;;
    tsan) CC=gcc build_in build-tsan true -Db_sanitize=thread ;;
    clang) CC=clang build_in build-clang true -Dwerror=true ;;
    release) sh scripts/release.sh --tests ;;
    arm64) build_arm64 ;;
    esac
}

# flavour_dir FLAVOUR: the folder of it.
flavour_dir() {
    case $1 in
    gcc) echo build ;;
    release) echo "build-release/$(uname -m)/tree" ;;
    *) echo "build-$1" ;;
    esac
}

# flavour_program FLAVOUR: what tests start. Of another architecture it is a script that has the program emulated.
flavour_program() {
    case $1 in
    arm64) echo build-arm64/run/lakewarden ;;
    *) echo "$(flavour_dir "$1")/lakewarden" ;;
    esac
}
