"""The fenced blocks of a Markdown document."""
import re
from dataclasses import dataclass

FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Block:
    """One fenced block: its language, its text, and the line it starts at."""
    language: str
    text: str
    line: int


def blocks_of(text):
    """Every fenced block, in order."""
    return [Block(match.group(1), match.group(2), text.count("\n", 0, match.start()) + 1)
            for match in FENCE.finditer(text)]


def links_of(text):
    """Targets of Markdown links, those to other hosts and within the page apart."""
    return [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)
            if not re.match(r"[a-z]+:|#", target)]
