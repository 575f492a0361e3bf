"""One sandbox, and one Airflow after the other: each version is started once and stopped before the next."""
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from place import Sandbox, Stage, until  # noqa: E402 (needs the path above)
from real import RealAirflow, stop_left_over  # noqa: E402 (needs the path above)

VERSIONS = ("2.11.2", "3.0.6", "3.3.2")
FAILURES = json.loads((Path(__file__).parent / "failures.json").read_text(encoding="utf-8"))
RUN = "manual__2026-01-01T02:00:00+00:00"
SETTLE_S = 240


def pytest_configure():
    """Told to end, pytest has to stop what it started: it does so on the way out of an exception."""
    def leave(*_):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, leave)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    log = tmp_path_factory.mktemp("sandbox") / "sandbox.log"
    place = Sandbox(log)
    yield place
    place.stop()
    assert log.read_text() == "", "the sandbox complained"


@pytest.fixture(scope="session", params=VERSIONS)
def airflow(request, cache, sandbox):
    """A running Airflow. Where it cannot be installed because this is another Python, the tests are left out."""
    home = cache / "airflow" / request.param
    if not (home / "complete").exists():
        why = (home / "missing").read_text().strip() if (home / "missing").exists() else "it was not installed"
        if sys.version_info[:2] != (3, 11):
            pytest.skip(f"platform: {why}; it was pinned for Python 3.11")
        pytest.fail(f"{why}; see {home / 'install.log'}. ./dev airflow installs it")
    stop_left_over(home)
    shutil.rmtree(home / "home", ignore_errors=True)
    started = RealAirflow(request.param, home / "venv", home / "home", sandbox)
    try:
        started.start()
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="session")
def stage(airflow, sandbox, lakewarden):
    return Stage(airflow, sandbox, lakewarden)


@pytest.fixture(scope="session")
def failed(stage):
    """Every DAG of failures.json has run once and come to what its `settles` says. -> {dag: input path}"""
    names = {case["dag"] for case in FAILURES}
    until(lambda: names <= {d["dag_id"] for d in stage.ask("GET", "/dags", None, {"limit": 100})["dags"]},
          f"Airflow knows {', '.join(sorted(names))}", SETTLE_S)
    facts = {"job": stage.sandbox["job_name"], "glue_run": stage.sandbox["first_run_id"]}
    paths = {name: stage.trigger(name, RUN, **facts) for name in sorted(names)}
    for case in FAILURES:
        until(lambda case=case: settled(stage, case), f"{case['dag']} comes to {case['settles']}", SETTLE_S)
    return paths


def settled(stage, case):
    wanted = {(name.partition("[")[0], int(name.partition("[")[2][:-1] or -1)): state
              for name, state in case["settles"].items()}
    now = {key: state for key, (state, _) in stage.tasks(case["dag"], RUN).items()}
    return now == wanted and stage.run_state(case["dag"], RUN) == case["run"]


def pytest_report_header():
    return f"Airflow {', '.join(VERSIONS)}; python {sys.version.split()[0]}; pid {os.getpid()}"
