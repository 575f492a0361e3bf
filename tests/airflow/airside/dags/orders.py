"""DAGs for Airflow that fail for real, each in its own way. What a run reads or waits for is in its conf."""
import datetime as dt
import os
import signal
import time
from pathlib import Path

from operators import DAG, BashOperator, PythonOperator, PythonSensor


def dag(name):
    return DAG(name, schedule=None, start_date=dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc), catchup=False)


def conf_of(context):
    return context["dag_run"].conf or {}


def say(**context):
    print("reading", conf_of(context).get("input", "nothing"))


def load(**context):
    rows = Path(conf_of(context)["input"]).read_text(encoding="utf-8").splitlines()
    print("loaded", len(rows), "rows")


def convert(**_):
    try:
        {"amount": "12,50"}["price"]
    except KeyError as missing:
        raise ValueError("column price is not in the feed") from missing


def wait_long(**_):
    time.sleep(60)


def die(**_):
    print("allocating", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def is_there(**context):
    return Path(conf_of(context)["input"]).exists()


def wait_for_file(**context):
    while not Path(conf_of(context)["input"]).exists():
        time.sleep(0.2)


def wait_unless_first(**context):
    """Fails at once in a run somebody started, waits in the copy of one."""
    if context["dag_run"].run_id.startswith("manual__"):
        raise RuntimeError("the first run fails")
    wait_for_file(**context)


def start_glue(**context):
    """What GlueJobOperator logs, without Glue."""
    job, run = conf_of(context)["job"], conf_of(context)["glue_run"]
    print(f"Initializing AWS Glue Job: {job}. Wait for completion: True")
    print(f"You can monitor this Glue Job run at: https://console.aws.amazon.com/gluestudio/home?region=us-east-1#/job/"
          f"{job}/run/{run}")
    raise RuntimeError(f"Exiting Job {run} Run State: FAILED")


def load_part(part, **context):
    if part == 2 and not Path(conf_of(context)["input"]).exists():
        raise ConnectionError("part 2: [Errno 111] Connection refused")
    print("loaded part", part)


with dag("orders_daily"):
    first = PythonOperator(task_id="extract", python_callable=say)
    second = PythonOperator(task_id="load", python_callable=load)
    first >> second >> PythonOperator(task_id="publish", python_callable=say)

with dag("orders_good"):
    PythonOperator(task_id="load", python_callable=say)

with dag("orders_convert"):
    PythonOperator(task_id="convert", python_callable=convert)

with dag("orders_slow"):
    PythonOperator(task_id="aggregate", python_callable=wait_long, execution_timeout=dt.timedelta(seconds=2))

with dag("orders_killed"):
    PythonOperator(task_id="join", python_callable=die)

with dag("orders_late"):
    sensor = PythonSensor(task_id="wait_for_orders", python_callable=is_there, timeout=2, poke_interval=1, mode="poke")
    sensor >> PythonOperator(task_id="load", python_callable=load)

with dag("orders_shell"):
    BashOperator(task_id="export", bash_command="echo exporting; echo 'disk quota exceeded' >&2; exit 7")

with dag("orders_mapped"):
    PythonOperator.partial(task_id="load_part", python_callable=load_part).expand(
        op_kwargs=[{"part": 1}, {"part": 2}, {"part": 3}])

with dag("orders_again"):
    PythonOperator(task_id="load", python_callable=load, retries=1, retry_delay=dt.timedelta(hours=1))

with dag("orders_running"):
    PythonOperator(task_id="wait", python_callable=wait_for_file)

with dag("orders_waiting"):
    PythonOperator(task_id="wait", python_callable=wait_unless_first)

with dag("orders_paused"):
    PythonOperator(task_id="load", python_callable=load)

with dag("orders_glue"):
    PythonOperator(task_id="start_glue", python_callable=start_glue)
