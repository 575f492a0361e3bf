"""What only several requests show: that lists stay as they are, ids are new each time, and nothing is remembered."""
import re

import pytest

from wire_cases import initialize, modern
from wire_http import Connection, post, request

VERSIONS = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]
LISTS = ["tools/list", "prompts/list", "resources/list", "resources/templates/list"]


def asked(version, method, params=None):
    """A message of that version, and its headers."""
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    return modern(message) if version == "2026-07-28" else (message, {"MCP-Protocol-Version": version})


def answer(connection, version, method, params=None, **headers):
    message, own = asked(version, method, params)
    connection.send(request(connection.address, message, {**own, **headers}))
    return connection.reply()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("method", LISTS)
def test_a_list_is_the_same_each_time(servers, version, method):
    address = servers().address
    with Connection(address) as first, Connection(address) as second:
        before = answer(first, version, method)
        assert before.status == 200 and before.json()["result"]
        answer(first, version, "tools/call", {"name": "change"})
        answer(first, version, "tools/call", {"name": "nope"})
        assert answer(first, version, method).body == before.body
        assert answer(second, version, method).body == before.body


@pytest.mark.parametrize("version", VERSIONS)
def test_tools_are_sorted(servers, version):
    message, headers = asked(version, "tools/list")
    names = [tool["name"] for tool in post(servers().address, message, headers).json()["result"]["tools"]]
    assert len(names) > 5 and names == sorted(set(names))


def test_session_ids_are_printable_and_new(servers):
    ids = [post(servers().address, initialize("2025-11-25")).header("mcp-session-id") for _ in range(50)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\x21-\x7e]{20,}", each) for each in ids), ids


@pytest.mark.parametrize("version", VERSIONS)
def test_a_token_in_the_query_is_none(servers, tokens, version):
    message, headers = asked(version, "tools/list")
    reply = post(servers("protected").address, message, headers, path=f"/mcp?access_token={tokens['read']}")
    assert reply.status == 401 and "error=" not in reply.header("www-authenticate")


def test_a_token_in_a_form_is_none(servers, tokens):
    reply = post(servers("protected").address, f"access_token={tokens['read']}", {"Content-Type": "application/x-www-form-urlencoded"})
    assert reply.status == 401


@pytest.mark.parametrize("version", VERSIONS)
def test_a_connection_remembers_no_token(servers, tokens, version):
    with Connection(servers("protected").address) as connection:
        assert answer(connection, version, "tools/list", Authorization=f"Bearer {tokens['read']}").status == 200
        assert answer(connection, version, "tools/list").status == 401
        reader = answer(connection, version, "tools/call", {"name": "change"}, Authorization=f"Bearer {tokens['read']}")
        assert reader.status == 403
        assert answer(connection, version, "tools/call", {"name": "change"}, Authorization=f"Bearer {tokens['write']}").status == 200


def test_a_connection_remembers_no_version(servers):
    with Connection(servers().address) as connection:
        assert answer(connection, "2026-07-28", "tools/list").json()["result"]["resultType"] == "complete"
        assert "resultType" not in answer(connection, "2025-11-25", "tools/list").json()["result"]
        connection.send(request(connection.address, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}))
        assert all("title" not in tool for tool in connection.reply().json()["result"]["tools"])
