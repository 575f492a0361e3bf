"""HTTP where time matters: streams, progress, cancellation, deadlines, pipelines."""
import itertools
import json
import socket
import time

import pytest

from wire_cases import initialize, modern
from wire_http import Connection, events, post, request
from wire_server import eventually

PING = {"jsonrpc": "2.0", "id": "ping", "method": "ping"}
NAMES = (f"wait {number}" for number in itertools.count())


def wait_call(call_id, ms, notes=0, token=None, name=""):
    params = {"name": "wait", "arguments": {"ms": ms, "notes": notes, "name": name}}
    if token is not None:
        params["_meta"] = {"progressToken": token}
    return {"jsonrpc": "2.0", "id": call_id, "method": "tools/call", "params": params}


def count_call(name):
    """Asks for `waiting` and `stopped`: how many waits of that name go on, and how many were stopped so far."""
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "stopped", "arguments": {"name": name}}}


def waits(server, name):
    """(waiting, stopped)"""
    seen = post(server.address, count_call(name), {"MCP-Protocol-Version": "2025-11-25"}).json()["result"]["structuredContent"]
    return seen["waiting"], seen["stopped"]


def send_modern(connection, message, **headers):
    message, own = modern(message)
    connection.send(request(connection.address, message, {**own, **headers}))


def session_of(server):
    return post(server.address, initialize("2025-11-25")).header("mcp-session-id")


@pytest.fixture
def name():
    """One for the waits of this test: others use the same server."""
    return next(NAMES)


@pytest.fixture
def connection(servers):
    with Connection(servers().address) as opened:
        yield opened


@pytest.mark.parametrize("token", [0, "t"], ids=str)
def test_progress_makes_a_stream(connection, token):
    send_modern(connection, wait_call(5, 600, 3, token))
    head = connection.head()
    assert head.status == 200 and head.media_type == "text/event-stream"
    assert "no-cache" in head.header("cache-control") and head.header("x-accel-buffering") == "no"
    assert head.header("mcp-session-id") is None and head.header("content-length") is None
    *notes, answer = events(connection)
    assert [note["params"]["progress"] for note in notes] == [1, 2, 3]
    assert all(note["params"]["progressToken"] == token and type(note["params"]["progressToken"]) is type(token)
               for note in notes)
    assert answer["id"] == 5 and answer["result"]["resultType"] == "complete"
    connection.send(request(connection.address, PING))
    assert connection.reply().json()["id"] == "ping", "the connection lives on after a stream"


def test_the_stream_begins_with_the_first_note(connection):
    """Not with the answer, for which nobody waits here."""
    send_modern(connection, wait_call(5, 60000, 1000, "t"))
    assert connection.head().media_type == "text/event-stream"
    assert next(events(connection))["params"]["progress"] == 1


def test_no_token_no_stream(connection):
    send_modern(connection, wait_call(5, 200, 3))
    reply = connection.reply()
    assert reply.media_type == "application/json" and reply.json()["id"] == 5


def test_a_client_without_streams_gets_json(connection):
    send_modern(connection, wait_call(5, 300, 3, "t"), Accept="application/json")
    reply = connection.reply()
    assert reply.media_type == "application/json" and reply.json()["id"] == 5


def test_silence_becomes_a_stream(start_server):
    """The call answers when the server ends, which is after the stream has begun."""
    server = start_server()
    begun = time.monotonic()
    with Connection(server.address) as connection:
        send_modern(connection, wait_call(5, 60000))
        assert connection.head().media_type == "text/event-stream" and time.monotonic() - begun > 1.9
        server.terminate()
        answer, = events(connection)
    assert answer["id"] == 5 and answer["result"]["isError"] is True
    assert server.stop() == 0


def test_silence_stays_json_for_a_client_without_streams(connection):
    send_modern(connection, wait_call(5, 2500), Accept="application/json")
    assert connection.reply().media_type == "application/json"


def test_a_quiet_stream_is_kept_alive(servers):
    with Connection(servers("talkative").address) as connection:
        begun = time.monotonic()
        send_modern(connection, wait_call(5, 60000))
        assert connection.head().media_type == "text/event-stream"
        assert list(itertools.islice(events(connection), 3)) == [":"] * 3
    assert time.monotonic() - begun > 1.9 + 2 * 0.3


def test_a_stream_over_http_1_0_ends_with_the_connection(servers):
    with Connection(servers().address) as connection:
        connection.send(request(connection.address, wait_call(5, 200, 1, "t"), version="HTTP/1.0"))
        head = connection.head()
        assert head.media_type == "text/event-stream" and head.header("transfer-encoding") is None
        text = connection.rest().decode()
    assert [json.loads(line[6:]).get("id") for line in text.splitlines() if line.startswith("data: ")] == [None, 5]


