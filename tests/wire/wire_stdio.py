"""The fixture server as a client's child: lines in, lines out."""
import json
import queue
import signal
import subprocess
import threading
import time


def lines_of(pipe):
    """Its lines, until its end or until a test closes it."""
    try:
        yield from iter(pipe.readline, b"")
    except (ValueError, OSError):
        return


class Child:
    """One server on stdio. Every line it writes is kept with the moment of its arrival."""

    def __init__(self, command, env):
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, bufsize=0)
        self.lines = queue.Queue()
        self.log = []
        self.readers = [threading.Thread(target=self.read_answers, daemon=True),
                        threading.Thread(target=self.read_log, daemon=True)]
        for reader in self.readers:
            reader.start()

    def read_answers(self):
        for line in lines_of(self.process.stdout):
            self.lines.put((time.monotonic(), line))
        self.lines.put(None)

    def read_log(self):
        for line in lines_of(self.process.stderr):
            self.log.append(line.decode(errors="replace"))

    def write(self, data):
        self.process.stdin.write(data if isinstance(data, bytes) else data.encode())

    def send(self, message):
        self.write(json.dumps(message) + "\n")

    def next(self, timeout_s=30):
        """The next line as JSON; None at the end of stdout."""
        got = self.lines.get(timeout=timeout_s)
        return got and json.loads(got[1])

    def next_timed(self, timeout_s=30):
        """As next, with the moment it came."""
        moment, line = self.lines.get(timeout=timeout_s)
        return moment, json.loads(line)

    def ask(self, message):
        """Sends a message and gives the next line."""
        self.send(message)
        return self.next()

    def says_nothing_more(self):
        """Whether a ping sent now is the next thing answered."""
        barrier = f"barrier-{time.monotonic_ns()}"
        return self.ask({"jsonrpc": "2.0", "id": barrier, "method": "ping"}) == \
            {"jsonrpc": "2.0", "id": barrier, "result": {}}

    def end_input(self):
        self.process.stdin.close()

    def ended(self, limit_s=30):
        """Waits for the process to end; its exit status and the lines not yet taken."""
        status = self.process.wait(limit_s)
        rest = []
        while (got := self.lines.get(timeout=limit_s)) is not None:
            rest.append(json.loads(got[1]))
        return status, rest

    def stop(self):
        """Ends it whatever it is doing; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        for reader in self.readers:
            reader.join(5)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        return status
