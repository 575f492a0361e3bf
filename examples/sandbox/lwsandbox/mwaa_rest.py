"""The REST API of the small Airflow: which call does what, in the manner of v1 (2.x) or v2 (3.x)."""
import datetime as dt
import re
from urllib.parse import unquote

from . import mwaa_view
from .mwaa_answers import Refused, body, conflict, missing, number, ordered, page, within

ROUTES = []  # (versions, method, pattern, query parameters, function)
BOUNDS = [f"{name}_{way}" for name in ("start_date", "end_date", "execution_date", "logical_date", "run_after")
          for way in ("gte", "gt", "lte", "lt")]
LIST = {"page_limit": int, "page_offset": int, "order_by": str}
CLEAR = {"dry_run": bool, "only_failed": bool, "only_running": bool, "include_upstream": bool,
         "include_downstream": bool, "include_future": bool, "include_past": bool, "task_ids": list,
         "dag_run_id": str, "start_date": str, "end_date": str, "reset_dag_runs": bool}
READING_POSTS = re.compile(r".*/list")


def route(method, path, versions="12", query=()):
    """Registers a function of (airflow, query, body, *segments)."""
    pattern = re.compile("".join("([^/]+)" if part == "*" else re.escape(part) for part in re.split(r"(\*)", path)))

    def register(function):
        ROUTES.append((versions, method, pattern, set(query), function))
        return function
    return register


def ask(airflow, method, path, query, given, may_write):
    """-> (status, document). `may_write` False is the role Viewer."""
    airflow.advance()
    version, known = "2" if airflow.is_three else "1", False
    try:
        for versions, wanted, pattern, parameters, function in ROUTES:
            match = pattern.fullmatch(path)
            if not match or version not in versions:
                continue
            known = True
            if wanted != method:
                continue
            if not may_write and method != "GET" and not READING_POSTS.fullmatch(path):
                return Refused(403, "Forbidden").answer(airflow)
            if not airflow.is_three and set(query) - parameters:
                raise Refused(400, f"Extra query parameter(s) {', '.join(sorted(set(query) - parameters))} not in spec")
            return function(airflow, query, given, *map(unquote, match.groups()))
        if known:
            raise Refused(405, "The method is not allowed for the requested URL.")
        if airflow.is_three:
            return 404, {"error": "API route not found"}
        return 404, {"detail": None, "status": 404, "title": "Not Found", "type": "about:blank"}
    except Refused as refusal:
        return refusal.answer(airflow)


def dag_of(airflow, name):
    if name not in airflow.dags:
        raise missing("Dag", name)
    return airflow.dags[name]


def run_of(airflow, dag, name):
    runs = dag_of(airflow, dag).runs
    if name not in runs:
        raise missing("DagRun", name)
    return runs[name]


@route("GET", "/health", "1")
@route("GET", "/monitor/health", "2")
def health(airflow, *_):
    return 200, mwaa_view.health(dt.datetime.now(dt.timezone.utc), airflow.is_three)


@route("GET", "/version")
def version(airflow, *_):
    return 200, {"version": airflow.version, "git_version": None}


@route("GET", "/dags", query=("limit", "offset", "dag_id_pattern", "paused", "only_active", "order_by", "tags"))
def dags(airflow, query, _):
    rows = [mwaa_view.dag(d, airflow.is_three) for d in airflow.dags.values()
            if query.get("dag_id_pattern", "").strip("%") in d.dag_id]
    return page("dags", ordered(rows, query.get("order_by") or "dag_id"), airflow, number(query.get("limit"), None),
                number(query.get("offset"), 0))


@route("GET", "/dags/*")
@route("GET", "/dags/*/details")
def one_dag(airflow, _query, _body, name):
    return 200, mwaa_view.dag(dag_of(airflow, name), airflow.is_three)


