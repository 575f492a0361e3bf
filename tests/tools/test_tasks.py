"""What takes long goes on as a task for clients that know tasks, and answers the same in the end (SEP-2663)."""
import json
import subprocess
import time

import pytest

import cases
from ask import environment, send
from fake_aws import Script
from test_retry_kafka import EVERYBODY, FOLDER, cluster, load  # noqa: F401 (a fixture)
from test_tools import check_case

META = "io.modelcontextprotocol/"
# Where a mapping is switched on, and followed until it is.
LONG = ["retry_kafka/enable.json"]
# What is only shown, or refused, has nothing to wait for.
SHORT = ["retry_kafka/enable_dry_run.json", "retry_kafka/enable_in_use.json", "retry_kafka/healthy.json"]


class Client:
    """One of 2026-07-28 that declares tasks, with the program as its child."""

    def __init__(self, process):
        self.process = process

    def ask(self, number, method, **params):
        meta = {META + "protocolVersion": "2026-07-28",
                META + "clientCapabilities": {"extensions": {META + "tasks": {}}}}
        send(self.process, {"id": number, "method": method, "params": {**params, "_meta": meta}})
        answer = json.loads(self.process.stdout.readline())
        assert answer["id"] == number and "result" in answer, answer
        return answer["result"]


@pytest.fixture
def called(lakewarden, aws, tmp_path):
    """The first answer to a case's call, and the last: of the task, if it became one."""

    def run(case):
        aws.script = Script(case["upstream"])
        command = [lakewarden, "stdio", "--writes", "allow", "--log-level", "error", *case.get("flags", [])]
        env = environment(aws.url, tmp_path, case.get("env", {}))
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True) as process:
            client = Client(process)
            first = last = client.ask(1, "tools/call", name=case["tool"], arguments=case["arguments"])
            end = time.monotonic() + 30
            while first["resultType"] == "task" and last.get("status") == "working" and time.monotonic() < end:
                last = client.ask(2, "tasks/get", taskId=first["taskId"])
            process.stdin.close()
            assert process.wait(20) == 0
        return first, last
    return run


@pytest.mark.parametrize("name", LONG)
def test_what_takes_long_is_a_task(name, called, aws):
    case = cases.load(cases.HERE / name)
    first, last = called(case)
    assert first["resultType"] == "task" and first["status"] == "working" and last["status"] == "completed"
    check_case(case, lambda _, _asked: last["result"], aws)


@pytest.mark.parametrize("name", SHORT)
def test_what_does_not_is_answered_at_once(name, called, aws):
    case = cases.load(cases.HERE / name)
    first, _ = called(case)
    assert first["resultType"] == "complete"
    check_case(case, lambda _, _asked: first, aws)


@pytest.mark.parametrize("name", ["replay_range", "replay_dry_run"])
def test_a_job_with_the_brokers_is_a_task(name, called, aws, cluster):  # noqa: F811 (the fixture)
    case = load(FOLDER / f"{name}.json", cluster.address)
    for command in EVERYBODY + case.get("cluster", []):
        cluster.tell(command)
    first, last = called(case)
    assert first["resultType"] == "task" and last["status"] == "completed"
    check_case(case, lambda _, _asked: last["result"], aws)
    held = {topic: cluster.tell(f"records {topic}")["records"] for topic in case.get("holds", {})}
    assert held == case.get("holds", {})
