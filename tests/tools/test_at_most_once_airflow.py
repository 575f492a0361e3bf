"""One failed DAG run is cleared, or triggered again, at most once, however many ask, and whatever happens to the answer."""
import threading

import pytest

CALLERS = 8
ACCOUNT = "111122223333"
SPELLINGS = [{}, {"account": ACCOUNT}, {"region": "us-east-1"}, {"region": "us-east-1", "account": ACCOUNT}]
RUN = {"dag_id": "daily", "dag_run_id": "scheduled__2026-11-20T02:00:00+00:00", "run_type": "scheduled", "conf": {},
       "state": "failed", "start_date": "2026-11-21T02:00:00Z", "end_date": "2026-11-21T02:10:00Z"}
TASK = {"task_id": "load", "state": "failed", "try_number": 1, "max_tries": 0, "map_index": -1, "end_date": RUN["end_date"]}


class Airflow:
    """One DAG with one failed run. `lost`: writes get no answer. `shows`: the lists show what a write did."""

    def __init__(self, lost=False, shows=True):
        self.lost, self.shows, self.writes, self.triggered = lost, shows, 0, None
        self.lock = threading.Lock()

    def runs(self, states):
        run = {**RUN, "state": "queued", "start_date": None, "end_date": None} if self.cleared() else RUN
        new = [{**RUN, **self.triggered, "run_type": "manual", "state": "queued", "start_date": None}] if self.triggered else []
        return [r for r in [*new, run] if not states or r["state"] in states]

    def cleared(self):
        return self.writes and self.shows and not self.triggered

    def rest(self, path, body):
        if path.endswith("taskInstances/list"):
            return {"task_instances": [TASK], "total_entries": 1}
        if path.endswith("/dagRuns/list"):
            found = self.runs(body.get("states"))
            return {"dag_runs": found, "total_entries": len(found)}
        if path == "/dags/daily":
            return {"dag_id": "daily", "is_paused": False, "is_stale": False, "has_import_errors": False}
        if path == "/dags/daily/clearTaskInstances" and body["dry_run"]:
            return {"task_instances": [TASK], "total_entries": 1}
        if path in ("/dags/daily/clearTaskInstances", "/dags/daily/dagRuns"):
            self.writes += 1
            if self.shows and path.endswith("dagRuns"):
                self.triggered = {"dag_run_id": body["dag_run_id"]}
            return None if self.lost else {"task_instances": [TASK]} if path.endswith("Instances") else {**RUN, **body}
        return {"import_errors": [], "tasks": [{"task_id": "load", "retries": 0}], "scheduler": {"status": "healthy"}}

    def answer(self, request):
        if request.operation == "GetCallerIdentity":
            return {"xml": f"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>{ACCOUNT}</Account>"
                           "</GetCallerIdentityResult></GetCallerIdentityResponse>"}
        if request.operation == "GetEnvironment":
            return {"json": {"Environment": {"Name": "e", "Status": "AVAILABLE", "AirflowVersion": "3.0.6"}}}
        with self.lock:
            found = self.rest(request.input["Path"], request.input.get("Body") or {})
        return {"json": {"RestApiStatusCode": 200, "RestApiResponse": found}} if found else {"fault": "reset"}


@pytest.fixture
def ask(effects):
    def run(airflow, mode, *rounds):
        arguments = {"environment_name": "e", "dag_id": "daily", "dag_run_id": RUN["dag_run_id"], "mode": mode}
        return effects(airflow, "retry_airflow_dag", [{**arguments, **spelling} for spelling in SPELLINGS], *rounds)

    return run


@pytest.mark.parametrize("mode", ["clear", "trigger"])
def test_many_at_once_send_it_once(ask, mode):
    airflow = Airflow()
    assert ask(airflow, mode, CALLERS) == [["already_in_flight"] * (CALLERS - 1) + ["created"]]
    assert airflow.writes == 1


@pytest.mark.parametrize("mode", ["clear", "trigger"])
def test_an_answer_that_is_lost_is_read_back(ask, mode):
    airflow = Airflow(lost=True)
    assert ask(airflow, mode, 1, 2) == [["created"], ["already_in_flight"] * 2]
    assert airflow.writes == 1


@pytest.mark.parametrize("mode", ["clear", "trigger"])
@pytest.mark.parametrize("lost", [False, True], ids=["answered", "lost"])
def test_what_the_lists_do_not_show_yet_is_not_repeated(ask, mode, lost):
    airflow = Airflow(lost=lost, shows=False)
    assert ask(airflow, mode, 1, 2) == [["unknown" if lost else "created"], ["refused", "refused"]]
    assert airflow.writes == 1
