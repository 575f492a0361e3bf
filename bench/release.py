"""Measures what a release promises: size, memory when idle, time to the first answer. One line for each figure, with its limit.
An idle server is also one that has fetched its keys over TLS, trusting all authorities of the machine.

Exits with 1 if one is missed. Run it on a quiet machine.
"""
import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from run import first_answer_ms, memory_mib, missed, report
from servers import CLIENT, ISSUER, environment, key_server, key_set_and_token, lakewarden_http, wait_for

MAX_STDIO_MIB = 4
MAX_HTTP_MIB = 6
MAX_FIRST_ANSWER_MS = 2
SPAWNS = 100
SETTLED_S = 60
INITIALIZE = (b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},'
              b'"clientInfo":{"name":"bench","version":"1"}}}\n')
LIST = b'{"jsonrpc":"2.0","id":2,"method":"tools/list"}\n'


def stdio_memory(program):
    """-> MiB once a client has said hello, and once it has the tools."""
    taken = []
    with subprocess.Popen([program, "stdio", "--log-level", "error"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          env=environment()) as process:
        for request in (INITIALIZE, LIST):
            process.stdin.write(request)
            process.stdin.flush()
            assert b'"result"' in process.stdout.readline()
            taken.append(memory_mib(process.pid)[0])
        process.stdin.close()
    return taken


def threads(pid):
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def settle(pid, most):
    """Waits until there are no more threads than that."""
    until = time.monotonic() + SETTLED_S
    while threads(pid) > most:
        if time.monotonic() > until:
            raise SystemExit(f"after {SETTLED_S} s there are still {threads(pid)} threads; {most} were expected")
        time.sleep(0.01)


def http_memory(program):
    """Reports it without keys, with those of a file, and with keys fetched over TLS."""
    with lakewarden_http(program, "--auth", "none") as (process, _):
        report("memory of http, idle", memory_mib(process.pid)[0], "MiB", MAX_HTTP_MIB)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        flags, _ = key_set_and_token(folder)
        with lakewarden_http(program, *flags) as (process, _):
            report("  with keys from a file", memory_mib(process.pid)[0], "MiB", MAX_HTTP_MIB)
            idle = threads(process.pid)
        with key_server(folder) as (url, bundle):
            flags = ["--issuer", ISSUER, "--jwks-url", url, "--client-id", CLIENT]
            with lakewarden_http(program, *flags, AWS_CA_BUNDLE=bundle) as (process, base):
                wait_for(f"{base}/readyz", process, well=True)
                settle(process.pid, idle + 1)  # the thread that asked waits a while for more to do
                report("  with keys fetched over TLS", memory_mib(process.pid)[0], "MiB", MAX_HTTP_MIB)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--lakewarden", required=True, metavar="PATH")
    program = parser.parse_args().lakewarden
    report("size on disk", Path(program).stat().st_size / 2**20, "MiB")
    idle, listed = stdio_memory(program)
    report("memory of stdio, idle", idle, "MiB", MAX_STDIO_MIB)
    report("  once the tools have been listed", listed, "MiB")
    http_memory(program)
    taken = [first_answer_ms(program) for _ in range(SPAWNS)]
    report(f"spawn to first stdio answer, median of {SPAWNS}", statistics.median(taken), "ms", MAX_FIRST_ANSWER_MS)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
