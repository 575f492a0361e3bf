"""Replays that nobody disturbs: what is copied, what is left, and what the numbers say."""
import topics
from worker import replay, run


def without_ours(headers):
    return [pair for pair in headers or [] if not pair[0].startswith("x-replay-")]


def test_every_byte_is_kept(broker, worker_program):
    source, target = topics.create(broker.address, "keep-dlq", 2), topics.create(broker.address, "keep", 3)
    sent = list(topics.awkward_records(500, 7, target, 3))
    topics.produce(broker.address, source, sent)
    result = run(worker_program, replay(broker, source))
    told = sum(any(name == "kafka_dlt-original-topic" for name, _ in record["headers"]) for record in sent)
    numbers = result["replay"]
    assert (numbers["read"], numbers["produced"], numbers["complete"]) == (500, told, True), result
    assert numbers["skipped"][0]["reason"] == "no_target" and numbers["skipped"][0]["records"] == 500 - told
    originals = {(r["partition"], r["offset"]): r for r in topics.read_all(broker.address, source)}
    copies = topics.read_all(broker.address, target)
    assert len(copies) == told
    for copy in copies:
        headers = dict(copy["headers"])
        topic, partition, offset = headers["x-replay-of"].decode().split("/")
        original = originals.pop((int(partition), int(offset)))
        assert topic == source and headers["x-replay-count"] == b"1"
        assert without_ours(copy["headers"]) == original["headers"]
        for member in ("key", "value", "timestamp"):
            assert copy[member] == original[member]
        assert copy["partition"] == int.from_bytes(headers["kafka_dlt-original-partition"], "big")
