"""Each case: what AWS says, what the tool is asked, what it must answer, and what it must have asked AWS."""
import json

import jsonschema
import pytest

import cases
from fake_aws import fits

TEXT_MAX = 20000
ERROR_MAX = 2000


def check_requests(expect, script):
    assert not script.unscripted, "asked for what the case does not hold:\n" + "\n".join(script.unscripted)
    assert not script.unused(), f"never asked: {script.unused()}"
    counts = {}
    for request in script.requests:
        counts[request.operation] = counts.get(request.operation, 0) + 1
    for operation, count in expect.get("counts", {}).items():
        assert counts.get(operation, 0) == count, f"{operation} asked {counts.get(operation, 0)} times: {counts}"
    for wanted in expect.get("requests", []):
        same = [r for r in script.requests if r.operation == wanted["operation"]]
        assert any(fits(wanted["match"], r.input) for r in same), "\n".join(map(str, same)) or wanted["operation"]
        for key in wanted.get("without", []):
            assert all(key not in r.input for r in same), f"{key} was sent"


def check_text(expect, text):
    for wanted in expect.get("text", []):
        assert wanted in text, f"{wanted!r} is not in:\n{text}"
    for unwanted in expect.get("not_text", []):
        assert unwanted not in text, f"{unwanted!r} is in:\n{text}"


def check_cursor(case, call, aws, result):
    """Follows `then`: the next call with the answer's cursor, on the same upstream."""
    step = case.get("then")
    if not step:
        return
    arguments = {**case["arguments"], "cursor": result["structuredContent"]["cursor"], **step.get("arguments", {})}
    check_case({**step, "tool": case["tool"], "arguments": arguments, "upstream": cases.filled(step.get("upstream", [])) +
                case["upstream"]}, call, aws)


def check_asked(expect, asked):
    """What the client was asked, each time: a form with a box that is empty at first, and a message that says all this."""
    assert len(asked) == len(expect.get("asked", [])), asked
    for params, wanted in zip(asked, expect.get("asked", [])):
        assert params["mode"] == "form" and params["requestedSchema"]["properties"]["confirm"]["default"] is False
        for text in wanted:
            assert text in params["message"], f"{text!r} is not in:\n{params['message']}"
        for secret in expect.get("never", []):
            assert secret not in params["message"], f"{secret!r} was shown"


def check_case(case, call, aws):
    asked = []
    result = call(case, asked)
    expect = case["expect"]
    check_asked(expect, asked)
    text = "\n".join(block["text"] for block in result["content"])
    is_error = result.get("isError", False)
    assert is_error == expect.get("is_error", False), text
    assert 0 < len(text) <= (ERROR_MAX if is_error else TEXT_MAX)
    check_text(expect, text)
    everything = json.dumps(result, ensure_ascii=False)
    for secret in expect.get("never", []):
        assert secret not in everything, f"{secret!r} got out"
    check_requests(expect, aws.script)
    if is_error:
        assert "structuredContent" not in result
        return
    document = json.loads((cases.HERE.parents[1] / "schema" / "tools" / f"{case['tool']}.json").read_text())
    jsonschema.Draft202012Validator(document["outputSchema"]).validate(result["structuredContent"])
    assert not (found := list(cases.differences(expect.get("structured", {}), result["structuredContent"]))), "\n".join(found)
    check_cursor(case, call, aws, result)


@pytest.mark.parametrize("path", cases.all_cases(), ids=cases.name_of)
def test_case(path, call, aws):
    check_case(cases.load(path), call, aws)


@pytest.mark.parametrize("path", [path for path in cases.all_cases() if "answers" in json.loads(path.read_text())],
                         ids=cases.name_of)
def test_case_in_rounds(path, call, aws):
    """What asks a person, once more as a client of 2026-07-28 that is asked in rounds."""
    check_case({**cases.load(path), "modern": True}, call, aws)
