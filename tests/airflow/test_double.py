"""Whether the sandbox's small Airflow is a faithful double of the real one of the same version.

The same calls go to both. What must agree: the status, the members of every document, and the types of what they hold.
The real one may say more than the double; the double never says what the real one does not."""
import json
import re

import pytest
from conftest import RUN
from place import Refused

DOUBLE = "acme-prod"
# Where each has a DAG with a failed run whose second task failed.
REAL_NAMES = {"$dag": "orders_daily", "$task": "load", "$good": "orders_good", "$run": RUN}
INSTANCES = "/dags/~/dagRuns/~/taskInstances/list"

CALLS = [
    # method, path, body, query. What one version does not know is refused by both.
    ("GET", "/version", None, None),
    ("GET", "/health", None, None),
    ("GET", "/monitor/health", None, None),
    ("GET", "/dags", None, {"limit": 1}),
    ("GET", "/dags", None, {"limit": 0}),
    ("GET", "/dags", None, {"made_up": 1, "limit": 1}),
    ("GET", "/dags/$dag", None, None),
    ("GET", "/dags/nobody", None, None),
    ("GET", "/dags/$dag/tasks", None, None),
    ("GET", "/importErrors", None, {"limit": 1}),
    ("GET", "/dags/$dag/dagRuns/$run", None, None),
    ("GET", "/dags/$dag/dagRuns/nobody", None, None),
    ("GET", "/dags/$dag/dagRuns/nobody/taskInstances", None, None),
    ("POST", "/dags/~/dagRuns/list", {"dag_ids": ["$dag"], "page_limit": 1}, None),
    ("POST", "/dags/~/dagRuns/list", {"dag_ids": ["$dag"], "states": ["failed"], "order_by": "-start_date"}, None),
    ("POST", "/dags/~/dagRuns/list", {"dag_ids": ["nobody"]}, None),
    ("POST", "/dags/~/dagRuns/list", {"order_by": "made_up"}, None),
    ("POST", "/dags/~/dagRuns/list", {"made_up": 1}, None),
    ("POST", INSTANCES, {"dag_ids": ["$dag"], "dag_run_ids": ["$run"], "state": ["failed"]}, None),
    ("POST", INSTANCES, {"dag_ids": ["$dag"], "dag_run_ids": ["$run"], "state": ["upstream_failed"]}, None),
    ("POST", INSTANCES, {"dag_ids": ["$dag"], "dag_run_ids": ["nobody"]}, None),
    ("GET", "/dags/$dag/dagRuns/$run/taskInstances/$task", None, None),
    ("GET", "/dags/$dag/dagRuns/$run/taskInstances/nobody", None, None),
    ("GET", "/dags/$dag/dagRuns/$run/taskInstances/$task/tries", None, None),
    ("GET", "/dags/$dag/dagRuns/$run/taskInstances/$task/logs/1", None, None),
    ("GET", "/dags/$dag/dagRuns/$run/taskInstances/$task/logs/9", None, None),
    ("GET", "/no/such/call", None, None),
    ("POST", "/dags/$dag/dagRuns", {"dag_run_id": "scheduled__x", "logical_date": None}, None),
    ("POST", "/dags/$dag/dagRuns", {"conf": [1], "logical_date": None}, None),
    ("POST", "/dags/$dag/dagRuns", {"dag_run_id": "x"}, None),
    ("POST", "/dags/$dag/dagRuns", {"made_up": 1, "logical_date": None}, None),
    ("POST", "/dags/$dag/dagRuns", {"dag_run_id": "a b", "logical_date": None}, None),
    ("POST", "/dags/$dag/dagRuns", {"dag_run_id": "a b"}, None),
    ("POST", "/dags/nobody/dagRuns", {"logical_date": None}, None),
    ("POST", "/dags/$good/dagRuns", {"dag_run_id": "twice", "logical_date": None}, None),
    ("POST", "/dags/$good/dagRuns", {"dag_run_id": "twice", "logical_date": None}, None),
    ("POST", "/dags/$dag/clearTaskInstances", {"dag_run_id": "$run"}, None),
    ("POST", "/dags/$dag/clearTaskInstances", {"dag_run_id": "nobody"}, None),
    ("POST", "/dags/$dag/clearTaskInstances", {"dag_run_id": "$run", "task_ids": ["nobody"]}, None),
    ("POST", "/dags/nobody/clearTaskInstances", {"dag_run_id": "$run"}, None),
    ("POST", "/dags/$dag/dagRuns/$run/clear", {"dry_run": True}, None),
    ("POST", "/dags/$good/dagRuns", {"dag_run_id": "again"}, None),
    ("POST", "/dags/$good/dagRuns", {"dag_run_id": "again"}, None),
    ("PATCH", "/dags/$dag/dagRuns/$run", {"state": "running"}, None),
    ("PATCH", "/dags/$good", {"is_paused": False}, None),
]


