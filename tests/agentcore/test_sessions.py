"""A gateway with sessions and streaming: progress, and a person's confirmation, for a client of an older version."""
import http.client
import json
from urllib.parse import urlsplit

import pytest
from gateway import Gateway, request
from place import ROLES, Place, lakewarden_running, post
from ports import HeldPort
from scripted import GOOD, scripted_running

MCP = {"supportedVersions": ["2025-11-25"], "sessionConfiguration": {"sessionTimeoutInSeconds": 900},
       "streamingConfiguration": {"enableResponseStreaming": True}}
SETTINGS = {"protocolConfiguration": {"mcp": MCP}}


class Client:
    """Of version 2025-11-25, with a session at the gateway."""

    def __init__(self, gateway, **capabilities):
        self.gateway, self.headers, self.token = gateway, {}, gateway.place.token()
        status, headers, answer = self.ask("initialize", protocolVersion="2025-11-25", capabilities=capabilities,
                                           clientInfo={"name": "a", "version": "1"})
        assert status == 200 and answer["result"]["protocolVersion"] == "2025-11-25"
        self.headers = {"Mcp-Session-Id": headers["Mcp-Session-Id"], "MCP-Protocol-Version": "2025-11-25"}
        assert self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})[0] == 202

    def send(self, message):
        return post(self.gateway.url, message, self.token, **{**self.headers, "Accept": "application/json"})

    def ask(self, method, **params):
        """As JSON: a client that takes no stream."""
        return self.send({"jsonrpc": "2.0", "id": 7, "method": method, "params": params})

    def events(self, method, **params):
        """Yields what comes for a request, as it comes."""
        at = urlsplit(self.gateway.url)
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=30)
        connection.request("POST", at.path, json.dumps({"jsonrpc": "2.0", "id": 8, "method": method, "params": params}), {
            **self.headers, "Authorization": f"Bearer {self.token}", "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream"})
        answer = connection.getresponse()
        assert (answer.status, answer.headers.get_content_type()) == (200, "text/event-stream")
        for line in answer:
            if line.startswith(b"data:"):
                yield json.loads(line[5:])
        connection.close()


def confirming(lakewarden, facts, folder, **more):
    return lakewarden_running(lakewarden, facts, folder / "log", ["--writes", "confirm", *ROLES], **more)


def retry(facts):
    return {"name": "lakewarden___retry_glue_job", "arguments": {"job_name": facts["job_name"]}}


def answered(client, facts, reply):
    """The tool's answer after the one question has been replied to."""
    for message in client.events("tools/call", **retry(facts)):
        if message.get("method") == "elicitation/create":
            assert message["id"].startswith("gateway-") and "confirm" in message["params"]["requestedSchema"]["properties"]
            assert client.send({"jsonrpc": "2.0", "id": message["id"], "result": reply})[0] == 202
        elif "method" not in message:
            assert message["id"] == 8
            return message["result"]
    raise AssertionError("no answer")


def test_a_person_is_asked_on_the_way(lakewarden, facts, tmp_path):
    """No first, and nothing is changed; then yes. A client that cannot be asked changes nothing either."""
    with confirming(lakewarden, facts, tmp_path) as (_, address):
        place = Place(facts, address)
        place.control("POST", "reset")
        gateway = Gateway(place, SETTINGS)
        client = Client(gateway, elicitation={})
        assert answered(client, facts, {"action": "decline"})["structuredContent"]["effect"] == "refused"
        silent = list(Client(gateway).events("tools/call", **retry(facts)))
        assert [message["result"]["structuredContent"]["effect"] for message in silent if "result" in message] == ["refused"]
        assert not [message for message in silent if message.get("method") == "elicitation/create"]
        assert answered(client, facts, {"action": "accept", "content": {"confirm": True}})["structuredContent"]["effect"] == "created"


def test_progress_arrives(clean):
    client = Client(Gateway(clean, SETTINGS))
    messages = list(client.events("tools/call", name="lakewarden___get_glue_logs", arguments={"job_name": clean.facts["job_name"]},
                                  _meta={"progressToken": "p"}))
    assert [message["params"]["progressToken"] for message in messages[:-1]] and messages[-1]["id"] == 8
    assert {message["params"]["progressToken"] for message in messages[:-1]} == {"p"}


def test_a_session_of_the_target_that_is_lost_is_opened_anew(lakewarden, facts, tmp_path):
    """lakewarden was started again, at the same address and with another key: the gateway's client does not notice."""
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
    with HeldPort() as port:
        with confirming(lakewarden, facts, tmp_path / "first", listen=f"127.0.0.1:{port}") as (_, address):
            place = Place(facts, address)
            place.control("DELETE", "agentcore")
            client = Client(Gateway(place, SETTINGS))
            call = {"name": "lakewarden___get_glue_logs", "arguments": {"job_name": facts["job_name"]}}
            assert "result" in client.ask("tools/call", **call)[2]
        with lakewarden_running(lakewarden, facts, tmp_path / "second" / "log", ROLES, listen=address):
            assert "result" in client.ask("tools/call", **call)[2]


@pytest.fixture
def place(facts):
    """The sandbox alone."""
    one = Place(facts, "127.0.0.1:1")
    one.control("DELETE", "agentcore")
    return one


def test_sessions_are_the_gateways_own(place):
    """400 without one, 404 for one that is not; and what is kept of the target is used again."""
    answers = {"initialize": {"headers": {"Mcp-Session-Id": "s1"}, "result": GOOD["initialize"]}}
    with scripted_running(answers) as (scripted, url):
        gateway = Gateway(place, SETTINGS, ENDPOINT=url)
        client = Client(gateway)
        assert client.headers["Mcp-Session-Id"] != "s1"
        scripted.seen.clear()
        for _ in range(2):
            assert client.ask("tools/call", name="lakewarden___echo", arguments={})[2]["result"] == GOOD["tools/call"]
        assert scripted.methods() == ["initialize", "notifications/initialized", "tools/call", "tools/call"]
        client.headers["Mcp-Session-Id"] = "unknown"
        assert client.ask("tools/list")[0] == 404
        del client.headers["Mcp-Session-Id"]
        assert client.ask("tools/list")[0] == 400


def test_a_target_is_told_of_elicitation_only_where_it_reaches_a_client(place):
    without = {"protocolConfiguration": {"mcp": {**MCP, "streamingConfiguration": {"enableResponseStreaming": False}}}}
    with scripted_running({}) as (scripted, url):
        for settings, name, told in ((SETTINGS, "one", {"elicitation": {}}), (without, "two", {})):
            client = Client(Gateway(place, settings, ENDPOINT=url, NAME=name), elicitation={})
            scripted.seen.clear()
            client.ask("tools/call", name=f"{name}___echo", arguments={})
            assert scripted.seen[0][0]["params"]["capabilities"] == told


def test_the_request_is_that_of_the_document(place):
    """What docs/agentcore.md adds to gateway.json is what is tried here."""
    made = place.agentcore.create_gateway(**{**request("gateway", place.values()), **SETTINGS})
    assert made["protocolConfiguration"]["mcp"] == MCP
