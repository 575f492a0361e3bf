"""Requests that come before the key set: they wait for it, and are told when it cannot be had."""
import json
import time

import pytest

from wire_http import Connection, post, request
from wire_pool import GatedServer
from wire_server import Program, eventually
from wire_tokens import ISSUER

LIST = {"jsonrpc": "2.0", "id": "l", "method": "tools/list"}


class KeyServer(GatedServer):
    """Hands out the key set once the gate is open."""

    def __init__(self, document, status):
        self.document, self.status = document, status
        super().__init__()

    def answer(self, path):
        self.wait()
        return self.status, self.document


@pytest.fixture
def start(lakewarden):
    """Starts a key server and the program that asks it."""
    begun = []

    def start(document, status=200):
        keys = KeyServer(document, status)
        begun.append(keys)
        program = Program(lakewarden, "--issuer", ISSUER, "--jwks-url", f"{keys.base}/jwks.json")
        begun.append(program)
        return keys, program
    yield start
    for each in reversed(begun):
        assert each.stop() in (None, 0)


def waiting(program, token, count):
    connections = [Connection(program.address) for _ in range(count)]
    for connection in connections:
        connection.send(request(program.address, LIST, {"Authorization": "Bearer " + token}))
    return connections


def test_requests_wait_for_the_key_set(start, mint, tokens):
    keys, program = start(json.dumps(mint.jwks()))
    connections = waiting(program, tokens["read"], 12)
    assert eventually(lambda: keys.asked > 0)
    ready = post(program.address, "", method="GET", path="/readyz")
    assert ready.status == 503, "not ready without keys"
    assert post(program.address, {**LIST, "method": "ping"}).json()["result"] == {}, "ping waits for nothing"
    keys.gate.set()
    for connection in connections:
        assert connection.reply().json()["result"]["tools"]
        connection.close()
    assert keys.asked <= 2, "one fetch for all, and at most one more for those whose turn came after it"
    assert post(program.address, "", method="GET", path="/readyz").status == 200


def test_no_key_set_is_503_with_the_id(start, tokens):
    keys, program = start("no keys today", 500)
    keys.gate.set()
    reply = post(program.address, LIST, {"Authorization": "Bearer " + tokens["read"]})
    assert reply.status == 503 and reply.json()["id"] == "l" and reply.header("retry-after")
    assert reply.header("www-authenticate") is None
    assert eventually(lambda: any("key_set_unavailable" in line for line in program.log))


def test_clients_that_leave_while_they_wait(start, mint, tokens):
    keys, program = start(json.dumps(mint.jwks()))
    for connection in waiting(program, tokens["read"], 8):
        connection.close()
    keys.gate.set()
    reply = post(program.address, LIST, {"Authorization": "Bearer " + tokens["read"]})
    assert reply.json()["result"]["tools"]


def test_the_end_does_not_wait_for_keys(start, mint, tokens):
    _, program = start(json.dumps(mint.jwks()))
    connections = waiting(program, tokens["read"], 6)
    begun = time.monotonic()
    assert program.stop() == 0, program.log[-5:]
    assert time.monotonic() - begun < 15
    for connection in connections:
        connection.close()


def refused(server):
    """What the log of a server that has ended says of refusals."""
    assert server.stop() == 0
    assert not any("Bearer" in line for line in server.log), "no token in the log"
    return [json.loads(line)["level"] for line in server.log if "auth_refused" in line]


def test_a_missing_token_is_no_warning(start_server):
    server = start_server("protected")
    assert post(server.address, LIST).status == 401
    assert post(server.address, LIST, {"Authorization": "Bearer x"}).status == 401
    assert sorted(refused(server)) == ["info", "warn"]


def test_a_ping_of_a_stranger_is_no_refusal(start_server):
    """It is answered, so the log does not say that it was refused."""
    server = start_server("protected")
    ping = {"jsonrpc": "2.0", "id": 7, "method": "ping"}
    assert post(server.address, ping).json()["result"] == {}
    assert post(server.address, ping, {"Authorization": "Bearer x"}).json()["result"] == {}
    assert post(server.address, LIST, {"Authorization": "Bearer x"}).status == 401
    assert len(refused(server)) == 1, "only the request that was refused"
