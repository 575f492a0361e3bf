"""The bad night, from the outside: a token, curl, and the official Python MCP client.

Last night the load of the orders table failed twice. The demo asks why, checks that the data is there
now, runs again what failed, and puts it all into the ticket. Everything happens on loopback, against the sandbox; nothing is left running.
"""
import argparse
import asyncio
import sys
import time
from pathlib import Path

import night
from clients import over_http, over_stdio
from place import Surprise, ask_with_curl, claims_of, expect, fetch_token, sandbox
from show import Show

TOOLS = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "schema" / "tools").iterdir())


def show_token(show, place, client_name):
    show.command(f"curl -u CLIENT_ID:SECRET -d grant_type=client_credentials {place['token_url']}")
    token = fetch_token(place, client_name)
    claims = claims_of(token)
    minutes = round((claims["exp"] - claims["iat"]) / 60)
    show.line("token", f"{token[:3]}... ({len(token)} characters), scope {claims['scope']}, good for {minutes} minutes")
    return token


def list_with_curl(show, place, token):
    """The same request without and with the token."""
    show.command(f"curl {place['mcp_url']} -d '{{\"method\": \"tools/list\", ...}}'")
    status, body = ask_with_curl(place, "tools/list")
    expect(status == 401, "401 without a token", f"{status} {body}")
    show.line("HTTP", f"{status}, {body['error']['message']}")
    show.command(f"curl {place['mcp_url']} -H 'Authorization: Bearer {token[:3]}...' -d '{{\"method\": \"tools/list\", ...}}'")
    status, body = ask_with_curl(place, "tools/list", token)
    expect(status == 200, "200 with the token", f"{status} {body}")
    show.line("HTTP", f"{status}, the tools this token may use:")
    show.tools(body["result"]["tools"])


async def list_over_stdio(show, place):
    show.command("lakewarden stdio --writes allow --region " + place["region"])
    async with over_stdio(place) as client:
        tools = (await client.list_tools()).tools
        show.line("MCP", f"{client.protocol_version}: {', '.join(tool.name for tool in tools)}")
        names = [tool.name for tool in tools]
        expect(names == TOOLS, TOOLS, names)


async def work_through(show, place):
    show.step("Get a token from Cognito, and list the tools with curl")
    read_token = show_token(show, place, "reader")
    list_with_curl(show, place, read_token)
    async with over_http(place, read_token, show) as reader:
        dag, last, first = await night.find_causes(reader, show, place)
        data = await night.check_data(reader, show, first)
        await night.refuse_reader(reader, show, night.retry_of(place, dag))
    show.step("Get a token that may write")
    write_token = show_token(show, place, "operator")
    async with over_http(place, write_token, show) as operator:
        await night.retry(operator, show, night.retry_of(place, dag))
        await night.tell_ticket(operator, show, place, night.root_cause(dag, last, first, data))
    show.step("The same server as a command, over stdio")
    await list_over_stdio(show, place)


def first_cause(problem):
    """The first plain exception of a group of groups: the client's task groups wrap what is raised inside them."""
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return problem


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--lakewarden", required=True, metavar="PATH", help="the program")
    lakewarden = parser.parse_args().lakewarden
    began = time.monotonic()
    try:
        with sandbox(lakewarden) as place:
            print(f"An AWS double and a server are up on loopback; the server is {place['mcp_url']}.")
            asyncio.run(work_through(Show(), place))
    except Exception as problem:  # whatever it is, a person reads it
        cause = first_cause(problem)
        words = str(cause) if isinstance(cause, Surprise) else f"{type(cause).__name__}: {cause}"
        print(f"\nThe demo came upon a surprise:\n{words}", file=sys.stderr)
        return 1
    print(f"\nThe demo ended well. ({time.monotonic() - began:.0f} s; nothing is left running)")
    print("./dev sandbox up gives you the same night to play with.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
