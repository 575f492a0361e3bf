# shellcheck shell=sh
# Packages of any Debian release and architecture, unpacked into a folder instead of installed. Sourced after need.sh.
#
# apt does the work, with a state of its own: the machine's packages stay as they are, and nobody has to be root. Its sources
# are the machine's own, with the release's name exchanged; Debian's archive keys vouch for what comes.

DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# debian_codename: of the Debian this machine runs.
debian_codename() {
    sed -n 's/^VERSION_CODENAME=//p' /etc/os-release
}

# debian_architecture ARCH: what Debian calls it.
debian_architecture() {
    case $1 in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) say "no architecture $1; there are: x86_64 aarch64" && return 1 ;;
    esac
}

# Where apt looks, a line for each suite and component. It knows of those whose lists it has fetched.
debian_targets() {
    # shellcheck disable=SC2016 # apt's own variables
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages'
}

# debian_sources SUITE: the machine's own sources as lines for that release, of binary and of source packages.
debian_sources() {
    debian_mine=$(debian_codename)
    if [ -z "$(debian_targets)" ] && [ "$(id -u)" = 0 ]; then
        apt-get update -qq >&2
    fi
    debian_targets | sed -n "s/^\([^ ]* \)$debian_mine/\1$1/p" | sort -u | while read -r debian_place; do
        echo "deb [signed-by=$DEBIAN_KEYRING] $debian_place"
        echo "deb-src [signed-by=$DEBIAN_KEYRING] $debian_place"
    done
}

# debian_configure SUITE DEBIAN_ARCH: a state for apt in .cache/debian.
debian_configure() {
    debian_state=$PWD/.cache/debian/$1-$2
    mkdir -p "$debian_state/lists/partial" "$debian_state/archives/partial" "$debian_state/none/partial" \
        "$debian_state/sources"
    : >"$debian_state/status"
    cat >"$debian_state/apt.conf" <<END
Dir::State "$debian_state";
Dir::State::status "$debian_state/status";
Dir::Cache "$debian_state";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$debian_state/sources";
APT::Architecture "$2";
APT::Architectures { "$2"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Debug::NoLocking "true";
END
    [ ! -s "$debian_state/sources/debian.list" ] || return 0
    debian_sources "$1" >"$debian_state/sources/debian.list"
    [ -s "$debian_state/sources/debian.list" ] && return 0
    say "apt knows no source of $(debian_codename) yet; as root, run: apt-get update"
    return 1
}

# debian_open SUITE DEBIAN_ARCH: from here to debian_close apt uses that state. Lists are fetched once, and again after
# debian_refresh.
debian_open() {
    debian_configure "$1" "$2" || return 1
    export APT_CONFIG="$debian_state/apt.conf"
    [ -f "$debian_state/fetched" ] && return 0
    debian_quietly apt-get update && touch "$debian_state/fetched"
}

debian_close() {
    unset APT_CONFIG
}

# debian_refresh: forget which versions there are, and what was unpacked.
debian_refresh() {
    rm -f .cache/debian/*/fetched .cache/debian/*/sources/debian.list .cache/*/*.stamp
}

# debian_quietly COMMAND...: shows what it said only if it fails.
debian_quietly() {
    debian_log=$(mktemp)
    if "$@" >"$debian_log" 2>&1 </dev/null; then
        rm -f "$debian_log"
        return 0
    fi
    tail -n 20 "$debian_log" >&2
    rm -f "$debian_log"
    say "failed: $*"
    return 1
}

# debian_root DIR SUITE DEBIAN_ARCH PACKAGE...: these packages and what they depend on, unpacked into DIR. DIR.packages says which
# they are. Done again only when something else is asked for.
debian_root() {
    debian_dir=$1 debian_suite=$2 debian_arch=$3
    shift 3
    [ "$(cat "$debian_dir.stamp" 2>/dev/null)" != "$debian_suite $debian_arch $*" ] || return 0
    say "fetching libraries of Debian $debian_suite for $debian_arch"
    debian_open "$debian_suite" "$debian_arch" || return 1
    rm -rf "$debian_dir" "$debian_dir.stamp"
    for debian_merged in lib lib64; do
        mkdir -p "$debian_dir/usr/$debian_merged"
        ln -s "usr/$debian_merged" "$debian_dir/$debian_merged"
    done
    # Asked of a cache that is empty: what is there already is not named.
    apt-get install -y -qq --print-uris -o Dir::Cache::archives="$debian_state/none" "$@" |
        awk '{ print $2 }' | sort >"$debian_dir.packages"
    debian_quietly apt-get install -y --download-only "$@" || return 1
    while read -r debian_file; do
        dpkg-deb --fsys-tarfile "$debian_state/archives/$debian_file" |
            tar -x -C "$debian_dir" --keep-directory-symlink --no-same-owner || return 1
    done <"$debian_dir.packages"
    debian_close
    # Links that begin at / would lead out of the folder.
    find "$debian_dir" -type l -lname '/*' | while read -r debian_link; do
        ln -sfnr "$debian_dir$(readlink "$debian_link")" "$debian_link"
    done
    echo "$debian_suite $debian_arch $*" >"$debian_dir.stamp"
}
