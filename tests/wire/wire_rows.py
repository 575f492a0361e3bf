"""The rules of the protocol as a table (rows/*.json), and what pins each of them."""
import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# Where a rule may come from.
SOURCE = re.compile(r"(2025-03-26|2025-06-18|2025-11-25|2026-07-28) [a-z/-]+(: .+)?"
                    r"|RFC \d{4} section \d+(\.\d+)*|JSON-RPC 2\.0 section \d+(\.\d+)?|SEP-\d+|own choice")


def all_rows():
    """Every row of the table."""
    for path in sorted((HERE / "rows").glob("*.json")):
        yield from json.loads(path.read_text())


def rows_of(case):
    """The ids that a case names."""
    return [case["row"]] if isinstance(case["row"], str) else case["row"]


def named_rows():
    """(file and name of a case, row id) for each row a case names; over sockets and as raw bytes."""
    for path in sorted([*(HERE / "cases").glob("*.json"), *(HERE / "raw").glob("*.json")]):
        for case in json.loads(path.read_text()):
            for row in rows_of(case):
                yield f"{path.parent.name}/{path.name}: {case['name']}", row


def is_test(reference):
    """Whether "path::function" leads to a test there is, in Python or C."""
    path, _, name = reference.partition("::")
    kind = r"def {}\(" if path.endswith(".py") else r"^static void {}\(void \*\*state\)"
    return (ROOT / path).is_file() and bool(re.search(kind.format(re.escape(name)), (ROOT / path).read_text(), re.M))
