"""Every client of table.json against lakewarden and the sandbox (plans/product.json)."""
import json
import shlex
from contextlib import contextmanager
from urllib.parse import urlsplit

import abilities_product
import pytest
from bench import HERE, Bench, cells, filled_in, judge, unknown_limits
from servers import Server, bearer, over_stdio, wait_for
from sockets import connections

ONLY = {"asks_before_a_write": "stdio"}  # over HTTP, and in every way, test_clients.py answers questions
PLAN_OF = {"cancels_a_slow_read": "cancel", "asks_before_a_write": "confirm"}
SLOW = {"service": "cloudwatch", "operation": "DescribeAlarmHistory", "kind": "delay", "delay": 8}


def cancel_while_slow(place):
    """Gives the word once AWS has the request, and watches the connection it waits on."""
    port = urlsplit(place["aws_endpoint"]).port

    def by_hand(drivers, client, order, server, patience_s):
        place.control("POST", "faults", SLOW)
        process = drivers.start(client, order)
        try:
            taken = wait_for(lambda: not place.control("GET", "faults") or process.poll() is not None, 60)
            pid = server.pid if taken and process.poll() is None else None
            waiting = wait_for(lambda: connections(pid, port), patience_s) if pid else set()
            if waiting:
                drivers.tell(process, "cancel")
            ended = waiting and wait_for(lambda: waiting - connections(pid, port), patience_s)
            if waiting:
                drivers.tell(process, "go on")
        finally:
            report = drivers.finish(process)
            place.control("DELETE", "faults")
        return report, {"waiting": waiting, "ended": ended}

    return by_hand


@pytest.fixture(scope="module")
def bench(request, drivers, place, tmp_path_factory):
    plans = filled_in(json.loads((HERE / "plans" / "product.json").read_text()),
                      {"JOB_NAME": place["job_name"], "ALARM_NAME": place["alarm_name"],
                       "TICKET_NUMBER": place["ticket_number"]})

    @contextmanager
    def serve(transport, folder, name):
        if transport == "stdio":
            writes = "--writes confirm" if name == "confirm" else "--writes allow"
            yield over_stdio(shlex.split(place["stdio_command"].replace("--writes allow", writes)), folder)
        else:
            yield Server({"url": place["mcp_url"], "headers": bearer(place["token_write"])}, place.log,
                         pid=place["pids"]["lakewarden"])

    bench = Bench(drivers, tmp_path_factory, serve, plans, PLAN_OF, {"cancel": cancel_while_slow(place)}, alone={"cancel"})
    bench.begin(item for item in request.session.items if item.path == request.path)
    yield bench
    bench.end()


@pytest.mark.parametrize("row, transport, ability, limit", cells("product", abilities_product, ONLY))
def test_cell(bench, row, transport, ability, limit):
    judge(getattr(abilities_product, ability), bench.look(row, transport, ability), limit)


def test_limits_are_of_abilities():
    assert unknown_limits("product", abilities_product) == []
