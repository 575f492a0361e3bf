"""Turns the JSON line of `./dev sandbox up` into shell variables: mcp_url becomes MCP_URL."""
import json
import shlex
import sys

for name, value in json.load(sys.stdin).items():
    if isinstance(value, (str, int)):
        print(f"{name.upper()}={shlex.quote(str(value))}")
