"""MWAA: the small Airflow of the night in both versions, and the way to a real web server."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.exceptions import ClientError

ENVIRONMENT, DAG = "acme-prod", "nightly_orders"
RUNS, INSTANCES = "/dags/~/dagRuns/list", "/dags/~/dagRuns/~/taskInstances/list"


def ask(sandbox, method, path, body=None, query=None, environment=ENVIRONMENT):
    given = {"Name": environment, "Method": method, "Path": path}
    given.update({} if body is None else {"Body": body}, **({} if query is None else {"QueryParameters": query}))
    return sandbox.client("mwaa").invoke_rest_api(**given)["RestApiResponse"]


def refused(sandbox, method, path, body=None, query=None, environment=ENVIRONMENT):
    """-> (name of the exception, status inside, document)"""
    with pytest.raises(ClientError) as caught:
        ask(sandbox, method, path, body, query, environment)
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    return answer["Error"]["Code"], answer["RestApiStatusCode"], answer["RestApiResponse"]


def failed_run(sandbox):
    return ask(sandbox, "POST", RUNS, {"dag_ids": [DAG], "states": ["failed"]})["dag_runs"][0]


def states(sandbox, run):
    rows = ask(sandbox, "POST", INSTANCES, {"dag_ids": [DAG], "dag_run_ids": [run]})["task_instances"]
    return {row["task_id"]: (row["state"], row["try_number"]) for row in rows}


@pytest.fixture(params=["2.11.2", "3.0.6", "3.3.2"])
def versioned(request, sandbox):
    sandbox.control("POST", "mwaa", {"name": ENVIRONMENT, "version": request.param})
    sandbox.control("POST", "pace", {"starting_s": 30, "running_s": 60})
    sandbox.three = not request.param.startswith("2.")
    return sandbox


def test_version_and_names_of_runs(versioned):
    """2.x names a run of the schedule after the start of its interval, a day before it runs."""
    run = failed_run(versioned)
    assert ask(versioned, "GET", "/version")["version"] == versioned.client("mwaa").get_environment(
        Name=ENVIRONMENT)["Environment"]["AirflowVersion"]
    assert (run["start_date"][:10] == run["logical_date"][:10]) == versioned.three
    assert ("execution_date" in run, "run_after" in run) == (not versioned.three, versioned.three)
    assert run["start_date"].endswith("Z" if versioned.three else "+00:00")


def test_logs_have_the_form_of_the_version(versioned):
    run = failed_run(versioned)["dag_run_id"].replace(":", "_")
    stream = f"dag_id={DAG}/run_id={run}/task_id=load_orders/attempt=2.log"
    events = versioned.client("logs").get_log_events(logGroupName=f"airflow-{ENVIRONMENT}-Task", logStreamName=stream,
                                                     startFromHead=True)["events"]
    texts = [e["message"] for e in events]
    if versioned.three:
        failure, = [json.loads(t) for t in texts if "error_detail" in t]
        assert failure["error_detail"][0]["exc_value"] == f"Exiting Job {versioned['second_run_id']} Run State: FAILED"
    else:
        failure, = [t for t in texts if "Traceback" in t]
        assert failure.startswith("[20") and "} ERROR - Task failed with exception\n" in failure
        assert failure.endswith(f"Exiting Job {versioned['second_run_id']} Run State: FAILED")


def test_clearing_turns_the_run_green_and_starts_the_job(versioned):
    run = failed_run(versioned)["dag_run_id"]
    order = {"dag_run_id": run, "only_failed": True, "reset_dag_runs": True}
    path, glue = f"/dags/{DAG}/clearTaskInstances", versioned.client("glue")
    shown = ask(versioned, "POST", path, order)["task_instances"]  # a dry run unless told otherwise
    assert [t["task_id"] for t in shown] == ["load_orders", "check_orders", "publish_orders"]
    assert all(("map_index" in t) == versioned.three for t in shown)
    assert states(versioned, run)["load_orders"] == ("failed", 2)
    ask(versioned, "POST", path, {**order, "dry_run": False})
    assert states(versioned, run)["load_orders"] == (None, 2)
    assert ask(versioned, "POST", path, {**order, "dry_run": False})["task_instances"] == []
    versioned.wait(90)
    assert states(versioned, run)["publish_orders"] == ("success", 1)
    assert ask(versioned, "GET", f"/dags/{DAG}/dagRuns/{run}")["state"] == "success"
    newest = glue.get_job_runs(JobName=versioned["job_name"], MaxResults=1)["JobRuns"][0]
    assert (newest["JobRunState"], newest["Id"] != versioned["second_run_id"]) == ("SUCCEEDED", True)
    log = ask(versioned, "GET", f"/dags/{DAG}/dagRuns/{run}/taskInstances/load_orders/logs/3")["content"]
    assert newest["Id"] in str(log)


def test_without_reset_the_run_of_v1_stays_dead(versioned):
    """v1 does not reset the run unless asked to, v2 does unless asked not to."""
    run = failed_run(versioned)["dag_run_id"]
    ask(versioned, "POST", f"/dags/{DAG}/clearTaskInstances", {"dag_run_id": run, "dry_run": False})
    state = ask(versioned, "GET", f"/dags/{DAG}/dagRuns/{run}")["state"]
    assert state == ("queued" if versioned.three else "failed")
    if not versioned.three:
        assert states(versioned, run)["load_orders"] == (None, 2)
        ask(versioned, "PATCH", f"/dags/{DAG}/dagRuns/{run}", {"state": "queued"})
    versioned.wait(90)
    assert ask(versioned, "GET", f"/dags/{DAG}/dagRuns/{run}")["state"] == "success"


def test_clearing_one_task_leaves_what_waits_for_it(versioned):
    run = failed_run(versioned)["dag_run_id"]
    ask(versioned, "POST", f"/dags/{DAG}/clearTaskInstances", {
        "dag_run_id": run, "dry_run": False, "reset_dag_runs": True, "task_ids": ["load_orders"]})
    versioned.wait(90)
    assert ask(versioned, "GET", f"/dags/{DAG}/dagRuns/{run}")["state"] == "failed"
    assert states(versioned, run)["load_orders"] == ("success", 3)
    assert states(versioned, run)["publish_orders"][0] == "upstream_failed"


def test_a_retry_may_fail_again(versioned):
    versioned.control("POST", "pace", {"outcome": "FAILED"})
    run = failed_run(versioned)["dag_run_id"]
    ask(versioned, "POST", f"/dags/{DAG}/clearTaskInstances", {"dag_run_id": run, "dry_run": False,
                                                              "reset_dag_runs": True})
    versioned.wait(90)
    assert states(versioned, run)["load_orders"] == ("failed", 3)
    assert ask(versioned, "GET", f"/dags/{DAG}/dagRuns/{run}")["state"] == "failed"


def test_unpausing_lets_the_waiting_run_go(versioned):
    body = {"dag_run_id": "later", **({"logical_date": None} if versioned.three else {})}
    ask(versioned, "POST", "/dags/legacy_exports/dagRuns", body)
    assert ask(versioned, "GET", "/dags/legacy_exports/dagRuns/later")["state"] == "queued"
    ask(versioned, "PATCH", "/dags/legacy_exports", {"is_paused": False})
    versioned.wait(90)
    assert ask(versioned, "GET", "/dags/legacy_exports/dagRuns/later")["state"] == "success"


@pytest.mark.parametrize(("method", "path", "body", "query", "one", "two"), [
    ("GET", "/dags/nope", None, None, 404, 404), ("GET", "/dags", None, {"made_up": 1}, 400, None),
    ("GET", "/dags/nightly_orders/dagRuns/nope/taskInstances", None, None, None, 404),
    ("POST", "/dags/nightly_orders/dagRuns", {"dag_run_id": "a"}, None, None, 422),
    ("POST", "/dags/nightly_orders/dagRuns", {"logical_date": None, "conf": [1]}, None, 400, 422),
    ("POST", "/dags/refunds_report/dagRuns", {"logical_date": None}, None, 400, 404),
    ("POST", "/dags/nightly_orders/dagRuns", {"logical_date": None, "dag_run_id": "scheduled__x"}, None, 400, 400),
    ("POST", "/dags/nightly_orders/clearTaskInstances", {"dag_run_id": "nope"}, None, 404, 404),
    ("POST", "/dags/~/dagRuns/list", {"made_up": 1}, None, 400, 422)])
def test_refusals(method, path, body, query, one, two, versioned):
    wanted = two if versioned.three else one
    if wanted is None:
        assert ask(versioned, method, path, body, query) is not None
        return
    name, status, document = refused(versioned, method, path, body, query)
    assert (name, status) == ("RestApiClientException", wanted)
    assert ("title" in document) != versioned.three and "detail" in document


def test_long_paths_can_be_refused(sandbox):
    path = "/dags/nightly_orders/dagRuns/scheduled__2026-01-01T02:00:00+00:00/taskInstances"
    assert refused(sandbox, "GET", path)[1] == 404
    sandbox.control("POST", "mwaa", {"name": ENVIRONMENT, "limits_paths": True})
    with pytest.raises(ClientError) as caught:
        ask(sandbox, "GET", path)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert "less than or equal to 64" in caught.value.response["Error"]["Message"]
    assert ask(sandbox, "POST", INSTANCES, {"dag_ids": [DAG]})["total_entries"] == 84


class Peer(BaseHTTPRequestHandler):
    """Stands where Airflow's web server would: writes down what comes and answers what it was told to."""

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.seen.append((self.command, self.path, self.headers.get("Authorization"),
                                 json.loads(self.rfile.read(length)) if length else None))
        status, data = (201, b'{"access_token": "tok"}') if self.path == "/auth/token" else self.server.reply
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def log_message(self, *_):
        pass