@pytest.mark.parametrize("ms, notes, token", [(60000, 0, None), (60000, 1000, "t")], ids=["waiting", "streaming"])
@pytest.mark.parametrize("era", ["modern", "legacy without session"])
def test_a_hang_up_stops_the_tool(servers, name, ms, notes, token, era):
    server, call = servers(), wait_call(5, ms, notes, token, name)
    with Connection(server.address) as connection:
        if era == "modern":
            send_modern(connection, call)
        else:
            connection.send(request(server.address, call))
        if notes:
            assert connection.head().status == 200 and next(events(connection))["params"]["progress"] == 1
        assert eventually(lambda: waits(server, name) == (1, 0)), "the call has begun"
    assert eventually(lambda: waits(server, name) == (0, 1))


def test_a_half_close_is_taken_for_a_hang_up(servers, name):
    server = servers()
    with Connection(server.address) as connection:
        send_modern(connection, wait_call(5, 60000, 1000, "t", name))
        connection.head()
        assert waits(server, name) == (1, 0)
        connection.socket.shutdown(socket.SHUT_WR)
        assert eventually(lambda: waits(server, name) == (0, 1))


def test_a_hang_up_within_a_session_stops_nothing(servers, name):
    server = servers()
    headers = {"Mcp-Session-Id": session_of(server)}
    with Connection(server.address) as connection:
        connection.send(request(server.address, wait_call(5, 60000, 1000, "t", name), headers))
        connection.head()
        port = connection.port
    assert eventually(lambda: not server.holds(port)), "the server has seen it"
    assert waits(server, name) == (1, 0)
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 5}}
    assert post(server.address, cancel, headers).status == 202
    assert eventually(lambda: waits(server, name) == (0, 1)), "a message still reaches it"


def test_cancelling_by_message_in_a_session(servers, name):
    server = servers()
    headers = {"Mcp-Session-Id": session_of(server), "MCP-Protocol-Version": "2025-11-25"}
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 5}}
    with Connection(server.address) as connection:
        connection.send(request(server.address, wait_call(5, 60000, 1000, "t", name), headers))
        assert connection.head().media_type == "text/event-stream"
        stream = events(connection)
        assert next(stream)["method"] == "notifications/progress"
        assert post(server.address, cancel, headers).status == 202
        rest = list(stream)
    assert all(event.get("method") == "notifications/progress" for event in rest), "no answer after a cancel"
    assert waits(server, name) == (0, 1)


def test_a_cancelled_wait_without_stream_ends(servers):
    """JSON only, nothing said yet: all that is left is to close."""
    server = servers()
    headers = {"Mcp-Session-Id": session_of(server), "Accept": "application/json"}
    with Connection(server.address) as connection:
        connection.send(request(server.address, wait_call(5, 60000), headers))
        cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 5}}

        def is_closed():
            assert post(server.address, cancel, headers).status == 202
            try:
                return connection.socket.recv(1) == b""
            except TimeoutError:
                return False
        connection.socket.settimeout(0.05)
        assert eventually(is_closed)


@pytest.mark.parametrize("whose", ["another session", "no session", "modern"])
def test_nobody_cancels_for_another(servers, name, whose):
    server = servers()
    mine = {"Mcp-Session-Id": session_of(server)}
    theirs = {"another session": {"Mcp-Session-Id": session_of(server)}, "no session": {},
              "modern": {"MCP-Protocol-Version": "2026-07-28"}}[whose]
    with Connection(server.address) as connection:
        connection.send(request(server.address, wait_call(5, 800, 3, "t", name), mine))
        assert connection.head().status == 200
        cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 5}}
        assert post(server.address, cancel, theirs).status == 202
        *_, answer = events(connection)
    assert answer["id"] == 5 and answer["result"]["isError"] is False and waits(server, name) == (0, 0)


def test_a_call_ends_at_its_deadline(servers):
    begun = time.monotonic()
    reply = post(servers("hasty").address, wait_call(5, 60000), {"Accept": "application/json"})
    assert reply.json()["result"]["isError"] is True and time.monotonic() - begun > 1.4


HEADER = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
SLOW = {
    "the request line stalls": ["POST /m"],
    "the headers stall": [HEADER],
    "the body stalls": [HEADER + "Content-Length: 100\r\n\r\n", '{"jsonrpc"'],
    "a chunk stalls": [HEADER + "Transfer-Encoding: chunked\r\n\r\n", "40\r\n{"],
    "nothing comes": [],
}


@pytest.mark.parametrize("name", SLOW)
def test_a_stalled_request_is_ended(servers, name):
    with Connection(servers("hasty").address) as connection:
        for part in SLOW[name]:
            connection.send(part.encode())
        assert connection.ends() > 0.2


