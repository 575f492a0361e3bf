"""What README.md names as a test is one."""
import json
import re
from pathlib import Path

import abilities
import abilities_product
import abilities_sign_in
import pytest
from bench import TABLE, abilities_of

ROOT = Path(__file__).resolve().parents[2]
TEXT = Path(__file__).with_name("README.md").read_text()
ROWS = [line.split(" | ") for line in TEXT.partition("where it is tested")[2].splitlines() if line.startswith("| ")][1:]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`([^`]+)`", row[-1])})
ABILITIES = {name for module in (abilities, abilities_product, abilities_sign_in) for name in abilities_of(module)}


def exists(name):
    if name.startswith("ability "):
        return name.removeprefix("ability ") in ABILITIES
    if "::" in name:
        path, _, function = name.partition("::")
        begin = "static void" if path.endswith(".c") else "def"
        return f"\n{begin} {function}(" in (ROOT / path).read_text()
    path, _, case = name.partition(": ")
    return case in [one["name"] for one in json.loads((ROOT / path).read_text())]


def test_every_row_names_a_test():
    assert len(ROWS) > 20 and all(re.search(r"`[^`]+`", row[-1]) for row in ROWS)


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_exists(name):
    assert exists(name)


def test_what_does_not_exist_is_noticed():
    assert not any(map(exists, ("ability flies", "tests/interop/test_readme.py::test_flies", "tests/wire/cases/http.json: flies")))


def test_every_client_is_listed():
    assert {row["client"] for row in TABLE} == set(re.findall(r"`([a-z0-9-]+)`", "".join(
        line.split(" | ")[0] for line in TEXT.partition("## Clients")[2].partition("## What")[0].splitlines())))
