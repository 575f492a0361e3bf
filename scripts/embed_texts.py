"""Turns texts into a C header: embed_texts.py KIND INPUT... OUTPUT.

A Markdown file NAME becomes `NAME_text`, a JSON file `NAME_document` (compact). KIND `runbooks` also makes a Resource of each text, as
`NAME_document`, and lists their names in RUNBOOKS(ROW)."""
import json
import sys
from pathlib import Path

from embed import c_bytes, read

URI = "lakewarden://runbook/"


def resource(path):
    """A runbook as a Resource: its heading is the title, its first sentence the description."""
    heading, _, sentence, *_ = path.read_text(encoding="utf-8").split("\n")
    if not heading.startswith("# ") or not sentence.endswith("."):
        raise ValueError(f"{path}: begins with a heading and a sentence")
    return {"uri": URI + path.stem, "name": path.stem, "title": heading[2:], "description": sentence,
            "mimeType": "text/markdown", "size": path.stat().st_size}


def symbols(kind, paths):
    for path in paths:
        if path.suffix == ".json":
            yield f"{path.stem}_document", json.dumps(read(path), separators=(",", ":"))
            continue
        yield f"{path.stem}_text", path.read_text(encoding="utf-8")
        if kind == "runbooks":
            yield f"{path.stem}_document", json.dumps(resource(path), separators=(",", ":"))


def main(kind, *files):
    *paths, target = map(Path, files)
    with open(target, "w", encoding="ascii") as f:
        f.write("/* Made by scripts/embed_texts.py; do not edit. */\n")
        for name, text in symbols(kind, paths):
            f.write(f"static const char {name}[] = {{\n" + "\n".join(c_bytes(text.encode())) + "\n    0};\n")
        if kind == "runbooks":
            f.write("#define RUNBOOKS(ROW) " + " ".join(f"ROW({path.stem})" for path in sorted(paths)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
