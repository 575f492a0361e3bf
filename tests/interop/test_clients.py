"""Every client of table.json against the engine with tools a test can foretell (plans/engine.json)."""
import json
import time
from contextlib import nullcontext

import abilities
import pytest
from bench import HERE, Bench, cells, judge, unknown_limits
from pool import good_until, short_lived, token_of
from servers import over_http, over_stdio, wait_for

ONLY = {"opens": "stdio", "survives_a_refused_scope": "http", "is_told_of_a_missing_token": "http",
        "is_told_of_an_expired_token": "http"}
PLAN_OF = {"cancels": "cancel", "goes_on": "cancel", "answers_a_question": "ask", "declines_a_question": "ask",
           "answers_two_questions": "ask", "survives_a_refused_scope": "scope",
           "is_told_of_a_missing_token": "no token",
           "is_told_of_an_expired_token": "expired", "leaves_in_mid_call": "leave"}
LASTS_S = {"expired": 20, "expired late": 90}  # how long the token of a plan is good


def wait_for_its_end(drivers, client, order, server, _patience_s):
    """Gives the word when a call has got through and the token is over, or the client has failed."""
    process = drivers.start(client, order)
    try:
        over_at = good_until(order["headers"])
        wait_for(lambda: server.calls() or process.poll() is not None or time.time() > over_at, 120)
        wait_for(lambda: time.time() > over_at or process.poll() is not None, 120)
        if process.poll() is None:
            drivers.tell(process, "go on")
    finally:
        report = drivers.finish(process)
    return report, {}


@pytest.fixture(scope="module")
def bench(request, drivers, fixture_server, place, key_file, tmp_path_factory):
    """Over HTTP every run has a server of its own, whose counts and log are about this run alone."""
    brief = {name: short_lived(place, lasts_s, lasts_s) for name, lasts_s in LASTS_S.items()}

    def serve(transport, folder, name):
        if transport == "http":
            client = brief.get(name) or place["clients"]["reader"]
            http = [fixture_server, "http", "0", key_file, place["issuer"], client["id"]]
            return over_http(http, folder, None if name == "no token" else token_of(place, client))
        return nullcontext(over_stdio([fixture_server, "stdio"], folder))

    bench = Bench(drivers, tmp_path_factory, serve, json.loads((HERE / "plans" / "engine.json").read_text()), PLAN_OF,
                  {name: wait_for_its_end for name in LASTS_S}, slower={"expired": "expired late"})
    bench.begin(item for item in request.session.items if item.path == request.path)
    yield bench
    bench.end()


@pytest.mark.parametrize("row, transport, ability, limit", cells("engine", abilities, ONLY))
def test_cell(bench, row, transport, ability, limit):
    judge(getattr(abilities, ability), bench.look(row, transport, ability), limit)


def test_limits_are_of_abilities():
    assert unknown_limits("engine", abilities) == []
