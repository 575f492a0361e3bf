# shellcheck shell=sh
# What suite conformance takes: the official conformance suite, which Node runs. Sourced after need.sh.

need_conformance() {
    need_node
    need_stamp=$(stamp_of tests/conformance/node/package-lock.json)
    if grep -qxF "$need_stamp" tests/conformance/node/node_modules/complete 2>/dev/null; then
        return 0
    fi
    say "installing the official conformance suite: npm packages into tests/conformance/node/node_modules"
    npm_ci tests/conformance/node
    echo "$need_stamp" >tests/conformance/node/node_modules/complete
}
