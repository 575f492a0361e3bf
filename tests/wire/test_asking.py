"""Questions to the client where time, many clients or several servers matter. What one client sees of one is in cases/asking.json."""
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from wire_cases import initialize
from wire_http import post
from wire_server import eventually
from wire_stream import NUMBERS, Session, Stream, calling

CAN = {"elicitation": {}}


def calls(tool, **arguments):
    return {"jsonrpc": "2.0", "id": next(NUMBERS), "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def named(name):
    return {"action": "accept", "content": {"name": name}}


def text_of(answer):
    return answer["result"]["content"][0]["text"]


class Asked:
    """A call in a session, up to its question. It is asked at once, so the stream begins with that."""

    def __init__(self, session, tool="ask", **arguments):
        self.session = session
        self.message = calls(tool, **arguments)
        self.stream = Stream(session.address, self.message, session.headers)
        self.question = self.stream.next()

    def reply(self, result, headers=None):
        """Sends it as the answer to the question; in another session if need be."""
        message = {"jsonrpc": "2.0", "id": self.question["id"], "result": result}
        assert post(self.session.address, message, self.session.headers if headers is None else headers).status == 202

    def ends(self):
        """The answer of the call, which must be the next and last message."""
        answer = self.stream.next()
        assert answer is None or answer["id"] == self.message["id"], answer
        assert self.stream.next() is None
        self.stream.close()
        return answer


def test_nobody_answers_for_another_session(servers):
    server = servers()
    asked, other = Asked(Session(server.address, can=CAN)), Session(server.address, can=CAN)
    asked.reply({"action": "decline"}, other.headers)
    asked.reply({"action": "decline"}, {})
    asked.reply({"action": "decline"}, {"MCP-Protocol-Version": "2025-11-25"})
    theirs = Asked(other)
    asked.reply({"action": "decline"}, other.headers)
    asked.reply(named("Alice"))
    assert text_of(asked.ends()) == "hello Alice"
    theirs.reply(named("Bob"))
    assert text_of(theirs.ends()) == "hello Bob"


def test_an_answer_in_a_session_that_is_none(servers):
    server = servers()
    answer = {"jsonrpc": "2.0", "id": "ask-1", "result": named("Alice")}
    assert post(server.address, answer, {"Mcp-Session-Id": "AAAA", "MCP-Protocol-Version": "2025-11-25"}).status == 404


def test_many_sessions_at_once(servers):
    """Each is answered by another thread than it is asked from, last first."""
    server = servers()
    names = [f"client {number}" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda _: Asked(Session(server.address, can=CAN)), names))
        assert len({each.question["id"] for each in asked}) == len(asked)
        list(pool.map(lambda pair: pair[0].reply(named(pair[1])), reversed(list(zip(asked, names)))))
        assert [text_of(each.ends()) for each in asked] == [f"hello {name}" for name in names]


def test_a_question_is_cancelled_when_its_time_is_up(start_server):
    server = start_server(FIXTURE_ASK_TIMEOUT_MS="300")
    asked = Asked(Session(server.address, can=CAN))
    cancelled = asked.stream.next()
    assert cancelled["method"] == "notifications/cancelled"
    assert cancelled["params"]["requestId"] == asked.question["id"]
    asked.reply(named("Alice"))  # too late
    answer = asked.ends()
    assert text_of(answer) == "nobody answered" and answer["result"]["isError"] is True
    assert server.stop() == 0


def test_over_stdio_too(start_child):
    child = start_child(FIXTURE_ASK_TIMEOUT_MS="300")
    child.ask(initialize("2025-11-25", CAN))
    message = calls("ask")
    question = child.ask(message)
    assert question["method"] == "elicitation/create"
    cancelled = child.next()
    assert cancelled["method"] == "notifications/cancelled" and cancelled["params"]["requestId"] == question["id"]
    assert text_of(child.next()) == "nobody answered"


