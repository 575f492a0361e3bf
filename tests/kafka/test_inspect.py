"""Job "inspect" against a broker: lag, groups, settings, and what is not there."""
import socket
import time

import topics
from confluent_kafka import Consumer, TopicPartition
from waiting import wait_for
from worker import plain, run


def commit(broker, group, topic, offsets):
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": group, "log_level": 0})
    wanted = [TopicPartition(topic, number, offset) for number, offset in offsets.items()]
    topics.patiently(lambda: consumer.commit(offsets=wanted, asynchronous=False), f"{group} to commit")
    consumer.close()


def inspect(broker, program, **members):
    return run(program, plain(broker, action="inspect", **members))


def test_lag_is_what_lies_behind_the_committed_offsets(broker, worker_program):
    topic = topics.create(broker.address, "lagging", 3, retention_ms=86400000)
    topics.produce(broker.address, topic, [{"value": b"x", "partition": number % 2} for number in range(100)])
    commit(broker, "lagging-app", topic, {0: 10, 1: 50})
    result = inspect(broker, worker_program, group="lagging-app", topics=[topic])
    assert "error" not in result and result["brokers"] == 1
    assert [(p["begin"], p["end"], p.get("committed"), p.get("lag")) for p in result["lag"]] == [
        (0, 50, 10, 40), (0, 50, 50, 0), (0, 0, None, None)]
    assert result["lag_total"] == 40
    assert result["group"] == {"id": "lagging-app", "state": "Empty", "members": 0}
    seen = result["topics"][0]
    assert (seen["partitions"], seen["leaderless"], seen["under_replicated"]) == (3, 0, 0)
    assert seen["config"]["retention_ms"] == 86400000 and seen["config"]["timestamp_type"] == "CreateTime"
    assert seen["config"]["timestamp_after_max_ms"] > 0


def test_group_at_work_shows_its_members(broker, worker_program):
    topic = topics.create(broker.address, "busy")
    member = Consumer({"bootstrap.servers": broker.address, "group.id": "busy-app", "log_level": 0})
    member.subscribe([topic])
    wait_for(lambda: (member.poll(0.05), member.assignment())[1], 30, "the member to be given its partition")
    group = inspect(broker, worker_program, group="busy-app", topics=[topic])["group"]
    member.close()
    assert group == {"id": "busy-app", "state": "Stable", "members": 1}


def test_group_that_is_not_there(broker, worker_program):
    topic = topics.create(broker.address, "nobody-reads")
    result = inspect(broker, worker_program, group="never-seen", topics=[topic])
    assert result["group"] == {"id": "never-seen", "state": "Dead", "members": 0}
    assert "committed" not in result["lag"][0] and "error" not in result


def test_topic_that_is_not_there_does_not_hide_the_others(broker, worker_program):
    topic = topics.create(broker.address, "there")
    result = inspect(broker, worker_program, topics=["not-there", topic])
    assert result["error"]["kind"] == "not_found" and "not-there" in result["error"]["message"]
    assert [t.get("error") for t in result["topics"]] == ["UNKNOWN_TOPIC_OR_PART", None]
    assert [p["topic"] for p in result["lag"]] == [topic]


def test_broker_that_does_not_answer_ends_in_time(worker_program):
    """It accepts connections and says nothing. Left to itself the worker would try for ten seconds."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        job = {"action": "inspect", "group": "g", "topics": ["there"], "bootstrap": f"127.0.0.1:{silent.getsockname()[1]}",
               "security": {"protocol": "PLAINTEXT", "plaintext_allowed": True}, "timeout_ms": 2000}
        begun = time.monotonic()
        result = run(worker_program, job)
    assert time.monotonic() - begun < 9
    assert result["error"]["kind"] == "network" and result["error"]["phase"] == "connect", result
