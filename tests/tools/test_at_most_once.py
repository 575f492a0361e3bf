"""One failed run is started at most once, however many ask, and whatever the network does to the request that starts it."""
import json
import os
import subprocess
import threading

import pytest

CALLERS = 20
FAILED = {"Id": "jr_bad", "JobName": "load", "JobRunState": "FAILED", "Attempt": 0, "StartedOn": 1795230000,
          "CompletedOn": 1795230600, "WorkerType": "G.1X", "NumberOfWorkers": 2, "ErrorMessage": "Rate exceeded"}
JOB = {"Name": "load", "Command": {"Name": "glueetl"}, "GlueVersion": "4.0", "MaxRetries": 0,
       "ExecutionProperty": {"MaxConcurrentRuns": 50}, "LastModifiedOn": 1794366000}


class Glue:
    """One job with room for many runs. `lost`: starts get no answer. `new`: what the list shows after a start."""

    def __init__(self, lost=False, new=None):
        self.lost = lost
        self.new = new
        self.starts = 0
        self.lock = threading.Lock()

    def runs(self):
        return [{**FAILED, "Id": f"jr_new{i}", "JobRunState": "RUNNING", "StartedOn": 1795240000 + i, **self.new}
                for i in range(self.starts if self.new else 0)] + [FAILED]

    def answer(self, request):
        with self.lock:
            if request.operation == "GetJob":
                return {"json": {"Job": JOB}}
            if request.operation == "GetJobRuns":
                return {"json": {"JobRuns": self.runs()}}
            if request.operation == "GetJobRun":
                run = next((r for r in self.runs() if r["Id"] == request.input["RunId"]), None)
                return {"json": {"JobRun": run}} if run else {"status": 400, "json": {"__type": "EntityNotFoundException"}}
            self.starts += 1
            return {"fault": "reset"} if self.lost else {"json": {"JobRunId": f"jr_new{self.starts - 1}"}}


@pytest.fixture
def ask(lakewarden, aws, tmp_path):
    """Sends the same call in rounds of so many at once to one process; their effects, round by round."""

    def run(glue, *rounds):
        aws.script = glue
        env = {**os.environ, "HOME": str(tmp_path), "AWS_ENDPOINT_URL": aws.url, "AWS_REGION": "us-east-1",
               "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true"}
        command = [lakewarden, "stdio", "--writes", "allow", "--log-level", "error"]
        effects = []
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True) as process:
            for count in rounds:
                for i in range(count):
                    process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": i, "method": "tools/call", "params": {
                        "name": "retry_glue_job", "arguments": {"job_name": "load", "run_id": "jr_bad"}}}) + "\n")
                process.stdin.flush()
                answers = [json.loads(process.stdout.readline())["result"]["structuredContent"] for _ in range(count)]
                effects.append(sorted(a["effect"] for a in answers))
            process.stdin.close()
            assert process.wait(20) == 0
        return effects

    return run


def test_many_at_once_start_it_once(ask):
    glue = Glue(new={"PreviousRunId": "jr_bad"})
    assert ask(glue, CALLERS) == [["already_in_flight"] * (CALLERS - 1) + ["created"]]
    assert glue.starts == 1


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "lost"])
def test_a_start_that_the_list_does_not_show_yet_is_not_repeated(ask, lost):
    glue = Glue(lost=lost)
    assert ask(glue, 1, 2) == [["unknown" if lost else "created"], ["refused", "refused"]]
    assert glue.starts == 1


def test_a_run_that_somebody_else_started_is_not_taken_for_ours(ask):
    glue = Glue(lost=True, new={"PreviousRunId": "jr_other"})
    assert ask(glue, 1) == [["unknown"]]
    assert glue.starts == 1
