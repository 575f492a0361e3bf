"""Journal, patches, pace and the other control calls."""
import contextlib
import json
import time
import urllib.error

import pytest
import wire
from test_cognito import client, token_of


def test_journal_tells_the_call(sandbox):
    body = json.dumps({"JobName": sandbox["job_name"], "Arguments": {"--dt": "2026-01-01"}})
    before = time.time()
    wire.send(wire.json_request(sandbox, "glue", "StartJobRun", body))
    record, = sandbox.journal()
    wanted = {"service": "glue", "operation": "StartJobRun", "method": "POST", "target": "/", "signed": True,
              "akid": sandbox["keys"]["writer"]["akid"], "status": 200, "fault": None, "region": "us-east-1",
              "amz_target": "AWSGlue.StartJobRun", "request": json.loads(body)}
    assert {k: record[k] for k in wanted} == wanted
    assert before - 0.001 <= record["ts"] <= time.time() + 0.001 and record["n"] > 0


def test_journal_file_and_list_agree(sandbox):
    sandbox.client("glue").get_jobs()
    last = json.loads(sandbox.journal_file.read_text().splitlines()[-1])
    assert last == sandbox.journal()[-1]


def test_journal_keeps_no_secret(sandbox):
    secret, token = client(sandbox)[1], token_of(sandbox)
    role = sandbox.client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/x",
                                             RoleSessionName="ses")["Credentials"]
    who = wire.Credentials(role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"])
    assert wire.send(wire.s3_request(sandbox, "/acme-lake-raw", expires=60, who=who))[0] == 200
    assert wire.send(wire.json_request(sandbox, "glue", "GetJobs", who=who))[0] == 200
    text = json.dumps(sandbox.journal())
    assert len(sandbox.journal()) == 4
    for hidden in (secret, token, token.split(".")[2], role["SecretAccessKey"], role["SessionToken"],
                   sandbox["keys"]["writer"]["secret"]):
        assert hidden not in text
        assert wire.urlsplit("//h/?" + hidden).query not in text


def test_journal_shows_continuation_tokens(sandbox):
    s3 = sandbox.client("s3")
    page = s3.list_objects_v2(Bucket=sandbox["bucket"], MaxKeys=1)
    s3.list_objects_v2(Bucket=sandbox["bucket"], ContinuationToken=page["NextContinuationToken"])
    assert "continuation-token=%2B%2B%2F%2F" in sandbox.journal()[-1]["target"]


def test_journal_can_be_cleared(sandbox):
    sandbox.client("glue").get_jobs()
    assert sandbox.control("DELETE", "journal") == [] == sandbox.journal()


def test_control_calls_are_not_in_the_journal(sandbox):
    sandbox.control("GET", "faults")
    assert sandbox.journal() == []


def test_patch_merges_and_removes(sandbox):
    glue, run = sandbox.client("glue"), sandbox["second_run_id"]
    sandbox.control("POST", "patch", {"service": "glue", "id": run, "set": {
        "JobRunState": "TIMEOUT", "ErrorMessage": None, "Arguments": {"--more": "1"}}})
    one = glue.get_job_run(JobName=sandbox["job_name"], RunId=run)["JobRun"]
    first = glue.get_job_runs(JobName=sandbox["job_name"])["JobRuns"][0]
    for got in (one, first):
        assert got["JobRunState"] == "TIMEOUT" and "ErrorMessage" not in got and got["Arguments"]["--more"] == "1"
        assert "--dt" in got["Arguments"]
    view = {"service": "glue", "id": sandbox["table"], "set": {"TableType": "VIRTUAL_VIEW"}}
    sandbox.control("POST", "patch", [view])
    table = glue.get_table(DatabaseName=sandbox["database"], Name=sandbox["table"])["Table"]
    assert table["TableType"] == "VIRTUAL_VIEW"
    sandbox.control("POST", "reset")
    assert glue.get_job_run(JobName=sandbox["job_name"], RunId=run)["JobRun"]["JobRunState"] == "FAILED"


@pytest.mark.parametrize("outcome", ["SUCCEEDED", "FAILED"])
def test_a_started_run_goes_its_way(outcome, sandbox):
    sandbox.control("POST", "pace", {"starting_s": 3, "running_s": 5, "outcome": outcome})
    glue, name = sandbox.client("glue"), sandbox["job_name"]
    run = glue.start_job_run(JobName=name)["JobRunId"]
    for passed, state in ((0, "STARTING"), (2.9, "STARTING"), (0.1, "RUNNING"), (4.9, "RUNNING"), (0.1, outcome)):
        sandbox.wait(passed)
        now = glue.get_job_run(JobName=name, RunId=run)["JobRun"]
        assert now["JobRunState"] == state
    assert now["CompletedOn"] > now["StartedOn"]
    assert glue.start_job_run(JobName=name)["JobRunId"] != run


def test_a_started_run_writes_its_log_as_it_goes(sandbox):
    sandbox.control("POST", "pace", {"starting_s": 20, "running_s": 80})
    run = sandbox.client("glue").start_job_run(JobName=sandbox["job_name"])["JobRunId"]
    logs, seen = sandbox.client("logs"), []
    for _ in range(12):
        events = logs.filter_log_events(logGroupName="/aws-glue/jobs/error", logStreamNamePrefix=run)["events"]
        seen.append(len(events))
        sandbox.wait(10)
    assert seen[0] == 0 and seen[-1] == 8 and len(set(seen)) > 4 and seen == sorted(seen)


def test_reset_forgets_what_was_made(sandbox):
    glue, s3 = sandbox.client("glue"), sandbox.client("s3")
    glue.create_database(DatabaseInput={"Name": "mine"})
    s3.create_bucket(Bucket="mine-for-a-moment")
    run = glue.start_job_run(JobName=sandbox["job_name"])["JobRunId"]
    sandbox.control("POST", "reset")
    assert [d["Name"] for d in glue.get_databases()["DatabaseList"]] == [sandbox["database"]]
    assert "mine-for-a-moment" not in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    assert run not in [r["Id"] for r in glue.get_job_runs(JobName=sandbox["job_name"])["JobRuns"]]


def test_night_names_things(sandbox):
    assert sandbox.control("GET", "night")["job_name"] == sandbox["job_name"]


@pytest.mark.parametrize(("method", "name", "document", "status"), [
    ("GET", "nothing", None, 404), ("POST", "journal", {}, 404), ("POST", "keys", {"akid": "AKIDNOBODY"}, 400),
    ("POST", "keys", {"akid": "AKIDSANDBOXREADER000", "may": "fly"}, 400), ("POST", "pace", {"outcome": "MAYBE"}, 400),
    ("POST", "pace", {"speed": 1}, 400), ("POST", "patch", {"id": "x"}, 400)])
def test_control_calls_that_make_no_sense(method, name, document, status, sandbox):
    with pytest.raises(urllib.error.HTTPError) as refused:
        sandbox.control(method, name, document)
    assert refused.value.code == status and json.load(refused.value)["error"]


def test_what_a_key_may_do_can_be_changed(sandbox):
    akid = sandbox["keys"]["reader"]["akid"]
    sandbox.control("POST", "keys", {"akid": akid, "may": "nothing"})
    assert wire.send(wire.json_request(sandbox, "glue", "GetJobs", key="reader"))[0] == 400
    sandbox.control("POST", "keys", {"akid": akid, "may": "write"})
    body = json.dumps({"JobName": sandbox["job_name"]})
    assert wire.send(wire.json_request(sandbox, "glue", "StartJobRun", body, key="reader"))[0] == 200


def test_requests_that_are_hardly_requests(sandbox):
    """Whatever comes, the answer is of a kind an AWS client can read, and the sandbox stays up."""
    host = wire.urlsplit(sandbox["endpoint"]).netloc
    common = f"HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
    lines = [f"GET / {common}\r\n",
             f"POST / {common}X-Amz-Target: Nobody.Knows\r\nContent-Length: 2\r\n\r\n{{}}",
             f"GET //..//%2e%2e/?a&b=%zz {common}\r\n",
             f"POST /oauth2/token {common}Authorization: Basic !!!\r\nContent-Length: 0\r\n\r\n"]
    for line in lines:
        status = int(wire.send_raw(sandbox, line.encode()).split()[1])
        assert status in (400, 403), line
    assert wire.send(wire.json_request(sandbox, "glue", "GetJobs"))[0] == 200


def test_clients_that_do_not_hang_up_hold_up_nobody(sandbox):
    """gunicorn by itself would wait two seconds for each."""
    url = wire.urlsplit(sandbox["endpoint"])
    with contextlib.ExitStack() as stack:
        began = time.monotonic()
        for _ in range(8):
            lazy = stack.enter_context(wire.socket.create_connection((url.hostname, url.port), timeout=60))
            lazy.sendall(f"GET /_sandbox/faults HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: close\r\n\r\n".encode())
            while lazy.recv(65536):
                pass
        assert sandbox.control("GET", "faults") == []
        assert time.monotonic() - began < 8
