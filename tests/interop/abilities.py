"""What a client and the server must be able to do together. Each function judges one ability by what was seen."""
ECHOED = "süß, \u2028 🎣 and \"quoted\""


def connects(seen):
    """In the version expected, by the server's log, and by what the client tells of it, if it does."""
    assert "connected" in seen.report, seen.report
    assert {line["protocol"] for line in seen.server.calls()} == {seen.row["version"]}
    told, silent = seen.report["connected"], seen.row.get("silent", False)
    assert told["version"] == (None if silent else seen.row["version"])
    assert (told["server"] and told["server"]["name"]) == (None if silent else seen.row.get("server", "fixture"))


def opens(seen):
    """The first messages over stdio, with their ids, are what this client is known to send."""
    sent = [line["message"] for line in seen.server.witnessed("message")]
    assert [[m["method"], m.get("id")] for m in sent[:len(seen.row["opens"])]] == seen.row["opens"]
    assert len(seen.server.witnessed("start")) == seen.starts


def lists_tools(seen):
    tools = {tool["name"]: tool for tool in seen.tools()}
    assert list(tools) == sorted(tools) and {"echo", "fail", "stopped", "wait"} <= set(tools)
    assert ("change" in tools) == (seen.transport == "stdio")  # the token over HTTP may only read
    assert tools["echo"]["inputSchema"]["required"] == ["text"]


def reads_output_schemas(seen):
    echo = next(tool for tool in seen.tools() if tool["name"] == "echo")
    assert ("outputSchema" in echo) == seen.structures


def reads_structured(seen):
    assert seen.text("echo") == ECHOED
    if seen.structures:
        assert seen.structured("echo")["text"] == ECHOED
    else:
        assert seen.structured("echo") is None


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
    assert seen.text("noted") == "waited"


def receives_hurried_notes(seen):
    """A note with the answer on its heels is neither lost nor taken for an error."""
    for name in ("hurried 1", "hurried 2", "hurried 3"):
        assert [note["progress"] for note in seen.step(name)["notes"]] == [1], name
        assert seen.text(name) == "waited"
    assert seen.complaints == []


def calls_at_once(seen):
    """The later call is answered first; over HTTP the silent one is a stream by then."""
    assert seen.text("overtaking") == "first"
    assert seen.text("silent") == "waited"
    assert seen.step("overtaking")["ended_ms"] < seen.step("silent")["ended_ms"]


def cancels(seen):
    """The call ended soon after, and not with the connection: the plan goes on for two seconds unless a stopped call is counted."""
    cancelled = seen.step("cancelled")
    assert cancelled["cancelled"] and "answer" not in cancelled
    assert [line["tool"] for line in seen.gone] == ["wait"] and seen.gone[0]["ms"] < cancelled["ended_ms"] + 1500


# What clients may rightly say of a note that crosses their cancel, or their leaving, on the way.
CROSSED = ("progress notification for an unknown token", "Error parsing SSE message (BrokenResourceError)",
           "Error parsing SSE message (ClosedResourceError)")


def goes_on(seen):
    """After a cancel the same connection still answers."""
    assert seen.text("after") == "still here"
    assert [text for text in seen.complaints if not any(known in text for known in CROSSED)] == []


def answers_a_question(seen):
    """In 2026-07-28 the call is sent again with the answer; before that the server asks on the call's stream."""
    assert seen.step("asked")["asked"] == ["Who are you?"]
    assert seen.text("asked") == "hello Ada"


def declines_a_question(seen):
    assert seen.step("declined")["asked"] == ["Who are you?"]
    assert seen.text("declined") == "decline"


def answers_two_questions(seen):
    """One after the other, and both at once."""
    for name in ("twice", "both"):
        assert sorted(seen.step(name)["asked"]) == ["The first?", "The second?"]
        assert seen.text(name) == "aye and aye"


def closes(seen):
    """Nothing is waited for in vain; over stdio the end of stdin is enough: no signal to the session's process, which would come
    after two seconds, and status 0."""
    assert "close_ms" in seen.report, seen.report
    assert seen.report["close_ms"] < 10000 and seen.complaints == []
    if seen.transport == "stdio":
        exits = seen.server.witnessed("exit")
        assert len(exits) == seen.starts and {one["status"] for one in exits} == {0}
        last = exits[-1]
        assert last["after_eof_ms"] is not None
        assert last["pid"] not in [one["pid"] for one in seen.server.witnessed("sigterm")]


def survives_a_refused_scope(seen):
    """A reader's write is refused with 403; the connection answers what comes next."""
    assert "error" in seen.step("write"), seen.step("write")
    told = seen.step("write")["error"]["message"]
    assert "403" in told or "scope" in told or "Forbidden" in told
    assert seen.text("after") == "still here"


def is_told_of_a_missing_token(seen):
    """The first request fails with the status, or with the words of the server."""
    fault = seen.report.get("refused") or seen.step("list")["error"]
    assert "401" in fault["message"] or "a bearer token is needed" in fault["message"]


def is_told_of_an_expired_token(seen):
    """It was good at first; then a call fails with the status, or with the words of the server, and does not hang."""
    assert seen.text("before") == "good"
    fault = seen.step("after")["error"]
    assert "401" in fault["message"] or "the bearer token was not accepted" in fault["message"]


def leaves_in_mid_call(seen):
    """The client goes while a call is under way: no signal is needed over stdio, and over HTTP the call is stopped."""
    assert seen.step("left")["left"]
    if seen.transport == "stdio":
        exits = seen.server.witnessed("exit")
        assert len(exits) == seen.starts
        last = exits[-1]
        assert last["status"] == 0 and last["after_eof_ms"] is not None
        assert last["pid"] not in [one["pid"] for one in seen.server.witnessed("sigterm")]
    else:
        assert [line["tool"] for line in seen.gone] == ["wait"]
