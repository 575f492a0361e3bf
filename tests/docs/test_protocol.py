"""The table of statuses in docs/protocol.md, row by row, against a server."""
import contextlib
import http.client
import json
import re
import select
import socket
import subprocess
from urllib.parse import urlsplit

import pytest

from blocks import ROOT, rows_of

MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
WITH_TASKS = {**MODERN, "io.modelcontextprotocol/clientCapabilities": {"extensions": {"io.modelcontextprotocol/tasks": {}}}}
ROWS = {row[0]: row[1:] for row in rows_of((ROOT / "docs" / "protocol.md").read_text(), "over HTTP")}


def legacy(method="ping", **params):
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def modern(method="tools/list", meta=None, **params):
    return legacy(method, _meta=MODERN if meta is None else meta, **params)


MODERN_HEADERS = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"}
CALL = legacy("tools/call", name="get_glue_logs", arguments={})
WRITE = legacy("tools/call", name="retry_glue_job", arguments={"job_name": "a"})

# Row -> (headers, message or text) and for some the method and path. None takes a header away.
CASES = {
    "a request that is served": [({}, legacy()), (MODERN_HEADERS, modern())],
    "a notification, or a legacy client's response": [
        ({}, {"jsonrpc": "2.0", "method": "notifications/initialized"}), ({}, {"jsonrpc": "2.0", "id": 1, "result": {}})],
    "a tool that could not do its work, or arguments that do not fit: a result with isError": [({}, CALL)],
    "another path": [({}, legacy(), "POST", "/")],
    "a Host that is not served": [({"Host": "evil.example.com"}, legacy())],
    "an Origin that is not served": [({"Origin": "https://evil.example.com"}, legacy())],
    "GET, DELETE, anything but POST": [({}, "", "GET", "/mcp"), ({}, "", "DELETE", "/mcp")],
    "a body above 1 MiB": [({}, legacy(a="a" * 1024 * 1024))],
    "headers above 32 KiB": [({"X-Long": "a" * 33000}, legacy())],
    "no token": [({"Authorization": None}, legacy("tools/list"))],
    "a token that does not hold": [({"Authorization": "Bearer a.b.c"}, legacy("tools/list"))],
    "an Authorization header that is not one bearer token": [({"Authorization": "Bearer a b"}, legacy("tools/list"))],
    "a token without the scope that the tool needs": [({}, WRITE)],
    "Content-Type is not application/json": [({"Content-Type": "text/plain"}, legacy())],
    "a Content-Encoding": [({"Content-Encoding": "gzip"}, legacy())],
    "Accept allows neither JSON nor a stream": [({"Accept": "text/html"}, legacy())],
    "no JSON, duplicate names, deeper than 64": [({}, "{"), ({}, '{"a": 1, "a": 1}'), ({}, "[" * 65 + "]" * 65)],
    "no message: not an object, id null or a fraction, jsonrpc not 2.0": [
        ({}, "1"), ({}, {**legacy(), "id": None}), ({}, {**legacy(), "id": 1.5}), ({}, {**legacy(), "jsonrpc": "1.0"})],
    "a batch from a client that is not of 2025-03-26, an empty one": [
        ({"MCP-Protocol-Version": "2025-06-18"}, [legacy()]), ({}, [])],
    "modern: _meta lacks version or capabilities": [(MODERN_HEADERS, legacy("tools/list"))],
    "modern: a header is missing, or differs from the body": [
        ({}, modern()), ({**MODERN_HEADERS, "Mcp-Method": "ping"}, modern())],
    "modern: a version that is not served, also of a notification": [
        ({"MCP-Protocol-Version": "2099-01-01"},
         modern(meta={**MODERN, "io.modelcontextprotocol/protocolVersion": "2099-01-01"})),
        ({"MCP-Protocol-Version": "2099-01-01"}, {"jsonrpc": "2.0", "method": "notifications/initialized"})],
    "modern: a client that calls tasks/* and does not declare the extension": [
        ({**MODERN_HEADERS, "Mcp-Method": "tasks/get", "Mcp-Name": "a"}, modern("tasks/get", taskId="a"))],
    "modern: unknown method": [({**MODERN_HEADERS, "Mcp-Method": "a"}, modern("a"))],
    "legacy: unknown method": [({}, legacy("a"))],
    "legacy: a version header that is not served, or is there twice": [({"MCP-Protocol-Version": "2024-11-05"}, legacy())],
    "legacy: a session that is unknown or has expired": [({"Mcp-Session-Id": "a"}, legacy())],
    "modern: a requestState that does not open, has expired, or belongs to another request": [
        ({**MODERN_HEADERS, "Mcp-Method": "tools/call", "Mcp-Name": "get_glue_logs"},
         modern("tools/call", name="get_glue_logs", arguments={"job_name": "a"}, requestState="a"))],
    "unknown tool, prompt or task, params of the wrong form": [
        ({}, legacy("tools/call", name="a")), ({}, legacy("prompts/get", name="a")), ({}, legacy("tools/call", name=1)),
        ({}, legacy("initialize")),
        ({**MODERN_HEADERS, "Mcp-Method": "tasks/get", "Mcp-Name": "a"}, modern("tasks/get", WITH_TASKS, taskId="a"))],
    "modern: unknown resource": [
        ({**MODERN_HEADERS, "Mcp-Method": "resources/read", "Mcp-Name": "a:b"}, modern("resources/read", uri="a:b"))],
    "legacy: unknown resource": [({}, legacy("resources/read", uri="a:b"))],
}

