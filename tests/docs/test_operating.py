"""docs/operating.md against the sources: events of the log, and permissions."""
import json
import os
import re
import subprocess
from pathlib import Path

from blocks import ROOT, blocks_of, rows_of

PAGE = (ROOT / "docs" / "operating.md").read_text()
CALL = re.compile(r"\blog_event\((.*?)\);", re.DOTALL)
RUNNER = Path(os.environ.get("LAKEWARDEN", "build/lakewarden")).parent / "tests/golden/request_runner"
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
    """Names of the members in a json_pack format of one flat object."""
    names = []
    at = 0
    for value in re.findall(r"s:([a-zA-Z]%?)", format_text):
        names.append(arguments[at].strip('"'))
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


def operations():
    """IAM action and "reads" or "writes", of every operation the program knows."""
    done = subprocess.run([RUNNER, "--list"], capture_output=True, text=True, check=True, timeout=30)
    return {tuple(line.split()[1:]) for line in done.stdout.splitlines()}


def policies():
    """The actions of each policy on the page."""
    found = []
    for block in blocks_of(PAGE):
        if "iam" in block.words:
            statements = json.loads(block.text)["Statement"]
            found.append({action for statement in statements for action in statement["Action"]})
    return found


def test_policies_name_what_is_asked():
    reads, writes = policies()
    assert writes == {action for action, does in operations() if does == "writes"}
    assert reads == {action for action, does in operations() if does == "reads"} - NOT_IN_POLICIES
    assert all(f"`{action}`" in PAGE for action in NOT_IN_POLICIES)


def test_quoted_reasons_exist():
    """What the table of troubles quotes from the program is in its sources."""
    sources = "".join(path.read_text() for folder in ("auth", "aws", "cli", "server", "tools")
                      for path in sorted((ROOT / folder).glob("*.c")))
    joined = re.sub(r'"\s*\n\s*"', "", sources)
    seen = [row[0] for row in rows_of(PAGE, "what you see")]
    reasons = [reason for row in seen for reason in re.findall(r"log: ([a-z_ ]+)", row)]
    assert len(reasons) >= 6
    assert not [reason for reason in reasons if reason.strip() not in joined]
