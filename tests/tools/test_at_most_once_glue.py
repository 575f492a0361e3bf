"""One failed run is started at most once, however many ask, and whatever the network does to the request that starts it."""
import json
import threading

import pytest

from ask import send

CALLERS = 20
ARGUMENTS = {"job_name": "load", "run_id": "jr_bad"}
FAILED = {"Id": "jr_bad", "JobName": "load", "JobRunState": "FAILED", "Attempt": 0, "StartedOn": 1795230000,
          "CompletedOn": 1795230600, "WorkerType": "G.1X", "NumberOfWorkers": 2, "ErrorMessage": "Rate exceeded"}
JOB = {"Name": "load", "Command": {"Name": "glueetl"}, "GlueVersion": "4.0", "MaxRetries": 0,
       "ExecutionProperty": {"MaxConcurrentRuns": 50}, "LastModifiedOn": 1794366000}


class Glue:
    """One job with room for many runs. `lost`: starts get no answer. `new`: what the list shows after a start."""

    def __init__(self, lost=False, new=None, cancelled=None):
        self.lost = lost
        self.cancelled = cancelled  # an event: a start is answered only once it is set
        self.asked = threading.Event()
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
            self.asked.set()
            assert not self.cancelled or self.cancelled.wait(10)
            return {"fault": "reset"} if self.lost else {"json": {"JobRunId": f"jr_new{self.starts - 1}"}}


@pytest.fixture
def ask(effects):
    return lambda glue, *rounds: effects(glue, "retry_glue_job", [ARGUMENTS], *rounds)


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


def test_a_start_whose_caller_cancelled_is_in_the_log(start):
    glue = Glue(new={"PreviousRunId": "jr_bad"}, cancelled=threading.Event())
    with start(glue) as process:
        send(process, {"id": 1, "method": "tools/call", "params": {"name": "retry_glue_job", "arguments": ARGUMENTS}})
        assert glue.asked.wait(20)
        send(process, {"method": "notifications/cancelled", "params": {"requestId": 1}}, {"id": 2, "method": "ping"})
        assert json.loads(process.stdout.readline())["id"] == 2  # what was sent before it has been acted on
        glue.cancelled.set()
        process.stdin.close()
        assert process.stdout.read() == ""
        lines = [json.loads(line) for line in process.stderr if '"event":"call"' in line]
    assert [(line["outcome"], line["effect"]) for line in lines] == [("cancelled", "created")]
    assert process.returncode == 0


def test_two_people_who_say_yes_to_the_same_start_it_once(start):
    glue = Glue(new={"PreviousRunId": "jr_bad"})
    with start(glue, writes="confirm") as process:
        send(process, {"id": "hello", "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}, "clientInfo": {"name": "two", "version": "1"}}},
             {"method": "notifications/initialized"})
        assert json.loads(process.stdout.readline())["id"] == "hello"
        send(process, *({"id": i, "method": "tools/call", "params": {"name": "retry_glue_job", "arguments": ARGUMENTS}} for i in range(2)))
        asked = [json.loads(process.stdout.readline()) for _ in range(2)]
        assert [question["method"] for question in asked] == ["elicitation/create"] * 2 and glue.starts == 0
        send(process, *({"id": question["id"], "result": {"action": "accept", "content": {"confirm": True}}} for question in asked))
        answers = [json.loads(process.stdout.readline())["result"]["structuredContent"] for _ in range(2)]
        process.stdin.close()
        assert process.wait(30) == 0
    assert sorted(answer["effect"] for answer in answers) == ["already_in_flight", "created"]
    assert glue.starts == 1
