"""Suite interop, part one: every client of table.json against the engine with tools a test can foretell.

Each client carries out plans/fixture.json once per transport; each cell of the table is a test over what was seen.
"""
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import abilities
import pytest
from abilities import Seen
from drivers import named_steps
from servers import over_http, over_stdio, wait_for

HERE = Path(__file__).parent
TABLE = json.loads((HERE / "table.json").read_text())
PLANS = json.loads((HERE / "plans" / "fixture.json").read_text())
TRANSPORTS = ("stdio", "http")
ONLY = {"opens": "stdio", "survives_a_refused_scope": "http", "is_told_of_a_missing_token": "http"}
PLAN_OF = {"cancels": "cancel", "goes_on": "cancel", "survives_a_refused_scope": "scope",
           "is_told_of_a_missing_token": "no token", "leaves_in_mid_call": "leave"}
RUNS_AT_ONCE = 4  # clients mostly wait


def cells():
    """A cell is "does" or {"cannot": why}, for both transports or {"stdio": ..., "http": ...}."""
    for row in TABLE:
        for transport in TRANSPORTS:
            for ability, cell in row["cells"].items():
                if ONLY.get(ability, transport) == transport:
                    cell = cell.get(transport, cell) if isinstance(cell, dict) else cell
                    name = f"{row['client']}-{row['mode'].replace(' ', '_')}-{transport}-{ability}"
                    yield pytest.param(row, transport, ability, cell, id=name)


class Bench:
    """Has clients carry out plans, and remembers what was seen."""

    def __init__(self, drivers, tmp_path_factory, serve, token):
        self.drivers, self.folders, self.serve, self.token = drivers, tmp_path_factory, serve, token
        self.pool, self.seen = ThreadPoolExecutor(RUNS_AT_ONCE), {}

    def _run(self, row, transport, name):
        plan, folder = PLANS[name], self.folders.mktemp("run")
        with self.serve(transport, folder, None if name == "no token" else self.token) as server:
            report = self.drivers.run(row["client"], {**server.reach, "mode": row["mode"], "steps": plan})
            # A client that has left may be noticed a moment later.
            gone = wait_for(lambda: server.calls("cancelled"), 1 if name == "leave" else 0)
        return Seen(row, transport, report, named_steps(plan, report), server, gone)

    def look(self, row, transport, ability):
        """One run each, however many tests look."""
        name = PLAN_OF.get(ability, "main")
        key = row["client"], row["mode"], transport, name
        if key not in self.seen:
            self.seen[key] = self.pool.submit(self._run, row, transport, name)
        return self.seen[key]


@pytest.fixture(scope="module")
def bench(request, drivers, fixture_server, place, key_file, tmp_path_factory):
    """Begins at once with what the chosen tests will look at."""
    http = [fixture_server, "http", "0", key_file, place["issuer"], place["clients"]["reader"]["id"]]

    def serve(transport, folder, token):
        if transport == "http":
            return over_http(http, folder, token)
        return nullcontext(over_stdio([fixture_server, "stdio"], folder))

    bench = Bench(drivers, tmp_path_factory, serve, place["token_read"])
    for item in request.session.items:
        if getattr(item, "originalname", "") == "test_cell":
            bench.look(*(item.callspec.params[name] for name in ("row", "transport", "ability")))
    yield bench
    bench.pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("row, transport, ability, cell", list(cells()))
def test_cell(bench, row, transport, ability, cell):
    """What a client cannot do is tried as well: a limit that is gone makes the table wrong."""
    seen = bench.look(row, transport, ability).result()
    judge = getattr(abilities, ability)
    if cell == "does":
        judge(seen)
        return
    assert cell["cannot"]
    with pytest.raises(AssertionError):
        judge(seen)


def test_table_is_whole():
    """Each row has a cell for each ability."""
    known = {name for name, value in vars(abilities).items() if callable(value) and value.__module__ == "abilities"}
    for row in TABLE:
        assert set(row["cells"]) == known - {"Seen"}, row["client"]
