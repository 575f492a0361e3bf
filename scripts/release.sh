#!/bin/sh
# shellcheck source-path=SCRIPTDIR/..
# ./dev release [--update] [--check] [--tests] [ARCH...]: one static program for each architecture, this machine's unless others
# are named, at build-release/ARCH/lakewarden. docs/release.md says what it is made of.
set -eu
. scripts/need.sh
. scripts/debian.sh
. scripts/release-libraries.sh

RELEASE_PACKAGES='gcc libc6-dev make patch xz-utils pkg-config meson ninja-build python3 ca-certificates'

# need_compiler ARCH: the machine's own, or one that makes programs for that architecture.
need_compiler() {
    case $1 in
    "$(uname -m)") compiler= ;;
    x86_64) compiler='gcc-x86-64-linux-gnu libc6-dev-amd64-cross' ;;
    *) compiler="gcc-$1-linux-gnu libc6-dev-$(debian_architecture "$1")-cross" ;;
    esac
    # shellcheck disable=SC2086 # lists of packages
    need_apt "to build the release" $RELEASE_PACKAGES $compiler
}

# machine_file ARCH: what meson has to know of it. The linker of Debian 12 cannot pack the relocations of aarch64, so its code
# begins further up.
machine_file() {
    case $1 in
    x86_64) layout="'-Wl,--section-start=.init=0x110000', '-Wl,-z,pack-relative-relocs'" ;;
    *) layout="'-Wl,--section-start=.init=0x310000'" ;;
    esac
    # shellcheck disable=SC2086 # a command and its options, each a word of a list
    words=$(printf "'%s', " $cc)
    sed -e "s|@COMPILER@|${words%, }|g" -e "s|@ROOT@|$root|g" -e "s|@TRIPLET@|$triplet|g" -e "s|@ARCH@|$1|g" \
        -e "s|@LAYOUT@|$layout|g" \
        -e "s|@ALONE@|$(sha256sum <packaging/release/alone.c | cut -c 1-16)|g" packaging/release/machine.ini
}

# release_configure ARCH: unless nothing it follows from has changed.
release_configure() {
    mkdir -p "$folder"
    machine_file "$1" >"$folder/machine.new"
    if [ -f "$folder/tree/build.ninja" ] && cmp -s "$folder/machine.new" "$folder/machine.ini"; then
        rm "$folder/machine.new"
        return 0
    fi
    rm -rf "$folder/tree"
    mv "$folder/machine.new" "$folder/machine.ini"
    debian_quietly meson setup "$folder/tree" --cross-file "$folder/machine.ini" -Dbuildtype=debugoptimized -Db_ndebug=true \
        -Db_pie=false -Dprefer_static=true -Dkafka=disabled -Dtests=false
}

# release_program ARCH: compiles what changed, checks that it stands alone, and strips. The program with its symbols and the tests
# lie in the folder `tree`.
release_program() {
    folder=build-release/$1
    release_configure "$1"
    debian_quietly ninja -C "$folder/tree" lakewarden
    if [ -n "$tests" ]; then
        [ -d "$folder/tree/tests" ] || debian_quietly meson configure "$folder/tree" -Dtests=true
        debian_quietly ninja -C "$folder/tree"
    fi
    if "$triplet-nm" "$folder/tree/lakewarden" | grep -q '__nss_module_load'; then
        say "the program would load name-service plug-ins of the machine it runs on: see packaging/release/alone.c"
        return 1
    fi
    "$triplet-strip" -o "$folder/lakewarden.new" "$folder/tree/lakewarden"
    mv "$folder/lakewarden.new" "$folder/lakewarden"
    say "$folder/lakewarden: $(($(stat -c %s "$folder/lakewarden") / 1024)) KiB"
}

# check_release: size, memory and start of this machine's, each against its limit.
check_release() {
    need_python demo
    "$PYTHON" bench/release.py --lakewarden "build-release/$(uname -m)/lakewarden"
}

# One at a time: they share sources, libraries and build folders.
mkdir -p .cache
exec 9>.cache/release.lock
flock 9

check=''
tests=''
while :; do
    case ${1-} in
    --update) debian_refresh && rm -f .cache/release/*.stamp ;;
    --check) check=yes ;;
    --tests) tests=yes ;;
    *) break ;;
    esac
    shift
done
[ $# -gt 0 ] || set -- "$(uname -m)"
for arch in "$@"; do
    debian_architecture "$arch" >/dev/null
    need_compiler "$arch"
    fetch_sources
    release_libraries "$arch"
    release_program "$arch"
done
[ -z "$check" ] || check_release
