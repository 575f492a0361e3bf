"""The part of the small Airflow's REST API that is about single task instances: their tries and their logs."""
from . import mwaa_view
from .mwaa_answers import Refused, missing, number, page
from .mwaa_rest import route, run_of

OPENING = [{"event": "::group::Log message source details"}, {"event": "::endgroup::"}]
FILTERS = ("limit", "offset", "order_by", "state")


def instance_of(airflow, dag, run, name, map_index=-1):
    run = run_of(airflow, dag, run)
    found = [ti for ti in run.tasks if ti.task.task_id == name]
    if not found:
        raise missing("Task Instance", name)
    for instance in found:
        if instance.map_index == map_index:
            return run, instance
    raise Refused(404, "Task instance is mapped, add the map_index value to the URL", "Task instance not found")


@route("GET", "/dags/*/dagRuns/*/taskInstances", query=FILTERS)
def instances(airflow, query, _body, dag, name):
    """v1 says an empty list of a run that never was."""
    if not airflow.is_three and name not in getattr(airflow.dags.get(dag), "runs", ()):
        return 200, {"task_instances": [], "total_entries": 0}
    run, states = run_of(airflow, dag, name), query.get("state")
    states = states if isinstance(states, list) else [states] if states else None
    rows = [mwaa_view.instance(ti, run, airflow.is_three) for ti in run.tasks if states is None or ti.state in states]
    return page("task_instances", rows, airflow, number(query.get("limit"), None), number(query.get("offset"), 0))


@route("GET", "/dags/*/dagRuns/*/taskInstances/*")
def one_instance(airflow, _query, _body, dag, run, name):
    run, instance = instance_of(airflow, dag, run, name)
    return 200, mwaa_view.instance(instance, run, airflow.is_three)


@route("GET", "/dags/*/dagRuns/*/taskInstances/*/listMapped", query=FILTERS)
def mapped(airflow, query, _body, dag, name, task):
    run = run_of(airflow, dag, name)
    rows = [mwaa_view.instance(ti, run, airflow.is_three) for ti in run.tasks
            if ti.task.task_id == task and ti.map_index >= 0]
    return page("task_instances", rows, airflow, number(query.get("limit"), None), number(query.get("offset"), 0))


@route("GET", "/dags/*/dagRuns/*/taskInstances/*/tries", query=("limit", "offset", "order_by", "map_index"))
def tries(airflow, query, _body, dag, run, name):
    run, instance = instance_of(airflow, dag, run, name, number(query.get("map_index"), -1))
    rows = [mwaa_view.tried(instance, run, airflow.is_three, attempt) for attempt in instance.past]
    if instance.try_number:
        rows.append(mwaa_view.tried(instance, run, airflow.is_three))
    return page("task_instances", rows, airflow, number(query.get("limit"), None), number(query.get("offset"), 0))


@route("GET", "/dags/*/dagRuns/*/taskInstances/*/logs/*", query=("full_content", "map_index", "token"))
def logs(airflow, query, _body, dag, run, name, attempt):
    """v1 wraps the text into the repr of a Python list (what it does unless text is asked for)."""
    run, instance = instance_of(airflow, dag, run, name, number(query.get("map_index"), -1))
    lines, attempt = airflow.read_log(run, instance, number(attempt, 0)), number(attempt, 0)
    if airflow.is_three:
        if lines is None:
            raise Refused(404, "TaskInstance not found")
        return 200, {"content": [*OPENING, *lines], "continuation_token": None}
    if lines is None:
        text = (f"Error fetching the logs. Try number {attempt} is invalid." if attempt < 1 else
                "*** Could not read served logs: Invalid URL 'http://:8793/log/': No host supplied")
    else:
        text = "\n".join(lines)
    return 200, {"content": repr([("ip-10-0-11-24.ec2.internal", text)]), "continuation_token": "sandbox.end"}


@route("GET", "/dags/*/dagRuns/*/taskInstances/*/*")
def mapped_instance(airflow, _query, _body, dag, run, name, index):
    run, instance = instance_of(airflow, dag, run, name, number(index, -1))
    return 200, mwaa_view.instance(instance, run, airflow.is_three)
