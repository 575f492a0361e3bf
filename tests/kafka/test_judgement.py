"""What a replay takes, where it puts it, and where it stops."""
import time

import pytest
import topics
from worker import replay, run


def make(broker, name, partitions=1, targets=3, **config):
    """A dead-letter topic and its target."""
    return (topics.create(broker.address, f"{name}-dlq", partitions),
            topics.create(broker.address, name, targets, **config))


def skipped(result):
    return {one["reason"]: one["records"] for one in result["replay"]["skipped"]}


def record(number, *headers, **members):
    return {"key": b"k%d" % number, "value": b"v%d" % number, "headers": list(headers), **members}


def test_keys_go_where_java_would_send_them(broker, worker_program):
    source, target = make(broker, "by-key", targets=7)
    topics.produce(broker.address, source, [record(number) for number in range(200)])
    run(worker_program, replay(broker, source, target))
    copies = topics.read_all(broker.address, target)
    assert len(copies) == 200
    assert all(copy["partition"] == topics.murmur2(copy["key"]) % 7 for copy in copies)


def test_records_say_where_they_belong(broker, worker_program):
    source, target = make(broker, "by-header")
    spring = ("kafka_dlt-original-topic", target.encode()), ("kafka_dlt-original-partition", (2).to_bytes(4, "big"))
    topics.produce(broker.address, source, [
        record(0, *spring), record(1, ("__connect.errors.topic", target.encode()), ("__connect.errors.partition", b"1")),
        record(2), record(3, ("kafka_dlt-original-topic", b"gone")), record(4, ("kafka_dlt-original-topic", source.encode())),
        record(5, ("kafka_dlt-original-topic", target.encode()), ("kafka_dlt-original-partition", (9).to_bytes(4, "big")))])
    result = run(worker_program, replay(broker, source))
    assert skipped(result) == {"no_target": 3} and result["replay"]["skipped"][0]["first"] == f"{source}/0/2"
    assert result["replay"]["targets"] == [{"topic": target, "records": 3}]
    places = {copy["value"]: copy["partition"] for copy in topics.read_all(broker.address, target)}
    assert places[b"v0"] == 2 and places[b"v1"] == 1 and places[b"v5"] == topics.murmur2(b"k5") % 3


def test_filter_and_poison(broker, worker_program):
    source, target = make(broker, "filtered")
    topics.produce(broker.address, source, [record(n, ("why", b"timeout" if n % 2 else b"schema")) for n in range(20)])
    topics.produce(broker.address, source, [record(n, ("why", b"timeout"), ("x-replay-count", b"%d" % n)) for n in range(5)])
    wanted = {"filter": {"header": "why", "value": "timeout"}, "max_replays": 3}
    result = run(worker_program, replay(broker, source, target, **wanted))
    assert skipped(result) == {"filter": 10, "max_replays": 2} and result["replay"]["produced"] == 13
    counts = [dict(copy["headers"])["x-replay-count"] for copy in topics.read_all(broker.address, target)]
    assert sorted(counts) == [b"1"] * 11 + [b"2", b"3"]


def test_what_the_target_would_refuse(broker, worker_program):
    """Found before it is sent: in a transaction one refused record would take all the others with it."""
    now_ms = int(time.time() * 1000)
    source, target = make(broker, "picky", max_message_bytes=2000, message_timestamp_before_max_ms=3600000)
    topics.produce(broker.address, source, [record(0), {**record(1), "value": b"x" * 3000},
                                            record(2, timestamp=now_ms - 7200000), record(3, timestamp=now_ms - 1000)])
    result = run(worker_program, replay(broker, source, target))
    assert skipped(result) == {"too_large": 1, "timestamp": 1} and result["replay"]["produced"] == 2, result


@pytest.mark.parametrize("bound, stop, produced", [({"max_records": 7}, "max_records", 7),
                                                   ({"max_bytes": 1000}, "max_bytes", 8)])
def test_bounds(broker, worker_program, bound, stop, produced):
    source, target = make(broker, f"bound-{stop}")
    topics.produce(broker.address, source, [{"value": b"x" * 20} for _ in range(30)])
    result = run(worker_program, replay(broker, source, target, **bound))
    assert result["replay"]["stopped_by"] == stop and result["replay"]["produced"] == produced, result
    rest = run(worker_program, replay(broker, source, target))
    assert rest["replay"]["complete"] and rest["replay"]["produced"] == 30 - produced
    assert len(topics.read_all(broker.address, target)) == 30


def test_markers_at_the_end_are_passed(broker, worker_program):
    """The last offset of a topic that is written in transactions is no record."""
    source, target = make(broker, "marked")
    topics.produce(broker.address, source, [record(n) for n in range(10)], transactional=True)
    result = run(worker_program, replay(broker, source, target))
    assert result["replay"]["complete"] and result["replay"]["ranges"] == [{"partition": 0, "start": 0, "next": 11, "end": 11}]
    again = run(worker_program, replay(broker, source, target))
    assert (again["replay"]["read"], again["replay"]["complete"], again["replay"]["stopped_by"]) == (0, True, "end")


def test_what_comes_later_is_not_chased(broker, worker_program):
    """Each copy goes back to the topic that is read: without a fixed end this would not end."""
    topic = topics.create(broker.address, "its-own-target")
    topics.produce(broker.address, topic, [record(n) for n in range(50)])
    ranges = [{"partition": 0, "start": 10, "end": 20}]
    job = replay(broker, topic, topic, group="lakewarden-replay-its-own", partitions=ranges)
    first, second = run(worker_program, job), run(worker_program, job)
    assert first["replay"]["produced"] == 10 and second["replay"]["produced"] == 0
    assert len(topics.read_all(broker.address, topic)) == 60


def test_rate_is_kept(broker, worker_program):
    source, target = make(broker, "slowly")
    topics.produce(broker.address, source, [record(n) for n in range(60)])
    begun = time.monotonic()
    result = run(worker_program, replay(broker, source, target, rate_per_s=20))
    assert result["replay"]["complete"] and 2 <= time.monotonic() - begun < 20


def test_topics_that_are_not_there(broker, worker_program):
    source, target = make(broker, "half")
    error = run(worker_program, replay(broker, "no-such-dlq", target))["error"]
    assert (error["phase"], error["kind"]) == ("metadata", "not_found") and "no-such-dlq" in error["message"]
    error = run(worker_program, replay(broker, source, "no-such-target"))["error"]
    assert (error["phase"], error["kind"]) == ("target", "not_found")
    error = run(worker_program, replay(broker, source, target, partitions=[{"partition": 5}]))["error"]
    assert error["kind"] == "not_found"


def test_dry_run_disturbs_nothing(broker, worker_program):
    source, target = make(broker, "rehearsed")
    topics.produce(broker.address, source, [record(n) for n in range(30)])
    result = run(worker_program, replay(broker, source, target, dry_run=True))
    assert (result["replay"]["eligible"], result["replay"]["produced"], result["replay"]["complete"]) == (30, 0, True)
    assert topics.committed(broker.address, f"lakewarden-replay-{source}", source) < 0
    assert not topics.read_all(broker.address, target, "read_uncommitted")
