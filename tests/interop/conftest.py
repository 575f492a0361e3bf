"""The pair of sandbox and server, key files, and what runs the clients. All of it lives as long as the suite."""
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from drivers import Drivers
from pool import DIRECT

pytest.register_assert_rewrite("abilities", "abilities_product", "abilities_sign_in", "seen")  # a failed assertion says what it saw

ROOT = Path(__file__).resolve().parents[2]
SANDBOX_LIMIT_S = 60


class Place:
    """The running pair, as `lwsandbox up` describes it."""

    def __init__(self, facts, state):
        self.facts, self.log = facts, state / "lakewarden.log"

    def __getitem__(self, name):
        return self.facts[name]

    def control(self, method, name, document=None):
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self['control_url']}/{name}", body, method=method)
        with DIRECT.open(request, timeout=10) as answer:
            return json.load(answer)


def lwsandbox(*arguments):
    return subprocess.run([sys.executable, "-m", "lwsandbox", *arguments], cwd=ROOT / "examples" / "sandbox",
                          capture_output=True, text=True, timeout=SANDBOX_LIMIT_S, check=False)


@pytest.fixture(scope="session")
def place(lakewarden, tmp_path_factory):
    state = tmp_path_factory.mktemp("pair")
    try:
        done = lwsandbox("up", "--lakewarden", lakewarden, "--state", str(state))
        assert done.returncode == 0, done.stderr
        yield Place(json.loads(done.stdout), state)
    finally:
        lwsandbox("down", "--state", str(state))


@pytest.fixture(scope="session")
def key_file(place, tmp_path_factory):
    """The sandbox's key set, for a server that reads it from a file."""
    path = tmp_path_factory.mktemp("keys") / "jwks.json"
    with DIRECT.open(place["jwks_url"], timeout=10) as answer:
        path.write_bytes(answer.read())
    return str(path)


@pytest.fixture(scope="session")
def fixture_server(lakewarden):
    """The engine with tools a test can foretell, from the same build as the program under test."""
    program = Path(lakewarden).parent / "tests" / "wire" / "fixture_server"
    assert program.exists(), f"{program} is not there: ./dev test builds it"
    return str(program)


@pytest.fixture(scope="session")
def inspector():
    """The Inspector's package, as ./dev installs it."""
    return str(Path(__file__).with_name("inspector") / "node_modules" / "@modelcontextprotocol" / "inspector")


@pytest.fixture(scope="session")
def drivers(node, inspector):
    """What runs each driver. Python clients that cannot share an environment have one each; the Go driver is a program."""
    inspector = [node, inspector]
    python_mcp1, python_strands = (str(ROOT / name / "bin" / "python") for name in (".venv-mcp1", ".venv-strands"))
    return Drivers({"typescript-v1": [node, "typescript_v1.mjs"], "typescript-v2": [node, "typescript_v2.mjs"],
                    "python-v1": [python_mcp1, "python_v1.py"], "python-v2": [sys.executable, "python_v2.py"],
                    "langchain": [python_mcp1, "langchain_adapters.py"], "strands": [python_strands, "strands_agent.py"],
                    "inspector": [sys.executable, "inspector.py", *inspector], "mcpdo": [sys.executable, "mcpdo.py", *inspector],
                    "go": [str(ROOT / ".cache" / "go-client" / "client")]})
