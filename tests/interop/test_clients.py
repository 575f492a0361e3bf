"""Every client of table.json against the engine with tools a test can foretell (plans/engine.json)."""
import json
from contextlib import nullcontext

import abilities
import pytest
from bench import HERE, Bench, cells, judge, unknown_limits
from servers import over_http, over_stdio

ONLY = {"opens": "stdio", "survives_a_refused_scope": "http", "is_told_of_a_missing_token": "http"}
PLAN_OF = {"cancels": "cancel", "goes_on": "cancel", "survives_a_refused_scope": "scope",
           "is_told_of_a_missing_token": "no token", "leaves_in_mid_call": "leave"}


@pytest.fixture(scope="module")
def bench(request, drivers, fixture_server, place, key_file, tmp_path_factory):
    """Over HTTP every run has a server of its own, whose counts and log are about this run alone."""
    http = [fixture_server, "http", "0", key_file, place["issuer"], place["clients"]["reader"]["id"]]

    def serve(transport, folder, name):
        if transport == "http":
            return over_http(http, folder, None if name == "no token" else place["token_read"])
        return nullcontext(over_stdio([fixture_server, "stdio"], folder))

    bench = Bench(drivers, tmp_path_factory, serve, json.loads((HERE / "plans" / "engine.json").read_text()), PLAN_OF)
    bench.begin(item for item in request.session.items if item.path == request.path)
    yield bench
    bench.pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("row, transport, ability, limit", cells("engine", abilities, ONLY))
def test_cell(bench, row, transport, ability, limit):
    judge(getattr(abilities, ability), bench.look(row, transport, ability), limit)


def test_limits_are_of_abilities():
    assert unknown_limits("engine", abilities) == []
