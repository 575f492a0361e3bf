"""For every operation that answers in JSON: a reply with all members the model knows means to us what it means to botocore."""
import datetime
import functools
import json
import os
import subprocess
from pathlib import Path

import botocore.parsers
import botocore.session
import pytest

FOLDER = Path(os.environ.get("LAKEWARDEN", "build/lakewarden")).parent / "tests/golden"
OPERATIONS = sorted(p.stem for p in (Path(__file__).parent / "operations").glob("*.json"))
MOMENT = 1795226707.25

# Members nobody looks at. Only Kafka's are listed one by one (they are named otherwise on the wire), so only there some can miss.
LEFT_OUT = {
    "BrokerNodeGroupInfo.BrokerAZDistribution", "BrokerNodeGroupInfo.StorageInfo", "BrokerNodeGroupInfo.ConnectivityInfo",
    "BrokerNodeGroupInfo.ZoneIds", "Provisioned.Rebalancing", "EncryptionInfo.EncryptionAtRest", "Provisioned.OpenMonitoring",
    "LoggingInfo.AuthorizerLogs", "BrokerLogs.Firehose", "Provisioned.ZookeeperConnectString",
    "Provisioned.ZookeeperConnectStringTls", "Serverless.ConnectivityInfo",
}

# Deep in the description of visual jobs of Glue, where nobody looks, a time stays the text it is on the wire.
TIMES_AS_TEXT = {"StartingTimestamp"}


def members(shape):
    """Those of a structure; of a union the first."""
    items = list(shape.members.items())
    return items[:1] if shape.is_tagged_union else items


def sample(shape, above=()):
    """A value of a shape as it is on the wire, with every member; where it leads back to what is above, an empty one."""
    kind = shape.type_name
    if shape.name in above:
        return [] if kind == "list" else {}
    inside = (*above, shape.name)
    if kind == "structure" and shape.is_document_type:
        return {"free": [1, None, {"CamelKey": "x"}]}
    if kind == "structure":
        return {m.serialization.get("name", name): sample(m, inside) for name, m in members(shape)}
    if kind == "list":
        return [sample(shape.member, inside)] * 2
    if kind == "map":
        return {"someKey": sample(shape.value, inside), "OtherKey": sample(shape.value, inside)}
    if kind == "timestamp":
        iso = shape.serialization.get("timestampFormat") == "iso8601"
        return "2026-11-21T02:05:07.250Z" if iso else MOMENT
    return {"integer": 7, "long": 2**40, "double": 1.5, "float": 1.5, "boolean": True, "blob": "AAEC"}.get(kind, f"a {shape.name}")


def plain(value):
    """botocore's values as our JSON has them."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    return "AAEC" if value == b"\0\1\2" else value


def missing(theirs, ours, above=""):
    """What botocore has and we do not, as "Parent.Member"; anything else that differs is an error."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        assert set(ours) <= set(theirs), (above, ours)
        for key, value in theirs.items():
            if key in ours:
                yield from missing(value, ours[key], key)
            else:
                yield f"{above}.{key}"
    elif isinstance(theirs, list) and isinstance(ours, list):
        assert len(theirs) == len(ours), above
        for one, other in zip(theirs, ours):
            yield from missing(one, other, above)
    elif above not in TIMES_AS_TEXT:
        assert theirs == ours, above


@functools.cache
def service_model(service):
    return botocore.session.Session().get_service_model(service.replace("_", "-"))


def answers_in_json(stem):
    service, operation = stem.rsplit("_", 1)
    protocols = service_model(service).metadata.get("protocols", [service_model(service).metadata["protocol"]])
    return {"json", "rest-json"} & set(protocols) and service_model(service).operation_model(operation).output_shape


@pytest.mark.parametrize("stem", [stem for stem in OPERATIONS if answers_in_json(stem)])
def test_means_the_same(stem):
    service, operation = stem.rsplit("_", 1)
    shape = service_model(service).operation_model(operation).output_shape
    body = json.dumps(sample(shape))
    line = json.dumps({"service": service, "op": operation, "body": body})
    done = subprocess.run([FOLDER / "reply_runner"], input=line, capture_output=True, text=True, check=True, timeout=60)
    ours = json.loads(done.stdout)
    protocol = "rest-json" if service_model(service).metadata["protocol"] == "rest-json" else "json"
    parser = botocore.parsers.create_parser(protocol)
    theirs = plain(parser.parse({"status_code": 200, "headers": {}, "body": body.encode()}, shape))
    assert "error" not in ours, ours
    left_out = set(missing(theirs, ours["output"]))
    assert left_out <= (LEFT_OUT if service == "kafka" else set())


def test_most_answer_in_json():
    assert len([stem for stem in OPERATIONS if answers_in_json(stem)]) * 5 >= len(OPERATIONS) * 4
