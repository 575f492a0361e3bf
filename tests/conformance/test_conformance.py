"""Every scenario that counts ran, checked what it is known to check, and found no fault; and the fixture was really asked."""
import json
from pathlib import Path

import pytest
from runs import PRODUCT

HERE = Path(__file__).resolve().parent
CHECKS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (HERE / "checks").glob("*.json")}
CALLS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (HERE / "calls").glob("*.json")}
SEEN = json.loads((HERE / "seen.json").read_text(encoding="utf-8"))

# How many scenarios each run has to have: the package's own lists, which must not shrink unnoticed.
COUNTS = {"requirements 2026-07-28": 37, "requirements 2025-11-25": 30, "suite all 2026-07-28": 40, "suite all 2025-11-25": 33,
          "suite all 2025-06-18": 27, "suite all 2025-03-26": 1, "extension tasks": 10, "product 2026-07-28": 9,
          "product 2025-11-25": 8, "product 2025-06-18": 6, "product 2025-03-26": 1}


def is_part(wanted, found):
    """Objects may have more members; all else is equal."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(is_part(value, found.get(name)) for name, value in wanted.items())
    return wanted == found


def test_scenario(scenario_of_run, carried_out):
    run, name = scenario_of_run
    scenario = next(one for one in carried_out(run.title).scenarios if one.name == name)
    assert scenario.faults() == []
    assert scenario.succeeded() == CHECKS[run.wire][name]
    for check in scenario.checks:
        assert is_part(SEEN[run.server].get(check["id"], {}), check.get("details", {})), check


@pytest.mark.parametrize("title", COUNTS)
def test_server_ended_well(title, carried_out):
    assert carried_out(title).broken == ""


def test_runs_are_complete(plan):
    assert {run.title: len(run.names) for run in plan} == COUNTS
    assert {name for run in plan if run.server == "product" for name in run.names} == PRODUCT


@pytest.mark.parametrize("title", [title for title in COUNTS if not title.startswith("product")])
def test_fixture_was_asked(title, carried_out):
    """The suite takes an error answer with text for an answer with text: what was called, and how it ended, the server tells."""
    assert carried_out(title).calls() == CALLS[title.replace(" ", "-")]
