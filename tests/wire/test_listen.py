"""Who listens is told of changes: subscriptions/listen of 2026-07-28, and the sessions of before."""
import time

import pytest

from wire_cases import META, initialize
from wire_http import post
from wire_server import eventually
from wire_stream import Session, Stream, call, calling, listening

PLAIN, BYTES, NOTE = "fixture://plain", "fixture://bytes", "fixture://shelf/top/note-7"
ALL = {"toolsListChanged": True, "promptsListChanged": True, "resourcesListChanged": True}
TAG = META + "subscriptionId"


@pytest.fixture
def server(servers):
    return servers("watched")


def changed(kind, number=None):
    message = {"jsonrpc": "2.0", "method": f"notifications/{kind}/list_changed"}
    return message if number is None else {**message, "params": {"_meta": {TAG: number}}}


def updated(uri, number=None):
    params = {"uri": uri}
    return {"jsonrpc": "2.0", "method": "notifications/resources/updated",
            "params": params if number is None else {**params, "_meta": {TAG: number}}}


def opened(server, number, wanted, headers=None):
    """A subscription whose acknowledgement has come, and what that was."""
    message, own = listening(number, wanted)
    stream = Stream(server.address, message, {**own, **(headers or {})})
    assert stream.head.status == 200, stream.body
    return stream, stream.next()


@pytest.mark.parametrize("number", [1, "one", -3, 0, ""])
def test_the_acknowledgement_comes_first_and_everything_is_tagged(server, number):
    stream, first = opened(server, number, ALL)
    with stream:
        assert first == {"jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
                         "params": {"_meta": {TAG: number}, "notifications": ALL}}
        assert stream.head.header("x-accel-buffering") == "no"
        for kind in ("tools", "prompts", "resources"):
            call(server.address, "announce", list=kind)
            assert stream.next() == changed(kind, number)


def test_only_what_was_asked_for_comes(server):
    stream, first = opened(server, 1, {"promptsListChanged": True, "toolsListChanged": False, "resourceSubscriptions": [PLAIN]})
    with stream:
        assert first["params"]["notifications"] == {"promptsListChanged": True, "resourceSubscriptions": [PLAIN]}
        call(server.address, "announce", list="tools")
        call(server.address, "announce", list="resources")
        call(server.address, "announce", uri=BYTES)
        call(server.address, "announce", uri=PLAIN)
        assert stream.next() == updated(PLAIN, 1)
        call(server.address, "announce", list="prompts")
        assert stream.next() == changed("prompts", 1)


def test_what_is_not_known_is_left_out_of_the_acknowledgement(server):
    wanted = {"resourceSubscriptions": [PLAIN, "fixture://nothing", NOTE, PLAIN], "weatherChanged": True, "taskLists": 7}
    stream, first = opened(server, 1, wanted)
    with stream:
        assert first["params"]["notifications"] == {"resourceSubscriptions": [PLAIN, NOTE]}
        call(server.address, "announce", uri=NOTE)
        assert stream.next() == updated(NOTE, 1)


def test_an_empty_subscription_is_one(server):
    stream, first = opened(server, 1, {})
    with stream:
        assert first["params"]["notifications"] == {}


def test_each_of_many_hears_its_own(server):
    streams = [opened(server, number, ALL)[0] for number in range(20)]
    call(server.address, "announce", list="tools")
    for number, stream in enumerate(streams):
        assert stream.next() == changed("tools", number)
        stream.close()


def test_a_quiet_stream_is_kept_alive(start_server):
    server = start_server("watched", FIXTURE_KEEPALIVE_MS="300")
    stream, _ = opened(server, 1, ALL)
    with stream:
        assert stream.block() == ":" and stream.block() == ":"
    assert server.stop() == 0


def test_a_client_that_takes_json_only_cannot_listen(server):
    message, own = listening(1, ALL)
    answer = post(server.address, message, {**own, "Accept": "application/json"})
    assert answer.status == 406 and answer.json()["id"] == 1


