"""Incidents as data: cases/<name>.json, each with the bases it names merged below it; and one made for every signature."""
import copy
import json
from pathlib import Path

import cases

HERE = Path(__file__).resolve().parent
CASES = HERE / "cases"
SIGNATURES = HERE.parents[1] / "tools" / "signatures"
SCAFFOLDS = {"any": "signature_glue"}  # service of a signature -> the base that brings its line to a tool


def merged(below, above):
    """Objects are merged member by member, all else of `above` replaces what is below."""
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{k: merged(below[k], v) if k in below else v for k, v in above.items()}}
    return copy.deepcopy(above)


def with_bases(spec):
    names = spec.pop("base", [])
    whole = {}
    for name in [names] if isinstance(names, str) else names:
        whole = merged(whole, with_bases(json.loads((CASES / f"_{name}.json").read_text())))
    return merged(whole, spec)


def read(path):
    return {"name": path.stem, **with_bases(json.loads(path.read_text()))}


def begin(incident):
    """The incident with its dates, told from this moment."""
    cases.begin()
    return cases.dated(incident)


def written():
    """The incidents people wrote down, by name."""
    return [read(path) for path in sorted(CASES.glob("[!_]*.json"))]


def filled(value, line):
    if isinstance(value, dict):
        return {k: filled(v, line) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(v, line) for v in value]
    return value.replace("{line}", line) if isinstance(value, str) else value


def signatures():
    return [entry for path in sorted(SIGNATURES.glob("*.json")) for entry in json.loads(path.read_text())]


def of_signature(signature):
    """The incident in which nothing but the line of that signature tells the cause."""
    scaffold = SCAFFOLDS.get(signature["service"], f"signature_{signature['service']}")
    incident = filled(with_bases({"base": scaffold}), signature["match"])
    decides = signature["cause"] != "unknown"  # some lines only point elsewhere
    expect = {"cause": signature["cause"], "signature": signature["id"]} if decides else {"cause": None}
    return {**incident, "name": f"signature {signature['id']}", "expect": expect}
