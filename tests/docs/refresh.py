"""Makes the documents say what the program says now: tables, tool arguments, the manual page, printed answers; and the policies of
the CloudFormation template.

    .venv/bin/python tests/docs/refresh.py      after ./dev test docs; rewrites what has changed, and names it

Suite docs fails where a document is no longer fresh.
"""
import os
import subprocess
import sys
import tempfile

from blocks import DOCUMENTS, FENCE, GENERATED, ROOT, blocks_of, printed_after
from mask import masked
from permissions import permissions_table, rates_table, statements_table
from shell import run_blocks
from tables import causes_table, documents_of, man_page, prompts_table, settings_table, tool_part, tools_table

MANUAL = ROOT / "docs" / "lakewarden.1"
TEMPLATE_MAKER = ROOT / "examples" / "agentcore" / "policies.py"


def generated_part(lakewarden, name):
    """The text of one generated part: "settings", "causes", "permissions", "rates", "statements", "prompts", "tools", or "tool NAME"."""
    if name == "causes":
        return causes_table((ROOT / "tools" / "cause.c").read_text())
    if name == "permissions":
        return permissions_table()
    if name == "statements":
        return statements_table()
    if name == "rates":
        return rates_table()
    if name == "settings":
        return settings_table(lakewarden)
    if name == "prompts":
        return prompts_table(ROOT / "tools" / "prompts")
    if name == "tools":
        return tools_table(documents_of(lakewarden))
    return tool_part(documents_of(lakewarden)[name.removeprefix("tool ")])


def with_generated_parts(text, lakewarden):
    """The document with its generated parts as they should be."""
    return GENERATED.sub(lambda part: part.group(1) + generated_part(lakewarden, part.group(2)) + part.group(4), text)


def with_printed_parts(text, outcomes):
    """The document with what its commands printed, where that differs in more than times and ids."""
    blocks = blocks_of(text)
    wrong = [f"line {block.line}: {outcomes[block.line].printed}" for block in blocks
             if block.runs and outcomes[block.line].status != block.exits]
    if wrong:
        sys.exit("nothing was rewritten: a command did not end as it should; " + "; ".join(wrong))
    fresh = {shown.line: outcomes[command.line].printed for command, shown in printed_after(blocks)
             if masked(outcomes[command.line].printed) != masked(shown.text)}

    def replace(match):
        line = text.count("\n", 0, match.start()) + 1
        lines = [part.rstrip() for part in fresh[line].splitlines()] if line in fresh else None
        return match.group() if lines is None else f"```{match.group(1)}\n" + "\n".join(lines) + "\n```"

    return FENCE.sub(replace, text)


def refresh_template(lakewarden):
    """Names the template where it was not fresh."""
    stale = subprocess.run([sys.executable, TEMPLATE_MAKER, lakewarden, "--check"], check=False).returncode
    if stale:
        subprocess.run([sys.executable, TEMPLATE_MAKER, lakewarden], check=True)
        print((TEMPLATE_MAKER.parent / "lakewarden.yaml").relative_to(ROOT))


def main():
    """Rewrites and names what changed."""
    lakewarden = os.environ.get("LAKEWARDEN", str(ROOT / "build" / "lakewarden"))
    refresh_template(lakewarden)
    if not MANUAL.exists() or MANUAL.read_text() != man_page(lakewarden):
        MANUAL.write_text(man_page(lakewarden))
        print(MANUAL.relative_to(ROOT))
    wanted = [ROOT / name for name in sys.argv[1:]] or DOCUMENTS
    for path in wanted:
        before = path.read_text()
        path.write_text(with_generated_parts(before, lakewarden))
        if printed_after(blocks_of(before)):
            with tempfile.TemporaryDirectory() as state:
                path.write_text(with_printed_parts(path.read_text(), run_blocks(path, state)))
        if path.read_text() != before:
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
