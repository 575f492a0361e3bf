"""Suite style: every rule over every file, and every rule over samples that break it."""
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import rules_c
import rules_text
from sources import ROOT, SAMPLES, Source, find

C_KINDS = ("c", "header")
CODE_KINDS = ("c", "header", "python", "shell")
RULES = {
    rules_c.includes_follow_the_layers: C_KINDS,
    rules_c.no_unsafe_functions: C_KINDS,
    rules_c.allocation_goes_through_own: C_KINDS,
    rules_c.json_is_parsed_in_one_place: C_KINDS,
    rules_c.lines_fit_a_screen: C_KINDS,
    rules_c.no_goto: C_KINDS,
    rules_c.no_struct_typedefs: C_KINDS,
    rules_c.public_functions_are_documented: ("header",),
    rules_text.files_are_short: CODE_KINDS,
    rules_text.functions_are_short: CODE_KINDS,
    rules_text.python_compiles: ("python",),
    rules_text.silenced_warnings_say_why: CODE_KINDS + ("text",),
    rules_text.tests_are_not_skipped: CODE_KINDS,
    rules_text.text_is_tidy: CODE_KINDS + ("text",),
    rules_text.nothing_is_left_unfinished: (),
    rules_text.no_machine_paths: (),
    rules_text.no_registry_hosts: (),
    rules_text.documents_that_are_named_exist: (),
}
# These two need samples of a length; see below.
BY_LENGTH = {"files_are_short", "functions_are_short"}


def findings(rule, sources):
    return [f"{source.name}:{line}: {what}" for source in sources for line, what in rule(source)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_project_keeps(rule):
    sources = list(find(*RULES[rule]))
    assert sources, "the rule looked at nothing"
    found = findings(rule, sources)
    assert not found, f"{rule.__doc__}\n" + "\n".join(found)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.__name__ not in BY_LENGTH],
                         ids=lambda rule: rule.__name__)
def test_rule_notices(rule):
    """A sample's path below its rule's folder is its name; its lines that say `bad` break the rule."""
    folder = ROOT / SAMPLES / rule.__name__
    samples = [Source(path, path.relative_to(folder).as_posix())
               for path in sorted(folder.rglob("*")) if path.is_file()]
    assert samples
    for sample in samples:
        wanted = [number for number, line in enumerate(sample.lines, 1) if "bad" in line]
        assert wanted, sample.name
        assert sorted({line for line, _ in rule(sample)}) == wanted, sample.name


LONG_FUNCTIONS = {
    "a.c": "int f(int a)\n{\n%s    return a;\n}\n" % ("    a++;\n" * 67),
    "a.py": "def f(a):\n" + "    a += 1\n" * 70,
    "a.sh": "f() {\n" + "    :\n" * 69 + "}\n",
}


@pytest.mark.parametrize("name", LONG_FUNCTIONS)
def test_long_function_is_noticed(tmp_path, name):
    text = LONG_FUNCTIONS[name]
    path = tmp_path / name
    path.write_text(text)
    assert [line for line, _ in rules_text.functions_are_short(Source(path, name))] == [1]
    lines = text.split("\n")
    path.write_text("\n".join(lines[:3] + lines[4:]))
    assert not list(rules_text.functions_are_short(Source(path, name)))


def test_long_file_is_noticed(tmp_path):
    path = tmp_path / "a.c"
    path.write_text("int a;\n" * 501)
    assert list(rules_text.files_are_short(Source(path, "a.c")))
    path.write_text("int a;\n" * 500)
    assert not list(rules_text.files_are_short(Source(path, "a.c")))


def compile_header(path):
    command = ["gcc", "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
               f"-I{ROOT}", f"-I{ROOT / 'build'}", "-fsyntax-only", "-x", "c", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", [source.name for source in find("header")])
def test_header_compiles_alone(name):
    done = compile_header(ROOT / name)
    assert done.returncode == 0, done.stderr


def test_incomplete_header_is_noticed(tmp_path):
    path = tmp_path / "a.h"
    path.write_text("void f(size_t n);\n")
    assert compile_header(path).returncode != 0


def check_shell(path):
    command = ["shellcheck", "--external-sources", "--source-path", str(ROOT), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.parametrize("name", [source.name for source in find("shell")])
def test_shell_is_clean(name):
    done = check_shell(ROOT / name)
    assert done.returncode == 0, done.stdout


def test_careless_shell_is_noticed(tmp_path):
    path = tmp_path / "a.sh"
    path.write_text("#!/bin/sh\nrm -rf $1/x\n")
    assert check_shell(path).returncode != 0


def test_tools_of_this_suite_are_there():
    assert all(shutil.which(tool) for tool in ("gcc", "shellcheck"))
    assert os.access(ROOT / "dev", os.X_OK) and os.access(ROOT / ".ci/run", os.X_OK)
    assert Path(__file__).parent.joinpath("bad").is_dir()
