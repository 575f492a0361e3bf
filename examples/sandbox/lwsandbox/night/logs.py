"""Puts the log lines of every run into the groups and streams where Glue 4.0 leaves them."""
import datetime as dt
import hashlib

from .jobs import FIRST_SECONDS, HEALTHY, JOB, PASSWORD, RUNNING
from .lines import continuous_style, gc_noise, progress_bar, read, slow_down, spark_noise, stderr_style

ERROR, OUTPUT, CONTINUOUS = "/aws-glue/jobs/error", "/aws-glue/jobs/output", "/aws-glue/jobs/logs-v2"


def put(store, group, stream, started, lines):
    style = continuous_style if group == CONTINUOUS else stderr_style
    events = [(int((started + dt.timedelta(seconds=ln.seconds)).timestamp() * 1000), style(started, ln))
              for ln in sorted(lines, key=lambda ln: ln.seconds)]
    store.add(group, stream, events)


def executor_stream(run_id, number):
    """Glue names the stream of an executor after the run and a container id: <run>_g-<hex>."""
    return f"{run_id}_g-{hashlib.sha256(f'{run_id}{number}'.encode()).hexdigest()[:40]}"


def seed(night, store, glue, facts):
    for group in (ERROR, OUTPUT, CONTINUOUS):
        store.add_group(group)
    for job in (JOB, HEALTHY):
        for run in glue.runs[job]:
            if run["JobRunState"] == "SUCCEEDED":
                good_run(store, job, run, run["StartedOn"], run["CompletedOn"])
    _first(night, store, facts)
    _second(night, store, facts)
    begun = [ln for ln in read("good_run.log", job=RUNNING, run_id=facts["running"]) if ln.seconds < 0.5]
    lines = [ln._replace(seconds=ln.seconds * 120) for ln in begun] + spark_noise(90, 1400, 60, "running")
    put(store, ERROR, facts["running"], facts["running_at"], lines)
    put(store, CONTINUOUS, f"{facts['running']}-driver", facts["running_at"], lines)


def good_run(store, job, run, started, ended):
    """Works for runs to come too: the store shows a line only once its time has come."""
    seconds = (ended - started).total_seconds()
    lines = [ln._replace(seconds=ln.seconds * seconds) for ln in read("good_run.log", job=job, run_id=run["Id"])]
    put(store, ERROR, run["Id"], started, lines)
    put(store, OUTPUT, run["Id"], started, lines[-3:-2])
    put(store, CONTINUOUS, f"{run['Id']}-driver", started, lines)


def _first(night, store, facts):
    run, at = facts["first"], facts["first_at"]
    driver = read("first_run.log", job=JOB, run_id=run, dt=night.dt(), password=PASSWORD)
    put(store, ERROR, run, at, driver + spark_noise(53, 70, 24, run) + gc_noise(22, 130, 13))
    put(store, OUTPUT, run, at, read("first_run.log", job=JOB, run_id=run, dt=night.dt(), password=PASSWORD)[5:6])
    put(store, CONTINUOUS, f"{run}-driver", at, driver + spark_noise(53, 70, 24, run))
    put(store, CONTINUOUS, f"{run}-progress-bar", at, progress_bar(54, 70, 24, 0))
    for number in (1, 2):
        lines = spark_noise(50, 72, 12, f"{run}{number}") + gc_noise(40, FIRST_SECONDS - 40, 9)
        put(store, ERROR, executor_stream(run, number), at, lines)
        put(store, CONTINUOUS, f"{run}-{number}", at, lines)


def _second(night, store, facts):
    run, at = facts["second"], facts["second_at"]
    driver = read("second_run.log", job=JOB, run_id=run, dt=night.dt(), password=PASSWORD)
    noise = spark_noise(90, 800, 200, run)
    put(store, ERROR, run, at, driver + noise + gc_noise(20, 840, 21))
    put(store, OUTPUT, run, at, [ln for ln in driver if ln.level is None or "partition dt=" in ln.text])
    put(store, CONTINUOUS, f"{run}-driver", at, driver + noise)
    put(store, CONTINUOUS, f"{run}-progress-bar", at,
        progress_bar(90, 400, 50, 1) + progress_bar(403, 811, 200, 3))
    for number in range(1, 10):
        lines = spark_noise(80, 805, 30, f"{run}{number}") + gc_noise(60, 810, 17)
        if number in (2, 4, 7):
            lines += slow_down(600 + number * 3.7, 811, number, f"{run}{number}")
        put(store, ERROR, executor_stream(run, number), at, lines)
        put(store, CONTINUOUS, f"{run}-{number}", at, lines)
