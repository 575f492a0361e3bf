"""The official JSON Schema test suite, draft 2020-12: every case that uses only the keywords we have."""
import json
import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from fetch import suite_dir
from keywords import left_out_because

RUNNER = Path(os.environ.get("LAKEWARDEN", "build/lakewarden")).parent / "tests/schema/run_suite"

# What ran when this was written. The suite is pinned, so fewer means that something is no longer tested.
CASES_AT_LEAST = 889
FILES_AT_LEAST = 36


@pytest.fixture(scope="module")
def groups():
    """(file, schema, what the validator made of it) for each group of the suite."""
    files = sorted(suite_dir().glob("*.json"))
    run = subprocess.run([RUNNER, *files], capture_output=True, text=True, check=True, timeout=120)
    results = [json.loads(line) for line in run.stdout.strip().split("\n")]
    sources = [(file.name, group) for file in files for group in json.loads(file.read_text(encoding="utf-8"))]
    assert len(results) == len(sources)
    assert [r["group"] for r in results] == [group["description"] for _, group in sources]
    return [(name, group["schema"], result) for (name, group), result in zip(sources, results)]


def test_no_case_fails(groups):
    failed = [f"{name}: {result['group']}: {case}"
              for name, _, result in groups for case in result.get("failed", [])]
    assert not failed


def test_exactly_the_groups_with_other_keywords_are_left_out(groups):
    for name, schema, result in groups:
        reasons = left_out_because(schema) if isinstance(schema, dict) else set()
        assert bool(reasons) == ("refused" in result), (name, result, reasons)


def test_enough_ran(groups, capsys):
    passed, left_out = Counter(), {}
    for name, schema, result in groups:
        if "refused" in result:
            left_out.setdefault(name, Counter()).update(left_out_because(schema))
        else:
            passed[name] += result["passed"]
    with capsys.disabled():
        print(f"\nJSON Schema suite: {passed.total()} cases of {len(passed)} files ran and passed; left out:")
        for name, reasons in sorted(left_out.items()):
            whole = "all" if name not in passed else "some"
            print(f"  {name} ({whole}): " + ", ".join(f"{n} x {reason}" for reason, n in reasons.most_common()))
    assert passed.total() >= CASES_AT_LEAST
    assert len(passed) >= FILES_AT_LEAST
