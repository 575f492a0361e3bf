#!/bin/sh
# Starts the program that was built for this machine, from an unpacked bundle.
set -eu
here=$(dirname -- "$0")
program=$here/$(uname -m)/lakewarden

refuse() {
    printf 'lakewarden: %s\n' "$*" >&2
    exit 1
}

[ "$(uname -s)" = Linux ] || refuse "this bundle holds programs for Linux, and this is $(uname -s)"
[ -f "$program" ] || refuse "this bundle holds no program for $(uname -m), only for: $(cd "$here" && echo */)"
# Some clients unpack without keeping the permission to run.
[ -x "$program" ] || chmod u+x "$program" || refuse "$program may not be run: chmod +x it"

# What was left empty is handed on empty, or as the name of its own place.
for name in REGION PROFILE WRITES READ_ONLY SERVICENOW_URL SERVICENOW_CREDENTIALS_FILE; do
    eval "value=\${LAKEWARDEN_$name-}"
    # shellcheck disable=SC2016 # the text itself is looked for
    # shellcheck disable=SC2154 # set by eval
    case $value in
    '' | '${user_config.'*) unset "LAKEWARDEN_$name" ;;
    esac
done
exec "$program" "$@"
