"""`up` and `down` with a stand-in for the server, so that this suite needs no built program."""
import json
import os
import shlex
import subprocess
import sys
import urllib.error
from pathlib import Path

import pytest
from conftest import DIRECT
from starting import SANDBOX
from lwsandbox.processes import alive, mark
from waiting import wait_for

STAND_IN = """
import http.server, json, os, sys
if os.environ.get("STAND_IN_DIES"):
    sys.exit("cannot go on like this")
if sys.argv[1] == "stdio":
    print(json.dumps([sys.argv[1:], {k: v for k, v in os.environ.items() if k.startswith("AWS_")}]))
    sys.exit()
host, port = sys.argv[sys.argv.index("--listen") + 1].split(":")
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
print(json.dumps(sys.argv[1:]), file=sys.stderr, flush=True)
http.server.HTTPServer((host, int(port)), Answer).serve_forever()
"""


class Pair:
    def __init__(self, folder):
        self.program, self.state = folder / "lake warden", folder / "state dir"
        (folder / "stand_in.py").write_text(STAND_IN)
        # A shell's, because a #! line cannot hold the space that the interpreter's own path may have.
        command = shlex.join([sys.executable, str(folder / "stand_in.py")])
        self.program.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        self.program.chmod(0o755)

    def run(self, *arguments, **env):
        return subprocess.run([sys.executable, "-m", "lwsandbox", *arguments, "--state", str(self.state)], cwd=SANDBOX,
                              env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **env}, capture_output=True, text=True,
                              timeout=60)

    def up(self, **env):
        return self.run("up", "--lakewarden", str(self.program), **env)

    def down(self):
        return self.run("down")


@pytest.fixture
def pair(tmp_path):
    pair = Pair(tmp_path)
    yield pair
    pair.down()


@pytest.fixture(scope="module")
def running_pair(tmp_path_factory):
    """For tests that only look."""
    pair = Pair(tmp_path_factory.mktemp("pair"))
    pair.first = pair.up()
    yield pair
    pair.down()


def test_up_says_one_line_that_is_all_there(running_pair):
    pair, done = running_pair, running_pair.first
    assert done.returncode == 0 and done.stdout.count("\n") == 1, done.stderr
    line = json.loads(done.stdout)
    assert set(line) >= {"mcp_url", "token_read", "token_write", "aws_endpoint", "stdio_command", "issuer", "jwks_url",
                         "job_name", "control_url", "alarm_name", "composite_alarm", "database", "table", "bucket",
                         "token_url", "clients", "pids", "region"}
    assert line["token_read"].count(".") == line["token_write"].count(".") == 2
    arguments = json.loads((pair.state / "lakewarden.log").read_text().splitlines()[0])
    first = ["http", "--listen", line["mcp_url"].split("/")[2], "--auth", "cognito", "--issuer",
             line["issuer"], "--jwks-url", line["jwks_url"], "--public-url", line["mcp_url"],
             "--client-id", line["clients"]["reader"]["id"],
             "--client-id", line["clients"]["operator"]["id"], "--writes", "allow", "--region", "us-east-1"]
    assert arguments[:len(first)] == first
    assert arguments[arguments.index("--servicenow-url") + 1] == line["servicenow_url"]
    with DIRECT.open(line["jwks_url"], timeout=60) as answer:
        assert json.load(answer)["keys"]


def test_stdio_command_is_one_shell_line(running_pair):
    pair, line = running_pair, json.loads(running_pair.first.stdout)
    assert line["stdio_command"].startswith("env ") and "\n" not in line["stdio_command"]
    foreign = {"AWS_SESSION_TOKEN": "not ours", "AWS_PROFILE": "not ours", "AWS_ACCESS_KEY_ID": "not ours"}
    done = subprocess.run(line["stdio_command"], shell=True, capture_output=True, text=True, timeout=60, cwd="/",
                          env={**os.environ, **foreign})
    arguments, aws = json.loads(done.stdout)
    assert arguments[:5] == ["stdio", "--writes", "allow", "--region", "us-east-1"] and "--servicenow-secret" in arguments
    assert "AWS_SESSION_TOKEN" not in aws and "AWS_PROFILE" not in aws
    assert (aws["AWS_ENDPOINT_URL"], aws["AWS_EC2_METADATA_DISABLED"]) == (line["aws_endpoint"], "true")
    assert aws["AWS_ACCESS_KEY_ID"] != "not ours"
    words = shlex.split(line["stdio_command"])
    assert words[words.index("stdio") - 1] == str(pair.program)


def test_a_second_up_starts_nothing(running_pair):
    first, second = running_pair.first, running_pair.up()
    assert first.returncode == second.returncode == 0 and first.stdout == second.stdout


def test_down_stops_both_and_says_so(pair):
    line = json.loads(pair.up().stdout)
    pids = line["pids"]
    marks = {name: mark(pid) for name, pid in pids.items()}
    assert all(alive(m) for m in marks.values())
    said = pair.down().stdout
    assert all(f"stopped {name} (pid {pid})" in said for name, pid in pids.items())
    assert not any(alive(m) for m in marks.values())
    with pytest.raises(urllib.error.URLError):
        DIRECT.open(line["jwks_url"], timeout=5)
    assert pair.down().stdout == "nothing was running\n"


def test_half_a_pair_is_replaced(pair):
    old = json.loads(pair.up().stdout)["pids"]
    killed = mark(old["sandbox"])
    os.kill(old["sandbox"], 9)
    wait_for(lambda: not alive(killed), 20, "the sandbox's end")
    line = json.loads(pair.up().stdout)
    assert set(line["pids"].values()).isdisjoint(old.values())
    assert writers_of(pair.state / "sandbox.log")
    assert not alive(mark(old["lakewarden"]))


def writers_of(log):
    """The processes whose stderr is this file."""
    return [fd for fd in Path("/proc").glob("[0-9]*/fd/2") if os.path.realpath(fd) == str(log)]


def nothing_is_left(pair):
    """A process that was killed may take a moment to go."""
    wait_for(lambda: not writers_of(pair.state / "sandbox.log"), 20, "the end of the sandbox's processes")


def test_a_server_that_dies_is_explained_and_nothing_is_left(pair):
    done = pair.up(STAND_IN_DIES="1")
    assert done.returncode == 1 and done.stdout == ""
    assert "cannot go on like this" in done.stderr and "lakewarden.log" in done.stderr
    nothing_is_left(pair)
    assert pair.down().stdout == "nothing was running\n"


def test_a_server_that_cannot_start_is_explained_and_nothing_is_left(pair):
    pair.program.write_text("#!/nowhere/sh\n")
    done = pair.up()
    assert done.returncode == 1 and done.stdout == ""
    assert "No such file" in done.stderr and "Traceback" not in done.stderr
    nothing_is_left(pair)


def test_a_program_that_is_not_there(pair):
    pair.program.unlink()
    done = pair.up()
    assert done.returncode == 1 and "is not a program" in done.stderr


def test_nothing_of_it_can_be_committed(running_pair):
    pair = running_pair
    assert (pair.state / ".gitignore").read_text() == "*\n"
    assert (pair.state / "running.json").stat().st_mode & 0o077 == 0
