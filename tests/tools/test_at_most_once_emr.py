"""One failed step is added again at most once, however many ask, and whatever the network does to the request that adds it."""
import threading

import pytest

CALLERS = 20
WORK = {"Jar": "command-runner.jar", "Args": ["spark-submit", "load.py"]}
FAILED = {"Id": "s-BAD1", "Name": "load", "Config": WORK, "ActionOnFailure": "CONTINUE",
          "Status": {"State": "FAILED", "Timeline": {"CreationDateTime": 1795230000, "EndDateTime": 1795230600}}}


class Emr:
    """A cluster with one failed step. `lost`: what is added gets no answer. `shows`: whether the list tells of it."""

    def __init__(self, lost=False, shows=True):
        self.lost, self.shows, self.added, self.lock = lost, shows, [], threading.Lock()

    def steps(self):
        return [{**FAILED, "Id": f"s-NEW{i}", "Name": name,
                 "Status": {"State": "PENDING", "Timeline": {"CreationDateTime": 1795240000 + i}}}
                for i, name in reversed(list(enumerate(self.added)))]

    def answer(self, request):
        with self.lock:
            if request.operation == "DescribeCluster":
                return {"json": {"Cluster": {"Id": "j-LAKE1", "Status": {"State": "WAITING"}}}}
            if request.operation == "ListSteps":
                return {"json": {"Steps": (self.steps() if self.shows else []) + [FAILED]}}
            if request.operation == "DescribeStep":
                known = [s for s in [*self.steps(), FAILED] if s["Id"] == request.input["StepId"]]
                return {"json": {"Step": known[0]}} if known and (self.shows or known[0] is FAILED) else {
                    "status": 400, "json": {"__type": "InvalidRequestException", "message": "is not valid"}}
            self.added.append(request.input["Steps"][0]["Name"])
            return {"fault": "reset"} if self.lost else {"json": {"StepIds": [f"s-NEW{len(self.added) - 1}"]}}


@pytest.fixture
def ask(effects):
    return lambda emr, *rounds: effects(emr, "retry_emr", [{"cluster_id": "j-LAKE1", "step_id": "s-BAD1"}], *rounds)


def test_many_at_once_add_it_once(ask):
    emr = Emr()
    assert ask(emr, CALLERS) == [["already_in_flight"] * (CALLERS - 1) + ["created"]]
    assert len(emr.added) == 1


def test_a_lost_answer_is_made_good_by_the_mark(ask):
    emr = Emr(lost=True)
    assert ask(emr, 1, 2) == [["created"], ["already_in_flight"] * 2]
    assert len(emr.added) == 1


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "lost"])
def test_a_step_that_the_list_does_not_show_yet_is_not_added_again(ask, lost):
    emr = Emr(lost=lost, shows=False)
    assert ask(emr, 1, 2) == [["unknown" if lost else "created"], ["refused", "refused"]]
    assert len(emr.added) == 1
