"""Calls that go on as tasks (SEP-2663): how one is made, asked for, told, cancelled, and forgotten."""
import json
import re
import time
from datetime import datetime

import pytest

from wire_cases import META, modern
from wire_http import Connection, post, request
from wire_server import eventually
from wire_stream import NUMBERS, TASKS, Stream, calling, listening

ASKED = {**TASKS, "elicitation": {}}
BARE = ["_meta", "createdAt", "lastUpdatedAt", "pollIntervalMs", "resultType", "status", "taskId", "ttlMs"]
INFO = META + "serverInfo"


class Client:
    """One that knows tasks, over either transport."""

    def __init__(self, send, capabilities=None):
        self.send = send
        self.capabilities = capabilities or TASKS

    def ask(self, method, **params):
        message = {"jsonrpc": "2.0", "id": next(NUMBERS), "method": method, "params": params}
        params.setdefault("_meta", {META + "clientCapabilities": self.capabilities})
        answer = self.send(*modern(message))
        assert answer["id"] == message["id"]
        return answer

    def linger(self, **arguments):
        return self.ask("tools/call", name="linger", arguments=arguments)["result"]

    def get(self, task):
        return self.ask("tasks/get", taskId=task["taskId"])["result"]

    def until(self, task, *statuses):
        """The task once it has one of these."""
        assert eventually(lambda: self.get(task)["status"] in statuses), self.get(task)
        return self.get(task)

    def ended(self, task):
        return self.until(task, "completed", "failed", "cancelled")


def over_http(server, headers=None, capabilities=None):
    return Client(lambda message, own: post(server.address, message, {**own, **(headers or {})}).json(), capabilities)


@pytest.fixture(params=["stdio", "http"])
def clients(request, servers, start_child, start_server):
    """Makes clients, of a server that others use too unless it has variables of its own."""
    begun = []

    def make(capabilities=None, **env):
        if request.param == "stdio":
            child = start_child(**env)
            return Client(lambda message, _: child.ask(message), capabilities)
        if env:
            begun.append(start_server(**env))
        return over_http(begun[-1] if env else servers(), capabilities=capabilities)
    yield make
    for server in begun:
        assert server.stop() == 0, server.log[-5:]


def test_a_long_call_is_answered_with_a_task(clients):
    client = clients()
    begun = time.time()
    task = client.linger(ms=60000)
    made = time.time()
    assert sorted(task) == BARE and task["resultType"] == "task" and task["status"] == "working"
    assert re.fullmatch("[A-Za-z0-9_-]{22,}", task["taskId"])
    assert task["ttlMs"] == (3600 + 900) * 1000 and task["pollIntervalMs"] == 1000
    assert begun - 1 <= datetime.fromisoformat(task["createdAt"]).timestamp() <= made
    assert eventually(lambda: "statusMessage" in client.get(task))
    seen = client.get(task)
    assert sorted(seen) == sorted([*BARE, "statusMessage"]) and seen["resultType"] == "complete"
    assert seen["status"] == "working" and seen["statusMessage"] == "half way"
    assert all(seen[key] == task[key] for key in ("taskId", "createdAt", "ttlMs", "pollIntervalMs"))
    client.ask("tasks/cancel", taskId=task["taskId"])
    assert client.ended(task)["status"] == "cancelled"


def test_ids_are_not_guessed(clients):
    client = clients()
    ids = {client.linger()["taskId"] for _ in range(20)}
    assert len(ids) == 20 and len({task[:4] for task in ids}) > 15


def test_the_result_is_what_the_call_would_have_answered(clients):
    client = clients()
    plain = client.ask("tools/call", name="linger", _meta={})["result"]
    seen = client.ended(client.linger())
    assert seen["status"] == "completed" and sorted(seen) == sorted([*BARE, "result"])
    assert plain["structuredContent"] == {"detached": False}
    assert seen["result"] == {**plain, "structuredContent": {"detached": True}}
    assert seen["lastUpdatedAt"] >= seen["createdAt"]
    assert client.get(seen) == seen


def test_what_a_tool_could_not_do_is_a_result(clients):
    client = clients()
    seen = client.ended(client.linger(fails="tool"))
    assert seen["status"] == "completed" and seen["result"]["isError"] is True and "error" not in seen
    assert seen["result"]["content"][0]["text"] == "the upstream is on fire"


def test_what_breaks_the_protocol_is_an_error(clients):
    client = clients()
    seen = client.ended(client.linger(fails="protocol"))
    assert seen["status"] == "failed" and "result" not in seen
    assert seen["error"]["code"] == -32021 and seen["error"]["data"] == {"requiredCapabilities": {"roots": {}}}
    assert seen["statusMessage"] == seen["error"]["message"]


def test_cancelling(clients):
    client = clients()
    task = client.linger(ms=60000)
    for _ in range(2):
        ack = client.ask("tasks/cancel", taskId=task["taskId"])["result"]
        assert sorted(ack) == ["_meta", "resultType"] and ack["resultType"] == "complete"
    seen = client.ended(task)
    assert seen["status"] == "cancelled" and sorted(set(seen) - {"statusMessage"}) == BARE
    done = client.ended(client.linger())
    assert client.ask("tasks/cancel", taskId=done["taskId"])["result"]["resultType"] == "complete"
    assert client.get(done)["status"] == "completed"