@route("PATCH", "/dags/*", query=("update_mask",))
def change_dag(airflow, _query, given, name):
    dag, change = dag_of(airflow, name), body(given, {"is_paused": bool}, ("is_paused",))
    airflow.pause(dag, change["is_paused"])
    return 200, mwaa_view.dag(dag, airflow.is_three)


@route("GET", "/dags/*/tasks", query=("order_by",))
def tasks(airflow, _query, _body, name):
    dag = dag_of(airflow, name)
    rows = [mwaa_view.task(t, dag, airflow.is_three) for t in dag.tasks]
    return 200, {"tasks": rows, "total_entries": len(rows)}


@route("GET", "/importErrors", query=("limit", "offset", "order_by"))
def import_errors(airflow, query, _):
    rows = [mwaa_view.import_error(d, n + 1, airflow.is_three) for n, d in enumerate(
        d for d in airflow.dags.values() if d.import_error is not None)]
    return page("import_errors", rows, airflow, number(query.get("limit"), None), number(query.get("offset"), 0))


@route("GET", "/dags/*/dagRuns", query=("limit", "offset", "order_by", "state", *BOUNDS))
def runs_of_dag(airflow, query, _, name):
    runs = airflow.runs() if name == "~" else dag_of(airflow, name).runs.values()
    state, bounds = query.get("state"), {k: v for k, v in query.items() if k in BOUNDS}
    states = state if isinstance(state, list) else [state] if state else None
    rows = [mwaa_view.run(r, airflow.is_three) for r in runs
            if (states is None or r.state in states) and within(r, bounds, airflow)]
    return page("dag_runs", ordered(rows, query.get("order_by")), airflow, number(query.get("limit"), None),
                number(query.get("offset"), 0))


@route("POST", "/dags/~/dagRuns/list")
def list_runs(airflow, _query, given):
    asked = body(given, {**LIST, "dag_ids": list, "states": list, **dict.fromkeys(BOUNDS, str)})
    rows = [mwaa_view.run(r, airflow.is_three) for r in airflow.runs()
            if r.dag.dag_id in asked.get("dag_ids", airflow.dags) and r.state in asked.get("states", [r.state])
            and within(r, {k: v for k, v in asked.items() if k in BOUNDS}, airflow)]
    return page("dag_runs", ordered(rows, asked.get("order_by")), airflow, asked.get("page_limit", 100),
                asked.get("page_offset"))


@route("POST", "/dags/~/dagRuns/~/taskInstances/list")
def list_instances(airflow, _query, given):
    allowed = {**LIST, "dag_ids": list, "dag_run_ids": list, "task_ids": list, "state": list,
               **dict.fromkeys(BOUNDS, str)}
    if not airflow.is_three:
        del allowed["order_by"]
    asked = body(given, allowed)

    def wanted(run, ti):
        pairs = (("dag_ids", run.dag.dag_id), ("dag_run_ids", run.run_id), ("task_ids", ti.task.task_id),
                 ("state", ti.state))
        return all(value in asked.get(name, [value]) for name, value in pairs)

    rows = [mwaa_view.instance(ti, run, airflow.is_three) for run in airflow.runs() for ti in run.tasks
            if wanted(run, ti)]
    return page("task_instances", ordered(rows, asked.get("order_by")), airflow, asked.get("page_limit", 100),
                asked.get("page_offset"))


@route("GET", "/dags/*/dagRuns/*")
def one_run(airflow, _query, _body, dag, name):
    return 200, mwaa_view.run(run_of(airflow, dag, name), airflow.is_three)


@route("PATCH", "/dags/*/dagRuns/*/setNote", "1")
def set_note(airflow, _query, given, dag, name):
    run = run_of(airflow, dag, name)
    run.note = body(given, {"note": str}).get("note")
    return 200, mwaa_view.run(run, False)


