"""What a Markdown document is made of, as far as it can be tested: fenced blocks, links, headings, generated parts.

The fence of a block may say more than its language:

    ```sh               is run, in the order of the document, in one shell, and must end well
    ```sh exits=1       is run and must end with that status
    ```sh not-run       is not run: it needs an account of AWS, or installs something
    ```text printed     is what the block before it printed
"""
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(path for folder in (".", "docs", "docs/tools", "examples/*", "tests/*") for path in ROOT.glob(f"{folder}/*.md"))
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GENERATED = re.compile(r"(<!-- generated: ([^\n]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
ENDLESS = re.compile(r"\./dev (test|demo|bench|fuzz|lint|clean)\b|\.ci/run|-m pytest|refresh\.py")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


@dataclass
class Block:
    """One fenced block: its language, the other words of the fence, its text, and the line it starts at."""
    language: str
    words: list
    text: str
    line: int

    @property
    def runs(self):
        """Whether it is a command that a test carries out. One that runs the tests never is: they would never end."""
        return self.language == "sh" and "not-run" not in self.words and not ENDLESS.search(self.text)

    @property
    def exits(self):
        """The status it ends with."""
        return next((int(word[6:]) for word in self.words if word.startswith("exits=")), 0)


def blocks_of(text):
    """Every fenced block, in order."""
    found = []
    for match in FENCE.finditer(text):
        language, *words = match.group(1).split() or [""]
        found.append(Block(language, words, match.group(2), text.count("\n", 0, match.start()) + 1))
    return found


def printed_after(blocks):
    """Pairs of a command and the block that shows what it printed."""
    return [(blocks[i - 1], block) for i, block in enumerate(blocks) if "printed" in block.words]


def prose_of(text):
    """The text without its blocks."""
    return FENCE.sub("", text)


def links_of(text):
    """(file, anchor) of each Markdown link but those to other hosts; the file is "" within the page."""
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", prose_of(text)) if not re.match(r"[a-z]+:", target)]
    return [tuple(target.split("#", 1)) if "#" in target else (target, "") for target in targets]


def anchors_of(text):
    """The anchors that a page's headings make."""
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(prose_of(text))]
    return {heading.replace(" ", "-") for heading in plain}


def rows_of(text, first):
    """The rows of the table whose first column is headed `first`, as lists of cells without backquotes."""
    table = re.search(rf"^\| {re.escape(first)} \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert table, f"no table headed {first}"
    return [[cell.strip().replace("`", "").replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
            for row in table.group(1).splitlines()]