def test_work_that_was_done_all_the_same_has_its_result(clients):
    client = clients()
    task = client.linger(ms=60000, stubborn=True)
    client.ask("tasks/cancel", taskId=task["taskId"])
    assert client.ended(task)["result"]["content"][0]["text"] == "lingered"


def test_questions(clients):
    """Both are open at once; one is answered, then the other; what does not fit or was not asked changes nothing."""
    client = clients(ASKED)
    task = client.linger(asks=True)
    assert sorted(task) == BARE
    seen = client.until(task, "input_required")
    name, colour = sorted(seen["inputRequests"], key=lambda key: "name" not in key)
    assert all(one["method"] == "elicitation/create" for one in seen["inputRequests"].values())
    assert list(seen["inputRequests"][name]["params"]["requestedSchema"]["properties"]) == ["name"]

    def update(**answers):
        ack = client.ask("tasks/update", taskId=task["taskId"], inputResponses=answers)["result"]
        assert sorted(ack) == ["_meta", "resultType"]
    for answers in ({}, {"nobody": {"action": "accept"}}, {name: {"action": "perhaps"}}, {name: None}, {name: 7},
                    {name: {"action": "accept", "content": {"name": 5}}}):
        update(**answers)
        assert client.get(task)["inputRequests"] == seen["inputRequests"], answers
    update(**{colour: {"action": "accept", "content": {"colour": "blue"}}})
    seen = client.get(task)
    assert seen["status"] == "input_required" and list(seen["inputRequests"]) == [name]
    update(**{name: {"action": "accept", "content": {"name": "Ada"}}, colour: {"action": "accept", "content": {"colour": "red"}}})
    assert client.ended(task)["result"]["content"][0]["text"] == "Ada likes blue"
    update(**{name: {"action": "decline"}})
    assert client.get(task)["status"] == "completed"


def test_a_task_that_waits_for_an_answer_can_be_cancelled(clients):
    client = clients(ASKED)
    task = client.linger(asks=True)
    client.until(task, "input_required")
    client.ask("tasks/cancel", taskId=task["taskId"])
    seen = client.ended(task)
    assert seen["status"] == "cancelled" and "inputRequests" not in seen


def test_a_task_asks_for_nothing_that_was_not_declared(clients):
    client = clients(TASKS)
    assert client.ended(client.linger(asks=True))["result"]["isError"] is True


def test_a_task_lives_as_long_as_it_says_and_no_longer(clients):
    client = clients(FIXTURE_TASK_TIMEOUT_MS="600", FIXTURE_TASK_KEPT_MS="600")
    begun = time.monotonic()
    task = client.linger()
    made = time.monotonic()
    assert task["ttlMs"] == 1200
    ended = None
    while ended is None:
        asked = time.monotonic()
        answer = client.ask("tasks/get", taskId=task["taskId"])
        if "error" in answer:
            ended = time.monotonic()
        else:
            assert asked < made + 1.2 + 1, "it is still there"
    assert answer["error"]["code"] == -32602 and ended - begun >= 1.2
    assert client.ask("tasks/cancel", taskId=task["taskId"])["error"]["code"] == -32602


def test_a_task_has_a_deadline_of_its_own(clients):
    client = clients(FIXTURE_CALL_TIMEOUT_MS="1000", FIXTURE_TASK_TIMEOUT_MS="4000", FIXTURE_TASK_KEPT_MS="60000")
    assert client.ended(client.linger(ms=1200))["result"]["isError"] is False
    late = client.ended(client.linger(ms=60000))
    assert late["status"] == "completed" and "time allowed" in late["result"]["content"][0]["text"]


def test_tasks_leave_workers_for_others(clients):
    """A quarter of the workers are behind tasks of one caller; its next call waits for its answer as if there were none."""
    client = clients(FIXTURE_MAX_CALLS="8")
    tasks = [client.linger(ms=60000) for _ in range(2)]
    assert [task["resultType"] for task in tasks] == ["task", "task"]
    assert client.linger()["structuredContent"] == {"detached": False}
    client.ask("tasks/cancel", taskId=tasks[0]["taskId"])
    client.ended(tasks[0])
    assert client.linger()["resultType"] == "task"


def test_one_caller_has_so_many_tasks_and_no_more(clients):
    client = clients(FIXTURE_MAX_CALLS="256")
    for _ in range(64):
        client.ended(client.linger())
    assert client.linger()["structuredContent"] == {"detached": False}


def test_a_task_is_its_owners(start_server, tokens):
    server = start_server("protected")
    one, other = (over_http(server, {"Authorization": "Bearer " + tokens[name]}) for name in ("read", "other_reader"))
    task = one.linger(ms=60000)
    unknown = other.ask("tasks/get", taskId="nothing")["error"]
    for method, more in (("tasks/get", {}), ("tasks/update", {"inputResponses": {}}), ("tasks/cancel", {})):
        assert other.ask(method, taskId=task["taskId"], **more)["error"] == unknown
    assert one.get(task)["status"] == "working"
    assert server.stop() == 0