@pytest.fixture
def peer(sandbox):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    server.seen, server.reply = [], (200, b'{"ok": true}')
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("version", "base", "authorization"), [
    ("2.11.2", "/api/v1", "Basic YTpi"), ("3.3.2", "/api/v2", "Bearer tok")])
def test_forwarding(version, base, authorization, sandbox, peer):
    sandbox.control("POST", "mwaa", {"name": "real", "version": version, "url": peer.url, "user": "a", "password": "b"})
    query = {"a": True, "l": ["1", 2], "n": None}
    assert ask(sandbox, "GET", "/dags/x/dagRuns/m__2026-01-01T00:00:00+00:00", {}, query, "real") == {"ok": True}
    path = f"{base}/dags/x/dagRuns/m__2026-01-01T00:00:00+00:00?a=true&l=1&l=2"
    assert peer.seen[-1] == ("GET", path, authorization, None)
    ask(sandbox, "POST", "/dags/x/dagRuns", {"logical_date": None}, None, "real")
    assert peer.seen[-1] == ("POST", base + "/dags/x/dagRuns", authorization, {"logical_date": None})
    peer.reply = (204, b"")
    assert ask(sandbox, "DELETE", "/dags/x", {}, None, "real") == {}
    peer.reply = (404, b'{"detail": "no"}')
    assert refused(sandbox, "GET", "/dags/x", environment="real") == ("RestApiClientException", 404, {"detail": "no"})
    peer.reply = (500, b"<html>")
    assert refused(sandbox, "GET", "/dags/x", environment="real") == ("RestApiServerException", 500, "<html>")


def test_a_web_server_that_is_gone(sandbox, peer):
    sandbox.control("POST", "mwaa", {"name": "real", "version": "2.11.2", "url": "http://127.0.0.1:9", "user": "a",
                                     "password": "b"})
    with pytest.raises(ClientError) as caught:
        ask(sandbox, "GET", "/dags", environment="real")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert peer.seen == []
