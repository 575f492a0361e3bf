"""What AgentCore Runtime asks of a container that speaks MCP, by the request of examples/agentcore/requests/runtime.json."""
import json
import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager

import pytest
from gateway import request
from place import DIRECT, MODERN, Place, aws_environment, lakewarden_running, post
from waiting import wait_for

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": None}
FOREIGN = {"Mcp-Session-Id": "0f8c1f0e-platform-made-this", "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id": "0f8c1f0e-platform-made-this"}


def variables_of(facts):
    """The container's environment as the request states it, but for any port that is free here and an issuer without https."""
    client = facts["clients"]["operator"]["id"]
    stated = request("runtime", {"ISSUER": facts["issuer"], "ALLOWED_CLIENT": [client],
                                 "READ_ROLE_ARN": "arn:aws:iam::123456789012:role/lake-reader"})["environmentVariables"]
    assert stated["LAKEWARDEN_LISTEN"] == "0.0.0.0:8000"
    return {**stated, "LAKEWARDEN_LISTEN": "0.0.0.0:0"}


@contextmanager
def runtime(lakewarden, facts, folder, **changes):
    """A server started by variables alone, as the container is."""
    variables = {**variables_of(facts), **changes}
    with lakewarden_running(lakewarden, facts, folder / "log", listen=None, variables=variables) as (process, address):
        place = Place(facts, address)
        place.process, place.url = process, f"http://127.0.0.1:{address.rpartition(':')[2]}/mcp"
        yield place


@pytest.fixture(scope="module")
def container(lakewarden, facts, tmp_path_factory):
    with runtime(lakewarden, facts, tmp_path_factory.mktemp("runtime")) as place:
        yield place


def ask(place, method, token="own", headers=None, path="", **params):
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return post(place.url + path, message, place.token() if token == "own" else token, **(headers or {}))


def test_it_listens_on_all_addresses(container):
    """On loopback alone the platform would never reach it, and the target would be FAILED."""
    assert container.address.startswith("0.0.0.0:")


@pytest.mark.parametrize("path", ["", "/"])
def test_post_to_either_path(container, tool_names, path):
    """Clients follow no redirect, so there is none."""
    status, _, message = ask(container, "tools/list", path=path)
    assert status == 200 and [tool["name"] for tool in message["result"]["tools"]] == tool_names


@pytest.mark.parametrize("path", ["", "/"])
@pytest.mark.parametrize("message", [PING, {"jsonrpc": "2.0", "id": 1, "method": "ping"}, {**PING, "id": "health-1"}])
@pytest.mark.parametrize("headers", [{}, FOREIGN], ids=["plain", "foreign session"])
def test_ping_needs_no_token(container, path, message, headers):
    """The platform's look at health: a message, not a page."""
    status, _, answer = post(container.url + path, message, **headers)
    assert (status, answer) == (200, {"jsonrpc": "2.0", "id": message["id"], "result": {}})


def test_health_pages(container):
    for page in ("/ping", "/healthz", "/readyz"):
        with DIRECT.open(container.url.removesuffix("/mcp") + page, timeout=10) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("method,params", [("tools/list", {}), ("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {
    "name": "a", "version": "1"}}), ("tools/call", {"name": "get_glue_logs", "arguments": {"job_name": "nightly-orders-load"}})])
def test_foreign_session_ids_are_taken(container, method, params):
    """The platform makes them up; none is made here."""
    status, headers, answer = ask(container, method, headers=FOREIGN, **params)
    assert status == 200 and "result" in answer and headers["Mcp-Session-Id"] is None


def test_both_eras_without_a_handshake(container):
    modern = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"}
    assert ask(container, "tools/list", headers=modern, _meta=MODERN)[0] == 200
    assert ask(container, "tools/list", headers={"MCP-Protocol-Version": "2025-06-18"})[0] == 200


