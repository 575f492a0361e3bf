# shellcheck shell=sh
# What suite conformance takes: the official conformance suite, which Node runs. Sourced after need.sh.

need_conformance() {
    need_node
    need_npm tests/conformance/node "the official conformance suite"
}
