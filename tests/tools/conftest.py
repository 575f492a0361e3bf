"""The AWS of the cases, and the program asked over stdio as any client asks it."""
import json
import subprocess

import pytest

from ask import ask, environment, send
from fake_aws import Script, Server


@pytest.fixture
def aws():
    """One for each test: what another's program sent in its last moment must not come to this one's."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def call(lakewarden, aws, tmp_path):
    """Runs one tools/call in a process of its own; returns its CallToolResult. `asked` gets what the client was asked."""

    def run(case, asked=None):
        aws.script = Script(case["upstream"])
        return ask(lakewarden, aws.url, case, tmp_path, asked)

    return run


@pytest.fixture
def start(lakewarden, aws, tmp_path):
    """Starts the program on stdio, allowed to write, before such a double of an upstream."""

    def run(upstream, *flags, writes="allow"):
        aws.script = upstream
        return subprocess.Popen([lakewarden, "stdio", "--writes", writes, *flags], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(aws.url, tmp_path), text=True)

    return run


@pytest.fixture
def effects(start):
    """Calls a tool in rounds of so many calls at once, of one process, with these arguments in turn; the effects of each round,
    sorted."""

    def run(upstream, tool, arguments, *rounds, flags=()):
        seen = []
        with start(upstream, *flags) as process:
            for count in rounds:
                send(process, *({"id": i, "method": "tools/call", "params": {
                    "name": tool, "arguments": arguments[i % len(arguments)]}} for i in range(count)))
                answers = [json.loads(process.stdout.readline())["result"]["structuredContent"] for _ in range(count)]
                seen.append(sorted(answer["effect"] for answer in answers))
            process.stdin.close()
            assert process.wait(30) == 0
        return seen

    return run
