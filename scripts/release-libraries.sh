# shellcheck shell=sh
# The libraries of a release that Debian has no fitting static archive of, built into the architecture's root. Sourced after
# debian.sh.

root=    # the architecture's folder: headers and libraries as they would lie in /
triplet= # its name to compilers
cc=      # the compiler that takes both from there, with options

RELEASE_SUITE=trixie # the Debian whose libraries a release is made of, whatever the machine runs
RELEASE_CFLAGS='-O2 -g -fPIE -ffunction-sections -fdata-sections -fstack-protector-strong -D_FORTIFY_SOURCE=2'

# listed FILE: its lines without comments.
listed() {
    sed -e 's/#.*//' -e '/^ *$/d' "$1"
}

# source_is FILE SHA256: whether it is there, and is that.
source_is() {
    [ -f "$1" ] && echo "$2  $1" | sha256sum --check --status
}

# Fetches what packaging/release/sources lists into .cache/release/sources.
fetch_sources() {
    mkdir -p .cache/release/sources
    listed packaging/release/sources | while read -r source_version source_file source_sum; do
        source_is ".cache/release/sources/$source_file" "$source_sum" && continue
        say "fetching $source_file"
        debian_open $RELEASE_SUITE amd64
        # The description of a package may be gone where its files are still there: what counts is the hash.
        (cd .cache/release/sources && apt-get source -qq --download-only "$source_version" >fetch.log 2>&1) || :
        debian_close
        if ! source_is ".cache/release/sources/$source_file" "$source_sum"; then
            sed -n 's/^E: /  /p' .cache/release/sources/fetch.log >&2
            say "$source_file is not to be had, or is not the one that packaging/release/sources names"
            return 1
        fi
    done
}

# unpack_source PACKAGE: into $work, with Debian's patches where there are any.
unpack_source() {
    rm -rf "$work"
    mkdir -p "$work/packaging"
    for unpack_file in $(listed packaging/release/sources | awk -v p="$1" 'index($1, p "=") == 1 { print $2 }'); do
        case $unpack_file in
        *.orig.tar.*) tar -xf ".cache/release/sources/$unpack_file" -C "$work" --strip-components 1 ;;
        *.debian.tar.*) tar -xf ".cache/release/sources/$unpack_file" -C "$work/packaging" --strip-components 1 ;;
        esac
    done
    [ -f "$work/packaging/patches/series" ] || return 0
    for unpack_patch in $(listed "$work/packaging/patches/series"); do
        debian_quietly patch -d "$work" -p1 -i "$work/packaging/patches/$unpack_patch" || return 1
    done
    # A patched recipe must not make the build look for the tools that made `configure`.
    find "$work" \( -name aclocal.m4 -o -name configure -o -name '*.in' \) -exec touch -r "$work/packaging/patches/series" {} + &&
        find "$work" \( -name '*.am' -o -name '*.ac' -o -name '*.m4' \) -exec touch -d 2000-01-01 {} +
}

# configure_library OPTION...: configures, builds and installs what is in $work. Always as a cross build: a program made with the
# release's C library need not run on this machine.
configure_library() {
    (
        cd "$work" || exit 1
        export PKG_CONFIG_LIBDIR="$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root"
        debian_quietly ./configure --build="$(uname -m)-build-linux-gnu" --host="$triplet" CC="$cc" \
            CFLAGS="$RELEASE_CFLAGS" --prefix=/usr --libdir="/usr/lib/$triplet" --disable-shared --enable-static \
            --disable-dependency-tracking "$@" &&
            debian_quietly make -j2 &&
            debian_quietly make install DESTDIR="$root"
    )
}

# HTTP and TLS, nothing else; names are resolved by c-ares, because a static C library would load plug-ins of the machine it
# runs on; where certificates lie is found at run time (base/trust.c).
build_curl() {
    set --
    for curl_part in ftp file ldap ldaps rtsp dict telnet tftp pop3 imap smb smtp gopher mqtt ipfs websockets manual docs ntlm \
        tls-srp unix-sockets cookies alt-svc hsts netrc doh aws kerberos-auth negotiate-auth digest-auth bearer-auth mime \
        form-api threaded-resolver openssl-auto-load-config; do
        set -- "$@" "--disable-$curl_part"
    done
    for curl_part in zlib brotli zstd libpsl nghttp2 libidn2 libssh2 librtmp ca-bundle ca-path; do
        set -- "$@" "--without-$curl_part"
    done
    configure_library --with-openssl --enable-ares "$@"
}

