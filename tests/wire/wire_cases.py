"""Cases as data (README.md beside this): loading them, and running one over one transport."""
import json
from pathlib import Path

from wire_http import post
from wire_match import differences

HERE = Path(__file__).resolve().parent
MODERN = "2026-07-28"
META = "io.modelcontextprotocol/"

# Which member of params the header Mcp-Name mirrors.
NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri",
         "tasks/get": "taskId", "tasks/update": "taskId", "tasks/cancel": "taskId"}


def all_cases():
    """(name, transport, case) for each transport of each case."""
    for path in sorted((HERE / "cases").glob("*.json")):
        for case in json.loads(path.read_text()):
            for transport in case.get("transports", ["stdio", "http"]):
                yield f"{path.stem}: {case['name']} [{transport}]", transport, case


def modern(message):
    """The message with what every request of 2026-07-28 carries, and the headers that mirror it. `null` in the
    message's own _meta takes a member away."""
    params = dict(message.get("params") or {})
    meta = {META + "protocolVersion": MODERN, META + "clientCapabilities": {}, **params.get("_meta", {})}
    params["_meta"] = {key: value for key, value in meta.items() if value is not None}
    headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": message.get("method")}
    name = params.get(NAMED.get(message.get("method")))
    if isinstance(name, str):
        headers["Mcp-Name"] = name
    return {**message, "params": params}, headers


def body_of(step, era):
    """What a step sends, as text, and the headers that come with it."""
    headers = {}
    if "raw" in step:
        text = step["raw"] if isinstance(step["raw"], str) else "".join(
            part if isinstance(part, str) else part["repeat"] * part["times"] for part in step["raw"])
    else:
        message = step["send"]
        if era == "modern" and isinstance(message, dict):
            message, headers = modern(message)
        text = json.dumps(message)
    return text, {**headers, **step.get("headers", {})}


def initialize(version):
    return {"jsonrpc": "2.0", "id": "open", "method": "initialize",
            "params": {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "case", "version": "1"}}}


def expectation(step, transport):
    """What is expected over this transport: the common part, then the transport's own."""
    expect = dict(step.get("expect", {}))
    own = {name: expect.pop(name, {}) for name in ("stdio", "http")}
    return {**expect, **own[transport]}


class OverStdio:
    """Runs steps against a process of their own."""

    def __init__(self, child, case):
        self.child = child
        if "open" in case:
            answer = child.ask(initialize(case["open"]))
            assert answer["result"]["protocolVersion"] == case["open"]
        self.era = case.get("era")

    def run(self, step):
        text, _ = body_of(step, step.get("era", self.era))
        expect = expectation(step, "stdio")
        self.child.write(text + step.get("end", "\n"))
        if expect.get("none"):
            assert self.child.says_nothing_more(), "something was said"
            return
        answers = [self.child.next() for _ in range(expect.get("lines", 1))]
        if "notes" in expect:
            assert not (wrong := list(differences(expect["notes"], answers[:-1], "notes"))), wrong
        assert not (wrong := list(differences(expect["body"], answers[-1], "body"))), wrong
        if step.get("last", True):
            assert self.child.says_nothing_more(), "more was said than expected"


class OverHttp:
    """Runs steps against a server that others use too."""

    def __init__(self, server, case, tokens):
        self.address = server.address
        self.headers = dict(case.get("headers", {}))
        self.era = case.get("era")
        self.tokens = tokens
        if "open" in case:
            answer = post(self.address, initialize(case["open"]), self.filled(self.headers))
            assert answer.json()["result"]["protocolVersion"] == case["open"]
            self.headers["MCP-Protocol-Version"] = case["open"]
            if answer.header("mcp-session-id"):
                self.headers["Mcp-Session-Id"] = answer.header("mcp-session-id")

    def filled(self, headers):
        """With "$token:NAME" in a value as that token, and "$address" as the server's."""
        def fill(value):
            if isinstance(value, list):
                return [fill(each) for each in value]
            if not isinstance(value, str):
                return value
            before, mark, name = value.partition("$token:")
            value = before + self.tokens[name] if mark else value
            return value.replace("$address", self.address)
        return {name: fill(value) for name, value in headers.items()}

    def run(self, step):
        text, own = body_of(step, step.get("era", self.era))
        expect = expectation(step, "http")
        headers = self.filled({**self.headers, **own})
        reply = post(self.address, text, headers, method=step.get("method", "POST"), path=step.get("path", "/mcp"),
                     version=step.get("version", "HTTP/1.1"))
        if "keep" in step:
            for name in step["keep"]:
                assert reply.header(name), f"no {name}"
                self.headers[name] = reply.header(name)
        check_reply(reply, expect)


def check_reply(reply, expect):
    """An HTTP answer against an expectation."""
    seen = f"{reply.status} {reply.headers} {reply.body[:500]!r}"
    if expect.get("none"):
        assert reply.status == expect.get("status", 202) and reply.body == b"", seen
        assert reply.header("content-length") == "0", seen
        return
    assert reply.status == expect.get("status", 200), seen
    streamed = expect.get("type") == "text/event-stream"
    if "type" in expect or "body" in expect:
        assert reply.media_type == expect.get("type", "application/json"), seen
    for name, value in expect.get("headers", {}).items():
        if value is None:
            assert reply.header(name) is None, seen
        else:
            assert reply.header(name) is not None, f"no {name}: {seen}"
            assert not (wrong := list(differences(value, reply.header(name), name))), wrong
    if "text" in expect:
        assert expect["text"] in reply.body.decode(), seen
    if "body" not in expect:
        return
    messages = reply.events() if streamed else [reply.json()]
    if "notes" in expect:
        assert not (wrong := list(differences(expect["notes"], messages[:-1], "notes"))), wrong
    assert not (wrong := list(differences(expect["body"], messages[-1], "body"))), wrong
