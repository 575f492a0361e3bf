"""Suite docs: what the documents show works as printed."""
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from blocks import blocks_of, links_of

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DOCUMENTS = sorted(path for folder in (".", "docs", "examples/*") for path in ROOT.glob(f"{folder}/*.md"))
MARK = "=== block at line "


def runs(block):
    """The sandbox's start and every curl; not what installs, nor what needs an account of AWS."""
    return block.language == "sh" and re.search(r"^(curl|eval) ", block.text, re.MULTILINE)


@pytest.fixture(scope="module")
def printed(lakewarden, tmp_path_factory):
    """Runs the blocks of README.md in one shell, as printed; line of the block -> what it printed."""
    assert lakewarden
    state = tmp_path_factory.mktemp("state")
    script = "set -eu\n" + "".join(
        f"echo; echo '{MARK}{block.line}'\n{block.text}" for block in blocks_of(README.read_text()) if runs(block))
    environment = {**os.environ, "SANDBOX_STATE": str(state)}
    try:
        done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=environment, stdout=subprocess.PIPE,
                              text=True, check=False, timeout=120)
    finally:
        subprocess.run(["./dev", "sandbox", "down"], cwd=ROOT, env=environment, check=True,
                       stdout=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 0, done.stdout
    parts = re.split(rf"^{MARK}(\d+)\n", done.stdout, flags=re.MULTILINE)
    return dict(zip(map(int, parts[1::2]), parts[2::2]))


CURL_LINES = [block.line for block in blocks_of(README.read_text()) if runs(block) and "curl " in block.text]


def test_readme_has_curl_lines():
    assert len(CURL_LINES) >= 3


@pytest.mark.parametrize("line", CURL_LINES)
def test_curl_line_is_answered(printed, line):
    """One JSON-RPC result each, and no tool error in it."""
    block = next(block for block in blocks_of(README.read_text()) if block.line == line)
    answer = json.loads(printed[line])
    assert answer["id"] == int(re.search(r'"id": (\d+)', block.text).group(1))
    assert "result" in answer, answer
    assert not answer["result"].get("isError"), answer


def result_of(printed, word):
    """The result of the one README block that holds the word."""
    found = [json.loads(printed[block.line])["result"] for block in blocks_of(README.read_text())
             if block.line in CURL_LINES and word in block.text]
    assert len(found) == 1
    return found[0]


def test_readme_names_the_tools(printed):
    named = set(re.findall(r"^\| `(\w+)` \|", README.read_text(), re.MULTILINE))
    assert {tool["name"] for tool in result_of(printed, "tools/list")["tools"]} == named


def test_failure_is_explained(printed):
    answer = result_of(printed, '"get_glue_logs"')["structuredContent"]
    assert answer["state"]["failed"] and answer["diagnosis"]["evidence_ids"]


def test_dry_run_starts_nothing(printed):
    assert result_of(printed, '"dry_run"')["structuredContent"]["effect"] == "dry_run"


def test_client_settings_are_json():
    settings = [json.loads(block.text) for block in blocks_of(README.read_text()) if block.language == "json"]
    assert settings and all(entry["args"][0] == "stdio" for one in settings
                            for entry in one["mcpServers"].values())


def test_flags_exist(lakewarden):
    """Every flag README.md gives the program is one the program knows."""
    done = subprocess.run([lakewarden, "http", "--help"], capture_output=True, text=True, check=True)
    text = "".join(block.text for block in blocks_of(README.read_text())
                   if re.search(r"\blakewarden (http|stdio)|mcpServers", block.text))
    flags = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    assert flags and not {flag for flag in flags if flag not in done.stdout}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    missing = [link for link in links_of(path.read_text()) if not (path.parent / link).exists()]
    assert not missing


def test_suites_are_documented():
    """CONTRIBUTING.md names every suite."""
    listed = subprocess.run(["./dev", "test", "--list"], cwd=ROOT, capture_output=True, text=True, check=True)
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert not [name for name in listed.stdout.split() if f"`{name}`" not in text]


def test_commands_are_documented():
    """Every ./dev command a document shows is one that ./dev knows."""
    help_text = subprocess.run(["./dev", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    shown = {match for path in DOCUMENTS
             for match in re.findall(r"(?:^|[`(])\./dev (\w+)", path.read_text(), re.MULTILINE)}
    known = set(re.findall(r"^  (\w+)", help_text, re.MULTILINE))
    assert shown and shown <= known
