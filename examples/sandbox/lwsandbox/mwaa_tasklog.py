"""Task logs in the forms MWAA ships them to CloudWatch: text with a prefix (2.x), or JSON lines (3.x)."""
import json
from typing import NamedTuple


class Failure(NamedTuple):
    """One exception of a chain: its full name, what it says, and where it came from: (file, line, function)."""
    name: str
    text: str
    frames: tuple


class Line(NamedTuple):
    seconds: float         # after the start of the try
    level: str             # INFO, WARNING, ERROR
    where: str             # file and line, as 2.x shows them
    logger: str            # as 3.x shows it
    text: str
    failures: tuple = ()   # the outermost first


def stream(run_id, dag_id, instance, attempt):
    """The name of the stream of one try. CloudWatch takes no ":" in it."""
    index = f"map_index={instance.map_index}/" if instance.map_index >= 0 else ""
    name = f"dag_id={dag_id}/run_id={run_id}/task_id={instance.task.task_id}/{index}attempt={attempt}.log"
    return name.replace(":", "_")


def message(line, when, three):
    """-> the text of one event."""
    if not three:
        prefix = f"[{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}+0000] {{{line.where}}} {line.level} - "
        return prefix + line.text + "".join(f"\n{part}" for part in _traceback(line.failures))
    document = {"level": line.level.lower(), "event": line.text, "logger": line.logger}
    if line.failures:
        document["error_detail"] = [{
            "exc_type": f.name.rpartition(".")[2], "exc_value": f.text, "exc_notes": [], "syntax_error": None,
            "is_cause": n > 0, "is_group": False, "exceptions": [],
            "frames": [{"filename": file, "lineno": at, "name": name} for file, at, name in f.frames]}
            for n, f in enumerate(line.failures)]
    return json.dumps(document)


def _traceback(failures):
    """Python's own order: the cause first, the outermost exception last."""
    for n, failure in enumerate(reversed(failures)):
        if n:
            yield "\nThe above exception was the direct cause of the following exception:\n"
        yield "Traceback (most recent call last):"
        for file, at, name in failure.frames:
            yield f'  File "{file}", line {at}, in {name}'
        yield f"{failure.name}: {failure.text}"
