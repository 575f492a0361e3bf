"""Clients cannot use up the descriptors that calls need."""
import contextlib
import socket

import pytest

from wire_http import Connection, request
from wire_server import Server, eventually

# soft and hard limit, and how many connections that leaves at most
LIMITS = {"raised": ("300", "2000", 1744), "few": ("300", "300", 150)}


def ping(connection):
    connection.send(request(connection.address, {"jsonrpc": "2.0", "id": 1, "method": "ping"}))
    return connection.reply().status


@pytest.mark.parametrize("name", LIMITS)
def test_connections_leave_descriptors_free(fixture_server, name):
    soft, hard, most = LIMITS[name]
    limited = ["sh", "-c", f'ulimit -Sn {soft} && ulimit -Hn {hard} && exec "$@"', "sh"]
    server = Server([*limited, fixture_server, "http", "0"], {})
    host, port = server.address.rsplit(":", 1)
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(Connection(server.address))
        assert ping(first) == 200
        idle = server.open_files()
        for _ in range(400):
            stack.enter_context(socket.create_connection((host, int(port)), 5))
        assert eventually(lambda: server.open_files() >= idle + min(400, most) - 10)
        assert server.open_files() < idle + min(401, most)
        assert ping(first) == 200
    assert server.stop() == 0
