"""What the tasks of the night write into their logs."""
import datetime as dt
import json

from ..mwaa_tasklog import Failure, Line, message, stream
from ..mwaa_view import stamp

CONSOLE = "https://console.aws.amazon.com/gluestudio/home?region=us-east-1#/job/{job}/run/{run}"
HOOK = "airflow.task.hooks.airflow.providers.amazon.aws.hooks.glue.GlueJobHook"
BAG = "/usr/local/airflow/dags/"
LIBRARY = "/usr/local/airflow/.local/lib/python3.12/site-packages/airflow/providers/amazon/aws/"


def put(store, group, run, instance, attempt, began, lines, three):
    events = []
    for line in lines:
        when = began + dt.timedelta(seconds=line.seconds)
        events.append((int(when.timestamp() * 1000), message(line, when, three)))
    store.add(group, stream(run.run_id, run.dag.dag_id, instance, attempt), events)


def read(store, group, run, instance, attempt, three):
    """What the REST API shows of a log: lines, or with Airflow 3 documents. None without a log."""
    found = store.group(group)[1].get(stream(run.run_id, run.dag.dag_id, instance, attempt))
    if found is None or not found.visible():
        return None
    if not three:
        return [e.message for e in found.visible()]
    return [{"timestamp": stamp(dt.datetime.fromtimestamp(e.timestamp / 1000, dt.timezone.utc), True),
             **json.loads(e.message)} for e in found.visible()]


def of_try(run, instance, attempt, seconds, good, glue_run):
    """A try from its beginning to its end."""
    lines = beginning(run, instance, attempt, glue_run)
    if glue_run:
        lines += _polls(instance.task.glue_job, seconds)
        lines.append(Line(seconds * 0.98, "INFO", "glue.py:447", HOOK,
                          f"Exiting Job {glue_run} Run State: {'SUCCEEDED' if good else 'FAILED'}"))
    who = (f"dag_id={run.dag.dag_id}, task_id={instance.task.task_id}, run_id={run.run_id}, "
           f"execution_date={run.logical_date or run.run_after:%Y%m%dT%H%M%S}")
    if good:
        return [*lines, Line(seconds * 0.99, "INFO", "taskinstance.py:353", "airflow.task",
                             f"Marking task as SUCCESS. {who}"),
                Line(seconds, "INFO", "local_task_job_runner.py:266", "airflow.task",
                     "Task exited with return code 0")]
    last = attempt > instance.max_tries
    return [*lines, Line(seconds * 0.985, "ERROR", "taskinstance.py:3313", "task", "Task failed with exception",
                         _failures(run, instance, glue_run)),
            Line(seconds * 0.99, "INFO", "taskinstance.py:1225", "airflow.task",
                 f"Marking task as {'FAILED' if last else 'UP_FOR_RETRY'}. {who}"),
            Line(seconds, "INFO", "local_task_job_runner.py:266", "airflow.task", "Task exited with return code 1")]


def beginning(run, instance, attempt, glue_run):
    task, name = instance.task, f"{run.dag.dag_id}.{instance.task.task_id}"
    lines = [Line(0.2, "INFO", "taskinstance.py:2612", "airflow.task", "Dependencies all met for dep_context="
                  f"non-requeueable deps ti=<TaskInstance: {name} {run.run_id} [queued]>"),
             Line(0.4, "INFO", "taskinstance.py:2866", "airflow.task",
                  f"Starting attempt {attempt} of {max(instance.max_tries + 1, attempt)}"),
             Line(0.5, "INFO", "taskinstance.py:2889", "airflow.task",
                  f"Executing <Task({task.operator}): {task.task_id}>")]
    if not glue_run:
        return lines
    url, operator = CONSOLE.format(job=task.glue_job, run=glue_run), "airflow.task.operators.GlueJobOperator"
    return [*lines,
            Line(0.7, "INFO", "glue.py:467", operator,
                 f"Initializing AWS Glue Job: {task.glue_job}. Wait for completion: True"),
            Line(1.1, "INFO", "glue.py:380", operator, f"You can monitor this Glue Job run at: {url}")]


def _polls(job, seconds):
    """One look at the job a minute, so that the end is not at the beginning."""
    at = 2.0
    while at < seconds * 0.9:
        yield Line(at, "INFO", "glue.py:453", HOOK, f"Polling for AWS Glue Job {job} current run state with "
                   "status RUNNING")
        at += 60


def _failures(run, instance, glue_run):
    """The operator's exception, as Airflow prints it."""
    if glue_run:
        return (Failure("airflow.exceptions.AirflowException", f"Exiting Job {glue_run} Run State: FAILED", (
            (LIBRARY + "operators/glue.py", 251, "execute"), (LIBRARY + "hooks/glue.py", 420, "job_completion"),
            (LIBRARY + "hooks/glue.py", 452, "_handle_state"))),)
    if instance.task.operator == "BashOperator":
        return (Failure("airflow.exceptions.AirflowException", "Bash command failed. The command returned a non-zero "
                        "exit code 1.", ((BAG + run.dag.file, 24, "execute"),)),)
    return (Failure("RuntimeError", f"{instance.task.task_id} did not succeed", ((BAG + run.dag.file, 31, "run"),)),)
