"""What clients were seen to do that none of the drivers does by itself. README.md lists it all."""
import http.client
import json
import os
import re
import socket
import subprocess
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from pool import token_of
from servers import over_http, wait_for

DOCUMENT_TOOLS = 13
HEADERS = {"Content-Type": "application/json", "Accept": "text/event-stream, application/json"}


@pytest.fixture(scope="module")
def server(fixture_server, key_file, place, tmp_path_factory):
    client = place["clients"]["reader"]
    command = [fixture_server, "http", "0", key_file, place["issuer"], client["id"]]
    with over_http(command, tmp_path_factory.mktemp("habits"), token_of(place, client)) as running:
        yield running


@contextmanager
def asked(server, message, method="POST", more=None):
    """The response to one message on a connection of its own."""
    target = urlsplit(server.reach["url"])
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=10)
    try:
        connection.request(method, target.path, message and json.dumps(message), {**HEADERS, **server.reach["headers"], **(more or {})})
        yield connection.getresponse()
    finally:
        connection.close()


def initialize(request_id=0, **params):
    return {"jsonrpc": "2.0", "id": request_id, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "habits", "version": "1"}, **params}}


def call(arguments, token=0):
    return {"jsonrpc": "2.0", "id": 0, "method": "tools/call",
            "params": {"name": "wait", "arguments": arguments, "_meta": {"progressToken": token}}}


def test_get_before_initialized(server):
    """Go opens its stream as soon as initialize is answered; 405 and a stream are the answers that no client minds."""
    with asked(server, initialize()) as opened:
        session = {"Mcp-Session-Id": opened.headers["Mcp-Session-Id"]}
    with asked(server, None, "GET", {**session, "Accept": "text/event-stream"}) as stream:
        assert stream.status in (200, 405)
    with asked(server, {"jsonrpc": "2.0", "method": "notifications/initialized"}, more=session) as taken:
        assert taken.status == 202


def test_progress_token_on_a_list(server):
    """Some put one on every request, and begin with 0."""
    message = {"jsonrpc": "2.0", "id": 0, "method": "tools/list", "params": {"_meta": {"progressToken": 0}}}
    with asked(server, message) as listed:
        answer = json.loads(listed.read())
    assert answer["id"] == 0 and answer["result"]["tools"]


def test_streams_are_not_held_back(server):
    """Without TCP_NODELAY the event behind a note waits some 40 ms for the client's delayed acknowledgement.

    On one connection: a new one is acknowledged at once for a while.
    """
    target, took_ms = urlsplit(server.reach["url"]), []
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=10)
    for _ in range(60):
        began = time.monotonic()
        connection.request("POST", target.path, json.dumps(call({"ms": 0, "notes": 3})), {**HEADERS, **server.reach["headers"]})
        streamed = connection.getresponse()
        assert streamed.headers["Content-Type"] == "text/event-stream" and b"waited" in streamed.read()
        took_ms.append((time.monotonic() - began) * 1000)
    connection.close()
    assert min(took_ms[-20:]) < 20, took_ms


def test_a_client_that_closes_first(server):
    """Many hang up as soon as they have read the answer: neither an error nor a cancel."""
    answered, cancelled = len(server.calls("ok")), len(server.calls("cancelled"))
    for _ in range(20):
        with asked(server, call({"ms": 0, "notes": 1})) as streamed:
            while b'"result"' not in (line := streamed.readline()):
                assert line, "the stream ended without an answer"
    assert wait_for(lambda: len(server.calls("ok")) == answered + 20)
    assert len(server.calls("cancelled")) == cancelled


def test_discover_is_answered_before_anything_slow(lakewarden, tmp_path):
    """Clients wait for it for five seconds, for ten, or for ever. AWS is a host here that never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        endpoint = f"http://127.0.0.1:{mute.getsockname()[1]}"
        environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": endpoint,
                       "AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint}
        process = subprocess.Popen([lakewarden, "stdio", "--region", "eu-central-1"], env=environment, text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
        request = {"jsonrpc": "2.0", "id": "server-discover-probe-1", "method": "server/discover", "params": {"_meta": meta}}
        began = time.monotonic()
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        took_s = time.monotonic() - began
        process.communicate(timeout=20)
    assert answer["id"] == "server-discover-probe-1" and "result" in answer and took_s < 5
    assert process.returncode == 0


def listed_tools(lakewarden):
    done = subprocess.run([lakewarden, "tools", "--json"], capture_output=True, text=True, timeout=10, check=True)
    document = json.loads(done.stdout)
    return document["tools"] if isinstance(document, dict) else document


def schemas_in(value):
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from schemas_in(one)


def test_documents_hold_nothing_a_client_stumbles_over(lakewarden):
    """One bad tool takes the whole list with it: a reference that does not resolve, alternatives at the root, long names."""
    tools = listed_tools(lakewarden)
    assert len(tools) == DOCUMENT_TOOLS <= 128  # VS Code's limit for all servers together
    for tool in tools:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", tool["name"]) and len("lakewarden-team" + tool["name"]) < 60  # Cursor's
        for schema in filter(None, (tool["inputSchema"], tool.get("outputSchema"))):
            assert schema["type"] == "object" and not {"anyOf", "oneOf", "allOf"} & set(schema)
            assert not [part for part in schemas_in(schema) if {"$ref", "$defs"} & set(part)]
            names = [name for part in schemas_in(schema) for name in part.get("properties", {})]
            assert names and all(re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", name) for name in names)


def test_patterns_mean_something_to_ecmascript(lakewarden, node):
    """Version 1 of the TypeScript SDK compiles every outputSchema when it lists, with flag u."""
    parts = [part for tool in listed_tools(lakewarden) for part in schemas_in(tool)]
    patterns = [part["pattern"] for part in parts if isinstance(part.get("pattern"), str)]
    assert patterns
    script = "for (const p of JSON.parse(process.argv[1])) new RegExp(p, 'u')"
    done = subprocess.run([node, "-e", script, json.dumps(patterns)], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr


def test_the_inspector_finds_the_schemas_portable(lakewarden, node, inspector, tmp_path):
    command = [node, f"{inspector}/clients/launcher/build/index.js", "--cli", lakewarden, "stdio", "--method", "tools/list",
               "--strict", "--format", "json"]
    environment = {**os.environ, "HOME": str(tmp_path), "MCP_INSPECTOR_SECRET_STORE": "memory"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["result"]["tools"]) == DOCUMENT_TOOLS
