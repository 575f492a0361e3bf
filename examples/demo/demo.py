"""The bad night, from the outside: a token, curl, and the official Python MCP client.

Last night the load of the orders table failed twice. The demo asks why, checks that the data is there
now, and starts the retry. Everything happens on loopback, against the sandbox; nothing is left running.
"""
import argparse
import asyncio
import base64
import contextlib
import json
import subprocess
import sys
import tempfile

from mcp import Client, MCPError
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

from show import Show

END_OF_RUN_S = 90
POLL_S = 1.0
FINAL_STATES = {"SUCCEEDED", "FAILED", "TIMEOUT", "ERROR", "STOPPED", "EXPIRED"}


class DemoError(Exception):
    """The night did not go as it should."""


def expect(truth, what):
    if not truth:
        raise DemoError(what)


@contextlib.contextmanager
def sandbox(lakewarden):
    """A sandbox and a server of the demo's own, apart from one that may be up already."""
    with tempfile.TemporaryDirectory(prefix="lakewarden-demo-") as state:
        module = [sys.executable, "-m", "lwsandbox"]
        try:
            done = subprocess.run([*module, "up", "--lakewarden", lakewarden, "--state", state],
                                  stdout=subprocess.PIPE, text=True, check=False)
            expect(done.returncode == 0, "the sandbox did not start")
            yield json.loads(done.stdout)
        finally:
            subprocess.run([*module, "down", "--state", state], stdout=subprocess.DEVNULL, check=False)


def curl(*arguments):
    """Runs curl; returns the HTTP status and the parsed body."""
    done = subprocess.run(["curl", "-sS", "--max-time", "20", "-w", "\n%{http_code}", *arguments],
                          stdout=subprocess.PIPE, text=True, check=True)
    body, _, status = done.stdout.rpartition("\n")
    try:
        return int(status), json.loads(body)
    except ValueError:
        return int(status), body


def fetch_token(show, place, client_name):
    """A Cognito access token by client credentials, as any client would get one."""
    client = place["clients"][client_name]
    show.command(f"curl -u CLIENT_ID:SECRET -d grant_type=client_credentials {place['token_url']}")
    status, body = curl("-u", f"{client['id']}:{client['secret']}", "-d", "grant_type=client_credentials",
                        "-d", "scope=" + " ".join(client["scopes"]), place["token_url"])
    expect(status == 200, f"no token: {status} {body}")
    payload = body["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    show.line("token", f"{client_name}: scope {claims['scope']}, good for {body['expires_in']} s")
    return body["access_token"]


def list_with_curl(show, place, token):
    """The same request without and with the token."""
    request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "demo", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}}}})
    headers = ["-H", "Content-Type: application/json", "-H", "Accept: application/json, text/event-stream",
               "-H", "MCP-Protocol-Version: 2026-07-28", "-H", "Mcp-Method: tools/list"]
    show.command(f"curl -d '{{... \"method\": \"tools/list\" ...}}' {place['mcp_url']}")
    status, _ = curl(*headers, "-d", request, place["mcp_url"])
    show.line("HTTP", f"{status} without a token")
    expect(status == 401, "a caller without a token was let in")
    status, body = curl(*headers, "-H", f"Authorization: Bearer {token}", "-d", request, place["mcp_url"])
    expect(status == 200, f"tools/list answered {status} {body}")
    names = [tool["name"] for tool in body["result"]["tools"]]
    show.line("HTTP", f"{status} with it: {', '.join(names)}")


@contextlib.asynccontextmanager
async def mcp_client(place, token):
    """The official client, over streamable HTTP, with the token as bearer."""
    async with create_mcp_http_client(headers={"Authorization": f"Bearer {token}"}) as http:
        async with Client(streamable_http_client(place["mcp_url"], http_client=http)) as client:
            yield client


async def ask(show, client, tool, arguments):
    """Calls a tool, shows what matters of the answer, and returns the envelope."""
    show.command(f"{tool} {json.dumps(arguments)}")
    try:
        result = await client.call_tool(tool, arguments)
    except MCPError as error:
        raise DemoError(f"{tool}: {error}") from error
    text = "\n".join(block.text for block in result.content if block.type == "text")
    expect(not result.is_error, f"{tool} failed: {text}")
    show.answer(result.structured_content)
    return result.structured_content


