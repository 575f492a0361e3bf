"""A client that may do some things and not others: what is refused is said, and never taken for what is not there."""
import time

import doors
import pytest
import topics
from broker import Broker, fetch_jars, missing_parts
from confluent_kafka.admin import (AclBinding, AclBindingFilter, AclOperation, AclPermissionType, AdminClient,
                                   ResourcePatternType, ResourceType)
from conftest import VERSIONS
from test_inspect import commit
from waiting import wait_for
from worker import run

WHO = "User:CN=orders-operator"
SETTINGS = {"authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS"}  # whoever comes by the plain listener, that is the broker itself and the test
KINDS = {"topic": ResourceType.TOPIC, "group": ResourceType.GROUP, "transaction": ResourceType.TRANSACTIONAL_ID}


@pytest.fixture(scope="module", params=VERSIONS)
def strict(request, cache, tmp_path_factory):
    lacking = missing_parts()
    assert not lacking, f"a Kafka broker {lacking}"
    folder = tmp_path_factory.mktemp("strict")
    keys = doors.make_keys(folder / "keys")
    listener = {"MTLS": doors.listeners(keys, doors.IDENTITY)["MTLS"]}
    one = Broker(fetch_jars(cache, request.param), folder / "broker", listener, settings=SETTINGS)
    one.keys, one.version = keys, request.param
    try:
        one.start()
        topics.create(one.address, "orders")
        topics.create(one.address, "orders-dlq")
        topics.produce(one.address, "orders-dlq", [{"value": b"v%d" % number} for number in range(20)])
        commit(one, "orders-app", "orders", {0: 0})
        allow(one, ("topic", "orders", "DESCRIBE"), ("topic", "orders-dlq", "READ"))
        yield one
    finally:
        one.stop()


def allow(broker, *rules):
    """Each rule is kind, beginning of the name, operation. The controller answers before the broker has learnt of them."""
    bindings = [AclBinding(KINDS[kind], name, ResourcePatternType.PREFIXED, WHO, "*", AclOperation[operation],
                           AclPermissionType.ALLOW) for kind, name, operation in rules]
    admin = AdminClient({"bootstrap.servers": broker.address, "log_level": 0})
    for future in admin.create_acls(bindings).values():
        future.result(60)
    every = AclBindingFilter(ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY)
    wait_for(lambda: set(bindings) <= set(admin.describe_acls(every).result(60)), 60, "the broker to know them")


def job(broker, **members):
    security = {"protocol": "SSL", "ca_file": f"{broker.keys}/ca.crt", "certificate_file": f"{broker.keys}/client.crt",
                "key_file": f"{broker.keys}/client.key"}
    return {"bootstrap": broker.doors["MTLS"], "security": security, "timeout_ms": 30000, **members}


def replay(broker, program):
    plan = {"source": "orders-dlq", "target": "orders", "group": "lakewarden-replay-orders-dlq"}
    return run(program, job(broker, action="replay", replay=plan))


def test_permissions_one_after_the_other(strict, worker_program):
    """Each refusal names what is lacking; then it is granted, until all goes."""
    begun = time.monotonic()
    seen = run(worker_program, job(strict, action="inspect", group="orders-app", topics=["orders"]))
    assert (seen["error"]["kind"], seen["error"]["phase"]) == ("authorization", "committed"), seen
    assert time.monotonic() - begun < 14, "it waited for a coordinator it may not have"  # which would be 15 s
    hidden = run(worker_program, job(strict, action="inspect", topics=["payments"]))
    assert hidden["error"]["kind"] == "authorization", hidden
    assert seen["group"]["state"] == "unknown" and "members" not in seen["group"], "a group nobody may see is none"
    assert "lag_total" not in seen and seen["lag"][0]["end"] == 0

    refused = replay(strict, worker_program)
    assert refused["error"]["kind"] == "authorization", refused
    allow(strict, ("group", "lakewarden-", "READ"))
    refused = replay(strict, worker_program)
    assert (refused["error"]["kind"], refused["error"]["phase"]) == ("authorization", "init"), refused
    allow(strict, ("transaction", "lakewarden-", "WRITE"))
    refused = replay(strict, worker_program)
    assert refused["error"]["kind"] == "authorization" and "orders" in refused["error"]["message"], refused
    assert refused["replay"]["produced"] == 0 and refused["replay"]["settled"]
    assert not topics.read_all(strict.address, "orders", "read_uncommitted")

    allow(strict, ("topic", "orders", "WRITE"))
    done = replay(strict, worker_program)
    assert "error" not in done and done["replay"]["produced"] == 20, done
    assert len(topics.read_all(strict.address, "orders")) == 20
