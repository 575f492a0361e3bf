"""retry_kafka with brokers to ask: librdkafka's mock cluster (tests/kafka/mock_cluster.c) beside the scripted AWS.

Cases are retry_kafka/brokers/*.json: as every tool case, and `cluster`, the lines the mock cluster is told before the call; "$brokers"
is where it listens; `holds` is how many records each topic must hold in the end. Its transactions prove nothing: that is what suite
kafka is for, with a real broker.
"""
import json
import os
import subprocess
from pathlib import Path

import pytest

import cases
from test_tools import check_case

FOLDER = cases.HERE / "retry_kafka" / "brokers"
EVERYBODY = ["topic orders 2", "topic orders-dlq 2", "commit orders-group orders 0 0", "commit orders-group orders 1 0"]


class Cluster:
    """One mock cluster, ended with its stdin."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, (command, answer)
        return answer

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


@pytest.fixture
def cluster(lakewarden):
    program = Path(lakewarden).parent / "tests" / "kafka" / "kafka_mock_cluster"
    assert os.access(program, os.X_OK), f"{program} is not there: it is built where librdkafka is (librdkafka-dev)"
    one = Cluster(str(program))
    yield one
    one.end()


def load(path, address):
    """The case with its bases, which lie one folder up, and with the cluster's address put in."""
    cases.begin()
    case = json.loads(path.read_text().replace("$brokers", address))
    brokers = {"service": "kafka", "operation": "GetBootstrapBrokers", "reply": {"json": {"bootstrapBrokerString": address}}}
    lines = [{"times": -1, "optional": True, **brokers}]
    for base in case.get("base", ["function", "mapping", "cluster", "quiet"]):
        found = json.loads((FOLDER.parent / f"_{base}.json").read_text())
        lines += [{"times": -1, **line, "optional": True} for line in found if line["operation"] != "GetBootstrapBrokers"]
    case["tool"], case["upstream"] = "retry_kafka", cases.filled(case.get("upstream", []) + lines)
    case["flags"] = case.get("flags", ["--kafka-plaintext"])
    return cases.dated(case)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_case(path, cluster, call, aws):
    case = load(path, cluster.address)
    for command in EVERYBODY + case.get("cluster", []):
        cluster.tell(command)
    check_case(case, call, aws)
    for command in case.get("then_cluster", []):
        cluster.tell(command)
    held = {topic: cluster.tell(f"records {topic}")["records"] for topic in case.get("holds", {})}
    assert held == case.get("holds", {})
