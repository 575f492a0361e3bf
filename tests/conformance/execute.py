"""Carries a run out: starts its server, lets the suite loose on it, and keeps what the server logged."""
import json
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import suite
import verdict

AT_ONCE = 2
START_S = 20
END_S = 20


@dataclass(frozen=True)
class Outcome:
    run: object
    scenarios: list
    log: list  # what the server logged, as objects
    broken: str  # why it broke off, or the server did not end well; else empty

    def calls(self):
        """What the server was asked, by its log: outcomes by name, sorted."""
        found = {}
        for line in self.log:
            if line["event"] == "call":
                found.setdefault(line.get("tool") or line["name"], set()).add(line["outcome"])
        return {name: sorted(outcomes) for name, outcomes in found.items()}


class Programs:
    """The two servers of one build."""

    def __init__(self, lakewarden):
        self.lakewarden = Path(lakewarden)

    def command(self, server):
        if server == "product":
            return [self.lakewarden, "http", "--auth", "none", "--listen", "127.0.0.1:0"]
        return [self.lakewarden.parent / "tests" / "conformance" / "conformance_server"]


def lines_of(log):
    """The objects a server has logged; a line under way is left out."""
    whole, _, _ = log.read_text(encoding="utf-8").rpartition("\n")
    return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]


def address_of(process, log):
    """Where the server listens, once it has said so."""
    end = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < end:
        for line in lines_of(log):
            if line["event"] == "listening":
                return line["address"]
        time.sleep(0.02)
    raise AssertionError(f"the server did not start: {log.read_text()}")


def nowhere(home):
    """An environment in which the product finds neither settings of a person nor AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAKEWARDEN_"))}
    return kept | {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}


@contextmanager
def serving(command, log):
    """A server on a free loopback port, until the block ends; yields its address."""
    with log.open("wb") as stderr:
        process = subprocess.Popen(command, env=nowhere(log.parent), stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr)
    try:
        yield address_of(process, log)
    finally:
        process.terminate()
        status = process.wait(END_S)
    assert status == 0, f"the server ended with {status}: {log.read_text()[-2000:]}"


def carry_out(run, programs, folder):
    """One run, with its files below a folder of its own."""
    folder.mkdir()
    log = folder / "server.log"
    broken = ""
    try:
        with serving(programs.command(run.server), log) as address:
            for command in run.commands:
                suite.conformance("server", "--url", f"http://{address}/mcp", *command, "-o", str(folder))
    except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
        broken = str(error)
    return Outcome(run, verdict.judge(run.names, verdict.read(folder)), lines_of(log), broken)


@contextmanager
def outcomes(runs, programs, folder):
    """A future of each run's Outcome, in order; a few are under way at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield [pool.submit(carry_out, run, programs, folder / run.title.replace(" ", "-")) for run in runs]
