"""Calls and what comes back, as data: cases/<service>.json, each case a list of steps played with botocore.

A step has `call` (service.Operation), `with` (parameters), and either `expect` (JMESPath -> value) or `error` (code)
with `status` (for MWAA with the `inner` one of Airflow). `save` keeps values for later steps; "$name" puts one in, and so does every fact `serve` prints."""
import json
from pathlib import Path

import jmespath
import pytest
from botocore.exceptions import ClientError

CASES = [pytest.param(case, id=f"{path.stem}: {case['name']}")
         for path in sorted((Path(__file__).parent / "cases").glob("*.json"))
         for case in json.loads(path.read_text())]


def put_in(value, known):
    if isinstance(value, str):
        for name in sorted(known, key=len, reverse=True):
            if value == f"${name}":
                return known[name]
            if isinstance(known[name], str):
                value = value.replace(f"${name}", known[name])
        return value
    if isinstance(value, list):
        return [put_in(v, known) for v in value]
    if isinstance(value, dict):
        return {k: put_in(v, known) for k, v in value.items()}
    return value


def plain(value):
    return json.loads(json.dumps(value, default=lambda v: v.isoformat()))


def play(step, sandbox, known):
    service, operation = step["call"].split(".")
    client = sandbox.client(service, step.get("key", "writer"), step.get("region", "us-east-1"),
                            parameter_validation=False)
    try:
        answer = client._make_api_call(operation, put_in(step.get("with", {}), known))
    except ClientError as problem:
        got = problem.response["Error"]["Code"], problem.response["ResponseMetadata"]["HTTPStatusCode"]
        assert got == (step.get("error"), step.get("status", 400)), problem
        assert put_in(step.get("message", ""), known) in problem.response["Error"].get("Message", "")
        assert problem.response.get("RestApiStatusCode") == step.get("inner"), problem.response
        return
    assert "error" not in step, f"{step['call']} went well: {answer}"
    answer = plain({k: v for k, v in answer.items() if k != "Body"})
    assert step["expect"], "a step without an expectation proves nothing"
    for path, wanted in step["expect"].items():
        assert jmespath.search(put_in(path, known), answer) == put_in(wanted, known), f"{path} in {str(answer)[:800]}"
    for name, path in step.get("save", {}).items():
        known[name] = jmespath.search(path, answer)
        assert known[name] is not None, f"nothing to save at {path} in {answer}"


@pytest.mark.parametrize("case", CASES)
def test_case(case, sandbox):
    known = {k: v for k, v in sandbox.facts.items() if isinstance(v, str)}
    for step in case["steps"]:
        play(step, sandbox, known)
