"""The double reads back what the program sends: every golden input of a REST service, through request and model."""
import json
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import rest_request

GOLDEN = Path(__file__).parents[1] / "golden" / "operations"
RUNNER = Path(os.environ.get("LAKEWARDEN", "build/lakewarden")).parent / "tests/golden/request_runner"
OURS = {name for name, _ in [*rest_request.SERVICES.values(), rest_request.SSO]}
CASES = sorted(p for p in GOLDEN.glob("*.json") if p.stem.rsplit("_", 1)[0] in OURS)
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "HOME": "/nonexistent"}


def with_times_as_text(value):
    """Our seconds in a query are text on the wire, and stay it."""
    return {k: "2026-11-21T" if isinstance(v, int) and v > 1e9 else v for k, v in value.items()}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_reads_back(path):
    service, operation = path.stem.rsplit("_", 1)
    inputs = json.loads(path.read_text(encoding="utf-8"))
    lines = [json.dumps({"service": service, "op": operation, "region": "eu-west-1", "wall_ms": 1795226707000, "input": given})
             for given in inputs]
    done = subprocess.run([RUNNER], input="\n".join(lines), capture_output=True, text=True, check=True, timeout=60, env=KEYS)
    for given, line in zip(inputs, done.stdout.splitlines(), strict=True):
        request = json.loads(line)
        url = urlsplit(request["url"])
        ours, model = rest_request.service_of(request["headers"].get("Authorization"), url.path)
        name, seen = rest_request.read(model, request["method"], url.path, url.query, request["headers"],
                                       request["body"].encode())
        assert (ours, name) == (service, operation)
        seen = {k: v[:11] if str(v).startswith("2026-11-21T") else v for k, v in seen.items()}
        assert seen == with_times_as_text(given)


def test_there_are_cases():
    assert len(CASES) >= 20
