"""What the documents say of the program, its settings, its commands and each other is so."""
import json
import re
import subprocess
from configparser import ConfigParser

import pytest

from blocks import DOCUMENTS, GENERATED, ROOT, anchors_of, blocks_of, links_of, printed_after, prose_of
from refresh import MANUAL, with_generated_parts
from tables import all_settings, man_page

OURS = [path for path in DOCUMENTS if path.parent.parent.name != "tests"]
PAGES = [path for path in DOCUMENTS if path.parent.name == "docs"]
TOOL_PAGES = [path for path in DOCUMENTS if path.parent.parent.name == "docs"]


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="session")
def settings(lakewarden):
    """All the program has, by name."""
    return all_settings(lakewarden)


def flags_of(text):
    return set(re.findall(r"(?<![\w-])--([a-z][a-z-]+)", text))


def commands_of(text):
    """The lines that start lakewarden, with what continues them. What follows it on a line of npx is the Inspector's."""
    joined = re.sub(r"^npx .*", "", text.replace("\\\n", " "), flags=re.MULTILINE)
    return re.findall(r"(?:build/|/usr/local/bin/|^)lakewarden (?:http|stdio|tools|call|doctor|iam)[^|\n]*", joined, re.MULTILINE)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_flags_exist(settings, path):
    """Every flag in a command line, and every `--flag` in the prose, is a setting of the program or a word of ./dev."""
    text = path.read_text()
    used = {flag for block in blocks_of(text) for line in commands_of(block.text) for flag in flags_of(line)}
    prose = prose_of(text)
    used |= {flag for span in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose) if span.startswith("--") for flag in flags_of(span)}
    dev = {"list", "all", "help", "version"}
    not_ours = set(re.findall(r"--continuous-log-logGroup|--dt|--protocol-era|--method|--prompt-name|--prompt-args", prose))
    assert not {flag for flag in used - set(settings) - dev if not any(flag in other for other in not_ours)}


@pytest.mark.parametrize("path", [*DOCUMENTS, *sorted(ROOT.glob("examples/clients/*.json"))], ids=name_of)
def test_variables_exist(settings, path):
    """Every LAKEWARDEN_ variable is one; the one that shows a slip of the pen is wrong on purpose."""
    known = {"LAKEWARDEN_" + name.upper().replace("-", "_") for name in settings}
    found = set(re.findall(r"\bLAKEWARDEN_[A-Z_]*[A-Z]\b", path.read_text()))
    assert not found - known - {"LAKEWARDEN_CAL_TIMEOUT"}


def test_every_setting_is_explained(settings):
    """Each stands in docs/settings.md, and those of the server and of callers on a page of their own as well."""
    text = (ROOT / "docs" / "settings.md").read_text()
    assert not [name for name in settings if f"| `--{name}` |" not in text]
    explained = "".join(path.read_text() for path in PAGES if path.name != "settings.md")
    assert not [name for name, row in settings.items() if "http" in row["commands"] and f"--{name}" not in explained + text.split("<!-- end -->")[1]]


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if GENERATED.search(path.read_text())], ids=name_of)
def test_generated_parts_are_fresh(lakewarden, path):
    """tests/docs/refresh.py makes them so."""
    assert with_generated_parts(path.read_text(), lakewarden) == path.read_text()


def test_manual_is_fresh(lakewarden):
    assert man_page(lakewarden) == MANUAL.read_text()


def test_every_tool_has_a_page(lakewarden):
    """With what is generated for it, and an example that is run; and no page has no tool."""
    done = subprocess.run([lakewarden, "tools", "--json"], capture_output=True, text=True, check=True)
    names = [tool["name"] for tool in json.loads(done.stdout)["tools"]]
    assert names and [path.stem for path in TOOL_PAGES] == names
    for path in TOOL_PAGES:
        text = path.read_text()
        assert text.startswith(f"# {path.stem}\n") and f"<!-- generated: tool {path.stem} -->" in text
        assert any(f"lakewarden call {path.stem}" in shown.text for shown, _ in printed_after(blocks_of(text))), path.stem


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_json_is_json(path):
    for block in blocks_of(path.read_text()):
        if block.language == "json":
            json.loads(block.text)


def test_config_file_is_taken(lakewarden, tmp_path):
    """Each file of settings that a document shows; `tools` reads it, and asks nobody."""
    shown = [block.text for path in DOCUMENTS for block in blocks_of(path.read_text()) if "config" in block.words]
    assert shown
    for text in shown:
        (tmp_path / "config.json").write_text(text)
        subprocess.run([lakewarden, "tools", "--config", tmp_path / "config.json"], capture_output=True, check=True)


def test_client_settings_start_the_program(lakewarden):
    """The command that Claude Desktop's settings name answers over stdio."""
    entries = [entry for path in OURS for block in blocks_of(path.read_text()) if block.language == "json"
               for entry in json.loads(block.text).get("mcpServers", {}).values()]
    assert entries
    for entry in entries:
        assert entry["command"].endswith("/lakewarden")
        done = subprocess.run([lakewarden, *entry["args"]], input='{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n',
                              capture_output=True, text=True, check=True, timeout=20)
        assert json.loads(done.stdout) == {"jsonrpc": "2.0", "id": 1, "result": {}}


def test_unit_starts_the_program(settings):
    """The systemd unit names the program, and settings it has."""
    for path in PAGES:
        for block in blocks_of(path.read_text()):
            if block.language == "ini":
                unit = ConfigParser(strict=False, interpolation=None)
                unit.optionxform = str
                unit.read_string(block.text)
                program, command, *rest = unit["Service"]["ExecStart"].split()
                assert program.endswith("/lakewarden") and command == "http" and flags_of(" ".join(rest)) <= set(settings)
                return
    raise AssertionError("no unit is shown")


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path):
    for file, anchor in links_of(path.read_text()):
        target = path.parent / file if file else path
        assert target.exists(), file
        if anchor:
            assert anchor in anchors_of(target.read_text()), f"{file}#{anchor}"


def test_every_page_is_linked_from_the_front():
    linked = {(ROOT / file).resolve() for file, _ in links_of((ROOT / "README.md").read_text()) if file}
    assert not [name_of(path) for path in PAGES if path.resolve() not in linked]


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
    known = {name for names in re.findall(r"^  ((?:\w+ \| )*\w+)", help_text, re.MULTILINE) for name in names.split(" | ")}
    assert shown and shown <= known