def test_the_end_of_the_server_is_told(start_server):
    server = start_server("watched", FIXTURE_DRAIN_MS="60000")
    stream, _ = opened(server, "last", ALL)
    session = Session(server.address)
    legacy = session.stream()
    begun = time.monotonic()
    server.terminate()
    end = stream.next()
    assert end["id"] == "last" and end["result"]["resultType"] == "complete" and end["result"]["_meta"][TAG] == "last"
    assert stream.next() is None and legacy.next() is None
    assert server.stop() == 0 and time.monotonic() - begun < 20
    stream.close()
    legacy.close()


def test_nobody_is_held_up_by_one_that_does_not_read(start_server):
    """It is let go when what waits for it has reached its bound; the others hear everything meanwhile."""
    server = start_server("watched")
    uri = "fixture://shelf/" + "x" * 1000 + "/note-1"
    deaf, _ = opened(server, "deaf" * 60, {"resourceSubscriptions": [uri]})
    keen, _ = opened(server, 2, {"resourceSubscriptions": [uri]})
    files = server.open_files()
    for _ in range(20000):
        call(server.address, "announce", uri=uri)
        assert keen.next() == updated(uri, 2)
        if server.open_files() < files:
            break
    assert server.open_files() < files, "it is still there"
    deaf.close()
    keen.close()
    assert server.stop() == 0


def test_a_subscription_ends_with_its_connection(start_server):
    server = start_server("watched")
    idle = server.open_files()
    for round_number in range(3):
        streams = [opened(server, number, ALL)[0] for number in range(10)]
        for stream in streams:
            stream.close()
        assert eventually(lambda: server.open_files() <= idle), round_number
    assert server.stop() == 0


def test_there_is_a_bound_for_one_caller(start_server):
    server = start_server("watched")
    streams = [opened(server, number, ALL)[0] for number in range(256)]
    message, own = listening("more", ALL)
    answer = post(server.address, message, own)
    assert answer.status == 503 and answer.header("retry-after") and answer.json()["id"] == "more"
    streams.pop().close()
    assert eventually(lambda: post_status(server, message, own) == 200)
    for stream in streams:
        stream.close()
    assert server.stop() == 0


def post_status(server, message, headers):
    with Stream(server.address, message, headers) as stream:
        return stream.head.status


# ---- sessions ----

def test_a_session_hears_of_lists_and_of_what_it_subscribed_to(server):
    session = Session(server.address)
    assert session.ask("resources/subscribe", uri=PLAIN)["result"] == {}
    with session.stream() as stream:
        assert stream.head.status == 200
        call(server.address, "announce", list="tools", uri=BYTES)
        assert stream.next() == changed("tools")
        call(server.address, "announce", uri=PLAIN)
        assert stream.next() == updated(PLAIN)
        assert session.ask("resources/unsubscribe", uri=PLAIN)["result"] == {}
        call(server.address, "announce", uri=PLAIN)
        call(server.address, "announce", list="prompts")
        assert stream.next() == changed("prompts")


def test_what_changed_before_the_stream_was_there_is_told(server):
    session = Session(server.address)
    session.ask("resources/subscribe", uri=PLAIN)
    call(server.address, "announce", uri=PLAIN)
    with session.stream() as stream:
        assert stream.next() == updated(PLAIN)


def test_a_message_goes_to_one_of_the_streams(start_server):
    server = start_server("watched")
    session = Session(server.address)
    with session.stream() as first:
        with session.stream() as second:
            port = second.connection.port
            call(server.address, "announce", list="tools")
            assert second.next() == changed("tools") and server.holds(port)
        assert eventually(lambda: not server.holds(port))
        call(server.address, "announce", list="prompts")
        assert first.next() == changed("prompts")
    assert server.stop() == 0


def test_sessions_do_not_hear_each_other(server):
    one, other = Session(server.address), Session(server.address)
    one.ask("resources/subscribe", uri=PLAIN)
    other.ask("resources/subscribe", uri=BYTES)
    with one.stream() as stream, other.stream() as others:
        call(server.address, "announce", uri=BYTES)
        call(server.address, "announce", uri=PLAIN)
        assert stream.next() == updated(PLAIN) and others.next() == updated(BYTES)


