"""What a client that has an account instead of a token must be able to do with lakewarden in front of Cognito.

It is told of the authorization server by the first refusal, and asks for the scope lakewarden/read.
"""
import json
from pathlib import Path

DOCUMENTS = [json.loads(path.read_text()) for path in (Path(__file__).resolve().parents[2] / "schema" / "tools").glob("*.json")]
READING = sorted(document["name"] for document in DOCUMENTS if document["annotations"]["readOnlyHint"])


def signs_in(seen):
    assert "connected" in seen.report, seen.report
    assert [tool["name"] for tool in seen.tools()] == READING
    assert "throttling" in seen.text("read")


def steps_up(seen):
    """A call that needs lakewarden/write is refused with what is missing; the client fetches such a token and is let in."""
    assert "StartJobRun" in seen.text("write")


def outlives_its_token(seen):
    """A token that is over after four seconds, as its issuer said: nobody is to notice."""
    assert "throttling" in seen.text("before") and "throttling" in seen.text("after")


def survives_a_401(seen):
    """The same, but the issuer spoke of an hour: the server's 401 in mid-conversation tells the client to fetch another."""
    assert "throttling" in seen.text("before") and "throttling" in seen.text("after")
    assert any("expired" in line["why"] for line in seen.server.events("auth_refused"))