def test_a_question_ends_with_its_call(servers):
    session = Session(servers().address, can=CAN)
    asked = Asked(session)
    post(session.address, {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": asked.message["id"]}},
         session.headers)
    cancelled = asked.stream.next()
    assert cancelled["method"] == "notifications/cancelled" and cancelled["params"]["requestId"] == asked.question["id"]
    assert asked.ends() is None


def test_the_time_of_a_call_rests_while_a_person_thinks(start_server):
    server = start_server(FIXTURE_CALL_TIMEOUT_MS="1500")
    asked = Asked(Session(server.address, can=CAN), "ask_twice")
    for answer in ("A", "B"):
        time.sleep(1)  # both together are more than the call's own time
        asked.reply({"action": "accept", "content": {"text": answer}})
        answer = asked.question = asked.stream.next()
    assert text_of(answer) == "A and B"
    assert server.stop() == 0


def test_a_quarter_of_the_workers_may_wait_for_one_caller(start_server):
    server = start_server(FIXTURE_MAX_CALLS="8")
    session = Session(server.address, can=CAN)
    waiting = [Asked(session), Asked(session)]
    assert text_of(session.ask("tools/call", name="ask", arguments={})) == "nobody answered"
    assert text_of(session.ask("tools/call", name="echo", arguments={"text": "served"})) == "served"
    waiting[0].reply(named("Alice"))
    assert text_of(waiting[0].ends()) == "hello Alice"
    fourth = Asked(session)
    fourth.reply(named("Bob"))
    assert text_of(fourth.ends()) == "hello Bob"
    waiting[1].reply(named("Carol"))
    assert text_of(waiting[1].ends()) == "hello Carol"
    assert server.stop() == 0
    assert any("ask_refused" in line for line in server.log)


def test_who_hangs_up_is_not_waited_for(start_server):
    """There is one place to wait at; whoever comes next gets it."""
    server = start_server(FIXTURE_MAX_CALLS="2")
    session = Session(server.address, can=CAN)
    Asked(session).stream.close()
    assert eventually(lambda: any('"tool":"ask"' in line for line in server.log)), "the call has ended"
    asked = Asked(session)
    asked.reply(named("Alice"))
    assert text_of(asked.ends()) == "hello Alice"
    assert server.stop() == 0


def test_a_server_that_closes_waits_for_nobody(start_server):
    server = start_server(FIXTURE_DRAIN_MS="20000")
    asked = Asked(Session(server.address, can=CAN))
    begun = time.monotonic()
    assert server.stop() == 0 and time.monotonic() - begun < 15
    assert asked.stream.next()["method"] == "notifications/cancelled"
    assert text_of(asked.ends()) == "nobody answered"


def test_the_end_of_stdin_ends_the_wait(start_child):
    child = start_child()
    child.ask(initialize("2025-11-25", CAN))
    assert child.ask(calls("ask"))["method"] == "elicitation/create"
    child.end_input()
    status, rest = child.ended()
    assert status == 0 and [message.get("method") for message in rest] == ["notifications/cancelled", None]


def end_somehow(asked, how):
    """Ends a call in one of the ways there are; what it must then say, None where nothing."""
    if how == "answer":
        asked.reply(named("Alice"))
    elif how == "twice":
        asked.reply(named("Alice"))
        asked.reply({"action": "decline"})
    elif how == "unfit":
        asked.reply(7)
    elif how == "cancel":
        post(asked.session.address, {"jsonrpc": "2.0", "method": "notifications/cancelled",
                                     "params": {"requestId": asked.message["id"]}}, asked.session.headers)
    return {"answer": "hello Alice", "twice": "hello Alice", "cancel": None}.get(how, "nobody answered")


def test_questions_that_end_in_every_way_at_once(start_server):
    """Answered, answered twice, answered wrongly, cancelled, and left alone until their time is up. That is long enough for the
    answers of a loaded machine; so those who are left alone come first, all at once."""
    server = start_server(FIXTURE_ASK_TIMEOUT_MS="6000", FIXTURE_MAX_CALLS="256")
    ways = ["silence"] * 24 + ["answer", "twice", "unfit", "cancel"] * 24

    def live(how):
        asked = Asked(Session(server.address, can=CAN))
        wanted = end_somehow(asked, how)
        messages = []
        while (message := asked.stream.next()) is not None:
            messages.append(message)
        asked.stream.close()
        answers = [text_of(message) for message in messages if "result" in message]
        cancelled = [message["params"]["requestId"] for message in messages if "method" in message]
        assert answers == ([wanted] if wanted else []), (how, messages)
        assert cancelled == ([asked.question["id"]] if how in ("cancel", "silence") else []), (how, messages)
    with ThreadPoolExecutor(40) as pool:
        list(pool.map(live, ways))
    assert server.stop() == 0


# ---- 2026-07-28 ----


def modern_call(server, tool, headers=None, state=None, answers=None, **arguments):
    message, own = calling(tool, CAN, **arguments)
    message["params"] |= {name: value for name, value in (("requestState", state), ("inputResponses", answers)) if value}
    return post(server.address, message, {**own, **(headers or {})}).json()


def asked_state(server, tool, headers=None, **arguments):
    return modern_call(server, tool, headers, **arguments)["result"]["requestState"]


def test_a_confirmation_counts_once_among_many(servers):
    """The same answer from many connections in the same moment: one is acted on, the others are asked again."""
    server = servers()
    state = asked_state(server, "confirm", what="drop it")
    start = threading.Barrier(12)

    def confirm(_):
        start.wait()
        return modern_call(server, "confirm", None, state, {"sure": {"action": "accept"}}, what="drop it")["result"]
    with ThreadPoolExecutor(12) as pool:
        results = list(pool.map(confirm, range(12)))
    kinds = sorted(result["resultType"] for result in results)
    assert kinds == ["complete"] + ["input_required"] * 11


def test_a_state_is_its_callers(servers, tokens):
    server = servers("protected")
    mine, other = ({"Authorization": f"Bearer {tokens[name]}"} for name in ("read", "other_reader"))
    state = asked_state(server, "confirm", mine, what="drop it")
    answers = {"sure": {"action": "accept"}}
    assert modern_call(server, "confirm", other, state, answers, what="drop it")["error"]["code"] == -32602
    assert text_of(modern_call(server, "confirm", mine, state, answers, what="drop it")) == "drop it: accept"


@pytest.fixture
def secrets(tmp_path):
    """Two files of secrets."""
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        path.write_text(path.name * 20)
    return paths


def test_another_instance_with_the_same_secret_goes_on(start_server, secrets):
    one, same, other = (start_server(FIXTURE_STATE_KEY_FILE=str(path)) for path in (secrets[0], secrets[0], secrets[1]))
    state = asked_state(one, "ask")
    assert modern_call(other, "ask", None, state, {"who": named("Alice")})["error"]["code"] == -32602
    assert text_of(modern_call(same, "ask", None, state, {"who": named("Alice")})) == "hello Alice"
    session = Session(one.address, can=CAN)
    session.address = same.address
    asked = Asked(session)
    asked.reply(named("Bob"))
    assert text_of(asked.ends()) == "hello Bob", "what the client can do is in the id of its session"
    assert [server.stop() for server in (one, same, other)] == [0, 0, 0]
