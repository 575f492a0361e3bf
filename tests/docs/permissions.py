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
NOTHING = "arn:aws:iam::111122223333:role/none"  # a statement that has no resources unless they are named
NAMED = {"read": [], "write": [f"RuntimeRoles={NOTHING}"]}
SYMBOL = re.compile(r":(?:[0-9a-f]+)? +([A-Za-z]) (\w+)$")


@dataclass(frozen=True)
class Operation:
    """One row of aws/operations_*.c."""
    service: str
    name: str
    action: str
    writes: bool
    per_s: float
    sids: tuple

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
        full, action, does, per_s, sids = line.split()
        service, name = re.fullmatch(r"(\w+)_([A-Za-z0-9]+)", full).groups()
        one = Operation(service, name, action, does == "writes", float(per_s), tuple(sids.split(",")))
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
def operations_of_suggestions():
    """Those that are sent while somebody types, and to read a root-cause document; they share files with what writes."""
    used = reached_from("suggest", symbols_of(BUILD / "tools" / "libtools.a"))
    return {operations()[symbol] for symbol in used if symbol in operations() and not operations()[symbol].writes}


@cache
def operations_of_doctor():
    """Those that `lakewarden doctor` sends itself."""
    objects = symbols_of(*(BUILD / "lakewarden.p").glob("cli_*doctor*.o"))
    return {operations()[symbol] for _, used in objects.values() for symbol in used if symbol in operations()}


def policies(page):
    """name of a policy that the page spells out -> Sid -> its actions."""
    found = {}
    for block in blocks_of(page):
        name = next((word[4:] for word in block.words if word.startswith("iam=")), None)
        if name:
            found[name] = {one["Sid"]: one["Action"] for one in json.loads(block.text)["Statement"]}
    return found


@cache
def statements(role):
    """Sid -> the statement, of the policy that `lakewarden iam` prints with everything named that must be."""
    printed = subprocess.run([BUILD / "lakewarden", "iam", role, "account=111122223333", *NAMED[role]], capture_output=True, text=True,
                             check=True, timeout=30).stdout
    return {one["Sid"]: one for one in json.loads(printed)["Statement"]}


def statements_for(name, used, role):
    """The Sids of the role's policy that allow these operations. Only a replay reads a secret as the role that changes."""
    if role == "write" and not any(one.writes for one in used):
        return ""
    wanted = {sid for one in used for sid in one.sids if sid in statements(role)}
    wanted -= {"BrokerSecrets"} if name != "retry_kafka" else set()
    return ", ".join(f"`{sid}`" for sid in statements(role) if sid in wanted)


def permissions_table():
    """Which statements of the two policies a tool needs."""
    lines = ["| tool | looks with | changes with |", "|---|---|---|"]
    rows = {**operations_of_tools(), "doctor": operations_of_doctor(), "completion/complete": operations_of_suggestions()}
    lines += [f"| `{name}` | {statements_for(name, used, 'read')} | {statements_for(name, used, 'write')} |" for name, used in rows.items()]
    return "\n".join(lines) + "\n"


def statements_table():
    """Both policies, a row for each statement."""
    lines = ["| statement | policy | actions | resources |", "|---|---|---|---|"]
    for role in ("read", "write"):
        for sid, one in statements(role).items():
            actions = ", ".join(f"`{action}`" for action in one["Action"])
            resources = "to be named" if f"{sid}={NOTHING}" in NAMED[role] else ", ".join(f"`{arn}`" for arn in one["Resource"])
            if "Condition" in one:
                key, value = next(iter(next(iter(one["Condition"].values())).items()))
                resources += f"; `{key}` must be `{value}`"
            lines.append(f"| `{sid}` | {role} | {actions} | {resources} |")
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
