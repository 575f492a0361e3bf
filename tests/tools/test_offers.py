"""What the server offers beside tools, asked over stdio: prompts, resources, and names while somebody types. The cases are in
offers.json: {about, flags?, upstream (README.md), requests: [{method, params?, result or error: a part of it, within_s?}], counts?,
never?}."""
import json
import subprocess
import time

import pytest

import cases
from ask import environment, messages_until, send
from fake_aws import Script

CASES = json.loads((cases.HERE / "offers.json").read_text())


@pytest.fixture
def program(lakewarden, aws, tmp_path):
    """Starts the program before such an AWS, as a client of 2025-11-25 would; it ends with the test."""
    started = []

    def start(upstream, flags):
        cases.begin()
        aws.script = Script(cases.filled(upstream))
        process = subprocess.Popen([lakewarden, "stdio", "--log-level", "error", *flags], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, env=environment(aws.url, tmp_path), text=True)
        started.append(process)
        send(process, {"id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "offers", "version": "1"}}},
             {"method": "notifications/initialized"})
        *_, answer = messages_until(process, 0)
        assert {"prompts", "resources", "completions"} <= set(answer["result"]["capabilities"])
        return process

    yield start
    for process in started:
        process.stdin.close()
        assert process.wait(20) == 0


def check_answer(request, answer, seconds):
    part = "error" if "error" in request else "result"
    assert part in answer, answer
    found = list(cases.differences(request[part], answer[part]))
    assert not found, "\n".join(found)
    assert seconds < request.get("within_s", 20)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_case(case, program, aws):
    process = program(case.get("upstream", []), case.get("flags", []))
    for number, request in enumerate(case["requests"], 1):
        began = time.monotonic()
        send(process, {"id": number, "method": request["method"], "params": request.get("params", {})})
        *_, answer = messages_until(process, number)
        check_answer(request, answer, time.monotonic() - began)
        for secret in case.get("never", []):
            assert secret not in json.dumps(answer)
    script = aws.script
    assert not script.unscripted, "asked for what the case does not hold:\n" + "\n".join(script.unscripted)
    assert not script.unused(), f"never asked: {script.unused()}"
    for operation, count in case.get("counts", {}).items():
        assert sum(request.operation == operation for request in script.requests) == count, operation