def heard(nexts, *statuses):
    """What is told of a task until it has one of these."""
    while True:
        note = nexts()
        assert note["method"] == "notifications/tasks" and note["params"]["_meta"] == {META + "subscriptionId": "tasks"}
        if note["params"]["status"] in statuses:
            return note["params"]


def same_task(told, got):
    """Whether a note tells what tasks/get does, but for what belongs to the one or the other."""
    return {**told, "_meta": 0} == {key: value for key, value in {**got, "_meta": 0}.items() if key != "resultType"}


def test_a_client_hears_of_its_tasks(servers):
    client = over_http(servers("watched"), capabilities=ASKED)
    task = client.linger(asks=True)
    client.until(task, "input_required")
    message, own = listening("tasks", {"taskIds": [task["taskId"], "nothing"]}, clientCapabilities=ASKED)
    with Stream(servers("watched").address, message, own) as stream:
        assert stream.next()["params"]["notifications"] == {"taskIds": [task["taskId"]]}
        told = heard(stream.next, "input_required")
        assert same_task(told, client.get(task))
        answers = {key: {"action": "decline"} for key in told["inputRequests"]}
        client.ask("tasks/update", taskId=task["taskId"], inputResponses=answers)
        told = heard(stream.next, "completed")
        assert same_task(told, client.get(task)) and told["result"]["content"][0]["text"] == "somebody likes nothing"


def test_over_stdio_a_client_hears_of_its_tasks(start_child):
    child = start_child(FIXTURE_WATCHED="1")
    notes = []

    def ask(message, _=None):
        """The answer; what is told of tasks meanwhile is kept."""
        child.send(message)
        while "id" not in (got := child.next()):
            notes.append(got)
        return got
    client = Client(ask, ASKED)
    task = client.linger(asks=True)
    client.until(task, "input_required")
    child.send(listening("tasks", {"taskIds": [task["taskId"]]}, clientCapabilities=ASKED)[0])
    assert child.next()["params"]["notifications"] == {"taskIds": [task["taskId"]]}
    told = heard(child.next, "input_required")
    assert told["taskId"] == task["taskId"]
    client.ask("tasks/update", taskId=task["taskId"], inputResponses={key: {"action": "decline"} for key in told["inputRequests"]})
    told = heard(lambda: notes.pop(0) if notes else child.next(), "completed")
    assert same_task(told, client.get(task))


def test_nobody_hears_of_anothers_tasks(start_server, tokens):
    server = start_server("protected", FIXTURE_WATCHED="1")
    bearers = [{"Authorization": "Bearer " + tokens[name]} for name in ("read", "other_reader")]
    task = over_http(server, bearers[0]).linger(ms=60000)
    message, own = listening("tasks", {"taskIds": [task["taskId"]]}, clientCapabilities=TASKS)
    for bearer, ids in zip(bearers, ([task["taskId"]], [])):
        with Stream(server.address, message, {**own, **bearer}) as stream:
            assert stream.next()["params"]["notifications"] == {"taskIds": ids}
    assert server.stop() == 0


def test_who_hangs_up_cancels_nothing(servers):
    server = servers()
    client = over_http(server)
    with Connection(server.address) as connection:
        connection.send(request(server.address, *calling("linger", TASKS, ms=400)))
        task = connection.reply().json()["result"]
    assert client.ended(task)["status"] == "completed"


def test_the_requests_id_cancels_nothing_any_more(start_child):
    child = start_child()
    message, _ = calling("linger", TASKS, ms=400)
    task = child.ask(message)["result"]
    child.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": message["id"]}})
    assert Client(lambda sent, _: child.ask(sent)).ended(task)["status"] == "completed"


def test_nothing_is_told_on_the_request(servers):
    """The answer is plain JSON, and progress goes into the task."""
    message, headers = calling("linger", TASKS, ms=300)
    message["params"]["_meta"]["progressToken"] = "t"
    answer = post(servers().address, message, headers)
    assert answer.media_type == "application/json" and answer.json()["result"]["resultType"] == "task"


@pytest.mark.parametrize("asks", [False, True])
def test_the_end_of_the_server_does_not_wait_for_tasks(start_server, asks):
    server = start_server(FIXTURE_DRAIN_MS="60000")
    client = over_http(server, capabilities=ASKED)
    task = client.linger(ms=60000, asks=asks)
    client.until(task, "input_required" if asks else "working")
    begun = time.monotonic()
    assert server.stop() == 0 and time.monotonic() - begun < 20


def test_the_end_of_input_does_not_wait_for_tasks(start_child):
    """The log says how long its call lasted: no longer than its client went on, and none of the time that calls have otherwise."""
    child = start_child()
    begun = time.monotonic()
    child.ask(calling("linger", TASKS, ms=60000)[0])
    child.end_input()
    client_ms = (time.monotonic() - begun) * 1000
    assert child.ended() == (0, [])
    child.stop()
    lasted, = [json.loads(line)["ms"] for line in child.log if '"tool":"linger"' in line]
    assert lasted < client_ms + 1400
