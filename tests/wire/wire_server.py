"""The fixture server on HTTP, in the shapes the cases ask for."""
import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from wire_tokens import CLIENT

SHAPES = {
    "default": {},
    "stateless": {"FIXTURE_STATELESS": "1"},
    "hasty": {"FIXTURE_REQUEST_TIMEOUT_MS": "700", "FIXTURE_CALL_TIMEOUT_MS": "1500"},
    "talkative": {"FIXTURE_KEEPALIVE_MS": "300"},
    "narrow": {"FIXTURE_MAX_CALLS": "1", "FIXTURE_MAX_QUEUE": "1"},
    "tools only": {"FIXTURE_TOOLS_ONLY": "1"},
    "withholding": {"FIXTURE_WITHHELD": "change"},
    "protected": {},
    "facade": {"FIXTURE_OAUTH_DOMAIN": "https://acme.auth.eu-west-1.amazoncognito.com"},
    "watched": {"FIXTURE_WATCHED": "1"},
}


class Server:
    """One process that serves HTTP on a loopback port of its own."""

    def __init__(self, command, env):
        self.process = subprocess.Popen(command, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.address = self.process.stdout.readline().decode().strip()
        self.log = []
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()
        assert self.address, f"the server did not start: {self.process.stderr.read()}"

    def read_log(self):
        for line in iter(self.process.stderr.readline, b""):
            self.log.append(line.decode(errors="replace"))

    @property
    def pid(self):
        return self.process.pid

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def holds(self, port):
        """Whether its end of the connection from that local port is still open."""
        ends = set()
        for number in os.listdir(f"/proc/{self.pid}/fd"):
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                ends.add(os.readlink(f"/proc/{self.pid}/fd/{number}"))
        for line in Path(f"/proc/{self.pid}/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            if int(fields[2].split(":")[1], 16) == port and f"socket:[{fields[9]}]" in ends:
                return True
        return False

    def resident_kib(self):
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def ended(self, limit_s=30):
        status = self.process.wait(limit_s)
        self.reader.join(5)
        return status

    def stop(self):
        """Asks it to end and waits; its exit status."""
        if self.process.poll() is None:
            self.terminate()
        try:
            return self.ended()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process.stdout.close()
            self.process.stderr.close()


class Program(Server):
    """The program itself, behind tokens of the tests' client: it says on stderr where it listens."""

    def __init__(self, lakewarden, *flags):
        self.process = subprocess.Popen(
            [lakewarden, "http", "--listen", "127.0.0.1:0", "--client-id", CLIENT, "--drain-timeout", "100ms", *flags],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.log = []
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()
        assert eventually(self.listening), self.log
        self.address = self.listening()

    def listening(self):
        for line in list(self.log):
            if '"listening"' in line:
                return json.loads(line)["address"]
        return None


def eventually(condition, limit_s=30, step_s=0.01):
    """Waits until the condition holds; its last value. A loaded machine may take its time; but the limit is below the 45 s after which
    every call ends by itself."""
    end = time.monotonic() + limit_s
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(step_s)
    return value