def test_all_else_needs_the_header_that_must_be_on_the_list(container):
    """Without Authorization on requestHeaderAllowlist this is what every call would get."""
    assert request("runtime", {})["requestHeaderConfiguration"]["requestHeaderAllowlist"] == ["Authorization"]
    status, headers, _ = ask(container, "tools/list", token=None)
    assert status == 401 and headers["WWW-Authenticate"].startswith("Bearer ")


def test_any_host_is_served(container):
    """The platform's name for it is not known beforehand."""
    status, _, _ = ask(container, "tools/list", headers={"Host": "bedrock-agentcore.eu-central-1.amazonaws.com"})
    assert status == 200


def test_nothing_is_changed(container):
    """The request says --writes deny."""
    _, _, answer = ask(container, "tools/call", name="retry_glue_job", arguments={"job_name": "nightly-orders-load"})
    assert answer["result"]["isError"] and "--writes deny" in answer["result"]["content"][0]["text"]


def test_upstream_authentication(lakewarden, facts, tmp_path):
    """Where the Runtime's own authorizer has checked the token and Authorization is not passed on."""
    with runtime(lakewarden, facts, tmp_path, LAKEWARDEN_AUTH="upstream") as place:
        status, _, answer = ask(place, "tools/list", token=None, headers=FOREIGN)
        assert status == 200 and not [tool for tool in answer["result"]["tools"] if tool["name"].startswith("retry")]
        assert post(place.url, PING, **FOREIGN)[0] == 200


def test_sigterm_ends_it_fast(lakewarden, facts, tmp_path):
    """Also with a client that is still connected: before the ten seconds are over that its last calls would be given."""
    with runtime(lakewarden, facts, tmp_path) as place, socket.create_connection(
            ("127.0.0.1", int(place.address.rpartition(":")[2])), timeout=10) as idle:
        idle.sendall(b"POST /mcp HTTP/1.1\r\nHost: a\r\n")
        place.process.send_signal(signal.SIGTERM)
        assert place.process.wait(9) == 0


def test_it_says_what_it_does_on_stderr_alone(lakewarden, facts, tmp_path):
    """JSON lines, from `listening` to `closing`; nothing on stdout."""
    variables = {**aws_environment(facts), **variables_of(facts)}
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        process = subprocess.Popen([lakewarden, "http"], env=variables, stdout=out, stderr=err)
        wait_for(lambda: b"listening" in (tmp_path / "err").read_bytes(), 20, "the server")
        process.terminate()
        assert process.wait(10) == 0
    events = [json.loads(line)["event"] for line in (tmp_path / "err").read_text().splitlines()]
    assert events[0] == "listening" and events[-1] == "closing" and (tmp_path / "out").read_bytes() == b""


def test_it_writes_no_file(lakewarden, facts, tmp_path):
    """So its root file system may be read-only: no file is open for writing but what it was started with."""
    with runtime(lakewarden, facts, tmp_path) as place:
        assert ask(place, "tools/call", name="get_glue_logs", arguments={"job_name": "nightly-orders-load"})[0] == 200
        pid = place.process.pid
        opened = [number for number in os.listdir(f"/proc/{pid}/fd") if int(number) > 2 and writes_to_file(pid, number)]
        assert opened == []


def writes_to_file(pid, number):
    """Whether that descriptor of a process is a file, open for writing; one that was closed meanwhile is not."""
    try:
        with open(f"/proc/{pid}/fdinfo/{number}", encoding="ascii") as text:
            flags = int(next(line for line in text if line.startswith("flags:")).split()[1], 8)
        target = os.readlink(f"/proc/{pid}/fd/{number}")
    except FileNotFoundError:
        return False
    return target.startswith("/") and bool(flags & (os.O_WRONLY | os.O_RDWR))


def test_it_starts_in_less_than_a_second(lakewarden, facts, tmp_path):
    """Once of five times at least: the machine may be busy, which the server could not help."""
    def seconds():
        began = time.monotonic()
        with runtime(lakewarden, facts, tmp_path) as place:
            assert post(place.url, PING)[0] == 200
            return time.monotonic() - began
    assert any(seconds() < 1 for _ in range(5))
