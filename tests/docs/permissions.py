"""What AWS is asked for: by each tool, by doctor, and how often. The program's own parts say it: the runner of suite golden
lists the operations, and the symbols of the object files tell which tool is linked with which."""
import json
import os
import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from blocks import ROOT, blocks_of

BUILD = Path(os.environ.get("LAKEWARDEN") or ROOT / "build" / "lakewarden").resolve().parent
PAGE = ROOT / "docs" / "operating.md"
SYMBOL = re.compile(r":(?:[0-9a-f]+)? +([A-Za-z]) (\w+)$")


@dataclass(frozen=True)
class Operation:
    """One row of aws/operations_*.c."""
    service: str
    name: str
    action: str
    writes: bool
    per_s: float

    @property
    def symbol(self):
        """Its name in C. InvokeRestApi has two rows: reading and writing take the same permission of AWS."""
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", self.name).lower()
        return f"aws_{self.service}_{words}" + ("_write" if self.writes and self.name == "InvokeRestApi" else "")


@cache
def operations():
    """All that the program knows, by their symbols."""
    runner = BUILD / "tests" / "golden" / "request_runner"
    assert runner.exists(), f"{runner} is not there: ./dev test builds it"
    listed = subprocess.run([runner, "--list"], capture_output=True, text=True, check=True, timeout=30).stdout
    found = {}
    for line in listed.splitlines():
        full, action, does, per_s = line.split()
        service, name = re.fullmatch(r"(\w+)_([A-Za-z0-9]+)", full).groups()
        one = Operation(service, name, action, does == "writes", float(per_s))
        found[one.symbol] = one
    return found


def symbols_of(*files):
    """object file -> (what it defines, what it refers to)."""
    printed = subprocess.run(["nm", "-A", *files], capture_output=True, text=True, check=True, timeout=60).stdout
    found = defaultdict(lambda: (set(), set()))
    for line in printed.splitlines():
        match = SYMBOL.search(line)
        if match and match.group(1).isupper():
            found[line[:match.start()]][match.group(1) == "U"].add(match.group(2))
    return found


def reached_from(start, objects):
    """The symbols that code beginning there can refer to, object file by object file."""
    home = {symbol: name for name, (defined, _) in objects.items() for symbol in defined}
    todo, seen = [home[start]], set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [home[symbol] for symbol in objects[name][1] if symbol in home]
    return {symbol for name in seen for symbol in objects[name][1]}


@cache
def operations_of_tools():
    """tool -> its operations. A tool that only reads shares files with one that writes, and never sends what those send."""
    objects = symbols_of(BUILD / "tools" / "libtools.a")
    done = {}
    for path in sorted((ROOT / "schema" / "tools").glob("*.json")):
        used = {operations()[symbol] for symbol in reached_from(f"tool_{path.stem}", objects) if symbol in operations()}
        reads_only = json.loads(path.read_text())["annotations"]["readOnlyHint"]
        done[path.stem] = {one for one in used if not (one.writes and reads_only)}
    return done


@cache
def operations_of_doctor():
    """Those that `lakewarden doctor` sends itself."""
    objects = symbols_of(*(BUILD / "lakewarden.p").glob("cli_*doctor*.o"))
    return {operations()[symbol] for _, used in objects.values() for symbol in used if symbol in operations()}


def policies(page):
    """name of the policy -> Sid -> its actions."""
    found = {}
    for block in blocks_of(page):
        name = next((word[4:] for word in block.words if word.startswith("iam=")), None)
        if name:
            found[name] = {one["Sid"]: one["Action"] for one in json.loads(block.text)["Statement"]}
    return found


def statements_for(used, policy):
    """The Sids of a policy that hold one of these operations' actions."""
    actions = {one.action for one in used}
    return ", ".join(f"`{sid}`" for sid, allowed in policy.items() if actions & set(allowed))


def permissions_table(page):
    """Which statements of the page's policies a tool needs."""
    shown = policies(page)
    lines = ["| tool | looks with | changes with |", "|---|---|---|"]
    rows = {**operations_of_tools(), "doctor": operations_of_doctor()}
    for name, used in rows.items():
        reads = statements_for({one for one in used if not one.writes}, shown["reads"])
        writes = statements_for({one for one in used if one.writes}, shown["writes"])
        lines.append(f"| `{name}` | {reads} | {writes} |")
    return "\n".join(lines) + "\n"


def rates_table():
    """How often an operation is sent at most."""
    by_rate = defaultdict(list)
    for one in operations().values():
        if one.per_s:
            by_rate[one.per_s].append(f"`{one.action}`")
    lines = ["| a second | of each of these |", "|---|---|"]
    lines += [f"| {rate:g} | {', '.join(sorted(set(names)))} |" for rate, names in sorted(by_rate.items())]
    return "\n".join(lines) + "\n"
