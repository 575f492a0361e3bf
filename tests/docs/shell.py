"""Runs the blocks of a document as a reader would: one shell, from top to bottom, in the checkout."""
import os
import re
import signal
import subprocess
from dataclasses import dataclass, replace

from blocks import ROOT, blocks_of

MARK = "=== line "
ONE_EVENT = re.compile(r"event: message\ndata: (.*)\s*")
LIMIT_S = 150


@dataclass
class Outcome:
    """What a block printed, on both streams, and how it ended."""
    printed: str
    status: int


def without_event(text):
    """The message alone where that is all of a stream: what an answer is that took two seconds, as any may on a busy machine."""
    alone = ONE_EVENT.fullmatch(text)
    return alone.group(1) if alone else text


def script_of(blocks):
    """One script for all; each block runs in the same shell, between two marks."""
    parts = [f"printf '\\n%s\\n' '{MARK}{block.line}'\n{{\n{block.text}}} 2>&1\nprintf '\\n%s\\n' \"{MARK}{block.line} $?\"\n"
             for block in blocks]
    return "\n".join(parts)


def blocks_to_run(path):
    """Those of the document, in order. The page of a tool leaves it to docs/tools.md to prepare the shell."""
    blocks = [block for block in blocks_of(path.read_text()) if block.runs]
    if path.parent != ROOT / "docs" / "tools":
        return blocks
    first = next(block for block in blocks_of((ROOT / "docs" / "tools.md").read_text()) if block.runs)
    return [replace(first, line=0), *blocks]


def run_blocks(path, state):
    """Line of the block -> Outcome. `state` is where this document's sandbox lives; it is stopped at the end."""
    environment = {**os.environ, "SANDBOX_STATE": str(state)}
    for name in list(environment):
        if name.startswith(("AWS_", "LAKEWARDEN")):
            del environment[name]
    blocks = blocks_to_run(path)
    shell = subprocess.Popen(["bash", "-c", script_of(blocks)], cwd=ROOT, env=environment, stdout=subprocess.PIPE,
                             stdin=subprocess.DEVNULL, text=True, start_new_session=True)
    try:
        printed = shell.communicate(timeout=LIMIT_S)[0]
    finally:
        if shell.poll() is None:
            os.killpg(shell.pid, signal.SIGKILL)  # the shell and all that it still runs
            shell.communicate()
        subprocess.run(["./dev", "sandbox", "down"], cwd=ROOT, env=environment, check=True,
                       stdout=subprocess.DEVNULL, timeout=60)
    found = re.findall(rf"^{MARK}(\d+)\n(.*?)\n{MARK}\1 (\d+)\n", printed, re.MULTILINE | re.DOTALL)
    return {int(line): Outcome(without_event(text.strip("\n")), int(status)) for line, text, status in found}
