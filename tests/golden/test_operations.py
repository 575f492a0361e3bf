"""For every operation: the request we put on the wire is botocore's. Same keys, same clock, nothing is sent."""
import base64
import functools
import hashlib
import json
import os
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from unittest import mock

import botocore.session
import pytest

RUNNER = Path(os.environ.get("LAKEWARDEN", "build/lakewarden")).parent / "tests/golden/request_runner"
CASES = sorted((Path(__file__).parent / "operations").glob("*.json"))
NOW = datetime(2026, 11, 21, 2, 5, 7, tzinfo=timezone.utc)

# boto3 puts "env." even in front of an address; we leave a configured URL as it is.
NO_PREFIX = {"AWS_DISABLE_HOST_PREFIX_INJECTION": "true"}

# Every way of reaching AWS that changes a request: keys for a time or for ever, regions, endpoints.
SITES = {
    "session": {"AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2Vj/+=="},
    "long-lived": {},
    "china": {"region": "cn-north-1"},
    "gov-fips": {"region": "us-gov-west-1", "AWS_USE_FIPS_ENDPOINT": "true"},
    "dual-stack": {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
    "local": {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000"} | NO_PREFIX,
    "local-path": {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000/aws/base"} | NO_PREFIX,
    "no-prefix": NO_PREFIX,
}

# Not part of what is compared: an id and a counter, the program's name and the body's length (libcurl's); boto3's question
# whether a body may be sent, which costs a round trip.
OURS_ALONE = {"user-agent", "amz-sdk-invocation-id", "amz-sdk-request", "content-length", "expect"}


SESSIONS = {}


class Stopped(Exception):
    """Ends botocore's call before it sends."""


def environment(site):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return clean | {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    } | {k: v for k, v in SITES[site].items() if k != "region"}


def with_times(value, shape):
    """Our seconds as the datetimes botocore wants."""
    if shape.type_name == "timestamp":
        return datetime.fromtimestamp(value, timezone.utc)
    if shape.type_name == "structure" and not shape.is_document_type:
        return {k: with_times(v, shape.members[k]) for k, v in value.items()}
    if shape.type_name == "list":
        return [with_times(v, shape.member) for v in value]
    return value


def with_digest(operation, given):
    """What boto3 is told of an object's SHA-256: we send it unasked, boto3 another digest, and in other ways over https."""
    if operation != "PutObject" or "ChecksumSHA256" in given:
        return given
    digest = hashlib.sha256(given["Body"].encode()).digest()
    return given | {"ChecksumSHA256": base64.b64encode(digest).decode()}


@functools.cache
def client_of(service, site):
    """botocore's client; made inside the site's environment."""
    if site not in SESSIONS:
        SESSIONS[site] = botocore.session.Session()
    return SESSIONS[site].create_client(service.replace("_", "-"), region_name=SITES[site].get("region", "eu-west-1"))


def botocore_request(service, operation, given, site):
    """(method, url, headers, body) as botocore would send it."""
    client = client_of(service, site)
    model = client.meta.service_model.operation_model(operation)
    seen = {}

    def stop(request, **_):
        seen["request"] = request
        raise Stopped

    client.meta.events.register("before-send", stop, unique_id="stop")
    method = {v: k for k, v in client.meta.method_to_api_mapping.items()}[operation]
    with pytest.raises(Stopped):
        getattr(client, method)(**(with_times(given, model.input_shape) if model.input_shape else {}))
    client.meta.events.unregister("before-send", unique_id="stop")
    request = seen["request"]
    headers = {k.lower(): v.decode() if isinstance(v, bytes) else v for k, v in request.headers.items()}
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    return request.method, request.url, headers, body if isinstance(body, bytes) else body.encode()


def our_requests(service, operation, inputs, region):
    lines = [json.dumps({"service": service, "op": operation, "region": region, "input": given,
                         "wall_ms": int(NOW.timestamp() * 1000)}) for given in inputs]
    done = subprocess.run([RUNNER], input="\n".join(lines), capture_output=True, text=True, check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(params=SITES)
def site(request, monkeypatch):
    """A site, with its environment around the test."""
    for name in [k for k in os.environ if k.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment(request.param).items():
        monkeypatch.setenv(name, value)
    return request.param


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_request_is_botocores(path, site):
    service, operation = path.stem.rsplit("_", 1)
    inputs = json.loads(path.read_text(encoding="utf-8"))
    results = our_requests(service, operation, inputs, SITES[site].get("region", "eu-west-1"))
    assert len(results) == len(inputs)
    with mock.patch("botocore.auth.get_current_datetime", lambda **_: NOW.replace(tzinfo=None)):
        for given, ours in zip(inputs, results):
            method, url, headers, body = botocore_request(service, operation, with_digest(operation, given), site)
            assert "error" not in ours, (given, ours)
            mine = {k.lower(): v for k, v in ours["headers"].items()}
            assert (ours["method"], ours["url"]) == (method, url), given
            assert ours["body"].encode() == body, given
            assert {k: v for k, v in mine.items() if k not in OURS_ALONE} == \
                {k: v for k, v in headers.items() if k not in OURS_ALONE}, given


def test_every_operation_has_cases():
    listed = subprocess.run([RUNNER, "--list"], capture_output=True, text=True, check=True, timeout=60)
    assert {line.split()[0] for line in listed.stdout.splitlines()} == {path.stem for path in CASES}
