"""Stands between a client and a server over stdio, and writes down what a client does to its server.

usage: witness.py RECORD LOG COMMAND...

Appends one JSON object a line to RECORD: the start of the server, each message of the client, the end of its stdin,
each SIGTERM, and how the server ended. The server's stderr goes to LOG. Its stdout is the client's own pipe, untouched.

The process that the client starts only waits. Python's SDK v1 kills it at once where a note arrives while it closes; how the server
then ended is still written down.
"""
import json
import os
import signal
import subprocess
import sys
import time


class Witness:
    def __init__(self, record, log, command):
        self.record = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with open(log, "ab") as stderr:
            self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=stderr)
        self.ended_at = None
        self.note("start")
        signal.signal(signal.SIGTERM, self.on_sigterm)

    def note(self, event, **more):
        line = json.dumps({"event": event, "pid": self.server.pid, **more}) + "\n"
        os.write(self.record, line.encode())

    def on_sigterm(self, _number, _frame):
        self.note("sigterm")
        self.server.terminate()

    def forward(self):
        """Until the client closes stdin or the server is gone."""
        for line in sys.stdin.buffer:
            self.note("message", message=json.loads(line))
            try:
                self.server.stdin.write(line)
                self.server.stdin.flush()
            except BrokenPipeError:
                return
        self.ended_at = time.monotonic()
        self.note("eof")

    def run(self):
        self.forward()
        try:
            self.server.stdin.close()
        except BrokenPipeError:
            pass
        status = self.server.wait()
        waited_ms = self.ended_at and (time.monotonic() - self.ended_at) * 1000
        self.note("exit", status=status, after_eof_ms=waited_ms)
        return status if status >= 0 else 1


def stand_in(witness):
    """Is to the client what the witness would be, but for the pipes, which are the witness's alone."""
    signal.signal(signal.SIGTERM, lambda number, _frame: os.kill(witness, number))
    os.close(0)
    os.close(1)
    return os.waitstatus_to_exitcode(os.waitpid(witness, 0)[1])


if child := os.fork():
    sys.exit(stand_in(child))
sys.exit(Witness(sys.argv[1], sys.argv[2], sys.argv[3:]).run())
