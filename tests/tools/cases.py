"""Cases of the tools as data: loading, filling in, and comparing what came out with what was expected.

A case is tests/tools/<tool>/<name>.json (see README.md there); files whose names start with _ are bases for others.
"""
import json
import re
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOW = int(time.time())  # one moment for all of a case; `begin` gives the next one another: a run of them takes minutes


def begin():
    """A new moment, from which everything in the next case is told."""
    global NOW
    NOW = int(time.time())


def all_cases():
    return sorted(p for p in HERE.glob("*/*.json") if not p.name.startswith("_"))


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


def filled(value, i=None):
    """The value with "$now-60" as seconds, "$nowms-60" as milliseconds of that moment, {"$repeat": n, "of": x} in a list
    as n items, and "{i}" in those as their number."""
    if isinstance(value, dict):
        return {k: filled(v, i) for k, v in value.items()}
    if isinstance(value, list):
        out = []
        for item in value:
            if isinstance(item, dict) and "$repeat" in item:
                out += [filled(item["of"], n) for n in range(item["$repeat"])]
            else:
                out.append(filled(item, i))
        return out
    if not isinstance(value, str):
        return value
    moment = re.fullmatch(r"\$now(ms)?([+-]\d+)?", value)
    if moment:
        seconds = NOW + int(moment[2] or 0)
        return seconds * 1000 if moment[1] else seconds
    return value if i is None else value.replace("{i}", str(i))


def dated(value):
    """The value with "{day-3}" in any text as the date of three days ago in UTC, and "$day-3+5400" as the seconds of that date's
    midnight and 5,400 more."""
    if isinstance(value, dict):
        return {dated(k): dated(v) for k, v in value.items()}
    if isinstance(value, list):
        return [dated(v) for v in value]
    if not isinstance(value, str):
        return value
    moment = re.fullmatch(r"\$day([+-]\d+)?(\+\d+)?", value)
    if moment:
        return NOW - NOW % 86400 + 86400 * int(moment[1] or 0) + int(moment[2] or 0)
    return re.sub(r"\{day([+-]\d+)?\}", lambda m: date_text(int(m[1] or 0)), value)


def date_text(days):
    return time.strftime("%Y-%m-%d", time.gmtime(NOW + 86400 * days))


def in_place_of(case, folder):
    """The case, with what it does not say itself taken from the case that it names in `as`. Everything is read once more before a
    person is asked: so the first of the lines that are alike is answered once more."""
    if "as" not in case:
        return case
    other = json.loads((folder / f"{case['as']}.json").read_text())
    seen = []
    for line in other["upstream"]:
        alike = [line["service"], line["operation"], line.get("match")]
        if alike not in seen and line.get("times", 1) > 0:
            line["times"] = line.get("times", 1) + 1
        seen.append(alike)
        line["optional"] = True
    return {**other, **case, "upstream": other["upstream"]}


def load(path):
    """A case with the upstream lines of its bases behind its own; theirs may stay unused. Its moment is now."""
    begin()
    case = in_place_of(json.loads(path.read_text()), path.parent)
    bases = case.get("base", [])
    for base in [bases] if isinstance(bases, str) else bases:
        lines = json.loads((path.parent / f"_{base}.json").read_text())
        case["upstream"] = case.get("upstream", []) + [{"times": -1, **line, "optional": True} for line in lines]
    case["tool"] = path.parent.name
    case["upstream"] = filled(case.get("upstream", []))
    return dated(case)


def differences(wanted, seen, at=""):
    """What in `seen` is not as `wanted` says: objects may have more members. Also {"$any": x}: some item is as x;
    {"$none": x}: no item is; {"$contains": s}; {"$absent": true}; {"$count": n}; {"$least": n}; {"$most": n}."""
    if isinstance(wanted, dict) and len(wanted) == 1 and next(iter(wanted)).startswith("$"):
        (rule, value), = wanted.items()
        if not RULES[rule](value, seen):
            yield f"{at}: {rule} {value!r} does not hold for {json.dumps(seen)[:400]}"
    elif isinstance(wanted, dict) and isinstance(seen, dict):
        for key, value in wanted.items():
            if value == {"$absent": True}:
                if key in seen:
                    yield f"{at}/{key}: is there, as {json.dumps(seen[key])[:200]}"
            elif key not in seen:
                yield f"{at}/{key}: is not there"
            else:
                yield from differences(value, seen[key], f"{at}/{key}")
    elif isinstance(wanted, list) and isinstance(seen, list):
        if len(wanted) != len(seen):
            yield f"{at}: {len(seen)} items, not {len(wanted)}: {json.dumps(seen)[:400]}"
        for i, (w, s) in enumerate(zip(wanted, seen)):
            yield from differences(w, s, f"{at}/{i}")
    elif wanted != seen or isinstance(wanted, bool) != isinstance(seen, bool):
        yield f"{at}: {json.dumps(seen)[:400]}, not {json.dumps(wanted)}"


def agrees(wanted, seen):
    return not list(differences(wanted, seen))


RULES = {
    "$any": lambda value, seen: any(agrees(value, item) for item in seen),
    "$none": lambda value, seen: not any(agrees(value, item) for item in seen),
    "$contains": lambda value, seen: value in seen,
    "$count": lambda value, seen: len(seen) == value,
    "$least": lambda value, seen: seen >= value,
    "$most": lambda value, seen: seen <= value,
}
