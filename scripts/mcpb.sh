#!/bin/sh
# shellcheck source-path=SCRIPTDIR/..
# ./dev mcpb: the released programs as a bundle for desktop clients, build-release/lakewarden-VERSION.mcpb, and beside it the
# server.json of the MCP registry. `./dev release` makes the programs.
set -eu
. scripts/need.sh

programs=
for arch in x86_64 aarch64; do
    [ ! -x "build-release/$arch/lakewarden" ] || programs="$programs $arch=build-release/$arch/lakewarden"
done
if [ -z "$programs" ]; then
    say "there is no released program yet: ./dev release makes one"
    exit 1
fi
need_for "to pack"
need_python test
need_mcpb
# shellcheck disable=SC2086 # a list of pairs
"$PYTHON" examples/mcpb/bundle.py build-release/bundle $programs
version=$(sed -n 's/^ *"version": "\(.*\)",$/\1/p' build-release/bundle/manifest.json)
bundle=build-release/lakewarden-$version.mcpb
"$NODE" "$MCPB" validate build-release/bundle/manifest.json >&2
"$NODE" "$MCPB" pack build-release/bundle "$bundle" >&2
"$PYTHON" examples/mcpb/registry.py "$bundle" build-release/server.json
echo "$bundle"
