"""What retry_airflow_dag does to a real Airflow, and what it refuses to do."""
import pytest
from place import until


def ended(stage, dag, run):
    return until(lambda: stage.run_state(dag, run) in ("failed", "success") and stage.run_state(dag, run),
                 f"run {run} of {dag} ends")


def failed_run(stage, dag, run):
    """-> the path of its input, which is not there"""
    path = stage.trigger(dag, run)
    assert ended(stage, dag, run) == "failed"
    return path


def unmet(answer):
    return [p["name"] for p in answer["preconditions"] if p.get("ok") is not True]


@pytest.mark.usefixtures("failed")
def test_a_cleared_run_turns_green(stage):
    run = "manual__2026-01-02T02:00:00+00:00"
    path = failed_run(stage, "orders_daily", run)
    shown = stage.call("retry_airflow_dag", dag_id="orders_daily", dag_run_id=run, dry_run=True)
    assert (shown["effect"], unmet(shown)) == ("dry_run", [])
    assert [t["task_id"] for t in shown["cleared_tasks"]] == ["load", "publish"]
    before = stage.tasks("orders_daily", run)
    assert before["load", -1][0] == "failed"
    path.write_text("1,2\n")
    answer = stage.call("retry_airflow_dag", dag_id="orders_daily", dag_run_id=run)
    assert answer["effect"] == "created", answer
    assert answer["after"]["state"] in ("queued", "running", "success")
    assert ended(stage, "orders_daily", run) == "success"
    after = stage.tasks("orders_daily", run)
    assert {state for state, _ in after.values()} == {"success"}
    assert after["extract", -1] == before["extract", -1] and after["load", -1][1] > before["load", -1][1]
    told = stage.call(answer["follow_up"]["tool"], **{
        k: v for k, v in answer["follow_up"]["arguments"].items() if k != "environment_name"})
    assert told["state"]["failed"] is False
    again = stage.call("retry_airflow_dag", dag_id="orders_daily", dag_run_id=run)
    assert again["effect"] in ("refused", "already_done") and "run_failed" in unmet(again)


@pytest.mark.usefixtures("failed")
def test_what_still_fails_fails_again_and_its_new_log_is_read(stage):
    run = "manual__2026-01-03T02:00:00+00:00"
    failed_run(stage, "orders_daily", run)
    _, first = stage.tasks("orders_daily", run)["load", -1]
    assert stage.call("retry_airflow_dag", dag_id="orders_daily", dag_run_id=run)["effect"] == "created"
    until(lambda: stage.run_state("orders_daily", run) == "failed", "the run has failed again")
    state, second = stage.tasks("orders_daily", run)["load", -1]
    assert state == "failed" and second > first
    answer = stage.call("get_mwaa_logs", dag_id="orders_daily", dag_run_id=run)
    assert answer["tasks"][0]["try_number"] == second
    assert answer["streams"][0]["stream"].endswith(f"/task_id=load/attempt={second}.log")


@pytest.mark.usefixtures("failed")
def test_one_index_of_a_mapped_task(stage):
    """Airflow 3.0 now and then fails another index too: its worker began before the scheduler had written `queued`."""
    run = "manual__2026-01-02T02:00:00+00:00"
    path = failed_run(stage, "orders_mapped", run)
    before = stage.tasks("orders_mapped", run)
    failed = {key for key, (state, _) in before.items() if state == "failed"}
    assert ("load_part", 1) in failed and failed < set(before)
    path.write_text("here")
    answer = stage.call("retry_airflow_dag", dag_id="orders_mapped", dag_run_id=run)
    assert answer["effect"] == "created"
    assert ended(stage, "orders_mapped", run) == "success"
    after = stage.tasks("orders_mapped", run)
    assert {key for key in after if after[key][1] > before[key][1]} == failed


@pytest.mark.usefixtures("failed")
@pytest.mark.parametrize("dag", ["orders_running", "orders_again", "orders_good"])
def test_runs_that_did_not_fail_are_left_alone(dag, stage):
    """Running; about to be tried again by Airflow itself; successful."""
    run = "manual__2026-01-01T02:00:00+00:00"
    before = stage.tasks(dag, run), stage.run_state(dag, run)
    answer = stage.call("retry_airflow_dag", dag_id=dag, dag_run_id=run)
    assert answer["effect"] in ("refused", "already_in_flight", "already_done") and unmet(answer), answer
    assert (stage.tasks(dag, run), stage.run_state(dag, run)) == before


@pytest.mark.usefixtures("failed")
def test_a_paused_dag_is_left_alone(stage):
    run = "manual__2026-01-01T02:00:00+00:00"
    stage.ask("PATCH", "/dags/orders_paused", {"is_paused": True})
    try:
        before = stage.tasks("orders_paused", run)
        answer = stage.call("retry_airflow_dag", dag_id="orders_paused", dag_run_id=run)
        assert answer["effect"] == "refused" and "not_paused" in unmet(answer), answer["preconditions"]
        assert stage.tasks("orders_paused", run) == before and stage.run_state("orders_paused", run) == "failed"
    finally:
        stage.ask("PATCH", "/dags/orders_paused", {"is_paused": False})


@pytest.mark.usefixtures("failed")
def test_a_copy_is_triggered_once(stage):
    """The copy waits for a file. While it does, asking again starts no second one."""
    run, dag = "manual__2026-01-02T02:00:00+00:00", "orders_waiting"
    path = failed_run(stage, dag, run)
    answer = stage.call("retry_airflow_dag", dag_id=dag, dag_run_id=run, mode="trigger")
    assert answer["effect"] == "created", answer
    copy = answer["after"]["run_id" if "run_id" in answer["after"] else "dag_run_id"]
    assert copy != run
    again = stage.call("retry_airflow_dag", dag_id=dag, dag_run_id=run, mode="trigger")
    assert again["effect"] == "already_in_flight", again
    runs = stage.ask("POST", "/dags/~/dagRuns/list", {"dag_ids": [dag]})["dag_runs"]
    assert sorted(r["dag_run_id"] for r in runs) == sorted([run, copy])
    assert {r["conf"]["input"] for r in runs} == {str(path)}
    path.write_text("here")
    assert ended(stage, dag, copy) == "success"


def test_a_dag_that_is_not_there(stage):
    answer = stage.call("retry_airflow_dag", dag_id="nobody_knows_it")
    assert answer.get("effect") in (None, "refused"), answer
