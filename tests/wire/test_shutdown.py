"""How the server ends: with calls and streams under way, with clients that keep coming, and without a port."""
import subprocess
import threading
import time

import pytest

from test_http import send_modern, wait_call, waits
from wire_http import Closed, Connection, events, post, request
from wire_server import eventually

PING = {"jsonrpc": "2.0", "id": "ping", "method": "ping"}


def test_an_idle_server_ends_at_once(start_server):
    server = start_server()
    with Connection(server.address):
        begun = time.monotonic()
        assert server.stop() == 0
    assert time.monotonic() - begun < 15


def test_calls_and_streams_under_way(start_server):
    """Every kind of waiting connection: suspended, streaming, idle, half-sent. All answered or closed, exit status 0."""
    server = start_server()
    waiting, streams = [], []
    for number in range(10):
        waiting.append(Connection(server.address))
        send_modern(waiting[-1], wait_call(number, 60000, name="all"))
        streams.append(Connection(server.address))
        send_modern(streams[-1], wait_call(number, 60000, 1000, "t", "all"))
    assert all(connection.head().status == 200 for connection in streams)
    assert eventually(lambda: waits(server, "all") == (20, 0))
    others = [Connection(server.address) for _ in range(3)]
    others[0].send(b"POST /m")
    others[1].send(request(server.address, PING)[:-5])
    begun = time.monotonic()
    server.terminate()
    for connection in waiting:
        reply = connection.reply()  # a stream by now where all this took more than two seconds
        answer = reply.events()[-1] if reply.media_type == "text/event-stream" else reply.json()
        assert answer["result"]["isError"] is True
    for connection in streams:
        *_, last = events(connection)
        assert last["result"]["isError"] is True
    assert server.stop() == 0 and time.monotonic() - begun < 20, server.log[-5:]
    for connection in waiting + streams + others:
        connection.close()


def test_a_short_call_still_answers(start_server):
    server = start_server(FIXTURE_DRAIN_MS="5000")
    with Connection(server.address) as connection:
        send_modern(connection, wait_call(1, 600, 5, "t"))
        assert connection.head().status == 200
        server.terminate()
        assert b'"isError":false' in b"".join(connection.chunks())
    assert server.stop() == 0


def test_clients_that_keep_coming(start_server):
    """The moment between the last look and the end: whoever gets in is answered or closed, and nothing aborts."""
    for _ in range(5):
        server = start_server()
        ended, seen = threading.Event(), set()

        def come(address=server.address, ended=ended, seen=seen):
            while not ended.is_set():
                try:
                    with Connection(address, 5) as connection:
                        for number in range(20):
                            connection.send(request(address, wait_call(number, 1)))
                            seen.add(connection.reply().status)
                except (OSError, Closed):
                    seen.add("closed")

        clients = [threading.Thread(target=come) for _ in range(6)]
        for client in clients:
            client.start()
        assert eventually(lambda seen=seen: 200 in seen)
        status = server.stop()
        ended.set()
        for client in clients:
            client.join()
        assert status == 0, server.log[-5:]
        assert seen <= {200, 503, "closed"}


def test_a_port_in_use(lakewarden, servers):
    """The program itself says which port, and what to do."""
    address = servers().address
    run = subprocess.run([lakewarden, "http", "--auth", "none", "--listen", address], capture_output=True, timeout=60, check=False)
    said = (run.stdout + run.stderr).decode()
    assert run.returncode not in (0, -6, -11) and address in said and "--listen" in said
    assert post(address, PING).json()["id"] == "ping"


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:", "127.0.0.1:99999", "8080"])
def test_what_is_no_address(lakewarden, address):
    """The form comes first: what cannot be read is not called a public address."""
    run = subprocess.run([lakewarden, "http", "--auth", "none", "--listen", address], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2 and not run.stdout
    assert "HOST:PORT" in run.stderr and "loopback" not in run.stderr
