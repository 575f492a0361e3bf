"""What the wire tests share: the fixture server over both transports."""
import json
import os
from pathlib import Path

import pytest

from wire_server import SHAPES, Server
from wire_stdio import Child
from wire_tokens import CLIENT, ISSUER, Mint


@pytest.fixture(scope="session")
def fixture_server(lakewarden):
    """The engine with the tests' own tools, from the same build as the program."""
    program = Path(lakewarden).parent / "tests" / "wire" / "fixture_server"
    assert os.access(program, os.X_OK), f"{program} is not there: ./dev test wire builds it"
    return str(program)


@pytest.fixture(scope="session")
def mint():
    return Mint()


@pytest.fixture(scope="session")
def tokens(mint):
    return mint.tokens()


@pytest.fixture(scope="session")
def start_server(fixture_server, mint, tmp_path_factory):
    """Starts a server of a named shape, with more variables if need be. Who starts it stops it; what a failed test
    has left running is killed at the end."""
    begun = []

    def start(shape="default", **env):
        command = [fixture_server, "http", "0"]
        if shape in ("protected", "facade"):
            jwks = tmp_path_factory.mktemp("keys") / "jwks.json"
            jwks.write_text(json.dumps(mint.jwks()))
            command += [str(jwks), ISSUER, CLIENT]
        begun.append(Server(command, {**SHAPES[shape], **env}))
        return begun[-1]
    yield start
    for server in begun:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


@pytest.fixture(scope="session")
def servers(start_server):
    """Servers by shape, started once and shared by all tests that leave no trace in them."""
    running = {}

    def get(shape="default"):
        if shape not in running:
            running[shape] = start_server(shape)
        return running[shape]
    yield get
    for shape, server in running.items():
        assert server.stop() == 0, f"{shape}: {server.log[-5:]}"


@pytest.fixture
def start_child(fixture_server):
    """Starts servers on stdio; each is ended after the test and must end well."""
    children = []

    def start(**env):
        child = Child([fixture_server, "stdio"], {**os.environ, **env})
        children.append(child)
        return child
    yield start
    for child in children:
        assert child.stop() == 0, child.log[-5:]
