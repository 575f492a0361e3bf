"""Many clients that call, stream, cancel and leave at random moments. Afterwards nothing of them is left."""
import random
import threading
import time

from test_http import send_modern, session_of, wait_call
from wire_cases import META, modern
from wire_http import Closed, Connection, post, request
from wire_server import eventually
from wire_stream import TASKS, Session, call, calling, listening

CLIENTS = 200
AT_ONCE = 25
SECONDS = 4
GROWTH_KIB = 24 * 1024
IDLE_S = 75  # after so long the server closes a connection of whose end it has heard nothing


def leave_at_once(connection, _, luck):
    send_modern(connection, wait_call(1, luck.randint(0, 2000)))


def leave_while_waiting(connection, _, luck):
    send_modern(connection, wait_call(1, 5000))
    time.sleep(luck.random() * 0.1)


def leave_the_stream(connection, _, luck):
    send_modern(connection, wait_call(1, 5000, 90, "t"))
    connection.head()
    for _ in range(luck.randint(0, 2)):
        next(connection.chunks())


def stay_to_the_end(connection, _, luck):
    send_modern(connection, wait_call(7, luck.randint(0, 150), 1, luck.choice([None, "t"])))
    reply = connection.reply()
    last = reply.events()[-1] if reply.media_type == "text/event-stream" else reply.json()
    assert last["id"] == 7


def cancel_by_message(connection, server, luck):
    headers = {"Mcp-Session-Id": session_of(server)}
    connection.send(request(server.address, wait_call(1, 5000, luck.choice([0, 90]), "t"), headers))
    time.sleep(luck.random() * 0.1)
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}
    assert post(server.address, cancel, headers).status == 202


def send_half(connection, server, luck):
    data = request(server.address, wait_call(1, 10))
    connection.send(data[:luck.randint(1, len(data) - 1)])


def pipeline(connection, server, luck):
    count = luck.randint(1, 10)
    connection.send(b"".join(request(server.address, wait_call(number, 1)) for number in range(count)))
    for number in range(luck.randint(0, count)):
        assert connection.reply().json()["id"] == number


def batch(connection, server, luck):
    connection.send(request(server.address, [wait_call(number, luck.randint(0, 300), 3, number) for number in range(8)]))
    time.sleep(luck.random() * 0.2)


def hear_only_oneself(connection, server, luck):
    """Each answer holds what this client said, though all use the same ids."""
    for _ in range(5):
        said = f"{luck.getrandbits(64):x}"
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "echo", "arguments": {"text": said}}}
        connection.send(request(server.address, call))
        assert connection.reply().json()["result"]["content"][0]["text"] == said


def listen_and_leave(connection, server, luck):
    """What it is told first is what it asked for, however much changes meanwhile. What it waits for it brings about itself: there
    may be nobody else left who does."""
    connection.send(request(server.address, *listening(5, {"toolsListChanged": True, "resourceSubscriptions": ["fixture://plain"]})))
    assert connection.head().status == 200
    told = next(connection.chunks())
    assert told.index(b"acknowledged") < 100
    if luck.random() < 0.5:
        call(server.address, "announce", list="tools")
        assert next(connection.chunks())


def hold_a_session(connection, server, luck):
    session = Session(server.address)
    session.ask("resources/subscribe", uri="fixture://plain")
    with session.stream() as stream:
        connection.send(request(server.address, *calling("announce", list="tools", uri="fixture://plain")))
        assert stream.next() and (luck.random() < 0.5 or stream.next())


def begin_a_task(connection, server, luck):
    connection.send(request(server.address, *calling("linger", TASKS, ms=luck.randint(0, 3000))))
    task = connection.reply().json()["result"]
    if task["resultType"] == "task" and luck.random() < 0.7:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tasks/cancel",
                   "params": {"taskId": task["taskId"], "_meta": {META + "clientCapabilities": TASKS}}}
        connection.send(request(server.address, *modern(message)))
        assert connection.reply().json()["result"]["resultType"] == "complete"


ACTS = [listen_and_leave, hold_a_session, begin_a_task, leave_at_once, leave_while_waiting, leave_the_stream, stay_to_the_end, cancel_by_message, send_half, pipeline, batch,
        hear_only_oneself]


class Storm:
    """Clients one after another on some threads, until the time is up or all have been."""

    def __init__(self, server):
        self.server = server
        self.end = time.monotonic() + SECONDS
        self.lock = threading.Lock()
        self.begun = 0
        self.wrong = []

    def next_client(self):
        with self.lock:
            self.begun += 1
            return self.begun if self.begun <= CLIENTS and time.monotonic() < self.end else None

    def clients(self):
        while (number := self.next_client()) is not None:
            luck = random.Random(number)
            act = ACTS[number % len(ACTS)]
            try:
                with Connection(self.server.address, 30) as connection:
                    act(connection, self.server, luck)
            except (Closed, OSError, AssertionError) as error:
                self.wrong.append(f"client {number}, {act.__name__}: {error!r}")

    def run(self):
        threads = [threading.Thread(target=self.clients) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def test_a_storm_leaves_nothing_behind(start_server):
    server = start_server("watched")
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    with Connection(server.address) as connection:
        connection.send(request(server.address, ping))
        assert connection.reply().status == 200
    assert eventually(lambda: not server.holds(connection.port))
    files, memory = server.open_files(), server.resident_kib()
    storm = Storm(server)
    storm.run()
    assert not storm.wrong, storm.wrong[:5]
    assert storm.begun > len(ACTS)
    assert post(server.address, ping).json()["result"] == {}
    assert eventually(lambda: server.open_files() <= files, IDLE_S + 30), f"{server.open_files()} files, {files} before"
    build = server.process.args[0].split("/tests/")[0]
    if "san" not in build and "arm64" not in build:  # a sanitizer, and an emulator, keep memory of their own
        assert server.resident_kib() - memory < GROWTH_KIB
    assert server.stop() == 0, server.log[-5:]
