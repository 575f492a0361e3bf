"""Others at the same topic: second owners, sleepers, dead ones, production groups, brokers that die."""
import json
import signal
import threading
import time

import pytest
import topics
from confluent_kafka import Consumer
from drive import Drive
from test_exactly_once import compare, drive, seed  # noqa: F401 (drive is a fixture)
from waiting import wait_for
from worker import Worker, plain, replay, run

RECORDS = 2000


def replay_slowly(broker, program, source, target, rate=200):
    """A replay that is at it for a while; returns once its first batch is committed."""
    one = Worker(program, replay(broker, source, target, max_records=RECORDS, rate_per_s=rate))
    assert one.event("committed"), one.events
    return one


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
    parent.send(replay(broker, source, target, max_records=RECORDS, rate_per_s=200), timeout_ms=60000)
    wait_for(lambda: topics.committed(broker.address, f"lakewarden-replay-{source}", source) > 0, 20, "a first batch")
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
    assert took < 8, f"readers waited: {took:.1f} s"


def test_deadline_leaves_a_known_end(broker, drive_program, worker_program):
    source, target = seed(broker, "in-time")
    parent = Drive(drive_program, worker_program)
    result = parent.job(replay(broker, source, target, max_records=RECORDS, rate_per_s=50), timeout_ms=9000)
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
    """Three times, in mid-replay."""
    source, target = seed(broker, "broker-dies")
    group = f"lakewarden-replay-{source}"
    parent = Drive(drive_program, worker_program)
    done = []

    def replay_all():
        for _ in range(6):
            done.append(parent.job(replay(broker, source, target, max_records=RECORDS, rate_per_s=100), timeout_ms=90000))
            if done[-1].get("replay", {}).get("complete"):
                return

    def place():
        return sum(max(topics.committed(broker.address, group, source, number), 0) for number in (0, 1))

    thread = threading.Thread(target=replay_all)
    thread.start()
    for _ in range(3):
        reached = place()
        wait_for(lambda before=reached: place() > before, 60, "the replay to go on")
        assert place() < RECORDS, "the replay was over before the broker was killed"
        broker.kill()
        broker.start()
    thread.join(200)
    parent.close()
    assert done[-1]["replay"]["complete"], json.dumps(done[-1])
    assert all(one["replay"]["settled"] for one in done if "replay" in one)
    assert compare(broker, source, target) == {"once": RECORDS, "missing": 0, "twice": 0, "different": 0}
    assert sum(one.get("replay", {}).get("produced", 0) for one in done) == RECORDS
