"""The program needs nothing of the machine: it starts, answers and serves where there is no other file."""
import json
import struct
import subprocess
from pathlib import Path

from doubles import Answers
from waiting import wait_for
from wire_tokens import Mint

INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
    "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "tests", "version": "1"}}}
LIST = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
MAX_STDIO_KIB = 4 * 1024
MAX_HTTP_KIB = 6 * 1024
PT_INTERP, PT_LOAD, PT_DYNAMIC, DT_NEEDED = 3, 1, 2, 1


def segments(program):
    """-> [(type, offset, address, size in the file)] of a 64-bit little-endian ELF file"""
    assert program[:6] == b"\x7fELF\x02\x01"
    start, = struct.unpack_from("<Q", program, 32)
    size, count = struct.unpack_from("<HH", program, 54)
    rows = [struct.unpack_from("<IIQQQQQQ", program, start + i * size) for i in range(count)]
    return [(kind, offset, address, length) for kind, _, offset, address, _, length, _, _ in rows]


def resident_kib(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def threads(pid):
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def said(process, message):
    process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def test_it_names_no_library(release):
    program = release.read_bytes()
    rows = segments(program)
    assert PT_INTERP not in {kind for kind, *_ in rows}
    offset, length = next((offset, length) for kind, offset, _, length in rows if kind == PT_DYNAMIC)
    tags = [struct.unpack_from("<Q", program, offset + at)[0] for at in range(0, length, 16)]
    assert DT_NEEDED not in tags
    assert b".symtab" not in program, "it is stripped"


def test_no_huge_pages_are_mapped(release):
    """Code lies at another distance from a multiple of 2 MiB in memory than in the file: packaging/release/machine.ini."""
    rows = [(offset, address) for kind, offset, address, _ in segments(release.read_bytes()) if kind == PT_LOAD]
    first = rows[0][1] - rows[0][0]
    assert all((address - offset - first) % 2**21 for offset, address in rows[1:])


def test_it_tells_its_version(world):
    done = world.run("--version")
    assert done.returncode == 0 and done.stdout.startswith("lakewarden ")


def test_it_serves_over_stdio_in_little_memory(world):
    with world.start("stdio") as process:
        assert said(process, INITIALIZE)["result"]["protocolVersion"] == "2025-11-25"
        idle = resident_kib(process.pid)
        tools = said(process, LIST)["result"]["tools"]
        process.stdin.close()
        assert process.wait(20) == 0
    assert len(tools) == 13
    assert idle <= MAX_STDIO_KIB


def test_it_serves_over_http_in_little_memory(world):
    process = world.start("http", "--auth", "none", "--listen", "localhost:0")
    with process:
        address = json.loads(process.stderr.readline())["address"]
        idle = resident_kib(process.pid)
        done = subprocess.run(
            ["curl", "-sS", "--noproxy", "*", f"http://{address}/mcp", "-H", "Content-Type: application/json", "-H",
             "Accept: application/json, text/event-stream", "-d", json.dumps(INITIALIZE)],
            capture_output=True, timeout=20, check=True)
        process.terminate()
        assert process.wait(20) == 0
    assert json.loads(done.stdout)["result"]["serverInfo"]["name"] == "lakewarden"
    assert idle <= MAX_HTTP_KIB


def test_fetched_keys_take_little_memory(world, authority):
    """libcurl, its TLS and the parsed authorities are given back when the keys are there."""
    machine = Path("/etc/ssl/certs/ca-certificates.crt").read_bytes()
    world.write("/etc/ssl/certs/ca-certificates.crt", machine + (authority / "cert.pem").read_bytes())
    flags = ["http", "--listen", "127.0.0.1:0", "--issuer", "https://issuer.example.com/pool", "--client-id", "tests"]
    with world.start("http", "--auth", "none", "--listen", "127.0.0.1:0") as process:
        json.loads(process.stderr.readline())
        idle_threads = threads(process.pid)
        process.terminate()
    with Answers(authority / "cert.pem", authority / "key.pem", (200, json.dumps(Mint().jwks()).encode())) as keys, \
            world.start(*flags, "--jwks-url", f"https://127.0.0.1:{keys.port}/jwks.json") as process:
        address = json.loads(process.stderr.readline())["address"]
        ready = ["curl", "-sSf", "--noproxy", "*", f"http://{address}/readyz"]
        wait_for(lambda: subprocess.run(ready, capture_output=True, check=False).returncode == 0, 60, "the key set")
        wait_for(lambda: threads(process.pid) <= idle_threads + 1, 60, "the end of the fetch")  # one waits for more to do
        idle = resident_kib(process.pid)
        process.terminate()
        assert process.wait(20) == 0
    assert keys.hosts and idle <= MAX_HTTP_KIB


def test_it_listens_on_addresses_and_localhost_only(world):
    done = world.run("http", "--auth", "upstream", "--listen", "lake.example.com:0")
    assert done.returncode == 2 and "--listen lake.example.com:0" in done.stderr
    for listen in ("[::1]:0", ":0", "0.0.0.0:0"):
        with world.start("http", "--auth", "upstream", "--listen", listen) as process:
            line = json.loads(process.stderr.readline())
            process.terminate()
            assert process.wait(20) == 0
        port = line["address"].rpartition(":")[2]
        assert int(port) > 0, line


def test_what_needs_a_worker_says_so(world):
    done = world.run("doctor", "--json", AWS_ENDPOINT_URL="http://127.0.0.1:1")
    worker = next(check for check in json.loads(done.stdout)["checks"] if check["check"] == "kafka worker")
    assert worker["finding"] == "note" and "lakewarden-kafka" in worker["todo"]