# Rows that take another server, or more than headers and a message; each has a test of its own.
RAW = "two Host headers, Content-Length beside Transfer-Encoding, and what else two readers could understand differently"
BUSY = "more calls than run and wait"
NO_KEYS = "shutting down, or no key set yet"


@pytest.fixture(scope="module")
def place(lakewarden, tmp_path_factory):
    """A sandbox with a server, as `./dev sandbox up` has it."""
    state = tmp_path_factory.mktemp("protocol")
    command = [str(ROOT / ".venv" / "bin" / "python"), "-m", "lwsandbox"]
    folder = ROOT / "examples" / "sandbox"
    up = subprocess.run([*command, "up", "--lakewarden", lakewarden, "--state", str(state)], cwd=folder,
                        stdout=subprocess.PIPE, text=True, check=True, timeout=120)
    yield json.loads(up.stdout)
    subprocess.run([*command, "down", "--state", str(state)], cwd=folder, stdout=subprocess.DEVNULL, check=True, timeout=60)


def ask(place, headers, message, method="POST", path="/mcp"):
    """Status, headers and body of one request."""
    address = urlsplit(place["mcp_url"])
    every = {"Authorization": f"Bearer {place['token_read']}", "Content-Type": "application/json",
             "Accept": "application/json, text/event-stream", **headers}
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    try:
        body = message if isinstance(message, str) else json.dumps(message)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # what is refused for its headers is answered before its body is there
            connection.request(method, path, body.encode(), {name: value for name, value in every.items() if value is not None})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def code_of(body):
    """The code of a JSON-RPC error; "" where the body is none."""
    try:
        error = json.loads(body).get("error", {})
    except (ValueError, AttributeError):
        return ""
    return str(error.get("code", ""))


def test_every_row_has_a_case():
    assert set(ROWS) == {*CASES, RAW, BUSY, NO_KEYS}


@pytest.mark.parametrize("row,case", [(row, case) for row, cases in CASES.items() for case in cases])
def test_status_is_as_documented(place, row, case):
    status, _, body = ask(place, *case)
    assert str(status) == ROWS[row][0], body
    message = case[1]
    readable = isinstance(message, dict) and isinstance(message.get("id"), int)
    if readable and status >= 400 and ROWS[row][1]:
        assert code_of(body) == ROWS[row][1] and json.loads(body)["id"] == 1
    elif readable and ROWS[row][1]:
        assert code_of(body) == ROWS[row][1], body


