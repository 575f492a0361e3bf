"""Streams that stay open: events as they come, over HTTP and stdio."""
import itertools
import json

from wire_cases import META, initialize, modern
from wire_http import Connection, post, request

NUMBERS = itertools.count(1000)
TASKS = {"extensions": {META + "tasks": {}}}


class Stream:
    """One answer of HTTP that is a stream of events."""

    def __init__(self, address, message=None, headers=None, method="POST"):
        self.connection = Connection(address)
        body = "" if message is None else message
        self.connection.send(request(address, body, headers, method=method))
        self.head = self.connection.head()
        self.text = b""
        if self.head.status != 200:
            self.body = self.connection.exactly(int(self.head.header("content-length") or 0)).decode()
        else:
            assert self.head.media_type == "text/event-stream", self.head.headers
        self.chunks = self.connection.chunks()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.connection.close()

    def block(self):
        """The next event or comment as it was sent; None at the stream's end."""
        while b"\n\n" not in self.text:
            part = next(self.chunks, None)
            if part is None:
                return None
            self.text += part
        block, self.text = self.text.split(b"\n\n", 1)
        return block.decode()

    def next(self):
        """The next message; None at the stream's end."""
        while (block := self.block()) is not None:
            if not block.startswith(":"):
                kind, data = block.split("\n")
                assert kind == "event: message", block
                return json.loads(data.removeprefix("data: "))
        return None


def listening(number, wanted, **meta):
    """subscriptions/listen of 2026-07-28, and its headers."""
    return modern({"jsonrpc": "2.0", "id": number, "method": "subscriptions/listen",
                   "params": {"notifications": wanted, "_meta": {META + key: value for key, value in meta.items()}}})


def calling(tool, capabilities=None, **arguments):
    """A tool call of 2026-07-28, and its headers."""
    return modern({"jsonrpc": "2.0", "id": next(NUMBERS), "method": "tools/call",
                   "params": {"name": tool, "arguments": arguments,
                              "_meta": {META + "clientCapabilities": capabilities or {}}}})


def call(address, tool, headers=None, **arguments):
    message, own = calling(tool, **arguments)
    answer = post(address, message, {**own, **(headers or {})}).json()
    assert answer["result"]["isError"] is False, answer
    return answer["result"]


class Session:
    """A legacy session over HTTP."""

    def __init__(self, address, version="2025-11-25", headers=None, can=None):
        self.address = address
        answer = post(address, initialize(version, can), headers)
        self.headers = {**(headers or {}), "MCP-Protocol-Version": version, "Mcp-Session-Id": answer.header("mcp-session-id")}

    def ask(self, method, **params):
        message = {"jsonrpc": "2.0", "id": next(NUMBERS), "method": method, "params": params}
        return post(self.address, message, self.headers).json()

    def stream(self, **headers):
        return Stream(self.address, None, {**self.headers, "Content-Type": None, "Content-Length": None,
                                           "Accept": "text/event-stream", **headers}, "GET")
