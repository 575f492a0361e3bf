"""Turns the JSON line of `./dev sandbox up` into shell variables: mcp_url becomes MCP_URL."""
import json
import shlex
import sys


def assignments(value, name):
    """Yields NAME=value; members of an object carry its name in front."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from assignments(member, f"{name}_{key}" if name else key)
    elif isinstance(value, (str, int)):
        yield f"{name.upper()}={shlex.quote(str(value))}"


print("\n".join(assignments(json.load(sys.stdin), "")))
