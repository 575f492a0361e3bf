"""Airflow of the night: environment acme-prod, whose DAG nightly_orders failed because its Glue job did."""
import datetime as dt

from ..mwaa import Environment
from ..mwaa_model import Airflow, Dag, Run, Task, TaskInstance
from . import airflow_lines, logs
from .jobs import HEALTHY, JOB, RUNNING, run_id

ENVIRONMENT, VERSION = "acme-prod", "3.0.6"
DAG, HEALTHY_DAG, RUNNING_DAG = "nightly_orders", "hourly_customers", "clickstream_compact"
PAUSED_DAG, BROKEN_DAG = "legacy_exports", "refunds_report"
BROKEN = """Traceback (most recent call last):
  File "/usr/local/airflow/dags/refunds_report.py", line 7, in <module>
    import pandas_gbq
ModuleNotFoundError: No module named 'pandas_gbq'
"""


class NightAirflow(Airflow):
    """Its tasks write logs, and its GlueJobOperators start runs of the Glue jobs of this account."""

    def __init__(self, name, version, pace, region):
        super().__init__(version, pace, self.write_try)
        self.group, self.region = f"airflow-{name}-Task", region

    def write_try(self, run, instance, began, ended, good, glue_run=None):
        """The log of the try that comes next. It and the run of the job are seen once their time has come."""
        job = instance.task.glue_job
        if job and glue_run is None:
            state, glue = "SUCCEEDED" if good else "FAILED", self.region.glue
            started = glue.add_run(job, run_id(job, began), "RUNNING", began,
                                   Arguments={"--dt": f"{run.run_after:%Y-%m-%d}"})
            glue_run = started["Id"]
            glue.plan(glue_run, [(ended, state)])
            if good:
                logs.good_run(self.region.logs, job, started, began, ended)
        attempt = instance.try_number + 1
        lines = airflow_lines.of_try(run, instance, attempt, (ended - began).total_seconds(), good, glue_run)
        self._write(run, instance, attempt, began, lines)

    def _write(self, run, instance, attempt, began, lines):
        airflow_lines.put(self.region.logs, self.group, run, instance, attempt, began, lines, self.is_three)

    def read_log(self, run, instance, attempt):
        return airflow_lines.read(self.region.logs, self.group, run, instance, attempt, self.is_three)

    def tried(self, run, task, spans, glue_runs=(), after=None):
        """A task that ran as often as there are spans: (began, ended or None while it runs, good)."""
        instance = TaskInstance(task, max_tries=task.retries)
        for n, (began, ended, good) in enumerate(spans):
            if n:
                instance.past.append((instance.try_number, instance.state, instance.start, instance.end))
            glue_run = glue_runs[n] if glue_runs else None
            if ended:
                self.write_try(run, instance, began, ended, good, glue_run)
            else:
                lines = airflow_lines.beginning(run, instance, n + 1, glue_run)
                self._write(run, instance, n + 1, began, lines)
            instance.try_number, instance.start, instance.end = n + 1, began, ended
            instance.state = ("success" if good else "failed") if ended else "running"
        run.tasks.append(instance)

    def stood_still(self, run, task, when):
        run.tasks.append(TaskInstance(task, "upstream_failed", 0, task.retries, when, when))

    def scheduled(self, dag, due, interval, state, start, end):
        """A run of the schedule. 2.x names it after the start of its interval, 3.x after its end."""
        logical = due if self.is_three else due - interval
        name = f"scheduled__{logical.isoformat()}"
        run = dag.runs[name] = Run(dag, name, "scheduled", state, logical, due, [], due, start, end)
        return run


def seed(night, region, name, version, pace):
    """Builds the environment and puts it into the region; also takes the place of one that is there."""
    airflow = NightAirflow(name, version, pace, region)
    environment = Environment(name, airflow, "us-east-1", night.at(9, 5, days_ago=214))
    for group in environment.groups():
        region.logs.groups.pop(group, None)
        region.logs.add_group(group)
    _nightly_orders(night, airflow)
    _hourly_customers(airflow, night)
    _clickstream(airflow, night)
    _legacy(airflow, night)
    _refunds(airflow, night, region, environment)
    region.mwaa.environments[name] = environment


