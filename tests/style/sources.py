"""The files of the project, and their text as the rules want to see it."""
import fnmatch
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED_FOLDERS = ["build", "build-*", "node_modules", "__pycache__", ".[!c]*", ".cache"]
PRODUCT_FOLDERS = ["base", "schema", "auth", "aws", "tools", "kafka", "server", "cli"]
SAMPLES = "tests/style/bad"


class Source:
    """One file: its path from the root, its text, and for C its code without comments and strings."""

    def __init__(self, path, name=None):
        self.path = Path(path)
        self.name = name or self.path.relative_to(ROOT).as_posix()
        self.text = self.path.read_text(encoding="utf-8", errors="replace")
        self._code = None

    @property
    def lines(self):
        return self.text.split("\n")

    @property
    def code(self):
        """C text with comments, strings and characters blanked, every line where it was."""
        if self._code is None:
            self._code = blank_c(self.text)
        return self._code

    @property
    def folder(self):
        return self.name.split("/", 1)[0]


def blank_c(text):
    """Blanks what is not code; the quotes stay, so an include keeps its place but loses its name."""
    token = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)

    def blank(match):
        found = match.group()
        if found[0] in "\"'":
            return found[0] + " " * (len(found) - 2) + found[0]
        return re.sub(r"[^\n]", " ", found)

    return token.sub(blank, text)


def line_of(text, offset):
    """The number, from 1, of the line an offset lies in."""
    return text.count("\n", 0, offset) + 1


def walk():
    """Paths from the root of every file that is the project's own, samples of bad style apart."""
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT).as_posix()
        folders[:] = sorted(
            name for name in folders
            if not any(fnmatch.fnmatch(name, skipped) for skipped in SKIPPED_FOLDERS)
            and f"{here}/{name}" != SAMPLES)
        for name in sorted(set(names) - {".git"}):  # a file in a further work tree
            yield name if here == "." else f"{here}/{name}"


def kind_of(path):
    """c, header, python, shell, or text; None for what no rule reads."""
    suffix = Path(path).suffix
    if suffix in (".c", ".h", ".py", ".sh"):
        return {".c": "c", ".h": "header", ".py": "python", ".sh": "shell"}[suffix]
    with open(ROOT / path, "rb") as file:
        start = file.read(4096)
    if b"\0" in start:
        return None
    return "shell" if re.match(rb"#!.*\b(ba)?sh\b", start) else "text"


def find(*kinds):
    """Every Source of these kinds; all readable ones when none is named."""
    for path in walk():
        kind = kind_of(path)
        if kind and (not kinds or kind in kinds):
            yield Source(ROOT / path)
