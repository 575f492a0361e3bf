"""docs/tools.md and the tools' pages against the sources: the words that answers are made of."""
import json
import re

from blocks import DOCUMENTS, ROOT, rows_of

PAGE = (ROOT / "docs" / "tools.md").read_text()
PAGES = [path.read_text() for path in DOCUMENTS if path.parent == ROOT / "docs" / "tools"]
SOURCES = "".join(path.read_text() for path in sorted((ROOT / "tools").rglob("*.c")))


def words_of(first, pages=(PAGE,)):
    """The words in the first column of the tables with that heading."""
    return {word for page in pages if f"\n| {first} |" in page for row in rows_of(page, first) for word in row[0].split(", ")}


def conditions_of(text):
    """The preconditions that a source states by name."""
    return set(re.findall(r'\bgate_hold\([^,]+, "(\w+)"', text))


def test_preconditions():
    """Each page of a tool that changes something lists those of its own parts; update_servicenow_ticket makes `..._known` of
    the names of fields."""
    writing = [path for path in (ROOT / "schema" / "tools").glob("*.json") if not json.loads(path.read_text())["annotations"]["readOnlyHint"]]
    assert len(writing) == 6
    for path in writing:
        source = ROOT / "tools" / f"{path.stem}.c"
        words = words_of("precondition", [(ROOT / "docs" / "tools" / f"{path.stem}.md").read_text()])
        own = conditions_of("".join(one.read_text() for one in [source, *folder_of(source).glob("*.c")]))
        assert own and own <= words, (path.stem, own - words)
    words = words_of("precondition", PAGES)
    assert all(word.endswith("_known") for word in words - conditions_of(SOURCES))


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


def folder_of(source):
    """Where the parts of a tool are."""
    return ROOT / "tools" / re.search(r'#include "tools/((?!logs)\w+)/', source.read_text()).group(1)


def test_where_answers_lead():
    """For each tool its row names the tools whose names its parts say, but for the one it is."""
    for tool, to in (row for row in rows_of(PAGE, "from")):
        folder = folder_of(ROOT / "tools" / f"{tool}.c")
        texts = [path.read_text() for path in folder.glob("*.c") if not path.stem.startswith("retry")]
        said = {name for text in texts for name in re.findall(r'"(\w+)"', text) if (ROOT / "schema" / "tools" / f"{name}.json").exists()}
        assert set(re.findall(r"\b(?:get|retry|verify|update)_\w+", to)) == said - {tool}, tool


def constants():
    """Each #define of a number, with the number that people read: mebibytes where it is shifted or multiplied."""
    text = "".join(path.read_text() for folder in ("tools", "aws") for path in sorted((ROOT / folder).rglob("*.h")))
    plain = dict(re.findall(r"#define (\w+) (\d+)\b(?! <<)", text))
    mega = dict(re.findall(r"#define (\w+) \(\(\w+\)(\d+) << 20\)", text))
    times = dict(re.findall(r"#define (\w+) \((?:\(size_t\))?(\d+) \* 1024\b", text))
    return {**plain, **mega, **times}


def test_limits():
    """Numbers of the table of limits, with the constants they come from."""
    known = constants()
    limits = {row[0]: row[1].replace(",", "") for row in rows_of(PAGE, "what")}
    named = {"a digest": ["DIGEST_MAX"], "one piece of evidence": ["EVIDENCE_TEXT_MAX", "DIGEST_EVIDENCE_MAX"],
             "evidence in one answer": ["EVIDENCE_MAX"], "links in one answer": ["LINKS_MAX"], "a cursor": ["CURSOR_TEXT_MAX"],
             "log streams of one run": ["GLUE_STREAMS_MAX", "EMR_STREAMS_MAX", "AIRFLOW_STREAMS_MAX"],
             "log objects of one EMR run": ["EMR_OBJECTS_MAX"],
             "bytes fetched of one log in S3, and what it may unpack to":
                 ["LOG_OBJECT_FETCH_MAX", "GUNZIP_RATIO_MAX", "LOG_OBJECT_TEXT_MAX"],
             "lines kept of one stream": ["LOG_LINES_MAX", "LOG_LINE_MAX"],
             "access logs read in one call": ["ACCESS_OBJECTS_MAX", "ACCESS_BYTES_MAX"],
             "task instances of one DAG run": ["TASKS_MAX"],
             "records and bytes of one replay": ["KAFKA_RECORDS_MAX", "REPLAY_BYTES_MAX"],
             "a root-cause document": ["RCA_MAX"], "alarms below a composite": ["ALARM_CHILDREN_MAX"],
             "alarms read with history and datapoints": ["ALARM_DETAILS_MAX"],
             "partitions asked about, and compared with": ["TARGETS_MAX", "PRIORS_MAX"]}
    assert set(limits) == {*named, "a call"}
    for row, names in named.items():
        assert [name for name in names if not re.search(rf"\b{known[name]}\b", limits[row])] == [], row


def test_ceilings_of_what_services_answer():
    """SECURITY.md names them, in the order of its paragraph."""
    known = constants()
    text = (ROOT / "SECURITY.md").read_text().split("## What services answer")[1].split("\n## ")[0]
    names = ["INVOKE_REPLY_MAX", "SERVICENOW_REPLY_MAX", "LOG_OBJECT_FETCH_MAX", "GUNZIP_RATIO_MAX", "LOG_OBJECT_TEXT_MAX"]
    assert re.findall(r"(\d+) (?:MiB|times)", text) == [known[name] for name in names]
