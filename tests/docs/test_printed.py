"""Every command in a document is run as printed, and what it prints is what the document shows."""
import json
import re
import shlex

import pytest

from blocks import DOCUMENTS, ROOT, blocks_of, printed_after
from mask import masked
from shell import run_blocks

README = ROOT / "README.md"


def name_of(path):
    return path.relative_to(ROOT).as_posix()


RUNS = [path for path in DOCUMENTS if any(block.runs for block in blocks_of(path.read_text()))]
COMMANDS = [(path, block) for path in RUNS for block in blocks_of(path.read_text()) if block.runs]
SHOWN = [(path, *pair) for path in DOCUMENTS for pair in printed_after(blocks_of(path.read_text()))]
CURLS = [block for path, block in COMMANDS if path == README and "curl " in block.text]


@pytest.fixture(scope="session")
def outcomes(lakewarden, tmp_path_factory):
    """Runs a document, once; path -> (line -> Outcome)."""
    assert lakewarden
    done = {}

    def run(path):
        if path not in done:
            done[path] = run_blocks(path, tmp_path_factory.mktemp("state"))
        return done[path]

    return run


@pytest.mark.parametrize("path,block", COMMANDS, ids=lambda value: name_of(value) if hasattr(value, "parts") else value.line)
def test_command_ends_as_it_should(outcomes, path, block):
    outcome = outcomes(path).get(block.line)
    assert outcome, "the shell ended before it"
    assert outcome.status == block.exits, outcome.printed


@pytest.mark.parametrize("path,command,shown", SHOWN, ids=lambda value: name_of(value) if hasattr(value, "parts") else value.line)
def test_it_prints_what_is_shown(outcomes, path, command, shown):
    """If the program is right: tests/docs/refresh.py makes the document fresh."""
    assert command.runs
    printed = "\n".join(line.rstrip() for line in outcomes(path)[command.line].printed.splitlines())
    assert masked(printed) == masked(shown.text)


def test_documents_run_something():
    """A fence that is spelt differently must not end all this unseen."""
    assert {name_of(path) for path in RUNS} >= {"README.md", "docs/auth.md", "docs/operating.md", "docs/protocol.md",
                                                "docs/settings.md", "docs/tools.md", "examples/sandbox/README.md"}
    assert len(SHOWN) >= 15 and len(CURLS) >= 3


def test_blocks_say_what_they_are():
    """A command is run or says that it is not; nothing hides behind another word."""
    known = {"sh", "json", "text", "ini", "markdown"}
    words = re.compile(r"not-run|exits=\d+|printed|config|iam=[a-z]+|$")
    found = [(name_of(path), block.line) for path in DOCUMENTS for block in blocks_of(path.read_text())
             if block.language not in known or not all(words.fullmatch(word) for word in block.words)]
    assert not found


def test_only_what_cannot_run_is_not_run():
    """Blocks that are not run install something, need an account of AWS or somebody's client, or serve until they are stopped."""
    reason = re.compile(r"^aws |amazoncognito\.com|=\$\(aws |^(\./dev|lakewarden|claude|npx|docker|agent/bin/pip) |^\.venv/bin/", re.MULTILINE)
    assert not [(name_of(path), block.line) for path in DOCUMENTS for block in blocks_of(path.read_text())
                if block.language == "sh" and not block.runs and not reason.search(block.text)]


def answer_of(outcomes, block):
    return json.loads(outcomes(README)[block.line].printed)


@pytest.mark.parametrize("block", CURLS, ids=lambda block: str(block.line))
def test_curl_line_is_answered(outcomes, block):
    """One JSON-RPC result each, and no tool error in it."""
    answer = answer_of(outcomes, block)
    assert answer["id"] == int(re.search(r'"id": (\d+)', block.text).group(1))
    assert "result" in answer, answer
    assert not answer["result"].get("isError"), answer


def result_of(outcomes, word):
    """The result of the one curl line of README.md that holds the word."""
    (block,) = [block for block in CURLS if word in block.text]
    return answer_of(outcomes, block)["result"]


def test_readme_names_the_tools(outcomes):
    named = set(re.findall(r"^\| `(\w+)` \|", README.read_text(), re.MULTILINE))
    assert {tool["name"] for tool in result_of(outcomes, "tools/list")["tools"]} == named


def test_failure_is_explained(outcomes):
    answer = result_of(outcomes, '"get_glue_logs"')["structuredContent"]
    assert answer["state"]["failed"] and answer["diagnosis"]["evidence_ids"]


def test_dry_run_starts_nothing(outcomes):
    assert result_of(outcomes, '"dry_run"')["structuredContent"]["effect"] == "dry_run"


def test_words_of_a_command_are_whole():
    """No block leaves a quote open, which would swallow the one behind it."""
    for path, block in COMMANDS:
        assert shlex.split(block.text, comments=True), (path, block.line)
