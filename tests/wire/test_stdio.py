"""What is special about stdio: lines, the end of input, signals, a client that stops reading."""
import contextlib
import json
import os
import select
import signal
import subprocess
import time

import pytest

from wire_server import eventually

LIMIT = 1024 * 1024
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
PONG = {"jsonrpc": "2.0", "id": 1, "result": {}}


def wait_call(call_id, ms, notes=0, token=None, meta=None):
    params = {"name": "wait", "arguments": {"ms": ms, "notes": notes}}
    if token is not None or meta:
        params["_meta"] = {**(meta or {}), **({} if token is None else {"progressToken": token})}
    return {"jsonrpc": "2.0", "id": call_id, "method": "tools/call", "params": params}


def stopped(child):
    """How many waits were stopped so far. A note that was on its way when its call was cancelled may come before the answer."""
    child.send({"jsonrpc": "2.0", "id": "count", "method": "tools/call", "params": {"name": "stopped"}})
    while (answer := child.next()).get("method") == "notifications/progress":
        pass
    assert answer["id"] == "count", answer
    return answer["result"]["structuredContent"]["stopped"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n\r\n\n"], ids=["LF", "CRLF", "blank lines"])
def test_line_ends(start_child, end):
    child = start_child()
    child.write(json.dumps(PING) + end)
    assert child.next() == PONG
    assert child.says_nothing_more()


def test_two_messages_in_one_write(start_child):
    child = start_child()
    child.write(json.dumps(PING) + "\n" + json.dumps({**PING, "id": 2}) + "\n")
    assert [child.next()["id"], child.next()["id"]] == [1, 2]


def test_a_message_in_many_writes(start_child):
    child = start_child()
    for byte in (json.dumps(PING) + "\n").encode():
        child.write(bytes([byte]))
    assert child.next() == PONG


def test_a_last_line_without_end(start_child):
    child = start_child()
    child.write(json.dumps(PING))
    child.end_input()
    assert child.ended() == (0, [PONG])


def message_of(size, before="", behind=""):
    head, tail = '{"jsonrpc":"2.0",' + before + '"method":"ping","params":{"x":"', '"}' + behind + "}"
    return head + "a" * (size - len(head) - len(tail)) + tail


@pytest.mark.parametrize("before, behind", [('"id":7,', ""), ("", ',"id":7')], ids=["id in front", "id behind"])
def test_a_line_that_is_too_long_is_answered_with_its_id(start_child, before, behind):
    child = start_child()
    child.write(message_of(LIMIT, before, behind) + "\n")
    assert child.next() == {"jsonrpc": "2.0", "id": 7, "result": {}}
    child.write(message_of(LIMIT + 1, before, behind) + "\n")
    answer = child.next()
    assert answer["id"] == 7 and answer["error"]["code"] == -32600, answer
    child.write(message_of(3 * LIMIT, before, behind) + "\r\n")
    assert child.next()["id"] == 7
    assert child.says_nothing_more()


def test_a_long_line_without_id_is_dropped_and_logged(start_child):
    child = start_child()
    child.write(message_of(2 * LIMIT) + "\n" + "x" * (2 * LIMIT) + "\n")
    assert child.says_nothing_more()
    child.end_input()
    assert child.ended() == (0, [])
    child.stop()
    assert sum("line_dropped" in line for line in child.log) == 2, child.log


def test_a_long_last_line_without_end(start_child):
    child = start_child()
    child.write(message_of(2 * LIMIT, '"id":7,'))
    child.end_input()
    status, rest = child.ended()
    assert status == 0 and [answer["id"] for answer in rest] == [7]


def test_a_long_call_blocks_nothing(start_child):
    child = start_child()
    child.send(wait_call("slow", 60000))
    assert child.ask(PING) == PONG
    assert child.ask(wait_call("quick", 0))["id"] == "quick"
    child.end_input()
    status, rest = child.ended()
    assert status == 0 and [answer["id"] for answer in rest] == ["slow"]


@pytest.mark.parametrize("token", [0, -1, "t", "", 9007199254740993], ids=str)
def test_progress_carries_the_token_as_it_came(start_child, token):
    child = start_child()
    child.send(wait_call(5, 400, 3, token))
    notes = [child.next() for _ in range(3)]
    assert all(note["method"] == "notifications/progress" and "id" not in note for note in notes), notes
    assert all(note["params"]["progressToken"] == token and type(note["params"]["progressToken"]) is type(token)
               for note in notes)
    assert [note["params"]["progress"] for note in notes] == [1, 2, 3]
    assert all(note["params"]["total"] == 4 and note["params"]["message"] for note in notes)
    assert child.next()["id"] == 5
    assert child.says_nothing_more()


def test_no_progress_without_a_token(start_child):
    child = start_child()
    assert child.ask(wait_call(5, 200, 3))["id"] == 5
    assert child.says_nothing_more()


def test_a_bad_token_is_refused(start_child):
    child = start_child()
    for token in (1.5, True, None, [], {}):
        call = wait_call(5, 0)
        call["params"]["_meta"] = {"progressToken": token}
        assert child.ask(call)["error"]["code"] == -32602


def test_the_last_note_and_the_answer_are_apart(start_child):
    """Clients that get both in one read lose the note and raise an error. A reader that is held up sees less of the gap than there
    was, so it is enough to see it once."""
    child = start_child()

    def gap():
        child.send(wait_call(5, 3, 1, "t"))
        noted, note = child.next_timed()
        answered, answer = child.next_timed()
        assert note["method"] == "notifications/progress" and answer["id"] == 5
        return answered - noted
    assert any(gap() > 0.015 for _ in range(50))


MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


@pytest.mark.parametrize("meta", [None, MODERN], ids=["legacy", "modern"])
@pytest.mark.parametrize("call_id", [0, "c"], ids=str)
def test_cancelling_stops_the_tool_and_nothing_more_is_said(start_child, call_id, meta):
    child = start_child()
    before = stopped(child)
    child.send(wait_call(call_id, 60000, 1000, "t", meta))
    assert child.next()["method"] == "notifications/progress"
    child.send({"jsonrpc": "2.0", "method": "notifications/cancelled",
                "params": {"requestId": call_id, "reason": "enough", **({"_meta": meta} if meta else {})}})
    child.send({"jsonrpc": "2.0", "id": "behind", "method": "ping"})
    while (line := child.next()).get("method") == "notifications/progress":
        pass  # written before the cancel was read
    assert line["id"] == "behind"
    assert eventually(lambda: stopped(child) == before + 1)
    assert child.says_nothing_more()


def test_only_the_call_named_is_cancelled(start_child):
    child = start_child()
    child.send(wait_call(1, 300))
    child.send(wait_call("1", 60000))
    child.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "1"}})
    assert child.next()["id"] == 1
    assert child.says_nothing_more()