@pytest.mark.parametrize("begin", ["", HEADER, HEADER + "Content-Length: 1000\r\n\r\n"], ids=["line", "headers", "body"])
def test_a_dripping_request_is_ended(servers, begin):
    """A byte now and then keeps a connection busy, but not for longer than a request may take."""
    with Connection(servers("hasty").address) as connection:
        connection.send(begin.encode())
        connection.socket.settimeout(0.05)

        def is_closed():
            try:
                connection.send(b"P" if not begin else b"X")
                return connection.socket.recv(1000) == b""
            except TimeoutError:
                return False
            except (ConnectionResetError, BrokenPipeError):
                return True
        assert eventually(is_closed) and connection.age() > 0.2


def test_half_a_request_then_gone(servers):
    server = servers()
    files = server.open_files()
    data = request(server.address, wait_call(1, 0))
    for cut in range(0, len(data), 7):
        with Connection(server.address) as connection:
            connection.send(data[:cut])
    assert post(server.address, PING).json()["id"] == "ping"
    assert eventually(lambda: server.open_files() <= files)


def test_pipelined_requests_are_answered_in_order(connection):
    connection.send(b"".join(request(connection.address, {**PING, "id": number}) for number in range(20)))
    assert [connection.reply().json()["id"] for _ in range(20)] == list(range(20))


def test_a_request_behind_a_waiting_one(connection):
    connection.send(request(connection.address, wait_call(1, 300)) + request(connection.address, PING))
    assert connection.reply().json()["id"] == 1
    assert connection.reply().json()["id"] == "ping"


def test_a_request_behind_a_stream(connection):
    connection.send(request(connection.address, wait_call(1, 300, 2, "t")) + request(connection.address, PING))
    assert connection.reply().events()[-1]["id"] == 1
    assert connection.reply().json()["id"] == "ping"


@pytest.mark.parametrize("headers, status", [({"Content-Type": "text/plain"}, 415), ({"Accept": "text/html"}, 406),
                                             ({"Mcp-Session-Id": "x"}, 404)])
def test_a_connection_lives_on_after_a_refusal(connection, headers, status):
    connection.send(request(connection.address, PING, headers))
    assert connection.reply().status == status
    connection.send(request(connection.address, PING))
    assert connection.reply().json()["result"] == {}


def test_expect_100_continue(connection):
    data = request(connection.address, PING, {"Expect": "100-continue"})
    head, body = data.split(b"\r\n\r\n", 1)
    connection.send(head + b"\r\n\r\n")
    assert connection.reply().status == 100
    connection.send(body)
    assert connection.reply().json()["id"] == "ping"


def test_expect_100_continue_for_what_will_be_refused(servers):
    with Connection(servers().address) as connection:
        connection.send(request(connection.address, "", {"Expect": "100-continue", "Content-Length": "900000000"}))
        assert connection.reply().status == 413


def test_a_large_refused_body_is_read_and_answered(servers):
    """401 with the id, whatever its place, though nobody may send 1 MiB without a token."""
    body = {"method": "tools/call", "params": {"name": "echo", "arguments": {"text": "a" * 3000000}}, "jsonrpc": "2.0", "id": 77}
    reply = post(servers("protected").address, body)
    assert reply.status == 401 and reply.json()["id"] == 77


@pytest.fixture
def narrow_server(start_server):
    """One of its own for each test: a worker that has just answered another's call takes up a place for a moment longer."""
    server = start_server("narrow")
    yield server
    assert server.stop() == 0


def test_busy_is_503_and_says_when_to_come_back(narrow_server):
    server = narrow_server
    with Connection(server.address) as full:
        full.send(request(server.address, [wait_call(1, 60000, 1000, "t"), wait_call(2, 0)]))
        assert full.head().status == 200, "the first note: by now one call runs and one waits"
        refused = post(server.address, wait_call(3, 0))
        assert refused.status == 503 and refused.header("retry-after")
        assert refused.json()["id"] == 3 and refused.json()["error"]["code"] == -32603
        assert post(server.address, PING).json()["result"] == {}, "cheap methods are served all the same"
    assert eventually(lambda: post(server.address, wait_call(4, 0)).status == 200)


def test_a_busy_server_answers_what_fits_of_a_batch(narrow_server):
    batch = [wait_call(number, 200) for number in range(6)] + [PING]
    answers = {answer["id"]: answer for answer in post(narrow_server.address, batch).json()}
    assert sorted(answers, key=str) == [0, 1, 2, 3, 4, 5, "ping"]
    assert "result" in answers[0] and any("error" in answers[number] for number in range(6))


def test_head_is_get_without_a_body(servers):
    with Connection(servers().address) as connection:
        connection.send(request(connection.address, "", method="HEAD", path="/healthz"))
        reply = connection.reply(head_only=True)
        assert reply.status == 200 and reply.header("content-length") == "3" and connection.rest() == b""
