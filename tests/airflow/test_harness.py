"""What the suite itself stands on; these need no Airflow and run on any Python."""
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import FAILURES, VERSIONS
from place import until
from real import kill_session, of_session, stop_left_over

from lwsandbox.processes import mark

HERE = Path(__file__).parent
# Starts a child in a process group of its own, as Airflow does, prints its pid and waits with it.
PARENT = """import os, subprocess, sys
child = subprocess.Popen(["sleep", "600"], preexec_fn=os.setpgrp)
print(child.pid, flush=True)
child.wait()
"""


@pytest.mark.parametrize("path", sorted((HERE / "locks").glob("*.txt")), ids=lambda path: path.stem)
def test_locks_hold_pins_and_nothing_else(path):
    for line in path.read_text().splitlines():
        assert re.fullmatch(r"[A-Za-z0-9_.-]+(\[[a-z]+\])?==[A-Za-z0-9_.+!-]+", line), line


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_has_its_lock(version):
    assert f"apache-airflow=={version}" in (HERE / "locks" / f"{version}.txt").read_text().splitlines()


@pytest.mark.parametrize("path", sorted((HERE / "airside" / "dags").glob("*.py")), ids=lambda path: path.stem)
def test_airflow_will_look_into_the_file(path):
    """It leaves out files that lack either word."""
    text = path.read_text().lower()
    assert "dag" in text and "airflow" in text


def test_every_case_has_its_dag():
    text = (HERE / "airside" / "dags" / "orders.py").read_text()
    assert [case["dag"] for case in FAILURES if f'dag("{case["dag"]}")' not in text] == []


@pytest.fixture
def session():
    """-> (leader, pid of a child in a group of its own)"""
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True,
                          start_new_session=True) as leader:
        yield leader, int(leader.stdout.readline())
        kill_session(leader.pid)


def test_a_session_ends_with_all_its_groups(session):
    leader, child = session
    assert set(of_session(leader.pid)) == {leader.pid, child}
    kill_session(leader.pid)
    leader.wait(10)
    until(lambda: mark(child) is None, "the child is gone", 10)


def test_what_an_earlier_run_left_is_ended(session, tmp_path):
    leader, child = session
    (tmp_path / "running.json").write_text(json.dumps([mark(leader.pid)]))
    stop_left_over(tmp_path)
    leader.wait(10)
    until(lambda: mark(child) is None, "the child is gone", 10)
    assert not (tmp_path / "running.json").exists()


def test_a_process_that_only_has_the_same_pid_is_spared(session, tmp_path):
    leader, _ = session
    (tmp_path / "running.json").write_text(json.dumps([{**mark(leader.pid), "born": 1}]))
    stop_left_over(tmp_path)
    assert leader.poll() is None