def test_a_trace_is_logged_if_it_is_one(start_child):
    child = start_child()
    good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    bad = ["00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
           good.upper(), good + "-", good[:-1], "ff" + good[2:]]
    for number, trace in enumerate([good, *bad]):
        assert child.ask(wait_call(number, 0, meta={"traceparent": trace}))["id"] == number
    child.stop()
    logged = [json.loads(line) for line in child.log if '"call"' in line]
    assert [line.get("traceparent") for line in logged] == [good] + [None] * len(bad)


def test_end_of_input_lets_a_short_call_answer(start_child):
    child = start_child()
    child.send(wait_call(5, 100))
    child.end_input()
    status, rest = child.ended()
    assert status == 0 and [answer["id"] for answer in rest] == [5]
    assert rest[0]["result"]["isError"] is False


def test_end_of_input_ends_a_long_call_within_the_grace(start_child):
    child = start_child()
    child.send(wait_call(5, 60000))
    assert child.ask(PING) == PONG
    begun = time.monotonic()
    child.end_input()
    status, rest = child.ended()
    assert status == 0 and time.monotonic() - begun > 1.0
    assert [answer["result"]["isError"] for answer in rest] == [True]


def test_sigterm_ends_at_once(start_child):
    child = start_child()
    child.send(wait_call(5, 60000))
    assert child.ask(PING) == PONG
    child.process.send_signal(signal.SIGTERM)
    status, _ = child.ended()
    assert status == 0


def test_sigterm_in_the_moment_of_the_end(start_child):
    child = start_child()
    assert child.ask(PING) == PONG
    child.end_input()
    child.process.send_signal(signal.SIGTERM)
    assert child.ended() == (0, [])


def test_a_client_that_closed_its_end(start_child):
    """A thread that reads from the pipe keeps it open until it is woken: so the client goes on writing until the server has gone."""
    child = start_child()
    assert child.ask(PING) == PONG
    child.process.stdout.close()

    def has_gone():
        with contextlib.suppress(BrokenPipeError):
            child.send(PING)
        return child.process.poll() is not None
    assert eventually(has_gone)
    assert child.process.returncode == 0


@pytest.mark.parametrize("message", [PING | {"id": "x" * 200}, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, wait_call(1, 0)],
                         ids=["short answers", "long answers", "answers of workers"])
def test_a_client_that_reads_nothing_keeps_no_process(fixture_server, message):
    """It goes on writing until the server, whose answers nobody takes, takes no more either."""
    child = subprocess.Popen([fixture_server, "stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    os.set_blocking(child.stdin.fileno(), False)
    line = (json.dumps(message) + "\n").encode()
    with child:
        try:
            while select.select([], [child.stdin], [], 0.5)[1]:
                os.write(child.stdin.fileno(), line)
            child.send_signal(signal.SIGTERM)
            assert child.wait(20) == 0
        finally:
            child.kill()


def test_a_client_that_closed_stderr(start_child):
    child = start_child()
    child.process.stderr.close()
    child.send("no message")
    child.write("noise\n")
    assert child.ask(PING) == PONG
    assert child.ask(wait_call(5, 0))["id"] == 5


def test_stdout_holds_nothing_but_messages(start_child):
    child = start_child()
    for number in range(50):
        child.send(wait_call(number, 5))
        child.write("noise\n{\n[]\n")
    child.end_input()
    status, rest = child.ended()
    assert status == 0 and sorted(answer["id"] for answer in rest) == list(range(50))
