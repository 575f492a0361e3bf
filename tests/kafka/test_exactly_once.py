"""Exactly once and byte for byte, while the worker and the broker are killed.

Each life of the worker takes one line of the crash file: the point at which it dies, and the how manyeth time it comes
there. The parent is the product's own."""
import random

import pytest
import topics
from drive import Drive
from worker import replay

# Where a life ends: point, and how often it is passed first. At "in_commit" it is microseconds into the commit.
POINTS = {"init": [1], "committed": [1], "snapshot": [1], "read": [1, 3, 7], "begin": [1, 4], "mid_produce": [3, 47, 90],
          "produce": [1, 5], "send_offsets": [1, 6], "in_commit": [100, 400, 900, 1600, 2500], "commit": [1, 2, 8]}
RECORDS = 2000
KILLS = 60


@pytest.fixture()
def drive(drive_program, crashing_program):
    one = Drive(drive_program, crashing_program)
    yield one
    one.close()


def crash_lines(seed):
    """Each point in turn; early deaths do not follow each other, for a parent gives up after four lives that did nothing."""
    dice = random.Random(seed)
    names = list(POINTS)
    for number in range(KILLS):
        name = names[number % len(names)]
        yield f"{name} {dice.choice(POINTS[name])}\n"


def without_ours(record):
    return [pair for pair in record["headers"] if not pair[0].startswith("x-replay-")]


def compare(broker, source, target):
    """How many records there are once, missing, twice or more, and unlike their originals."""
    originals = {(r["partition"], r["offset"]): r for r in topics.read_all(broker.address, source)}
    counts = dict.fromkeys(originals, 0)
    different = 0
    for copy in topics.read_all(broker.address, target):
        _, partition, offset = dict(copy["headers"])["x-replay-of"].decode().split("/")
        place = int(partition), int(offset)
        counts[place] += 1
        same = without_ours(copy) == originals[place]["headers"] and all(
            copy[member] == originals[place][member] for member in ("key", "value", "timestamp"))
        different += not same
    return {"once": sum(n == 1 for n in counts.values()), "missing": sum(n == 0 for n in counts.values()),
            "twice": sum(n > 1 for n in counts.values()), "different": different}


def seed(broker, name, count=RECORDS):
    source, target = topics.create(broker.address, f"{name}-dlq", 2), topics.create(broker.address, name, 3)
    topics.produce(broker.address, source, topics.awkward_records(count, 11, target, 3))
    return source, target


def test_killed_at_every_point(broker, drive, tmp_path):
    source, target = seed(broker, "killed")
    plan = tmp_path / "crashes"
    plan.write_text("".join(crash_lines(5)))
    job = {**replay(broker, source, target, max_records=RECORDS), "crash_file": str(plan), "batch_records": 20}
    lives, total = 0, 0
    for _ in range(40):
        result = drive.job(job, timeout_ms=120000)
        numbers = result["replay"]
        assert numbers["settled"], result
        lives += numbers["lives"]
        total += numbers["produced"]
        if numbers["complete"]:
            break
    assert not plan.read_text(), "not every death was died"
    assert lives > KILLS
    assert compare(broker, source, target) == {"once": RECORDS, "missing": 0, "twice": 0, "different": 0}
    assert total == RECORDS, "the numbers told were not those of the topic"
    aborted = len(topics.read_all(broker.address, target, "read_uncommitted")) - RECORDS
    # how many of a batch the broker had when its worker died is a matter of time: on a busy machine few
    assert aborted > 0, "the kills hit no open transaction"
