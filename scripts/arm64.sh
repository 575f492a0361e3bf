# shellcheck shell=sh
# The program for arm64, linked with Debian's libraries of that architecture and run by qemu. Sourced after need.sh and build.sh.
. scripts/debian.sh

# shellcheck disable=SC2034 # for those who source this
ARM64_PACKAGES='gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user'

# need_arm64: the libraries that need.sh lists, unpacked into .cache/arm64. They and ARM64_PACKAGES are what the build takes.
need_arm64() {
    # shellcheck disable=SC2086 # a list of packages
    arm64_libraries=$(printf '%s\n' $BUILD_PACKAGES libcmocka-dev | grep -e '-dev$')
    # shellcheck disable=SC2086 # a list of packages
    debian_root "$PWD/.cache/arm64" "$(debian_codename)" arm64 $arm64_libraries
}

# arm64_runner PROGRAM: a script that runs it, in the folder `run`; to tests it is the program.
arm64_runner() {
    mkdir -p "$(dirname "build-arm64/run/$1")"
    cat >"build-arm64/run/$1" <<END
#!/bin/sh
exec qemu-aarch64 -L '$PWD/.cache/arm64' '$PWD/build-arm64/$1' "\$@"
END
    chmod +x "build-arm64/run/$1"
}

build_arm64() {
    mkdir -p build-arm64
    sed "s|@ROOT@|$PWD/.cache/arm64|g" packaging/arm64.ini >build-arm64/machine.ini
    build_in build-arm64 true --cross-file build-arm64/machine.ini -Dwerror=true || return 1
    for arm64_program in lakewarden lakewarden-kafka tests/wire/fixture_server; do
        arm64_runner "$arm64_program"
    done
}
