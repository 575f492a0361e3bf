"""A person signs in: clients of facade.json in front of lakewarden and the sandbox's user pool, with a client id registered there.

`secret`: whether their app client has one. `renews`: when they use their refresh token. `stops_at_cognito`, where it was tried: what
a client says that refuses the pool's own metadata, as MCP tells it to; null where it does not look. With --oauth-facade all get in.
"""
import json

import pytest
from abilities_sign_in import READING
from bench import HERE
from pool import LEEWAY_S
from servers import wait_for
from test_sign_in import START_S, answers, public_server

TABLE = json.loads((HERE / "facade.json").read_text())
CALLBACK = "http://localhost:8765/callback"  # nobody listens there: a client's browser only reads where it is sent
PERSON = "5b1f0c6e-3a64-4f2c-9d0a-0a8f5e2d7c11"
LASTS = {"after a 401": {"lifetime_s": 4 - LEEWAY_S, "told_s": 3600}, "in time": {"lifetime_s": 600, "told_s": 2}}
PAUSE_MS = {"after a 401": 4500, "in time": 2500}  # longer than such a token lasts, or is said to


def name_of(row):
    return f"{row['client']}-{row['mode']}"


@pytest.fixture
def sign_in(drivers, lakewarden, place, tmp_path, monkeypatch):
    """Has a client sign a person in, list the tools, and look at a job before and after a pause. Gives the report, the server, and
    what the pool was asked, by its name."""
    def run(row, facade, pause_ms=1):
        monkeypatch.setenv("LAKEWARDEN_OAUTH_FACADE", str(facade).lower())
        app = place.control("POST", "clients", {"scopes": ["lakewarden/read", "lakewarden/write"], "callbacks": [CALLBACK],
                                                "public": not row["secret"], **LASTS[row["renews"]]})
        look = {"call": "get_glue_logs", "arguments": {"job_name": place["job_name"]}}
        steps = [{"list": True}, look, {"pause_ms": pause_ms}, look]
        with public_server(lakewarden, place, tmp_path, {**app, "more": {"callback": CALLBACK}}) as server:
            if facade:
                document = server.reach["url"].removesuffix("/mcp") + "/.well-known/oauth-authorization-server"
                assert wait_for(lambda: answers(document), START_S), server.log.read_text()
            before = len(place.control("GET", "journal"))
            report = drivers.run(row["client"], {**server.reach, "mode": row["mode"], "steps": steps})
        asked = [line for line in place.control("GET", "journal")[before:] if line["service"] == "cognito"]
        return report, server, {name: [line for line in asked if line["operation"] == name] for name in ("authorize", "token")}
    return run


def assert_at_work(report, server, asked):
    assert "connected" in report, report
    listed, first, _, second = report["steps"]
    assert [tool["name"] for tool in listed["tools"]] == READING, report
    assert "throttling" in first["answer"]["text"] and "throttling" in second["answer"]["text"]
    assert [call["subject"] for call in server.calls()] == [PERSON] * 2
    assert len(asked["authorize"]) == 1, "the person signs in once"
    assert all(part in asked["authorize"][0]["target"] for part in ("code_challenge_method=S256", "scope=lakewarden%2Fread", "resource="))


@pytest.mark.parametrize("row", TABLE, ids=name_of)
def test_a_person_signs_in_and_stays_so(row, sign_in):
    report, server, asked = sign_in(row, facade=True, pause_ms=PAUSE_MS[row["renews"]])
    assert_at_work(report, server, asked)
    assert len(asked["token"]) > 1, "the token was over meanwhile, or was said to be"


@pytest.mark.parametrize("row", [row for row in TABLE if "stops_at_cognito" in row], ids=name_of)
def test_without_it_some_stop(row, sign_in):
    report, server, asked = sign_in(row, facade=False)
    if row["stops_at_cognito"] is None:
        assert_at_work(report, server, asked)
    else:
        assert row["stops_at_cognito"] in report["refused"]["message"], report
        assert server.calls() == [] and asked["authorize"] == []
