"""Cases as data (README.md beside this): loading them, and running one over one transport."""
import json
from pathlib import Path

from wire_http import Connection, events, post, request
from wire_match import differences

HERE = Path(__file__).resolve().parent
MODERN = "2026-07-28"
REVISIONS = ["2025-03-26", "2025-06-18", "2025-11-25", MODERN]
META = "io.modelcontextprotocol/"

# Which member of params the header Mcp-Name mirrors.
NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri",
         "tasks/get": "taskId", "tasks/update": "taskId", "tasks/cancel": "taskId"}


def all_cases():
    """(name, transport, case) for each transport of each case, and each revision where it names several."""
    for path in sorted((HERE / "cases").glob("*.json")):
        for written in json.loads(path.read_text()):
            for version, case in at_revisions(written):
                for transport in case.get("transports", ["stdio", "http"]):
                    yield f"{path.stem}: {case['name']} [{version}{transport}]", transport, case


def at_revisions(case):
    """The case as it is, or where it says `at`, as it runs at each of those revisions."""
    if "at" not in case:
        yield "", case
        return
    for version in REVISIONS if case["at"] == "all" else case["at"]:
        era, begin = ("modern", {"era": "modern"}) if version == MODERN else ("legacy", {"open": version})
        steps = [{**step, "expect": merged(step["expect"], ("legacy", "modern"), era)} for step in case["steps"]]
        yield version + " ", {**case, **begin, "steps": steps}


def merged(expect, names, name):
    """What is expected, with the part for that name laid over what is common."""
    common = {key: value for key, value in expect.items() if key not in names}
    return {**common, **expect.get(name, {})}


def modern(message, can=None):
    """The message with what every request of 2026-07-28 carries, and the headers that mirror it. `null` in the
    message's own _meta takes a member away."""
    params = dict(message.get("params") or {})
    meta = {META + "protocolVersion": MODERN, META + "clientCapabilities": can or {}, **params.get("_meta", {})}
    params["_meta"] = {key: value for key, value in meta.items() if value is not None}
    headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": message.get("method")}
    name = params.get(NAMED.get(message.get("method")))
    if isinstance(name, str):
        headers["Mcp-Name"] = name
    return {**message, "params": params}, headers


def body_of(step, era, can, states):
    """What a step sends, as text, and the headers that come with it."""
    headers = {}
    if "raw" in step:
        text = step["raw"] if isinstance(step["raw"], str) else "".join(
            part if isinstance(part, str) else part["repeat"] * part["times"] for part in step["raw"])
    else:
        message = step["send"]
        if era == "modern" and isinstance(message, dict):
            message, headers = modern(message, can)
        text = json.dumps(with_states(message, states))
    return text, {**headers, **step.get("headers", {})}


def with_states(value, states):
    """With "$state" as the last requestState that came, "$state N" as the N-th, "$tampered" as the last, changed."""
    if isinstance(value, dict):
        return {key: with_states(each, states) for key, each in value.items()}
    if value == "$tampered":
        return states[-1] + "AAAA"
    if value == "$state" or isinstance(value, str) and value.startswith("$state "):
        return states[int(value.partition(" ")[2] or 0) - 1]
    return value


def state_of(message):
    """The requestState in an answer, if there is one."""
    result = message.get("result") if isinstance(message, dict) else None
    return [result["requestState"]] if isinstance(result, dict) and "requestState" in result else []


def is_question(message):
    return isinstance(message, dict) and "method" in message and "id" in message


class Asked:
    """The questions of one step, in the order in which they are to come, and what is said to each."""

    def __init__(self, step):
        self.left = list(step.get("asks", []))
        self.ids = []

    def replies(self, question):
        assert self.left, f"an unexpected question: {question}"
        ask = self.left.pop(0)
        assert not (wrong := list(differences(ask["expect"], question, "question"))), wrong
        self.ids.append(question["id"])
        return [self.reply(dict(reply)) for reply in ask["replies"]]

    def reply(self, reply):
        to = self.ids[reply.pop("to", -1)]
        return {"jsonrpc": "2.0", "id": to, **reply}


def initialize(version, can=None):
    return {"jsonrpc": "2.0", "id": "open", "method": "initialize",
            "params": {"protocolVersion": version, "capabilities": can or {}, "clientInfo": {"name": "case", "version": "1"}}}


def expectation(step, transport):
    """What is expected over this transport: the common part, then the transport's own."""
    return merged(step.get("expect", {}), ("stdio", "http"), transport)


class OverStdio:
    """Runs steps against a process of their own."""

    def __init__(self, child, case):
        self.child = child
        if "open" in case:
            answer = child.ask(initialize(case["open"], case.get("can")))
            assert answer["result"]["protocolVersion"] == case["open"]
        self.era = case.get("era")
        self.can = case.get("can")
        self.states = []

    def next(self, asked):
        """The next line that is no question; those are answered."""
        while is_question(message := self.child.next()):
            for reply in asked.replies(message):
                self.child.send(reply)
        return message

    def run(self, step):
        text, _ = body_of(step, step.get("era", self.era), step.get("can", self.can), self.states)
        asked = Asked(step)
        expect = with_states(expectation(step, "stdio"), self.states)
        self.child.write(text + step.get("end", "\n"))
        if expect.get("none"):
            assert self.child.says_nothing_more(), "something was said"
            return
        notes = expect.get("notes")
        lines = expect.get("lines", 1 + (len(notes) if isinstance(notes, list) else 0))
        answers = [self.next(asked) for _ in range(lines)]
        assert not asked.left, f"not asked: {asked.left}"
        self.states += state_of(answers[-1])
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
        self.can = case.get("can")
        self.states = []
        if "open" in case:
            answer = post(self.address, initialize(case["open"], case.get("can")), self.filled(self.headers))
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
        text, own = body_of(step, step.get("era", self.era), step.get("can", self.can), self.states)
        expect = with_states(expectation(step, "http"), self.states)
        headers = self.filled({**self.headers, **own})
        if "asks" in step:
            check_messages(self.converse(text, headers, Asked(step)), expect)
            return
        reply = post(self.address, text, headers, method=step.get("method", "POST"), path=step.get("path", "/mcp"),
                     version=step.get("version", "HTTP/1.1"))
        if "keep" in step:
            for name in step["keep"]:
                assert reply.header(name), f"no {name}"
                self.headers[name] = reply.header(name)
        check_reply(reply, expect)
        if reply.media_type == "application/json" and reply.body:
            self.states += state_of(reply.json())

    def converse(self, text, headers, asked):
        """Sends a request whose stream holds questions, and answers each by a request of its own. What came beside them."""
        messages = []
        with Connection(self.address) as connection:
            connection.send(request(self.address, text, headers))
            head = connection.head()
            assert head.status == 200 and head.media_type == "text/event-stream", f"{head.status} {head.headers}"
            for message in events(connection):
                if not is_question(message):
                    messages.append(message)
                    continue
                for reply in asked.replies(message):
                    assert post(self.address, reply, self.filled(self.headers)).status == 202
        assert not asked.left, f"not asked: {asked.left}"
        return messages


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
    check_messages(reply.events() if streamed else [reply.json()], expect)


def check_messages(messages, expect):
    """What came for one request: notes, and the answer last."""
    if "notes" in expect:
        assert not (wrong := list(differences(expect["notes"], messages[:-1], "notes"))), wrong
    assert not (wrong := list(differences(expect["body"], messages[-1], "body"))), wrong
