"""What a client and the server must be able to do together. Each function judges one ability by what was seen."""
from dataclasses import dataclass

ECHOED = "süß, \u2028 🎣 and \"quoted\""


@dataclass
class Seen:
    """One run of a client: its row of the table, the transport, its report, the server it talked to, and what that
    server had logged as cancelled before anyone stopped it."""
    row: dict
    transport: str
    report: dict
    steps: dict
    server: object
    gone: list

    def step(self, name):
        assert name in self.steps, self.report
        return self.steps[name]

    def answer(self, name):
        step = self.step(name)
        assert "answer" in step, step
        return step["answer"]

    def structured(self, name):
        answer = self.answer(name)
        assert not answer["is_error"], answer
        return answer["structured"]

    def refusal(self, name):
        """The text of an answer that is an error of the tool."""
        answer = self.answer(name)
        assert answer["is_error"], answer
        return answer["text"]


def connects(seen):
    assert "connected" in seen.report, seen.report
    assert seen.report["connected"]["version"] == seen.row["version"]
    server = seen.report["connected"]["server"]
    assert (server and server["name"]) == seen.row.get("server", "fixture")


def opens(seen):
    """The first messages over stdio, with their ids, are what this client is known to send."""
    sent = [line["message"] for line in seen.server.witnessed("message")]
    assert [[m["method"], m.get("id")] for m in sent[:len(seen.row["opens"])]] == seen.row["opens"]
    assert len(seen.server.witnessed("start")) == seen.row["starts"]


def lists_tools(seen):
    tools = {tool["name"]: tool for tool in seen.step("list")["tools"]}
    writing = ["change"] if seen.transport == "stdio" else []  # the token over HTTP may only read
    assert list(tools) == [*writing, "echo", "fail", "stopped", "wait"]
    assert tools["echo"]["inputSchema"]["required"] == ["text"]
    assert ("outputSchema" in tools["echo"]) == (seen.row["version"] >= "2025-06-18")


def reads_structured(seen):
    if seen.row["version"] < "2025-06-18":
        assert seen.answer("echo")["structured"] is None
    else:
        assert seen.structured("echo")["text"] == ECHOED
    assert seen.answer("echo")["text"] == ECHOED


def sees_argument_errors(seen):
    assert '"text"' in seen.refusal("missing")
    assert "/text" in seen.refusal("wrong type")


def sees_tool_errors(seen):
    assert seen.refusal("failing") == "the upstream is on fire"


def sees_unknown_tools(seen):
    assert seen.step("unknown tool")["error"]["code"] == -32602
    assert "nonsense" in seen.step("unknown tool")["error"]["message"]


def receives_progress(seen):
    notes = seen.step("noted")["notes"]
    assert [note["progress"] for note in notes] == [1, 2, 3]
    assert {note["total"] for note in notes} == {4} and {note["message"] for note in notes} == {"still waiting"}
    assert not seen.answer("noted")["is_error"]


def receives_hurried_notes(seen):
    """A note with the answer on its heels is neither lost nor taken for an error."""
    for name in ("hurried 1", "hurried 2", "hurried 3"):
        assert [note["progress"] for note in seen.step(name)["notes"]] == [1], name
        assert not seen.answer(name)["is_error"], name
    assert seen.report["errors"] == []


def calls_at_once(seen):
    """The later call is answered first; over HTTP the silent one has become a stream by then."""
    assert seen.answer("overtaking")["text"] == "first"
    assert seen.answer("silent")["text"] == "waited"
    assert seen.step("overtaking")["ended_ms"] + 1500 < seen.step("silent")["ended_ms"]


def cancels(seen):
    """The call ended long before the connection did: the plan goes on for two seconds unless a stopped call is counted."""
    assert seen.step("cancelled")["cancelled"] and "answer" not in seen.step("cancelled")
    assert [line["tool"] for line in seen.gone] == ["wait"] and seen.gone[0]["ms"] < 2000


def goes_on(seen):
    """After a cancel the same connection still answers, and nothing had to be complained of."""
    assert seen.answer("after")["text"] == "still here"
    assert seen.report["errors"] == []


def closes(seen):
    """Prompt and quiet; over stdio the end of stdin is enough: no signal to the session's process, status 0."""
    assert "close_ms" in seen.report, seen.report
    assert seen.report["close_ms"] < 1000 and seen.report["errors"] == []
    if seen.transport == "stdio":
        exits = seen.server.witnessed("exit")
        assert len(exits) == seen.row["starts"] and {one["status"] for one in exits} == {0}
        last = exits[-1]
        assert last["after_eof_ms"] is not None and last["after_eof_ms"] < 1000
        assert last["pid"] not in [one["pid"] for one in seen.server.witnessed("sigterm")]


def survives_a_refused_scope(seen):
    """A reader's write is refused with 403; the connection answers what comes next."""
    assert "error" in seen.step("write"), seen.step("write")
    assert seen.answer("after")["text"] == "still here"


def is_told_of_a_missing_token(seen):
    """The first request fails with the status, or with the words of the server."""
    fault = seen.report.get("refused") or seen.step("list")["error"]
    assert "401" in fault["message"] or "a bearer token is needed" in fault["message"]


def leaves_in_mid_call(seen):
    """The client goes while a call is under way: no signal is needed over stdio, and over HTTP the call is stopped."""
    assert seen.step("left")["left"]
    if seen.transport == "stdio":
        exits = seen.server.witnessed("exit")
        assert len(exits) == seen.row["starts"]
        last = exits[-1]
        assert last["status"] == 0 and last["after_eof_ms"] < 2000
        assert last["pid"] not in [one["pid"] for one in seen.server.witnessed("sigterm")]
    else:
        assert [line["tool"] for line in seen.gone] == ["wait"]
