"""Request files with names in them (${NAME}), and what stands for the names."""
import json
import re
from pathlib import Path

REQUESTS = Path(__file__).resolve().parent / "requests"
NAME = re.compile(r"\$\{([A-Z_]+)\}")


def request(name, values):
    """The request of that file. A value that is a list takes the place of the list item that names it. What has no value stays."""
    return filled(json.loads((REQUESTS / f"{name}.json").read_text()), values)


def filled(part, values):
    """Any JSON value with its names filled in."""
    if isinstance(part, dict):
        return {key: filled(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [one for item in part for one in items_of(item, values)]
    if isinstance(part, str):
        return NAME.sub(lambda match: text_of(values, match), part)
    return part


def items_of(item, values):
    """One item of a list, or several where it is the name of a list."""
    match = NAME.fullmatch(item) if isinstance(item, str) else None
    if match and isinstance(values.get(match.group(1)), list):
        return values[match.group(1)]
    return [filled(item, values)]


def text_of(values, match):
    """A list in the middle of a text is joined with commas, as variables of lakewarden have it."""
    value = values.get(match.group(1), match.group())
    return ",".join(value) if isinstance(value, list) else value
