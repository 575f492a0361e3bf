"""What a run came to, by the files of checks that the suite leaves, not by what it prints: that has a tick for scenarios that
gave up, and adds up what does not count."""
import json
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = re.compile(r"^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$")


@dataclass(frozen=True)
class Scenario:
    """One scenario and its checks; None where it left none."""
    name: str
    checks: list

    def succeeded(self):
        """The ids of checks that succeeded, sorted; as often as they did."""
        return sorted(check["id"] for check in self.checks or () if check["status"] == "SUCCESS")

    def faults(self):
        """Why it failed, a sentence each; none where it passed. A warning is a fault as well."""
        if self.checks is None:
            return ["it did not run"]
        if not self.checks:
            return ["it checked nothing"]
        return [f"{check['status']} {check['id']}: {check.get('errorMessage') or check['description']}"
                for check in self.checks if check["status"] in ("FAILURE", "WARNING")]

    def asserts_nothing(self):
        return not self.faults() and not self.succeeded()


def read(folder):
    """The checks by scenario that the suite has written below a folder."""
    found = {}
    for path in sorted(Path(folder).glob("*/checks.json")):
        match = FOLDER.match(path.parent.name)
        assert match, path
        found[match.group(1)] = json.loads(path.read_text(encoding="utf-8"))
    return found


def judge(names, checks):
    """A Scenario for each name, whether it ran or not."""
    return [Scenario(name, checks.get(name)) for name in names]


def summary(title, scenarios):
    """The one line of a run."""
    failed = sum(1 for scenario in scenarios if scenario.faults())
    silent = [scenario.name for scenario in scenarios if scenario.asserts_nothing()]
    remark = f" (nothing is asserted by {', '.join(silent)})" if silent else ""
    return f"{title}: {len(scenarios) - failed} passed, {failed} failed{remark}"
