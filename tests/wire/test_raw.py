"""HTTP requests as bytes. Each is sent whole and again byte by byte; behind a refused one waits a second, poisoned request
that must never be served."""
import json
from pathlib import Path

import pytest

from wire_http import Closed, Connection, post
from wire_match import differences

HERE = Path(__file__).resolve().parent
POISON = ('POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 47\r\n\r\n'
          '{"jsonrpc":"2.0","id":"poison","method":"ping"}')
CASES = {f"{path.stem}: {case['name']}": case
         for path in sorted((HERE / "raw").glob("*.json")) for case in json.loads(path.read_text())}


def bytes_of(case, address):
    parts = [part if isinstance(part, str) else part["repeat"] * part["times"] for part in case["send"]]
    text = "".join(parts)
    length = len(text.lstrip("\r\n").partition("\r\n\r\n")[2])
    return text.replace("$length", str(length)).replace("$address", address).replace("$poison", POISON).encode("latin-1")


def all_answers(address, pieces):
    """The first answer, and whatever came behind it until the server closed."""
    with Connection(address) as connection:
        for piece in pieces:
            try:
                connection.send(piece)
            except (BrokenPipeError, ConnectionResetError):
                break
        try:
            first = connection.reply()
        except (Closed, ConnectionResetError):
            return None, b""
        return first, connection.rest() if first.header("connection") == "close" else b""


def judge(case, address, pieces):
    first, behind = all_answers(address, pieces)
    wanted = case["status"] if isinstance(case["status"], list) else [case["status"]]
    assert first is not None, "closed without an answer"
    assert first.status in wanted, f"{first.status} {first.body[:300]}"
    assert b"poison" not in first.body + behind, "the request behind a refused one was served"
    if first.status >= 400 and "body" not in case:
        assert first.header("connection") == "close", first.headers
    if "body" in case:
        assert not (wrong := list(differences(case["body"], first.json(), "body"))), wrong


@pytest.mark.parametrize("name", CASES)
def test_whole(name, servers):
    address = servers().address
    judge(CASES[name], address, [bytes_of(CASES[name], address)])


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if all(isinstance(p, str) for p in case["send"])])
def test_byte_by_byte(name, servers):
    address = servers().address
    data = bytes_of(CASES[name], address)
    judge(CASES[name], address, [data[i:i + 1] for i in range(len(data))])


def test_the_server_is_unmoved(servers):
    assert post(servers().address, {"jsonrpc": "2.0", "id": 1, "method": "ping"}).json()["result"] == {}
