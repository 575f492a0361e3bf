"""Has the clients of table.json carry out plans, several at once, and remembers what was seen."""
import json
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from drivers import named_steps
from seen import Seen
from servers import wait_for

HERE = Path(__file__).parent
TABLE = json.loads((HERE / "table.json").read_text())
TRANSPORTS = ("stdio", "http")
RUNS_AT_ONCE = 8  # clients mostly wait
ONE_BY_ONE = {"confirm"}  # plans whose runs would get into each other's way
COMMANDS_AT_ONCE = 2  # but those of which every step is a process do not
WAITING_AT_ONCE = 12  # and those whose plan has a pause do nothing else


def abilities_of(module):
    """The functions a module of abilities defines, in its order."""
    return {name: value for name, value in vars(module).items()
            if callable(value) and getattr(value, "__module__", "") == module.__name__}


def cells(group, module, only):
    """The parameters of a test for each cell of a group: row, transport, ability, and the limit that keeps this client from
    it, or None. `only` names abilities that concern one transport."""
    found = []
    for row in TABLE:
        limits = row["cannot"].get(group, {})
        for transport in row.get("transports", TRANSPORTS):
            for ability in abilities_of(module):
                if only.get(ability, transport) == transport:
                    limit = limits.get(ability)
                    limit = limit.get(transport) if isinstance(limit, dict) else limit
                    name = f"{row['client']}-{row['mode'].replace(' ', '_')}-{transport}-{ability}"
                    found.append(pytest.param(row, transport, ability, limit, id=name))
    return found


def unknown_limits(group, module):
    """Limits in the table that are about no ability."""
    return [(row["client"], row["mode"], name) for row in TABLE for name in row["cannot"].get(group, {})
            if name not in abilities_of(module)]


def filled_in(value, names):
    """Plans with real names in place of those in capitals."""
    text = json.dumps(value)
    for name, real in names.items():
        text = text.replace(f'"{name}"', json.dumps(real))
    return json.loads(text)


def judge(ability, seen, limit):
    """What a client cannot do is tried as well: a limit that is gone makes the table wrong."""
    if limit is None:
        ability(seen)
        return
    with pytest.raises(AssertionError):
        ability(seen)


def waits(plan):
    return any({"pause_ms", "hold"} & set(step) for step in plan)


def by_itself(function, *arguments):
    """A future that has happened."""
    future = Future()
    try:
        future.set_result(function(*arguments))
    except Exception as error:  # whoever looks at the future gets it
        future.set_exception(error)
    return future


class Bench:
    """One run per row, transport and plan, however many tests look at it.

    `serve(transport, folder, plan name)` is a context manager that gives a Server. `plan_of` says which plan shows an
    ability ("main" unless named). `by_hand` holds what carries out a plan that needs something done meanwhile: a function
    of (drivers, client, order, server, patience in seconds) that gives the report and what it saw; `alone` names those of
    them that bear no other run beside them. `slower` names, for a plan that a slow machine is too late for from its first
    step on, one with more time.
    """

    def __init__(self, drivers, folders, serve, plans, plan_of, by_hand=None, alone=(), slower=None):
        self.alone, self.slower = alone, slower or {}
        self.drivers, self.folders, self.serve = drivers, folders, serve
        self.plans, self.plan_of, self.by_hand = plans, plan_of, by_hand or {}
        self.pool, self.patient, self.runs = ThreadPoolExecutor(RUNS_AT_ONCE), ThreadPoolExecutor(WAITING_AT_ONCE), {}
        self.commands, self.one = BoundedSemaphore(COMMANDS_AT_ONCE), BoundedSemaphore(1)

    def _patience_s(self, row, transport, name):
        """How long what is to be seen in a run is waited for: not long where the table says that this client cannot do it."""
        limits = [limit for group in row["cannot"].values() for ability, limit in group.items() if self.plan_of.get(ability) == name]
        return 1 if any(not isinstance(limit, dict) or transport in limit for limit in limits) else 10

    def _run(self, row, transport, name):
        seen = self._run_once(row, transport, name)
        first = self.plans[name][0]["name"]
        if name in self.slower and "answer" not in seen.steps.get(first, {}):
            return self._run_once(row, transport, self.slower[name])
        return seen

    def _run_once(self, row, transport, name):
        plan = filled_in(self.plans[name], {"WORK_NOTES": f"Looked at by {row['client']}, {row['mode']}."})
        single = self.one if name in ONE_BY_ONE else nullcontext()
        turn = self.commands if row.get("commands") and not waits(plan) else nullcontext()
        patience_s = self._patience_s(row, transport, name)
        with single, turn, self.serve(transport, self.folders.mktemp("run"), name) as server:
            order = {**server.reach, "mode": row["mode"], "steps": plan}
            if name in self.by_hand:
                report, meanwhile = self.by_hand[name](self.drivers, row["client"], order, server, patience_s)
            else:
                report, meanwhile = self.drivers.run(row["client"], order), {}
            server.wait_for_end()
            # A client that has left may be noticed a moment later, and its cancel be written down as late. Over stdio it takes
            # its server with it.
            watched = name == "cancel" or (name == "leave" and transport != "stdio")
            gone = wait_for(lambda: server.calls("cancelled"), patience_s if watched else 0)
        return Seen(row, transport, name, report, named_steps(plan, report), server, gone, meanwhile)

    def begin(self, items):
        """Starts what these tests will look at; what must be alone waits for its turn."""
        for item in items:
            if getattr(item, "originalname", "") == "test_cell":
                row, transport, ability = (item.callspec.params[name] for name in ("row", "transport", "ability"))
                name = self.plan_of.get(ability, "main")
                key = row["client"], row["mode"], transport, name
                if key not in self.runs and name not in self.alone:
                    pool = self.patient if waits(self.plans[name]) or name in ONE_BY_ONE else self.pool
                    self.runs[key] = pool.submit(self._run, row, transport, name)

    def end(self):
        self.pool.shutdown(cancel_futures=True)
        self.patient.shutdown(cancel_futures=True)

    def look(self, row, transport, ability):
        name = self.plan_of.get(ability, "main")
        key = row["client"], row["mode"], transport, name
        if name in self.alone and key not in self.runs:
            self.pool.shutdown()  # it disturbs the others, and they would disturb it
            self.patient.shutdown()
            self.runs[key] = by_itself(self._run, row, transport, name)
        return self.runs[key].result()
