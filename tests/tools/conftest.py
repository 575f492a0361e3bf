"""The AWS of the cases, and the program asked over stdio as any client asks it."""
import pytest

from ask import ask
from fake_aws import Script, Server


@pytest.fixture(scope="session")
def aws():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def call(lakewarden, aws, tmp_path):
    """Runs one tools/call in a process of its own; returns its CallToolResult."""

    def run(case):
        aws.script = Script(case["upstream"])
        return ask(lakewarden, aws.url, case, tmp_path)

    return run