@route("PATCH", "/dags/*/dagRuns/*", query=("update_mask",))
def change_run(airflow, _query, given, dag, name):
    run = run_of(airflow, dag, name)
    allowed = {"state": str, **({"note": str} if airflow.is_three else {})}
    change = body(given, allowed)
    if change.get("state", "queued") not in ("queued", "success", "failed"):
        raise Refused(400, "{'state': ['Must be one of: queued, success, failed.']}", about=["body", "state"])
    run.note = change.get("note", run.note)
    if "state" in change:
        airflow.set_state(run, change["state"])
    return 200, mwaa_view.run(run, airflow.is_three)


@route("POST", "/dags/*/dagRuns")
def trigger(airflow, _query, given, name):
    allowed = {"dag_run_id": str, "conf": dict, "note": str, "logical_date": str, "data_interval_start": str,
               "data_interval_end": str, "run_after" if airflow.is_three else "execution_date": str}
    if not airflow.is_three:
        dag_of(airflow, name)  # v1 looks for the DAG first, v2 at the body
    asked = body(given, allowed, ("logical_date",) if airflow.is_three else ())
    if not airflow.is_three and "logical_date" in given and given["logical_date"] is None:
        raise Refused(400, "{'logical_date': ['Field may not be null.']}")
    dag = dag_of(airflow, name)
    if dag.import_error is not None:
        if airflow.is_three:
            raise missing("Dag", name)
        raise Refused(400, f"DAG with dag_id: '{name}' has import errors", "DAG cannot be triggered")
    when, moment = asked.get("logical_date") or asked.get("execution_date"), dt.datetime.now(dt.timezone.utc)
    if when is None and not airflow.is_three:
        when = moment.isoformat()
    run_id = asked.get("dag_run_id") or f"manual__{when or moment.isoformat()}"
    if not airflow.is_three and not re.fullmatch(r"[A-Za-z0-9_.~:+-]*", run_id):
        return 500, "<!DOCTYPE html><title>Ooops!</title>"  # v1 stumbles over it
    if run_id.startswith("scheduled__") or not re.fullmatch(r"[A-Za-z0-9_.~:+-]{1,250}", run_id):
        raise Refused(400, f"The dag_run_id '{run_id}' is not allowed")
    if run_id in dag.runs:
        return conflict(airflow, dag.runs[run_id])
    run = airflow.trigger(dag, run_id, when and dt.datetime.fromisoformat(when), asked.get("conf", {}),
                          asked.get("note"))
    return 200, mwaa_view.run(run, airflow.is_three)


@route("POST", "/dags/*/clearTaskInstances")
def clear(airflow, _query, given, name):
    asked, dag = body(given, CLEAR), dag_of(airflow, name)
    if "dag_run_id" in asked:
        run_of(airflow, name, asked["dag_run_id"])
    return clear_runs(airflow, [r for r in dag.runs.values() if r.run_id == asked.get("dag_run_id", r.run_id)], asked,
                      {"only_failed": True, "reset_dag_runs": airflow.is_three})


@route("POST", "/dags/*/dagRuns/*/clear")
def clear_run(airflow, _query, given, dag, name):
    allowed = {"dry_run": bool, **({"only_failed": bool} if airflow.is_three else {})}
    return clear_runs(airflow, [run_of(airflow, dag, name)], body(given, allowed),
                      {"only_failed": False, "reset_dag_runs": True})


def clear_runs(airflow, runs, asked, defaults):
    asked, out = {"dry_run": True, "only_running": False, "include_downstream": False, **defaults, **asked}, []
    if asked["only_failed"] and asked["only_running"]:
        raise Refused(400, "only_failed and only_running both are set to True", about=["body"])
    for run in runs:
        chosen = airflow.would_clear(run, asked["only_failed"], asked["only_running"], asked.get("task_ids"),
                                     asked["include_downstream"])
        out += [mwaa_view.cleared(ti, run, airflow.is_three) for ti in chosen]
        if not asked["dry_run"]:
            airflow.clear(run, chosen, asked["reset_dag_runs"])
    return 200, {"task_instances": out, **({"total_entries": len(out)} if airflow.is_three else {})}
