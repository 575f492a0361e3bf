"""The order of checks: of two things that are wrong, the earlier check answers. order.json has the checks in their order; each
changes a good request so that it fails there. `without` names earlier checks it cannot be paired with: those it leaves nothing to
look at, and, for a body that is too large, those that answer and close before it has been sent."""
import json
from itertools import combinations

import pytest

from wire_cases import HERE, modern
from wire_http import post

CHECKS = json.loads((HERE / "order.json").read_text())
GOOD = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "route", "arguments": {"region": "eu-west-1"}}}


def wrong_in(*checks):
    """What to send, with all those checks' changes in it; where two change the same, the first one's."""
    message, headers = json.loads(json.dumps(modern(GOOD)[0])), {}
    text, target = "", {"method": "POST", "path": "/mcp"}
    for check in reversed(checks):
        change = check["change"]
        for pointer, value in change.get("set", {}).items():
            put(message, [part.replace("~1", "/") for part in pointer.split("/")], value)
        headers.update(change.get("headers", {}))
        target.update({name: change[name] for name in target if name in change})
        tail = change.get("tail", "")
        text += tail if isinstance(tail, str) else tail["repeat"] * tail["times"]
    mirrored = {"MCP-Protocol-Version": message["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"],
                "Mcp-Method": message["method"], "Mcp-Name": message["params"]["name"]}
    usual = {"Authorization": "Bearer $token:read", "Mcp-Param-Region": "eu-west-1", **mirrored}
    return json.dumps(message) + text, {**usual, **headers}, target


def put(message, names, value):
    """Sets a member of a message; null takes it away."""
    for name in names[:-1]:
        message = message[name]
    if value is None:
        del message[names[-1]]
    else:
        message[names[-1]] = value


def filled(headers, tokens):
    """With "$token:NAME" as that token."""
    def fill(value):
        before, mark, name = (value or "").partition("$token:")
        return before + tokens[name] if mark else value
    return {name: fill(value) for name, value in headers.items()}


def pairs(checks):
    """Each check alone and each pair, the earlier one first."""
    return [*([check] for check in checks),
            *([earlier, later] for earlier, later in combinations(checks, 2) if earlier["check"] not in later.get("without", []))]


def named(checks):
    return " before ".join(check["check"] for check in checks)


def judge(answer, wanted):
    """A JSON answer against the one a check gives; arguments that do not fit are a result."""
    assert answer["id"] == 1
    assert answer.get("error", {}).get("code") == wanted.get("code"), answer
    assert wanted.get("text", "") in json.dumps(answer), answer


@pytest.mark.parametrize("checks", pairs(CHECKS), ids=named)
def test_the_earlier_check_wins(checks, servers, tokens):
    server, wanted = servers("protected"), checks[0]["answer"]
    body, headers, target = wrong_in(*checks)
    reply = post(server.address, body, filled(headers, tokens), **target)
    assert reply.status == wanted["status"], f"{reply.status} {reply.body[:300]}"
    if "code" in wanted or wanted["status"] == 200:
        judge(reply.json(), wanted)
    else:
        assert wanted["text"] in reply.body.decode()


@pytest.mark.parametrize("checks", pairs([check for check in CHECKS if check.get("stdio")]), ids=named)
def test_the_earlier_check_wins_over_stdio(checks, start_child):
    child = start_child()
    child.write(wrong_in(*checks)[0] + "\n")
    judge(child.next(), checks[0]["answer"])


def test_what_is_wrong_nowhere_is_served(servers, tokens):
    server = servers("protected")
    body, headers, target = wrong_in()
    assert post(server.address, body, filled(headers, tokens), **target).json()["result"]["isError"] is False
