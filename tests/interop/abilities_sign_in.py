"""What a client that has an account instead of a token must be able to do with lakewarden in front of Cognito.

It is told of the authorization server by the first refusal, and asks for the scope lakewarden/read.
"""


def signs_in(seen):
    assert "connected" in seen.report, seen.report
    assert [tool["name"] for tool in seen.step("list")["tools"]] == \
        ["get_cloudwatch_alarm", "get_glue_logs", "verify_source_data"]
    assert "throttling" in seen.text("read")


def steps_up(seen):
    """A call that needs lakewarden/write is refused with what is missing; the client fetches such a token and is let in."""
    assert "StartJobRun" in seen.text("write")
