"""Measures what lakewarden promises: memory when idle, time to the first answer, requests per second.

Prints one line for each figure, with the limit it is held to, and exits with 1 if one is missed.
Run it on a quiet machine; requests per second are compared within one run only.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from servers import environment, key_set_and_token, lakewarden_http, typescript_peer

ROOT = Path(__file__).resolve().parents[1]
MAX_RSS_MIB = 12
MAX_ANONYMOUS_MIB = 3
MAX_FIRST_ANSWER_MS = 13
MIN_TIMES_PEER = 15
SPAWNS = 30
ROUNDS = 3
missed = []


def report(what, value, unit, limit=None, at_most=True):
    good = limit is None or (value <= limit if at_most else value >= limit)
    bound = "" if limit is None else f"   ({'at most' if at_most else 'at least'} {limit}{'' if good else ': MISSED'})"
    print(f"{what:<52} {value:>10.1f} {unit}{bound}", flush=True)
    if not good:
        missed.append(what)


def memory_mib(pid):
    """-> (resident, anonymous part of it)"""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return tuple(int(fields[name].split()[0]) / 1024 for name in ("Rss", "Anonymous"))


def measure_memory(program, folder):
    flags, _ = key_set_and_token(folder)
    for name, chosen in (("--auth none", ["--auth", "none"]), ("key set from a file", flags)):
        with lakewarden_http(program, *chosen) as (process, _):
            rss, anonymous = memory_mib(process.pid)
        report(f"idle memory, {name}", rss, "MiB", MAX_RSS_MIB)
        report("  of it anonymous", anonymous, "MiB", MAX_ANONYMOUS_MIB)


def first_answer_ms(program):
    """From the spawn to the last byte of the answer to the first request over stdio."""
    request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}})
    begun = time.perf_counter()
    with subprocess.Popen([program, "stdio", "--log-level", "error"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, env=environment()) as process:
        process.stdin.write(request.encode() + b"\n")
        process.stdin.flush()
        line = process.stdout.readline()
        took = (time.perf_counter() - begun) * 1000
        process.stdin.close()
    assert json.loads(line)["id"] == 1, line
    return took


def requests_per_second(base, token, seconds):
    """wrk's figure; an answer that is not a 2xx voids the run."""
    done = subprocess.run(["wrk", "-t2", "-c16", f"-d{seconds}s", "-s", str(ROOT / "bench/tools_list.lua"), base],
                          env={**os.environ, "LIST_TOKEN": token}, capture_output=True, text=True, check=True)
    counted = json.loads(done.stdout.strip().splitlines()[-1])
    if counted["failed"] or not counted["requests"]:
        raise SystemExit(f"wrk against {base}: {counted}")
    return counted["requests"] / counted["us"] * 1e6


def measure_throughput(program, node, folder, seconds):
    """Rounds alternate between the two, so that a change in the machine's mood hits both."""
    tools = folder / "tools.json"
    listed = subprocess.run([program, "tools", "--json"], env=environment(), capture_output=True, check=True).stdout
    tools.write_bytes(listed)
    flags, token = key_set_and_token(folder)
    ours, peers = [], []
    with lakewarden_http(program, *flags) as (process, base), typescript_peer(node, ROOT, tools) as peer:
        for _ in range(ROUNDS):
            ours.append(requests_per_second(base, token, seconds))
            peers.append(requests_per_second(peer, "", seconds))
        loaded, _ = memory_mib(process.pid)
    report("tools/list with a verified token", statistics.median(ours), "requests/s")
    report("tools/list, TypeScript SDK v2 without authentication", statistics.median(peers), "requests/s")
    report("  times the peer", statistics.median(ours) / statistics.median(peers), "", MIN_TIMES_PEER, at_most=False)
    report("memory after it", loaded, "MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--lakewarden", required=True, metavar="PATH")
    parser.add_argument("--node", required=True, metavar="PATH")
    parser.add_argument("--seconds", type=int, default=5, help="length of each of the rounds (5)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lakewarden-bench-") as name:
        folder = Path(name)
        measure_memory(chosen.lakewarden, folder)
        first_answer_ms(chosen.lakewarden)  # warms the page cache
        taken = [first_answer_ms(chosen.lakewarden) for _ in range(SPAWNS)]
        report(f"spawn to first stdio answer, median of {SPAWNS}", statistics.median(taken), "ms", MAX_FIRST_ANSWER_MS)
        measure_throughput(chosen.lakewarden, chosen.node, folder, chosen.seconds)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
