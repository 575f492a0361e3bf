"""docs/tools.md and the tools' pages against the sources: the words that answers are made of."""
import re

from blocks import DOCUMENTS, ROOT, rows_of

PAGE = (ROOT / "docs" / "tools.md").read_text()
PAGES = [path.read_text() for path in DOCUMENTS if path.parent == ROOT / "docs" / "tools"]
SOURCES = "".join(path.read_text() for path in sorted((ROOT / "tools").rglob("*.c")))


def words_of(first, pages=(PAGE,)):
    """The words in the first column of the tables with that heading."""
    return {word for page in pages if f"\n| {first} |" in page for row in rows_of(page, first) for word in row[0].split(", ")}


def test_preconditions():
    """Those that are stated by name; update_servicenow_ticket makes `..._known` of the names of fields."""
    stated, words = set(re.findall(r'\bgate_hold\([^,]+, "(\w+)"', SOURCES)), words_of("precondition", PAGES)
    assert stated <= words and all(word.endswith("_known") for word in words - stated)


def test_effects():
    """All but that of a write that is not settled yet, which no answer has."""
    assert words_of("effect") == set(re.findall(r'\[EFFECT_(?!OPEN)\w+\] = \{"(\w+)"', SOURCES))


def test_blockers():
    assert words_of("blocker") == set(re.findall(r'\badvice_block\(&?\w+, "(\w+)"', SOURCES))


def test_verdicts():
    names = re.search(r"part_status_name\(enum.*?\n\}", SOURCES, re.DOTALL).group()
    assert words_of("verdict", PAGES) == set(re.findall(r'\] = "(\w+)"', names))


def test_members():
    """The common members are those that the documents of all tools allow, but for what only some have."""
    headers = "".join(path.read_text() for path in sorted((ROOT / "tools").rglob("*.h")))
    stated = re.search(r"\{(tool, schema_version.*?)\}", headers, re.DOTALL).group(1)
    assert words_of("member") == set(re.findall(r"\w+", stated))


def test_limits():
    """Numbers of the table of limits, with the constant each comes from."""
    constants = dict(re.findall(r"#define (\w+) (\d+)", "".join(
        path.read_text() for path in sorted((ROOT / "tools").rglob("*.h")))))
    limits = {row[0]: row[1].replace(",", "") for row in rows_of(PAGE, "what")}
    for row, names in {"a digest": ["DIGEST_MAX"], "one piece of evidence": ["EVIDENCE_TEXT_MAX", "DIGEST_EVIDENCE_MAX"],
                       "evidence in one answer": ["EVIDENCE_MAX"], "a cursor": ["CURSOR_TEXT_MAX"],
                       "log streams of one run": ["GLUE_STREAMS_MAX"],
                       "lines kept of one stream": ["LOG_LINES_MAX", "LOG_LINE_MAX"],
                       "alarms below a composite": ["ALARM_CHILDREN_MAX"],
                       "alarms read with history and datapoints": ["ALARM_DETAILS_MAX"],
                       "partitions asked about, and compared with": ["TARGETS_MAX", "PRIORS_MAX"]}.items():
        assert [name for name in names if not re.search(rf"\b{constants[name]}\b", limits[row])] == [], row
