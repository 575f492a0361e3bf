"""One failed query becomes one new execution, however many ask, in one process or in another, and whatever is lost on the way."""
import threading
import time

import pytest

CALLERS = 12
SQL = "SELECT count(*) FROM sales.orders"


def execution(query_id, state, submitted):
    return {"QueryExecutionId": query_id, "Query": SQL, "StatementType": "DML", "WorkGroup": "analytics",
            "QueryExecutionContext": {"Database": "sales"}, "Statistics": {},
            "ResultConfiguration": {"OutputLocation": f"s3://acme-athena-results/{query_id}.csv"},
            "Status": {"State": state, "SubmissionDateTime": submitted, "StateChangeReason": "Rate exceeded"}}


class Athena:
    """Keeps to its tokens as Athena does. `shown`: whether its lists hold new executions; `lost`: how many starts get no answer."""

    def __init__(self, shown=True, lost=0, state="RUNNING", age=0):
        self.shown, self.lost, self.state, self.age = shown, lost, state, age
        self.made, self.starts, self.lock = {}, 0, threading.Lock()

    def start(self, token):
        self.starts += 1
        if token not in self.made:
            self.made[token] = execution(f"q-new{len(self.made)}", self.state, time.time() - self.age)
        if self.lost:
            self.lost -= 1
            return {"fault": "reset"}
        return {"json": {"QueryExecutionId": self.made[token]["QueryExecutionId"]}}

    def answer(self, request):
        with self.lock:
            all_of_them = [execution("q-1", "FAILED", 1795230000), *self.made.values()]
            if request.operation == "StartQueryExecution":
                return self.start(request.input["ClientRequestToken"])
            if request.operation == "GetQueryExecution":
                return {"json": {"QueryExecution": next(e for e in all_of_them if
                                                        e["QueryExecutionId"] == request.input["QueryExecutionId"])}}
            if request.operation == "GetWorkGroup":
                return {"json": {"WorkGroup": {"Name": "analytics", "State": "ENABLED", "Configuration": {}}}}
            listed = all_of_them if self.shown else all_of_them[:1]
            if request.operation == "ListQueryExecutions":
                return {"json": {"QueryExecutionIds": [e["QueryExecutionId"] for e in listed]}}
            return {"json": {"QueryExecutions": listed}}


@pytest.fixture
def ask(effects):
    return lambda athena, count: effects(athena, "retry_athena_query", [{"query_execution_id": "q-1"}], count)[0]


def test_many_at_once_start_it_once(ask):
    athena = Athena()
    assert ask(athena, CALLERS) == ["already_in_flight"] * (CALLERS - 1) + ["created"]
    assert athena.starts == 1


def test_an_execution_that_the_lists_do_not_show_is_remembered(ask):
    athena = Athena(shown=False)
    assert ask(athena, 2) == ["created", "refused"]
    assert athena.starts == 1


def test_a_lost_answer_is_asked_for_again_with_the_same_token(ask):
    athena = Athena(lost=1)
    assert ask(athena, 1) == ["created"]
    assert athena.starts == 2 and len(athena.made) == 1


@pytest.mark.parametrize("state, effect", [("RUNNING", "already_in_flight"), ("SUCCEEDED", "already_done"), ("FAILED", "refused")])
def test_another_process_meets_the_same_execution(ask, state, effect):
    """The second process knows nothing of the first, and the lists show nothing: the token alone prevents a second run."""
    athena = Athena(shown=False, state=state, age=3600)
    ask(athena, 1)
    assert ask(athena, 1) == [effect]
    assert len(athena.made) == 1
