"""Servers under test: how a client reaches each, and what they wrote."""
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from logs import json_lines

WITNESS = Path(__file__).with_name("witness.py")
START_S = 30


class Server:
    """One server as a plan names it. Over stdio the client starts the process, with a witness between."""

    def __init__(self, reach, log, record=None, pid=None):
        self.reach, self.record, self._pid = reach, record, pid
        self.log, self._start = log, log.stat().st_size if log.exists() else 0

    def events(self, name):
        """The server's log lines of this event."""
        return [line for line in json_lines(self.log, self._start) if line["event"] == name]

    def calls(self, outcome=None):
        """The server's log lines of calls, or of those that ended so."""
        return [line for line in self.events("call") if outcome in (None, line["outcome"])]

    def witnessed(self, event):
        return [line for line in json_lines(self.record) if line["event"] == event]

    def wait_for_end(self):
        """Over stdio: a client that kills its server has left before the witness has seen how it ended."""
        if self.record:
            wait_for(lambda: len(self.witnessed("exit")) == len(self.witnessed("start")))

    @property
    def pid(self):
        """Over stdio that of the last one started: the one the session is with."""
        return self._pid or self.witnessed("start")[-1]["pid"]


def over_stdio(command, folder):
    """`command` is a list."""
    record, log = folder / "record.jsonl", folder / "server.log"
    return Server({"command": [sys.executable, "-S", str(WITNESS), str(record), str(log), *command]}, log, record)


@contextmanager
def over_http(command, folder, token):
    """Starts a server that prints its address as its first line."""
    log = folder / "server.log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    try:
        address = process.stdout.readline().strip()
        assert address, f"the server ended before it listened:\n{log.read_text()}"
        yield Server({"url": f"http://{address}/mcp", "headers": bearer(token)}, log)
    finally:
        process.terminate()
        status = process.wait(START_S)
        process.stdout.close()
    assert status == 0, log.read_text()


def bearer(token):
    return {"Authorization": f"Bearer {token}"} if token else {}


def wait_for(condition, limit_s=20):
    """Polls until the condition is true; its last value, which may be that it never was."""
    deadline = time.monotonic() + limit_s
    while not (value := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return value
