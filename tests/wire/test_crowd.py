"""Everything at once: clients that call, ask, listen, become tasks, cancel and leave, while others do the same. What each is told
is pinned elsewhere; here nothing may be lost, mixed up or, under the sanitizers, raced for."""
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from wire_cases import META, modern
from wire_http import Connection, events, post, request
from wire_stream import NUMBERS, Session, calling, listening

ASKS = {"elicitation": {}}
TASKS = {"extensions": {"io.modelcontextprotocol/tasks": {}}, **ASKS}


def ask(server, method, **params):
    message, headers = modern({"jsonrpc": "2.0", "id": next(NUMBERS), "method": method,
                               "params": {"_meta": {META + "clientCapabilities": TASKS}, **params}})
    answer = post(server.address, message, headers).json()
    assert answer["id"] == message["id"]
    return answer


def read(server, dice):
    methods = [("tools/list", {}), ("prompts/list", {}), ("resources/list", {}), ("tools/call", {"name": "echo", "arguments": {"text": "x"}}),
               ("prompts/get", {"name": "fail"}), ("resources/read", {"uri": "nothing:"}),
               ("prompts/get", {"name": "greet", "arguments": {"name": "Ada"}})]
    method, params = dice.choice(methods)
    ask(server, method, **params)


def confirm(server, dice):
    asked = ask(server, "tools/call", name="confirm", arguments={})["result"]
    done = ask(server, "tools/call", name="confirm", arguments={}, requestState=asked["requestState"],
               inputResponses={"sure": {"action": "accept"}})["result"]
    assert done["resultType"] == "complete"


def be_asked(server, dice):
    session, number = Session(server.address, can=ASKS), next(NUMBERS)
    with Connection(server.address) as connection:
        connection.send(request(server.address, {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {
            "name": dice.choice(["ask", "ask_both"]), "arguments": {}}}, session.headers))
        if connection.head().media_type != "text/event-stream":
            return  # too many of this caller's calls wait already
        question = next(events(connection))
        post(server.address, dice.choice([{"id": question["id"], "result": {"action": "decline"}},
                                          {"id": question["id"], "result": 5},
                                          {"method": "notifications/cancelled", "params": {"requestId": number}}])
             | {"jsonrpc": "2.0"}, session.headers)


def work_as_a_task(server, dice):
    task = ask(server, "tools/call", name="linger", arguments={"ms": dice.randrange(30), "asks": dice.random() < 0.5})["result"]
    if task["resultType"] != "task":
        return
    seen = ask(server, "tasks/get", taskId=task["taskId"])["result"]
    for key in seen.get("inputRequests", {}):
        ask(server, "tasks/update", taskId=task["taskId"], inputResponses={key: {"action": "decline"}})
    ask(server, "tasks/cancel", taskId=task["taskId"])


def listen_and_leave(server, dice):
    with Connection(server.address) as connection:
        connection.send(request(server.address, *listening(next(NUMBERS), {"toolsListChanged": True})))
        assert connection.head().status == 200
        post(server.address, *calling("announce", list="tools"))


@pytest.mark.parametrize("seed", range(3))
def test_all_at_once(start_server, seed):
    server = start_server("watched", FIXTURE_ASK_TIMEOUT_MS="500")

    def live(number):
        dice = random.Random(seed * 1000 + number)
        for _ in range(30):
            dice.choice([read, read, confirm, be_asked, work_as_a_task, listen_and_leave])(server, dice)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(live, range(8)))
    assert server.stop() == 0, "".join(server.log[-40:])