def _nightly_orders(night, airflow):
    """Twenty good nights, then the bad one: two tries of the Glue job, both failed, and two tasks that never ran."""
    tasks = (Task("export_calendar", "SQLExecuteQueryOperator"),
             Task("load_orders", "GlueJobOperator", ("export_calendar",), 1, JOB),
             Task("check_orders", "PythonOperator", ("load_orders",)),
             Task("publish_orders", "PythonOperator", ("check_orders",)))
    dag, second = airflow.add(Dag(DAG, "0 2 * * *", tasks, night.at(9, 30, days_ago=214))), dt.timedelta(seconds=1)
    runs = airflow.region.glue.newest_first(JOB)
    good = [r for r in runs if r["JobRunState"] == "SUCCEEDED" and r["Arguments"].get("--dt")]
    for glue_run in reversed(good):
        due = glue_run["StartedOn"].replace(hour=2, minute=0, second=0, microsecond=0)
        began, ended = glue_run["StartedOn"] - second, glue_run["CompletedOn"] + second
        run = airflow.scheduled(dag, due, dt.timedelta(days=1), "success", due + 4 * second, ended + 33 * second)
        airflow.tried(run, tasks[0], [(due + 8 * second, began - 2 * second, True)])
        airflow.tried(run, tasks[1], [(began, ended, True)], [glue_run["Id"]])
        airflow.tried(run, tasks[2], [(ended + 3 * second, ended + 15 * second, True)])
        airflow.tried(run, tasks[3], [(ended + 18 * second, ended + 31 * second, True)])
    bad = [r for r in reversed(runs) if r["JobRunState"] == "FAILED"][:2]
    due = night.at(2)
    ended = bad[-1]["CompletedOn"] + 2 * second
    run = airflow.scheduled(dag, due, dt.timedelta(days=1), "failed", due + 4 * second, ended + second)
    airflow.tried(run, tasks[0], [(due + 8 * second, due + 298 * second, True)])
    airflow.tried(run, tasks[1], [(r["StartedOn"] - second, r["CompletedOn"] + second, False) for r in bad],
                  [r["Id"] for r in bad])
    for task in tasks[2:]:
        airflow.stood_still(run, task, ended)


def _hourly_customers(airflow, night):
    task, second = Task("sync_customers", "GlueJobOperator", (), 2, HEALTHY), dt.timedelta(seconds=1)
    dag = airflow.add(Dag(HEALTHY_DAG, "10 * * * *", (task,), night.at(9, 30, days_ago=214)))
    for glue_run in reversed(airflow.region.glue.newest_first(HEALTHY)):
        due, ended = glue_run["StartedOn"].replace(second=0, microsecond=0), glue_run["CompletedOn"] + 2 * second
        run = airflow.scheduled(dag, due, dt.timedelta(hours=1), "success", due + second, ended + second)
        airflow.tried(run, task, [(due + 2 * second, ended, True)], [glue_run["Id"]])


def _clickstream(airflow, night):
    task, second = Task("compact", "GlueJobOperator", (), 0, RUNNING), dt.timedelta(seconds=1)
    dag = airflow.add(Dag(RUNNING_DAG, None, (task,), night.at(9, 30, days_ago=200)))
    glue_run = airflow.region.glue.newest_first(RUNNING)[0]
    begun = glue_run["StartedOn"] - 3 * second
    name = f"manual__{begun.isoformat()}"
    run = dag.runs[name] = Run(dag, name, "manual", "running", begun, begun, [], begun, begun + second, None,
                               {"hours": 6})
    airflow.tried(run, task, [(begun + 2 * second, None, True)], [glue_run["Id"]])


def _legacy(airflow, night):
    """Paused since its last run failed, thirty days ago."""
    task = Task("export", "BashOperator")
    dag = airflow.add(Dag(PAUSED_DAG, "0 4 * * *", (task,), night.at(9, days_ago=400), paused=True))
    due = night.at(4, days_ago=30)
    run = airflow.scheduled(dag, due, dt.timedelta(days=1), "failed", due + dt.timedelta(seconds=3),
                            due + dt.timedelta(seconds=51))
    airflow.tried(run, task, [(due + dt.timedelta(seconds=5), due + dt.timedelta(seconds=50), False)])


def _refunds(airflow, night, region, environment):
    """Worked until someone changed its file at midnight: now it cannot be imported."""
    task = Task("report")
    dag = airflow.add(Dag(BROKEN_DAG, "0 6 * * *", (task,), night.at(0, 12), import_error=BROKEN))
    for days_ago in range(9, 0, -1):
        due, second = night.at(6, days_ago=days_ago), dt.timedelta(seconds=1)
        run = airflow.scheduled(dag, due, dt.timedelta(days=1), "success", due + second, due + 60 * second)
        airflow.tried(run, task, [(due + 2 * second, due + 59 * second, True)])
    group = next(g for g in environment.groups() if g.endswith("DAGProcessing"))
    when = int(night.at(0, 12).timestamp() * 1000)
    said = (f"[{night.dt()}T00:12:00.000+0000] {{dagbag.py:387}} ERROR - Failed to import: "
            f"/usr/local/airflow/dags/{dag.file}\n{BROKEN}")
    region.logs.add(group, f"scheduler_{dag.file}.log", [(when, said)])
