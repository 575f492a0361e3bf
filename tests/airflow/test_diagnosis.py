"""What get_mwaa_logs says of runs that really failed. Cases are in failures.json:

`dag`, and what its run (`run`) and tasks come to (`settles`, an index in brackets); then what the tool must find: the
`task` and `map_index` that failed first, one of the `causes`, a line of `evidence` (pattern), the `exception` (pattern)
it names, or that all is well (`healthy`)."""
import json
import re

import pytest
from conftest import FAILURES, RUN
from place import until

BROKEN = [case for case in FAILURES if not case.get("healthy")]


def by_name(cases):
    return [pytest.param(case, id=case["name"]) for case in cases]


def evidence_of(answer):
    """The evidence the diagnosis rests on; all of it where it rests on none."""
    ids = answer.get("diagnosis", {}).get("evidence_ids") or [e["id"] for e in answer["evidence"]]
    return [e["text"] for e in answer["evidence"] if e["id"] in ids]


@pytest.mark.usefixtures("failed")
@pytest.mark.parametrize("case", by_name(BROKEN))
def test_cause(case, stage):
    answer = stage.call("get_mwaa_logs", dag_id=case["dag"], dag_run_id=RUN)
    assert answer["ok"] and not answer["partial"], answer["coverage"]
    first = answer["tasks"][0]
    assert (first["task_id"], first.get("map_index", -1)) == (case["task"], case.get("map_index", -1))
    if "causes" in case:
        assert answer["diagnosis"]["cause"] in case["causes"], answer["evidence"]
        assert any(re.search(case["evidence"], text) for text in evidence_of(answer)), evidence_of(answer)
    else:
        assert any(re.search(case["evidence"], e["text"]) for e in answer["evidence"]), answer["evidence"]
    if "exception" in case:
        assert re.search(case["exception"], json.dumps(answer["exception"])), answer["exception"]


@pytest.mark.usefixtures("failed")
@pytest.mark.parametrize("case", by_name(BROKEN))
def test_stream(case, stage):
    """The stream of the last try is read, under the name CloudWatch has for it. Airflow 2 may begin with try 2."""
    answer = stage.call("get_mwaa_logs", dag_id=case["dag"], dag_run_id=RUN)
    index = f"map_index={case['map_index']}/" if "map_index" in case else ""
    _, attempt = stage.tasks(case["dag"], RUN)[case["task"], case.get("map_index", -1)]
    name = f"dag_id={case['dag']}/run_id={RUN.replace(':', '_')}/task_id={case['task']}/{index}attempt={attempt}.log"
    assert name in stage.streams(f"dag_id={case['dag']}/")
    assert [s["stream"] for s in answer["streams"]][0] == name
    assert answer["streams"][0]["lines"] > 0


@pytest.mark.usefixtures("failed")
@pytest.mark.parametrize("case", by_name(c for c in FAILURES if c.get("healthy")))
def test_nothing_is_diagnosed(case, stage):
    answer = stage.call("get_mwaa_logs", dag_id=case["dag"], dag_run_id=RUN)
    assert answer["ok"] and answer["state"]["failed"] is False
    assert answer.get("diagnosis", {"confidence": 0})["confidence"] == 0, answer["diagnosis"]
    assert not answer["retry"]["recommended"]


@pytest.mark.usefixtures("failed")
def test_latest_failed_run_is_found_without_its_id(stage):
    answer = stage.call("get_mwaa_logs", dag_id="orders_daily")
    assert answer["run"]["dag_run_id" if "dag_run_id" in answer["run"] else "run_id"] == RUN
    assert answer["tasks"][0]["task_id"] == "load"


@pytest.mark.usefixtures("failed")
def test_airflow_retries_by_itself(stage):
    answer = stage.call("get_mwaa_logs", dag_id="orders_again", dag_run_id=RUN)
    blockers = json.dumps(answer["retry"])
    assert not answer["retry"]["recommended"] and "native_retry_pending" in blockers, blockers


@pytest.mark.usefixtures("failed")
def test_the_glue_run_is_one_call_away(stage):
    answer = stage.call("get_mwaa_logs", dag_id="orders_glue", dag_run_id=RUN)
    wanted = {"job_name": stage.sandbox["job_name"], "run_id": stage.sandbox["first_run_id"]}
    assert wanted in [link["arguments"] for link in answer["links"] if link["tool"] == "get_glue_logs"]


@pytest.mark.usefixtures("failed")
def test_the_environment_as_a_whole(stage):
    answer = stage.call("get_mwaa_logs")
    assert answer["environment"]["airflow_version"] == stage.airflow.version
    assert answer["health"]["scheduler"] == "healthy"
    assert [e["file"].rpartition("/")[2] for e in answer["import_errors"]] == ["refunds.py"]
    failed = {link["arguments"].get("dag_id") for link in answer["links"]}
    assert failed & {case["dag"] for case in BROKEN}


@pytest.mark.usefixtures("failed")
def test_a_file_that_cannot_be_imported_is_no_missing_dag(stage):
    answer = stage.call("get_mwaa_logs", dag_id="refunds")
    text = json.dumps(answer)
    assert "a_module_nobody_installed" in text and "refunds.py" in text, text[:2000]


def test_a_good_dag_that_stops_being_importable(stage):
    """Airflow 2 keeps it active, Airflow 3 says not found: both have the error among their import errors."""
    source = stage.airflow.dags / "later.py"
    source.write_text('"""A DAG for Airflow."""\nfrom operators import DAG, PythonOperator\n'
                      'with DAG("broken_later", schedule=None):\n'
                      '    PythonOperator(task_id="a", python_callable=print)\n')
    until(lambda: "broken_later" in [d["dag_id"] for d in stage.ask("GET", "/dags", None, {"limit": 100})["dags"]],
          "the DAG is known")
    source.write_text('"""A DAG for Airflow."""\nfrom operators import DAG\nraise RuntimeError("changed at night")\n')
    until(lambda: "changed at night" in json.dumps(stage.ask("GET", "/importErrors")), "the error is known")
    answer = stage.call("get_mwaa_logs", dag_id="broken_later")
    assert "changed at night" in json.dumps(answer["import_errors"])
    assert answer["diagnosis"]["cause"] == "code_error"
    refused = stage.call("retry_airflow_dag", dag_id="broken_later", mode="trigger")
    assert refused.get("effect") != "created", refused