async def investigate(show, place, client):
    """Reads only. Returns the arguments the first answer advises a retry with."""
    show.step("Why did the job fail?")
    logs = await ask(show, client, "get_glue_logs", {"job_name": place["job_name"]})
    expect(logs["state"]["failed"], "the job did not fail")
    expect(logs["retry"]["recommended"], "no retry is advised")
    show.step("What does the alarm say?")
    await ask(show, client, "get_cloudwatch_alarm", {"alarm_name": place["alarm_name"]})
    show.step("Is the source data there now?")
    data = await ask(show, client, "verify_source_data", {
        "s3_path": f"s3://{place['bucket']}/{place['table']}/{place['partition']}/"})
    expect(data.get("verdict") == "available", "the source data is not there")
    return logs["retry"]["arguments"]


async def refuse_reader(show, client, arguments):
    """A reader cannot start anything, and is told why."""
    show.step("May a reader start it again?")
    show.command(f"retry_glue_job {json.dumps(arguments)}")
    try:
        result = await client.call_tool("retry_glue_job", arguments)
        refusal = result.content[0].text if result.is_error else ""
    except MCPError as error:
        refusal = str(error)
    expect(refusal, "a reader started a job")
    expect("scope" in refusal, f"refused, but not for its scope: {refusal}")
    show.line("refused", refusal)


async def retry(show, client, arguments):
    """Shows the request, then starts the run and waits for its end."""
    show.step("What would the retry do? (dry run)")
    dry = await ask(show, client, "retry_glue_job", {**arguments, "dry_run": True})
    expect(dry["effect"] == "dry_run", f"the dry run was refused: {dry['effect']}")
    show.step("Start the retry")
    started = await ask(show, client, "retry_glue_job", arguments)
    expect(started["effect"] == "created", f"nothing was started: {started['effect']}")
    follow_up = started["follow_up"]
    show.line("follow up", f"{follow_up['tool']} {json.dumps(follow_up['arguments'])}")
    show.step("Did it help?")
    show.command(f"{follow_up['tool']} {json.dumps(follow_up['arguments'])}   (until it ends)")
    show.line("state", await end_of_run(client, follow_up))


async def end_of_run(client, follow_up):
    """Asks until the run has ended; returns the states seen on the way."""
    seen = []
    for _ in range(int(END_OF_RUN_S / POLL_S)):
        result = await client.call_tool(follow_up["tool"], follow_up["arguments"])
        expect(not result.is_error, "the new run cannot be read")
        state = result.structured_content["state"]["value"]
        if state not in seen:
            seen.append(state)
        if state in FINAL_STATES:
            expect(state == "SUCCEEDED", f"the retry ended as {state}")
            return " -> ".join(seen)
        await asyncio.sleep(POLL_S)
    raise DemoError(f"the new run has not ended within {END_OF_RUN_S} s: {' -> '.join(seen)}")


async def work_through(show, place):
    show.step("Get a token, and list the tools with curl")
    read_token = fetch_token(show, place, "reader")
    list_with_curl(show, place, read_token)
    async with mcp_client(place, read_token) as reader:
        arguments = await investigate(show, place, reader)
        await refuse_reader(show, reader, arguments)
    show.step("Get a token that may write")
    write_token = fetch_token(show, place, "operator")
    async with mcp_client(place, write_token) as operator:
        await retry(show, operator, arguments)


def innermost(problem):
    """The first plain exception of a group of groups."""
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return problem


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--lakewarden", required=True, metavar="PATH")
    lakewarden = parser.parse_args().lakewarden
    show, failed = Show(), None
    try:
        with sandbox(lakewarden) as place:
            print(f"Sandbox and server are up: {place['mcp_url']}, job {place['job_name']}")
            asyncio.run(work_through(show, place))
    except* DemoError as problems:  # the client's task groups wrap what is raised inside them
        failed = innermost(problems)
    if failed:
        print(f"\nThe demo failed: {failed}", file=sys.stderr)
        return 1
    print("\nThe night is mended. ./dev sandbox up gives you the same to play with.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