def test_a_session_has_so_many_streams_and_no_more(server):
    session = Session(server.address)
    streams = [session.stream() for _ in range(4)]
    assert all(stream.head.status == 200 for stream in streams)
    assert session.stream().head.status == 503
    for stream in streams:
        stream.close()
    assert eventually(lambda: session.stream().head.status == 200)


REFUSED = {
    "without a session": ({"Mcp-Session-Id": None}, 400),
    "with a session that is none": ({"Mcp-Session-Id": "nonsense"}, 404),
    "by 2026-07-28": ({"MCP-Protocol-Version": "2026-07-28"}, 405),
    "with an unknown version": ({"MCP-Protocol-Version": "2024-11-05"}, 400),
    "for JSON": ({"Accept": "application/json"}, 406),
    "from elsewhere": ({"Origin": "https://evil.example.com"}, 403),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_stream_is_refused(server, name):
    headers, status = REFUSED[name]
    with Session(server.address).stream(**headers) as stream:
        assert stream.head.status == status
        assert (stream.head.header("allow") == "POST") == (status == 405)


def test_a_server_without_sessions_has_no_stream(start_server):
    server = start_server("watched", FIXTURE_STATELESS="1")
    with Stream(server.address, None, {"Accept": "text/event-stream"}, "GET") as stream:
        assert stream.head.status == 405
    assert server.stop() == 0


def test_a_stream_needs_a_token_and_its_owners(start_server, tokens):
    server = start_server("protected", FIXTURE_WATCHED="1")
    session = Session(server.address, headers={"Authorization": "Bearer " + tokens["read"]})
    with session.stream(Authorization=None) as stream:
        assert stream.head.status == 401 and stream.head.header("www-authenticate")
    with session.stream(Authorization="Bearer " + tokens["other_reader"]) as stream:
        assert stream.head.status == 404
    with session.stream() as stream:
        assert stream.head.status == 200
    assert server.stop() == 0


# ---- stdio ----

@pytest.fixture
def child(start_child):
    return start_child(FIXTURE_WATCHED="1")


def announce(child, **what):
    """What a tool's announcement brings beside its answer."""
    message, _ = calling("announce", **what)
    child.send(message)
    got = [child.next()]
    while got[-1].get("id") != message["id"]:
        got.append(child.next())
    return got[:-1]


def heard(child, expected, **what):
    """Whether exactly that is said of an announcement: it comes before or behind the tool's answer."""
    got = announce(child, **what)
    while len(got) < len(expected):
        got.append(child.next())
    return got == expected and child.says_nothing_more()


def test_over_stdio_a_subscription_is_cancelled_by_message(child):
    for number in (7, "seven"):
        assert child.ask(listening(number, {"toolsListChanged": True})[0])["params"]["_meta"] == {TAG: number}
    assert heard(child, [changed("tools", "seven"), changed("tools", 7)], list="tools")
    child.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "seven"}})
    assert child.says_nothing_more()
    assert heard(child, [changed("tools", 7)], list="tools")
    child.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "7"}})
    assert heard(child, [changed("tools", 7)], list="tools")


def test_over_stdio_the_end_is_told(child):
    child.ask(listening(7, ALL)[0])
    child.end_input()
    status, rest = child.ended()
    cancelled, result = rest
    assert status == 0 and cancelled["method"] == "notifications/cancelled" and cancelled["params"]["requestId"] == 7
    assert result["id"] == 7 and result["result"]["_meta"][TAG] == 7 and result["result"]["resultType"] == "complete"


def test_over_stdio_nothing_is_said_unasked_to_a_client_of_2026(child):
    assert heard(child, [], list="tools", uri=PLAIN)


def test_over_stdio_a_legacy_client_is_told(child):
    child.ask(initialize("2025-06-18"))
    assert heard(child, [changed("tools")], list="tools", uri=PLAIN)
    assert child.ask({"jsonrpc": "2.0", "id": 1, "method": "resources/subscribe", "params": {"uri": PLAIN}})["result"] == {}
    assert heard(child, [updated(PLAIN)], uri=PLAIN)
    assert child.ask({"jsonrpc": "2.0", "id": 2, "method": "resources/unsubscribe", "params": {"uri": PLAIN}})["result"] == {}
    assert heard(child, [], uri=PLAIN)
