"""The whole way: `lakewarden call retry_kafka`, MSK's control plane in the sandbox, and a broker that checks the token."""
import json
import os
import subprocess
import urllib.request

import doors
import pytest
import topics
from broker import missing_parts
from conftest import VERSIONS
from starting import sandbox_running

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Place:
    """A sandbox whose MSK cluster has a real broker, and the program called on it."""

    def __init__(self, lakewarden, facts, broker):
        self.lakewarden, self.facts, self.broker = lakewarden, facts, broker
        self.control("msk", {"brokers": {"BootstrapBrokerStringSaslIam": broker.doors["IAM"]}})

    def control(self, name, document):
        url = f"{self.facts['control_url']}/{name}"
        with DIRECT.open(urllib.request.Request(url, json.dumps(document).encode(), method="POST"), timeout=10) as answer:
            return json.load(answer)

    def call(self, **arguments):
        """The structured answer."""
        key = self.facts["keys"]["writer"]
        foreign = ("AWS_", "LAKEWARDEN_", "HTTP", "http")
        env = {name: value for name, value in os.environ.items() if not name.startswith(foreign) and name != "NO_PROXY"}
        env.update(AWS_ENDPOINT_URL=self.facts["endpoint"], AWS_ACCESS_KEY_ID=key["akid"], AWS_SECRET_ACCESS_KEY=key["secret"],
                   AWS_REGION=self.facts["region"], AWS_EC2_METADATA_DISABLED="true")
        words = [f"{name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in
                 {"cluster_arn": self.facts["cluster_arn"], "topic": "orders", "group": "orders-app", **arguments}.items()]
        done = subprocess.run([self.lakewarden, "call", "retry_kafka", *words, "--json", "--writes", "allow",
                               "--kafka-ca-file", str(self.broker.keys / "ca.crt")],
                              env=env, capture_output=True, text=True, timeout=180, check=False)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with sandbox_running(tmp_path_factory.mktemp("sandbox")) as facts:
        yield facts


@pytest.fixture(scope="module", params=VERSIONS)
def place(request, lakewarden, cache, sandbox, tmp_path_factory):
    lacking = missing_parts()
    assert not lacking, f"a Kafka broker {lacking}"
    key = sandbox["keys"]["writer"]
    identity = {"region": sandbox["region"], "key_id": key["akid"], "secret": key["secret"], "session_token": ""}
    one = doors.start_guarded(cache, request.param, tmp_path_factory.mktemp("guarded"), identity)
    try:
        topics.create(one.address, "orders", 3)
        topics.create(one.address, "orders-dlq", 2)
        topics.produce(one.address, "orders-dlq", topics.awkward_records(300, 5, "orders", 3))
        yield Place(lakewarden, sandbox, one)
    finally:
        one.stop()


def checked(answer):
    assert answer.get("tool") == "retry_kafka", answer
    return answer


def test_dead_letters_are_replayed_once(place):
    seen = checked(place.call())
    assert not seen["partial"] and seen["lag"]["source"] == "brokers", seen
    asked = {"action": "replay_dlq", "dead_letter_topic": "orders-dlq"}
    dry = checked(place.call(**asked, dry_run=True))
    assert (dry["effect"], dry["replay"]["produced"], dry["replay"]["eligible"]) == ("dry_run", 0, 300), dry
    assert not topics.read_all(place.broker.address, "orders")
    first = checked(place.call(**asked, max_records=200))
    assert (first["effect"], first["replay"]["produced"], first["replay"]["complete"]) == ("created", 200, False), first
    second = checked(place.call(**asked))
    assert (second["effect"], second["replay"]["produced"], second["replay"]["complete"]) == ("created", 100, True), second
    third = checked(place.call(**asked))
    assert third["effect"] == "already_done", third
    copies = topics.read_all(place.broker.address, "orders")
    assert len({dict(copy["headers"])["x-replay-of"] for copy in copies}) == len(copies) == 300


def test_range_is_replayed_once(place):
    before = len(topics.read_all(place.broker.address, "orders"))
    asked = {"action": "replay_range", "ranges": "0:10-19"}
    first = checked(place.call(**asked))
    assert (first["effect"], first["replay"]["produced"]) == ("created", 10), first
    assert checked(place.call(**asked))["effect"] == "already_done"
    assert len(topics.read_all(place.broker.address, "orders")) == before + 10
