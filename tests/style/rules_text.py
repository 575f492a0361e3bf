"""Rules for any text. Each takes a Source and yields (line, what is wrong)."""
import ast
import re

from sources import walk
from rules_c import functions

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 70

# Written in halves, so that this file obeys its own rules.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK|TB" r"D|lorem ip" r"sum)\b")
MACHINE_PATH = re.compile(r"(?<![\w.*?\])}])/(?:wo" r"rk|ro" r"ot|tm" r"p)/")
# Bytes as somebody else wrote them: logs, corpora, conversations.
INDENTED_BY_GO = re.compile(r"(\.go|/go\.mod)$")  # gofmt wants tabs
RECORDED = re.compile(r"\.log$|/corpus/|/cases/|^tests/tools/|tools/signatures/")
REGISTRY = re.compile(r"\b(?:py" r"pi\.org|pythonho" r"sted\.org|npm" r"js\.(?:org|com)|deb\.deb" r"ian\.org"
                      r"|snapshot\.deb" r"ian\.org|crat" r"es\.io|proxy\.gol" r"ang\.org)\b")
OF_A_TICKET = re.compile(r"rca-[0-9a-f]{12}\.md")  # a file that update_servicenow_ticket attaches
SKIP = re.compile(r"pytest\.mark\.sk" r"ip\b(?!if)|\bxf" r"ail\b|(?<![\w.])sk" r"ip\(\);")
SILENCED = re.compile(r"#\s*pragma\s+(?:GCC|clang)\s+diagnostic\s+ignored|__attribute__\s*\(\(\s*unused\s*\)\)"
                      r"|\bNOLINT|cppcheck-suppress|#\s*noqa|#\s*type:\s*ignore|pylint:\s*disable"
                      r"|shellcheck disable=|-Wno-")
# What follows such a mark and is no reason: the numbers and names of the warnings.
CODES = re.compile(r"^[:=]?\s*((?:[A-Z]+\d+|[a-z]+(?:-[a-z]+)+)\b,?\s*)*")


def each_match(source, pattern, complaint):
    """One finding for every line the pattern occurs in."""
    for number, line in enumerate(source.lines, 1):
        match = pattern.search(line)
        if match:
            yield number, complaint + match.group().strip()


def nothing_is_left_unfinished(source):
    """What is not built is not there; no note says that it will be."""
    return each_match(source, UNFINISHED, "unfinished: ")


def no_machine_paths(source):
    """A path of somebody's machine means nothing on another."""
    if RECORDED.search(source.name):
        return []
    return each_match(source, MACHINE_PATH, "a path of one machine: ")


def no_registry_hosts(source):
    """Where packages come from is the machine's configuration."""
    return each_match(source, REGISTRY, "a registry's host: ")


def tests_are_not_skipped(source):
    """A test is there and runs, or it is not there. `skipif` names its platform."""
    return each_match(source, SKIP, "a skipped test: ")


def silenced_warnings_say_why(source):
    """The reason, two words at least, stands on the same line or in a C comment on the line above."""
    if source.name.startswith("tests/style/rules_"):
        return
    for number, line in enumerate(source.lines, 1):
        match = SILENCED.search(line)
        if not match:
            continue
        above = source.lines[number - 2].strip() if number > 1 else ""
        if source.name.endswith((".c", ".h")):
            explained = re.search(r"(/\*|//)\s*\w+ \w+", line[match.end():]) or above.endswith("*/")
        else:
            explained = re.search(r"\w+ \w+", CODES.sub("", line[match.end():]))
        if not explained:
            yield number, f"{match.group()} without a reason"


def documents_that_are_named_exist(source):
    """A reader can follow every mention of a document."""
    known = {path.rsplit("/", 1)[-1] for path in walk()}
    for number, line in enumerate(source.lines, 1):
        for name in re.findall(r"(?<![\w*])([\w-]+\.md)\b", line):
            if name not in known and not OF_A_TICKET.fullmatch(name):
                yield number, f"names {name}, which is not in the project"


def text_is_tidy(source):
    """No tabs, no blanks at the end of a line, one newline at the end of the file."""
    if RECORDED.search(source.name):
        return
    for number, line in enumerate(source.lines, 1):
        if line != line.rstrip():
            yield number, "blanks at the end"
        if "\t" in line and not INDENTED_BY_GO.search(source.name):
            yield number, "a tab"
    if source.text and (not source.text.endswith("\n") or source.text.endswith("\n\n")):
        yield len(source.lines), "does not end with one newline"


def files_are_short(source):
    """Who opens a file wants to understand it without the others."""
    if source.name.endswith((".c", ".h", ".py", ".sh")) and len(source.lines) - 1 > MAX_FILE_LINES:
        yield MAX_FILE_LINES + 1, f"{len(source.lines) - 1} lines, at most {MAX_FILE_LINES}"


def functions_are_short(source):
    """A function that does not fit a screen does more than one thing."""
    for name, first, last in functions_of(source):
        if last - first + 1 > MAX_FUNCTION_LINES:
            yield first, f"{name} has {last - first + 1} lines, at most {MAX_FUNCTION_LINES}"


def functions_of(source):
    """Yields (name, first line, last line) for C, Python and shell."""
    if source.name.endswith((".c", ".h")):
        yield from functions(source)
    elif source.name.endswith(".py"):
        for node in ast.walk(ast.parse(source.text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.name, node.lineno, node.end_lineno
    else:
        yield from shell_functions(source)


def shell_functions(source):
    """Functions written as `name() {` up to a `}` at the start of a line."""
    first = None
    for number, line in enumerate(source.lines, 1):
        match = re.match(r"(\w+)\(\) *\{", line)
        if match:
            name, first = match.group(1), number
        elif line == "}" and first:
            yield name, first, number
            first = None


def python_compiles(source):
    """A file that no test imports is still Python."""
    if source.name.endswith(".py"):
        try:
            compile(source.text, source.name, "exec")
        except SyntaxError as error:
            yield error.lineno or 1, f"does not compile: {error.msg}"
