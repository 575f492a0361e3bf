"""Each rule has a case or a test, and each case a rule."""
from collections import Counter

from wire_rows import SOURCE, all_rows, is_test, named_rows

ROWS = {row["id"]: row for row in all_rows()}


def test_there_are_rows():
    assert len(ROWS) > 200


def test_ids_are_unique():
    assert not [each for each, count in Counter(row["id"] for row in all_rows()).items() if count > 1]


def test_rows_say_what_and_where_from():
    for row in ROWS.values():
        assert set(row) - {"tests"} == {"id", "rule", "from"}, row
        assert row["rule"].endswith(".") and row["from"], row
        assert not (odd := [source for source in row["from"] if not SOURCE.fullmatch(source)]), f"{row['id']}: {odd}"


def test_every_case_pins_a_row():
    assert not (lost := [f"{case}: {row}" for case, row in named_rows() if row not in ROWS]), "no such row:\n" + "\n".join(lost)


def test_every_row_is_pinned():
    pinned = {row for _, row in named_rows()} | {each for each, row in ROWS.items() if row.get("tests")}
    assert not (loose := sorted(set(ROWS) - pinned)), "rows without a case:\n" + "\n".join(loose)


def test_the_tests_that_rows_name_exist():
    assert not (lost := [f"{each}: {test}" for each, row in ROWS.items() for test in row.get("tests", []) if not is_test(test)]), lost
