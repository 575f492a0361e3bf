"""docs/operating.md against the sources: events of the log, and permissions."""
import re

from blocks import ROOT, rows_of
from permissions import operations_of_doctor, operations_of_suggestions, operations_of_tools, policies, statements

PAGE = (ROOT / "docs" / "operating.md").read_text()
CALL = re.compile(r"\blog_event\((.*?)\);", re.DOTALL)
# These are how keys are got, and no part of the tools' policies; the text beside them says so.
NOT_IN_POLICIES = {"sts:GetCallerIdentity", "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sso:GetRoleCredentials"}


def split_arguments(text):
    """The arguments of a C call."""
    parts, depth, quoted, start = [], 0, False, 0
    for i, c in enumerate(text):
        if c == '"' and text[i - 1] != "\\":
            quoted = not quoted
        elif not quoted and c in "([{":
            depth += 1
        elif not quoted and c in ")]}":
            depth -= 1
        elif not quoted and depth == 0 and c == ",":
            parts.append(text[start:i].strip())
            start = i + 1
    return [*parts, text[start:].strip()]


def members_of(format_text, arguments):
    """Names of the members in a json_pack format of one flat object; of one that is chosen as it is logged, all it may be."""
    names = []
    at = 0
    for value in re.findall(r"s:([a-zA-Z]%?)", format_text):
        names.extend(re.findall(r'"(\w+)"', arguments[at]))
        at += 3 if value.endswith("%") else 2
    return names


def events_logged():
    """event -> its members, over all places that log it."""
    found = {}
    for folder in ("server", "cli"):
        for path in sorted((ROOT / folder).glob("*.c")):
            for call in CALL.findall(path.read_text()):
                _, event, *rest = split_arguments(call)
                members = found.setdefault(event.strip('"'), [])
                names = members_of(rest[0], rest[1:]) if rest and rest[0] != "NULL" else []
                members.extend(name for name in names if name not in members)
    return found


def test_every_event_is_documented():
    documented = {row[0]: [name for name in row[1].split(", ") if name] for row in rows_of(PAGE, "event")}
    assert documented == events_logged()


def test_policies_allow_what_is_asked():
    """Each operation that a tool, doctor or a suggestion sends is allowed by a statement, and each statement allows one that is
    sent."""
    used = set.union(operations_of_doctor(), operations_of_suggestions(), *operations_of_tools().values())
    named = {sid for one in used for sid in one.sids} - {"-"}
    assert named == {*statements("read"), *statements("write")}
    for one in used:
        allowed = {action for sid in one.sids for role in ("read", "write") for action in statements(role).get(sid, {}).get("Action", [])}
        assert (one.action in allowed) == (one.action not in NOT_IN_POLICIES), one
    assert all(f"`{action}`" in PAGE for action in NOT_IN_POLICIES)


def test_brokers_are_asked_for_kafka_only():
    """Those two policies are Kafka's own; the writing one holds all of the reading one, for a replay looks first."""
    looks, replays = ({action for actions in policies(PAGE)[name].values() for action in actions}
                      for name in ("brokers", "replays"))
    assert looks < replays and all(action.startswith("kafka-cluster:") for action in replays)


def test_quoted_words_exist():
    """What the table of troubles quotes from the program is in its sources, but for what was left out and filled in."""
    sources = "".join(path.read_text() for folder in ("auth", "aws", "base", "cli", "server", "tools")
                      for path in sorted((ROOT / folder).rglob("*.c")))
    joined = re.sub(r'"\s*\n\s*"', "", sources)
    table = PAGE.split("| what you see |")[1].split("\n\n")[0]
    spans = [span for row in table.splitlines()[2:] for span in re.findall("`([^`]+)`", row.split(" | ")[0])]
    quoted = [span for span in spans if " " in span]
    assert len(quoted) >= 25
    pieces = {piece.strip(" :,") for span in quoted for piece in re.split(r"\.\.\.|\d+|arn:|Address already", span)}
    assert not [piece for piece in pieces if " " in piece and piece not in joined]