def test_headers_of_refusals(place):
    assert ask(place, {}, "", "GET", "/mcp")[1]["Allow"] == "POST"
    assert ask(place, {"Authorization": None}, legacy("tools/list"))[1]["WWW-Authenticate"].startswith("Bearer ")
    assert "insufficient_scope" in ask(place, {}, WRITE)[1]["WWW-Authenticate"]


@pytest.mark.parametrize("lines", ["Host: localhost\r\nHost: localhost\r\n",
                                   "Host: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                                   "Host: localhost\r\nContent-Length : 2\r\n"])
def test_two_readers(place, lines):
    address = urlsplit(place["mcp_url"])
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(f"POST /mcp HTTP/1.1\r\n{lines}\r\n".encode())
        assert connection.recv(100).split()[1].decode() == ROWS[RAW][0]


def serve(lakewarden, *settings):
    """A server of its own on a free port, and its address."""
    process = subprocess.Popen([lakewarden, "http", "--listen", "127.0.0.1:0", *settings], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        event = json.loads(line)
        if event["event"] == "listening":
            return process, {"mcp_url": f"http://{event['address']}/mcp", "token_read": "a"}
    raise AssertionError("the server ended")


def test_no_key_set_yet(lakewarden):
    """The port of the key set is closed."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{closed.getsockname()[1]}/pool"
        process, place = serve(lakewarden, "--issuer", issuer, "--client-id", "a")
        try:
            token = {"Authorization": "Bearer eyJraWQiOiJhIiwiYWxnIjoiUlMyNTYifQ.e30.AAAA"}
            status, headers, body = ask(place, token, legacy("tools/list"))
            assert [str(status), code_of(body)] == ROWS[NO_KEYS] and headers["Retry-After"]
            assert ask(place, {}, "", "GET", "/readyz")[0] == 503 and ask(place, {}, "", "GET", "/healthz")[0] == 200
        finally:
            process.terminate()
            process.communicate(timeout=20)


def test_more_calls_than_run_and_wait(lakewarden):
    """AWS is a socket that never answers; of three calls one runs, one waits, and one is refused."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment = ["env", f"AWS_ENDPOINT_URL=http://127.0.0.1:{silent.getsockname()[1]}", "AWS_ACCESS_KEY_ID=a",
                       "AWS_SECRET_ACCESS_KEY=a", "AWS_REGION=us-east-1", "NO_PROXY=127.0.0.1"]
        process = subprocess.Popen([*environment, lakewarden, "http", "--listen", "127.0.0.1:0", "--auth", "none",
                                    "--max-calls", "1", "--drain-timeout", "0s"], stderr=subprocess.PIPE, text=True)
        address = json.loads(process.stderr.readline())["address"]
        connections = [http.client.HTTPConnection(address, timeout=20) for _ in range(3)]
        try:
            for connection in connections:
                connection.request("POST", "/mcp", json.dumps(CALL | {"params": {
                    "name": "get_glue_logs", "arguments": {"job_name": "a"}}}), {"Content-Type": "application/json"})
            ready, _, _ = select.select([connection.sock for connection in connections], [], [], 20)
            answer = next(one for one in connections if one.sock is ready[0]).getresponse()
            assert [str(answer.status), code_of(answer.read().decode())] == ROWS[BUSY] and answer.headers["Retry-After"]
        finally:
            process.terminate()
            process.communicate(timeout=20)
            for connection in connections:
                connection.close()


def test_paths_are_documented(place):
    """Each path that the table of paths names is served."""
    table = rows_of((ROOT / "docs" / "protocol.md").read_text(), "path")
    plain = [path for row in table for path in re.findall(r"/[a-z]+", row[0]) if "GET" in row[1] and "well-known" not in row[0]]
    assert plain == ["/healthz", "/ping", "/readyz"]
    assert [ask(place, {}, "", "GET", path)[0] for path in plain] == [200, 200, 200]