# Without TLS: it knows only GnuTLS, which would come with six more libraries beside OpenSSL.
build_libmicrohttpd() {
    configure_library --disable-https --disable-doc --disable-examples --disable-tools --disable-curl --disable-bauth \
        --disable-dauth --disable-postprocessor --disable-cookie --disable-httpupgrade
}

# compile_library MODULE VERSION REQUIRES FLAGS FILE...: the few sources of a library whose own build wants more tools than it
# saves. MODULE is what pkg-config calls it.
compile_library() {
    compile_module=$1 compile_version=$2 compile_requires=$3 compile_flags=$4
    shift 4
    compile_dir=$root/usr/lib/$triplet
    compile_archive=$compile_dir/lib${compile_module#lib}.a
    rm -f "$compile_archive"
    for compile_file in "$@"; do
        compile_object=$work/$(basename "$compile_file" .c).o
        # shellcheck disable=SC2086 # a command and lists of flags
        $cc $RELEASE_CFLAGS $compile_flags -c "$compile_file" -o "$compile_object" &&
            "$triplet-ar" qc "$compile_archive" "$compile_object" || return 1
    done
    cat >"$compile_dir/pkgconfig/$compile_module.pc" <<END
prefix=/usr
Name: $compile_module
Description: $compile_module, for the release
Version: $compile_version
Requires.private: $compile_requires
Libs: -L\${prefix}/lib/$triplet -l${compile_module#lib}
Cflags: -I\${prefix}/include
END
}

build_libjwt() {
    touch "$work/libjwt/config.h"
    cp "$work/include/jwt.h" "$root/usr/include/"
    compile_library libjwt "$(source_version libjwt)" "jansson libcrypto" \
        "-D_GNU_SOURCE -DHAVE_OPENSSL -I$work/include -I$work/libjwt -Ipackaging/libjwt" \
        "$work/libjwt/jwt.c" "$work/libjwt/jwt-openssl.c" packaging/libjwt/base64.c
}

# For the tests only.
build_cmocka() {
    cp "$work"/include/cmocka*.h "$root/usr/include/"
    compile_library cmocka "$(source_version cmocka)" "" "-D_GNU_SOURCE -DHAVE_MALLOC_H -DHAVE_INTTYPES_H -DHAVE_SIGNAL_H
        -DHAVE_STRINGS_H -DHAVE_GCC_THREAD_LOCAL_STORAGE -DHAVE_CLOCK_REALTIME -DHAVE_SIGLONGJMP -DHAVE_STRSIGNAL
        -DHAVE_STRUCT_TIMESPEC -I$work/include" "$work/src/cmocka.c"
}

# source_version PACKAGE: as its authors count.
source_version() {
    listed packaging/release/sources | sed -n "s/^$1=\([0-9.]*\)-.*/\1/p" | head -n 1
}

# release_library NAME: builds it unless it is there, made from these sources by this script with this compiler.
release_library() {
    library_stamp=$root/.$1
    library_made=$(
        { listed packaging/release/sources | grep "^$1=" && $cc --version && cat scripts/release-libraries.sh packaging/libjwt/*; } |
            sha256sum
    )
    [ "$(cat "$library_stamp" 2>/dev/null)" != "$library_made" ] || return 0
    say "building $1 for $triplet"
    work=$PWD/.cache/release/work-$triplet/$1
    unpack_source "$1" && "build_$1" && echo "$library_made" >"$library_stamp"
}

# release_libraries ARCH: all of them, and the variables that describe the architecture.
release_libraries() {
    triplet=$1-linux-gnu
    root=$PWD/.cache/release/$1
    # Of its own the compiler keeps what is neither header nor library of the C library. A compiler for another architecture would
    # prefer those of the machine.
    cc="$triplet-gcc --sysroot=$root -B$root/usr/lib/$triplet/"
    cc="$cc -nostdinc -isystem $("$triplet-gcc" -print-file-name=include)"
    cc="$cc -isystem $root/usr/include/$triplet -isystem $root/usr/include"
    # shellcheck disable=SC2046 # a list of packages
    debian_root "$root" "$RELEASE_SUITE" "$(debian_architecture "$1")" $(listed packaging/release/packages)
    for library in curl libmicrohttpd libjwt cmocka; do
        release_library "$library"
    done
    # shellcheck disable=SC2086 # a command and lists of flags
    $cc $RELEASE_CFLAGS -std=c17 -D_GNU_SOURCE -Wall -Wextra -c packaging/release/alone.c -o "$root/usr/lib/$triplet/alone.o"
}
