"""Others at the same topic: second owners, sleepers, dead ones, production groups, brokers that die."""
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import topics
from confluent_kafka import Consumer
from drive import Drive
from test_exactly_once import compare, drive, seed  # noqa: F401 (drive is a fixture)
from waiting import wait_for
from worker import Worker, plain, replay, run

RECORDS = 2000
NOTHING_DONE = {"complete": False, "settled": True, "produced": 0}  # by a job that found no broker


def replay_slowly(broker, program, source, target):
    """A replay that is at it for 40 seconds unless it is stopped; returns once its first batch is committed."""
    one = Worker(program, replay(broker, source, target, max_records=RECORDS, rate_per_s=50))
    assert one.event("committed"), one.events
    return one


def place_in(broker, source):
    """How far the replays of a topic with two partitions have come."""
    return sum(max(topics.committed(broker.address, f"lakewarden-replay-{source}", source, number), 0) for number in (0, 1))


def test_second_owner_fences_the_first(broker, worker_program):
    source, target = seed(broker, "fenced")
    first = replay_slowly(broker, worker_program, source, target)
    second = run(worker_program, replay(broker, source, target, max_records=RECORDS))
    older = first.end()
    assert second["replay"]["complete"] and "error" not in second
    assert older["error"]["kind"] == "fenced" and older["error"]["fatal"] and not older["error"]["retriable"], older
    assert older["replay"]["produced"] + second["replay"]["produced"] == RECORDS
    assert compare(broker, source, target) == {"once": RECORDS, "missing": 0, "twice": 0, "different": 0}


def test_sleeper_that_wakes_after_its_successor(broker, worker_program):
    source, target = seed(broker, "sleeper")
    first = replay_slowly(broker, worker_program, source, target)
    first.freeze()
    second = run(worker_program, replay(broker, source, target, max_records=RECORDS))
    first.thaw()
    assert first.end()["error"]["kind"] == "fenced"
    assert second["replay"]["complete"]
    assert compare(broker, source, target) == {"once": RECORDS, "missing": 0, "twice": 0, "different": 0}


def test_fenced_parent_gives_way(broker, drive_program, worker_program):
    """Its children do not fence the successor off in their turn."""
    source, target = seed(broker, "gives-way")
    parent = Drive(drive_program, worker_program)
    parent.send(replay(broker, source, target, max_records=RECORDS, rate_per_s=50), timeout_ms=120000)
    wait_for(lambda: place_in(broker, source) > 0, 60, "a first batch")
    second = run(worker_program, replay(broker, source, target, max_records=RECORDS))
    result = parent.receive()["result"]
    parent.close()
    assert second["replay"]["complete"] and "error" not in second, second
    assert result["error"]["kind"] == "fenced" and result["replay"]["lives"] == 1 and result["replay"]["settled"], result
    assert compare(broker, source, target)["once"] == RECORDS


def test_dead_child_does_not_stall_readers(broker, drive_program, crashing_program, tmp_path):
    """It dies with its transaction open. Without the parent's next child a reader would wait for 15 s."""
    source, target = seed(broker, "stalled", 200)
    plan = tmp_path / "crashes"
    plan.write_text("send_offsets 1\n")
    job = {**replay(broker, source, target), "crash_file": str(plan), "batch_records": 50}
    parent = Drive(drive_program, crashing_program)
    begun = time.monotonic()
    result = parent.job(job, timeout_ms=30000)
    records = topics.read_all(broker.address, target)
    took = time.monotonic() - begun
    parent.close()
    assert result["replay"]["lives"] == 2 and len(records) == 200
    assert took < 14, f"readers waited: {took:.1f} s"


def test_deadline_leaves_a_known_end(broker, drive_program, worker_program):
    source, target = seed(broker, "in-time")
    parent = Drive(drive_program, worker_program)
    result = parent.job(replay(broker, source, target, max_records=RECORDS, rate_per_s=50), timeout_ms=18000)
    parent.close()
    numbers = result["replay"]
    assert "error" not in result and numbers["settled"] and not numbers["complete"], result
    assert numbers["stopped_by"] == "deadline" and 0 < numbers["produced"] < RECORDS
    assert len(topics.read_all(broker.address, target)) == numbers["produced"]


def test_cancel_leaves_a_known_end(broker, drive_program, worker_program):
    source, target = seed(broker, "cancelled")
    parent = Drive(drive_program, worker_program)
    result = parent.job(replay(broker, source, target, max_records=RECORDS, rate_per_s=50), timeout_ms=60000, stop_ms=2500)
    parent.close()
    numbers = result["replay"]
    assert numbers["settled"] and not numbers["complete"], result
    assert len(topics.read_all(broker.address, target)) == numbers["produced"]


def test_production_group_is_refused(broker, worker_program):
    source, target = seed(broker, "guarded", 10)
    job = replay(broker, source, target, group="orders-app")
    assert run(worker_program, job)["error"]["phase"] == "job"
    job = {**replay(broker, source, target), "group": f"lakewarden-replay-{source}"}
    assert "production group" in run(worker_program, job)["error"]["message"]
    member = Consumer({"bootstrap.servers": broker.address, "group.id": "lakewarden-busy", "log_level": 0})
    member.subscribe([source])
    wait_for(lambda: (member.poll(0.05), member.assignment())[1], 30, "the member to be given its partition")
    result = run(worker_program, replay(broker, source, target, group="lakewarden-busy"))
    member.close()
    assert result["error"]["kind"] == "refused" and "members" in result["error"]["message"], result
    assert not topics.read_all(broker.address, target)


@pytest.mark.timeout(300)
def test_broker_is_killed(broker, drive_program, worker_program):
    """Three times, in mid-replay. Until then no more is replayed at once than takes a few seconds."""
    source, target = seed(broker, "broker-dies", 2 * RECORDS)
    parent = Drive(drive_program, worker_program)
    killed, over, done = threading.Event(), threading.Event(), []

    def replay_all():
        while not over.is_set() and not (done and done[-1]["complete"]):
            pace = {} if killed.is_set() else {"rate_per_s": 100, "max_records": 400}
            job = replay(broker, source, target, **{"max_records": 2 * RECORDS, **pace})
            done.append(parent.job(job, timeout_ms=90000).get("replay", NOTHING_DONE))

    with ThreadPoolExecutor(1) as pool:
        replays = pool.submit(replay_all)
        try:
            for _ in range(3):
                reached = place_in(broker, source)
                wait_for(lambda before=reached: place_in(broker, source) > before, 60, "the replay to go on")
                broker.kill()
                assert not replays.done(), "the replay was over before the broker was killed"
                broker.start()
            killed.set()
            replays.result(120)
        finally:
            over.set()
    parent.close()
    assert all(one["settled"] for one in done), json.dumps(done)
    assert compare(broker, source, target) == {"once": 2 * RECORDS, "missing": 0, "twice": 0, "different": 0}
    assert sum(one["produced"] for one in done) == 2 * RECORDS
