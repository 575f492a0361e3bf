"""The verdict: what did not run, checked nothing, failed or warned is no pass, whatever the suite prints."""
import json

import pytest
import suite
import verdict

SUCCESS = {"id": "a", "status": "SUCCESS", "description": "does a"}
FAILURE = {"id": "b", "status": "FAILURE", "description": "does b", "errorMessage": "it did not"}
WARNING = {"id": "c", "status": "WARNING", "description": "should do c"}
SKIPPED = {"id": "d", "status": "SKIPPED", "description": "does d"}


@pytest.mark.parametrize("checks, faults", [
    (None, ["it did not run"]),
    ([], ["it checked nothing"]),
    ([SUCCESS], []),
    ([SKIPPED], []),
    ([SUCCESS, FAILURE], ["FAILURE b: it did not"]),
    ([SUCCESS, WARNING], ["WARNING c: should do c"]),
])
def test_faults(checks, faults):
    assert verdict.Scenario("x", checks).faults() == faults


def test_summary():
    scenarios = verdict.judge(["good", "bad", "silent", "absent"], {"good": [SUCCESS], "bad": [FAILURE], "silent": [SKIPPED]})
    assert verdict.summary("run", scenarios) == "run: 2 passed, 2 failed (nothing is asserted by silent)"


def test_read(tmp_path):
    folder = tmp_path / "server-tools-list-2026-01-02T03-04-05-678Z"
    folder.mkdir()
    (folder / "checks.json").write_text(json.dumps([SUCCESS]))
    assert verdict.read(tmp_path) == {"tools-list": [SUCCESS]}


def test_nobody_there_passes_nothing(tmp_path):
    """The suite itself ticks this scenario off where no server listens."""
    name = "input-required-result-validate-input"
    said = suite.conformance("server", "--url", "http://127.0.0.1:9/mcp", "--scenario", name, "-o", str(tmp_path))
    assert "0 failed" in said
    scenario, = verdict.judge([name], verdict.read(tmp_path))
    assert scenario.faults()
