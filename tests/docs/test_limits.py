"""The table of limits in docs/protocol.md, against the constants that they come from."""
import re

from blocks import ROOT, rows_of

# Row of the table of limits -> what it says, and the constant of the engine that makes it so.
LIMITS = {
    "a message": {"1 MiB": "WEB_BODY_MAX"},
    "a refused body": {"8 MiB": "WEB_DRAIN_MAX"},
    "request line and headers": {"32 KiB": "CONNECTION_MEMORY"},
    "nesting": {"64": "JSON_DEPTH_CLIENT"},
    "an idle connection": {"75": "CONNECTION_IDLE_S"},
    "connections": {"4,096": "CONNECTION_LIMIT"},
    "what waits for a slow reader of a stream": {"16 MiB": "WEB_OUTBOX_MAX", "512 KiB": "WEB_LISTEN_OUTBOX_MAX"},
    "tasks": {"1,024": "TASKS_MAX", "64 of": "TASKS_OF_CALLER_MAX", "64 MiB": "TASKS_ANSWERS_MAX", "16 MiB": "TASKS_ANSWERS_OF_CALLER_MAX"},
    "questions of one round, or open at once in one call": {"16": "QUESTIONS_MAX", "16;": "OPEN_MAX", "256 KiB": "QUESTIONS_BYTES_MAX"},
    "a requestState": {"192 KiB": "STATE_BYTES_MAX"},
    "answers of all rounds of a request": {"64,": "ANSWERS_MAX", "128 KiB": "ANSWERS_BYTES_MAX"},
    "confirmations acted on within ten minutes": {"8,192": "SPENT_MAX", "2,048 of": "SPENT_OF_CALLER_MAX"},
    "an argument of a prompt": {"8 KiB": "ARGUMENT_MAX", "300": "PLAN_VALUE_MAX"},
    "a URI that is read": {"2 KiB": "RESOURCE_URI_MAX"},
    "values suggested": {"100": "VALUES_MAX"},
    "listeners (engine)": {"1,024": "LISTENERS_MAX", "256": "LISTENERS_OF_CALLER_MAX", "64 resources": "WATCHED_MAX",
                           "16,384": "WATCHED_ALL_MAX", "4 streams": "STREAMS_MAX"},
    "log messages (engine)": {"500": "NOTES_MAX", "16 KiB": "DATA_MAX"},
}
SETTINGS = {"sending a request", "calls at once", "calls that wait for a person, and tasks at work"}
WITH_A_CASE = {"a request's id"}  # in tests/wire
UNITS = {"KiB": 1024, "MiB": 1024 * 1024}


def constants():
    """Name -> text, of all that the engine and what is below it define."""
    sources = [path.read_text() for folder in ("base", "server", "tools/prompts") for path in sorted((ROOT / folder).glob("*.[ch]"))]
    return dict(re.findall(r"^#define (\w+) +([^/\n]*[^/\s])", "\n".join(sources), re.MULTILINE))


def value_of(name, known):
    """The number that the constant stands for."""
    expression = re.sub(r"\b[A-Z]\w+", lambda other: str(value_of(other.group(), known)), known[name])
    assert re.fullmatch(r"[\d ()*+-]+", expression), (name, expression)
    return eval(expression)


def test_limits():
    limits = dict(row[:2] for row in rows_of((ROOT / "docs" / "protocol.md").read_text(), "what"))
    assert set(limits) == {*LIMITS, *SETTINGS, *WITH_A_CASE}
    known = constants()
    for row, words in LIMITS.items():
        for phrase, name in words.items():
            assert phrase in limits[row], row
            number = re.match(r"[\d,]*", phrase).group().replace(",", "")
            unit = UNITS.get(phrase.rpartition(" ")[2], 1)
            assert int(number) * unit == value_of(name, known), (row, name)
