"""The Smithy protocol cases that botocore carries, through our codecs: all that ask for features we have."""
import base64
import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from features import left_out_input, left_out_output
from vectors import botocore_tests

RUNNER = Path(os.environ.get("LAKEWARDEN", "build/lakewarden")).parent / "tests/golden/protocol_runner"

# What ran when this was written. The cases are pinned, so fewer means that something is no longer tested.
AT_LEAST = {
    ("input", "json"): 49, ("input", "json_1_0"): 16, ("input", "json_1_0-query-compatible"): 1,
    ("input", "query"): 32, ("input", "rest-xml"): 35, ("input", "rest-json"): 99,
    ("output", "json"): 58, ("output", "json_1_0"): 32, ("output", "json_1_0-query-compatible"): 2,
    ("output", "query"): 38, ("output", "rest-xml"): 56, ("output", "rest-json"): 75,
}


def ours(value, ref, model):
    """A value of a case as our JSON has it: blobs are base64 text."""
    shape = model["shapes"][ref["shape"]] if ref else {"type": "any"}
    if shape["type"] == "blob" and isinstance(value, str):
        return base64.b64encode(value.encode()).decode()
    if isinstance(value, dict):
        members = shape.get("members", {})
        return {k: ours(v, members.get(k) or shape.get("value"), model) for k, v in value.items()}
    if isinstance(value, list):
        return [ours(v, shape.get("member"), model) for v in value]
    return value


def load(direction, protocol):
    """(model, case) of one file; cases in our form."""
    path = botocore_tests() / "protocols" / direction / f"{protocol}.json"
    for model in json.loads(path.read_text(encoding="utf-8")):
        for case in model["cases"]:
            part, member = ("params", "input") if direction == "input" else ("result", "output")
            if part in case:
                case[part] = ours(case[part], case["given"].get(member), model)
            yield model, case


def run(cases):
    lines = [json.dumps({"metadata": model["metadata"], "shapes": model["shapes"], "case": case})
             for model, case in cases]
    done = subprocess.run([RUNNER], input="\n".join(lines), capture_output=True, text=True, check=True, timeout=60)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == len(cases)
    return results


def wrong_request(want, got):
    """What differs between a case's request and ours, or None."""
    if "error" in got:
        return got["error"]
    path, _, query = want["uri"].partition("?")
    names = {k.lower(): v for k, v in got["headers"].items()}
    if (want["method"], path) != (got["method"], got["path"]):
        return f"{want['method']} {path} != {got['method']} {got['path']}"
    if sorted(parse_qsl(query, True)) != sorted(parse_qsl(got["query"], True)):
        return f"query {query} != {got['query']}"
    for name, value in want.get("headers", {}).items():
        sent = names.get(name.lower())
        # As boto3 does for real: no blank behind a comma, and the charset of a form.
        if sent is None or sent.replace(", ", ",") not in (value.replace(", ", ","), f"{value}; charset=utf-8"):
            return f"header {name}: {value} != {sent}"
    for name in want.get("forbidHeaders", []):
        if name.lower() in names:
            return f"header {name} is sent"
    return wrong_body(want.get("body", ""), got["body"], want)


def wrong_body(want, got, whole):
    if not want or whole["method"] in ("GET", "HEAD"):
        return f"body {got}" if got not in ("", "{}") else None
    if want.lstrip().startswith("{"):
        same = json.loads(want) == json.loads(got)
    else:
        same = sorted(parse_qsl(want, True)) == sorted(parse_qsl(got, True))
    return None if same else f"body {want} != {got}"


def wrong_reply(case, got):
    """What differs between a case's result and ours, or None."""
    if "error" in case:
        if got.get("code") != case["errorCode"]:
            return f"code {case['errorCode']} != {got}"
        return None if got["message"] == case.get("errorMessage", got["message"]) else f"message {got['message']}"
    if got.get("output") != case["result"]:
        return f"{case['result']} != {got}"
    return None


@pytest.mark.parametrize("direction,protocol", AT_LEAST)
def test_cases(direction, protocol, capsys):
    why = left_out_input if direction == "input" else left_out_output
    everything = list(load(direction, protocol))
    left_out = Counter(why(model, case) for model, case in everything)
    cases = [(model, case) for model, case in everything if why(model, case) is None]
    wrong = []
    for (_, case), got in zip(cases, run(cases)):
        problem = wrong_request(case["serialized"], got) if direction == "input" else wrong_reply(case, got)
        if problem:
            wrong.append(f"{case['id']}: {problem}")
    left_out.pop(None, None)
    with capsys.disabled():
        print(f"\n{direction} {protocol}: {len(cases)} cases ran; left out: "
              + (", ".join(f"{n} x {reason}" for reason, n in left_out.most_common()) or "none"))
    assert not wrong, "\n".join(wrong)
    assert len(cases) >= AT_LEAST[direction, protocol]