def put_in(value, names):
    for name, real in names.items():
        value = json.loads(json.dumps(value).replace(name, real))
    return value


def outcome(stage, environment, names, method, path, body, query):
    try:
        return 200, stage.ask(method, put_in(path, names), put_in(body, names), query, environment)
    except Refused as refusal:
        return refusal.status, refusal.document


def shape(value):
    """Members and the kinds of their values; a list has the shape of its first item. None may be any kind."""
    if isinstance(value, dict):
        return {k: shape(v) for k, v in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def differences(double, real, path=""):
    """What the double says otherwise than the real one."""
    if isinstance(double, dict) and isinstance(real, dict):
        for name in double:
            if name not in real:
                yield f"{path}/{name} is not there"
            else:
                yield from differences(double[name], real[name], f"{path}/{name}")
    elif isinstance(double, list) and isinstance(real, list):
        if double and real:
            yield from differences(double[0], real[0], path + "[0]")
    elif "NoneType" not in (double, real) and double != real:
        yield f"{path} is {double} and really {real}"


@pytest.fixture(scope="session")
def names(stage):
    """The double in the same version, and its words for what REAL_NAMES names."""
    stage.sandbox.control("mwaa", {"name": DOUBLE, "version": stage.airflow.version})
    run = stage.ask("POST", "/dags/~/dagRuns/list", {"dag_ids": ["nightly_orders"], "states": ["failed"]},
                    environment=DOUBLE)["dag_runs"][0]["dag_run_id"]
    return {"$dag": "nightly_orders", "$task": "load_orders", "$good": "hourly_customers", "$run": run}


@pytest.mark.usefixtures("failed")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[1]} {json.dumps(call[2] or call[3] or {})}")
def test_both_say_the_same(call, stage, names):
    real = outcome(stage, stage.environment, REAL_NAMES, *call)
    double = outcome(stage, DOUBLE, names, *call)
    assert double[0] == real[0], (double, real)
    told = list(differences(shape(double[1]), shape(real[1])))
    assert not told, "; ".join(told)


@pytest.mark.usefixtures("failed", "names")
def test_logs_have_one_form(stage):
    """Text with a prefix, or JSON: whatever a line of the double holds, a line of the real one holds too."""
    real = [line for lines in stage.streams().values() for line in lines]
    double = [line for lines in stage.streams(environment=DOUBLE).values() for line in lines]
    if not stage.three:
        pattern = r"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000\] \{[\w.]+:\d+\} [A-Z]+ - "
        assert all(re.match(pattern, line) for line in real + double)
        return
    members = set().union(*(json.loads(line) for line in real))
    assert set().union(*(json.loads(line) for line in double)) <= members
    assert all("timestamp" not in json.loads(line) for line in real + double)
    failure = next(json.loads(line)["error_detail"][0] for line in real if "error_detail" in line)
    ours = next(json.loads(line)["error_detail"][0] for line in double if "error_detail" in line)
    assert set(ours) <= set(failure) and set(ours["frames"][0]) <= set(failure["frames"][0])
