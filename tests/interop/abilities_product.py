"""What a client and lakewarden itself must be able to do together, on the bad night of the sandbox."""

from pathlib import Path

TOOLS = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "schema" / "tools").glob("*.json"))


def lists_the_tools(seen):
    tools = seen.tools()
    assert [tool["name"] for tool in tools] == TOOLS
    assert all(tool["inputSchema"]["type"] == "object" and tool["description"] for tool in tools)


def reads_the_output_schemas(seen):
    assert all(("outputSchema" in tool) == seen.structures for tool in seen.tools())


def reads_why_a_job_failed(seen):
    """The client itself holds the answer against the tool's outputSchema."""
    assert "throttling" in seen.text("read")
    if seen.structures:
        envelope = seen.structured("read")
        assert envelope["state"]["failed"] and envelope["diagnosis"]["cause"] == "throttling"
        named = {item["id"] for item in envelope["evidence"]}
        assert envelope["diagnosis"]["evidence_ids"] and set(envelope["diagnosis"]["evidence_ids"]) <= named
    assert seen.complaints == []


def receives_a_note(seen):
    """While the job is read, not at its end."""
    assert [note["progress"] for note in seen.step("read")["notes"]][:1] == [1]


def sees_a_wrong_argument(seen):
    assert "/run" in seen.refusal("wrong") or '"run"' in seen.refusal("wrong")


def sees_a_missing_job(seen):
    """An error of the tool needs not fit its outputSchema."""
    assert "no-such-job" in seen.refusal("absent")


def shows_a_dry_run(seen):
    assert "StartJobRun" in seen.text("dry run")
    if seen.structures:
        assert seen.structured("dry run")["effect"] == "dry_run"


def asks_before_a_write(seen):
    """A person says no to one thing and yes to another: refused, and done."""
    for name, words, effect in (("said no", "Start", "refused"), ("said yes", "Update", "created")):
        assert seen.step(name)["asked"] and all(words in asked for asked in seen.step(name)["asked"])
        assert seen.structured(name)["effect"] == effect
    assert "the person asked declined" in seen.text("said no")


def cancels_a_slow_read(seen):
    """AWS is slow, a note has come; then the client cancels, the request to AWS ends, and the next call is answered."""
    assert seen.meanwhile["waiting"], "no request was under way"
    assert seen.meanwhile["ended"], "the request to AWS went on"
    cancelled = seen.step("cancelled")
    assert cancelled["cancelled"] and "answer" not in cancelled
    assert [note["progress"] for note in cancelled["notes"]] == [1]
    assert [line["tool"] for line in seen.gone] == ["get_cloudwatch_alarm"]
    assert "ALARM" in seen.text("after") and seen.complaints == []
