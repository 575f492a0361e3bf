"""Turns a JSON file into a C header holding its compact text: embed.py SYMBOL INPUT... OUTPUT.

Of several files, each an array, it makes one array."""
import json
import sys


def pairs(members):
    """An object, refusing a key that stands twice."""
    out = dict(members)
    if len(out) != len(members):
        raise ValueError("a key stands twice: " + ", ".join(key for key, _ in members))
    return out


def c_bytes(data, per_line=24):
    """The bytes as an initialiser. A string literal would be shorter, but ISO C only promises 4,095 characters of it."""
    for start in range(0, len(data), per_line):
        yield "    " + ",".join(str(byte) for byte in data[start:start + per_line]) + ","


def read(source):
    with open(source, encoding="utf-8") as f:
        return json.load(f, object_pairs_hook=pairs)


def main(symbol, *files):
    *sources, target = files
    value = read(sources[0]) if len(sources) == 1 else [entry for source in sources for entry in read(source)]
    text = json.dumps(value, separators=(",", ":"))
    with open(target, "w", encoding="ascii") as f:
        f.write("/* Made by scripts/embed.py; do not edit. */\n")
        f.write(f"static const char {symbol}[] = {{\n")
        f.write("\n".join(c_bytes(text.encode())) + "\n    0};\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
