"""Log lines of a Glue run: templates read from the files beside this one, and the noise Spark makes."""
import datetime as dt
import random
import re
from pathlib import Path
from typing import NamedTuple

LINE = re.compile(r"\+(\d+\.\d+) (?:\| (.*)|(\w+) (\w+): (.*))", re.S)

SCALA = {"INFO": "logInfo(61)", "WARN": "logWarning(73)", "ERROR": "logError(77)"}  # where Spark logs each level


class Line(NamedTuple):
    seconds: float       # after the start of the run
    level: str | None    # None: the text stands as it is
    source: str | None
    text: str


def read(name, **values):
    """The lines of a template file with {values} put in."""
    blocks = []
    for raw in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if raw.startswith("+"):
            blocks.append(raw)
        elif not raw.startswith("#"):
            blocks[-1] += "\n" + raw
    lines = []
    for block in blocks:
        seconds, plain, level, source, text = LINE.fullmatch(block).groups()
        lines.append(Line(float(seconds), level, source, (plain if level is None else text).format(**values)))
    return lines


def spark_noise(first, last, tasks, seed):
    """Hundreds of INFO lines about tasks and blocks between two moments of a run."""
    dice, out = random.Random(seed), []
    for n in range(tasks):
        at = first + (last - first) * n / tasks
        host = f"172.31.44.{dice.randint(11, 19)}"
        stage, tid = 3 if n > tasks // 4 else 1, 200 + n
        out.append(Line(at, "INFO", "TaskSetManager", f"Starting task {n}.0 in stage {stage}.0 (TID {tid}) ({host}, "
                        f"executor {dice.randint(1, 9)}, partition {n}, PROCESS_LOCAL, 4899 bytes)"))
        out.append(Line(at + 1.7, "INFO", "BlockManagerInfo", f"Added broadcast_{n % 9}_piece0 in memory on {host}:"
                        f"{dice.randint(33000, 45000)} (size: {dice.randint(9, 99)}.1 KiB, free: 5.8 GiB)"))
        if n % 3 == 0:
            out.append(Line(at + 2.9, "INFO", "TaskSetManager", f"Finished task {n}.0 in stage {stage}.0 (TID {tid}) "
                            f"in {dice.randint(400, 9000)} ms on {host} ({n + 1}/{tasks})"))
    return out


def gc_noise(first, last, every_s):
    """What the JVM says about itself."""
    out, at, heap = [], first, 180
    while at < last:
        heap = 180 + int(at * 7 % 400)
        out.append(Line(at, None, None, f"[{at:.3f}s][info][gc] GC({int(at // every_s)}) Pause Young (Normal) "
                        f"(G1 Evacuation Pause) {heap}M->{heap // 3}M(5632M) {at % 40 + 3:.3f}ms"))
        at += every_s
    return out


def progress_bar(first, last, total, stage):
    """The stream nobody wants to read."""
    out, steps = [], 90
    for n in range(steps):
        done = total * n // steps
        bar = "=" * (40 * done // total) + ">"
        out.append(Line(first + (last - first) * n / steps, None, None,
                        f"\r[Stage {stage}:{bar:<41}({done} + {min(8, total - done)}) / {total}]"))
    return out


def slow_down(first, last, executor, seed):
    """An executor whose writes S3 turns away, with the stack trace it prints each time."""
    dice, out, at = random.Random(seed), [], first
    while at < last:
        task, request = dice.randint(90, 180), f"{dice.getrandbits(64):016X}"
        error = ("com.amazonaws.services.s3.model.AmazonS3Exception: Please reduce your request rate. (Service: Amazon "
                 f"S3; Status Code: 503; Error Code: SlowDown; Request ID: {request}; Proxy: null)")
        out.append(Line(at, "ERROR", "Executor", f"Exception in task {task}.{dice.randint(0, 2)} in stage 3.0 (TID "
                        f"{task + 200})\norg.apache.spark.SparkException: Task failed while writing rows.\n"
                        "\tat org.apache.spark.sql.execution.datasources.FileFormatWriter$.executeTask"
                        f"(FileFormatWriter.scala:345)\nCaused by: {error}\n\tat com.amazonaws.http.AmazonHttpClient"
                        "$RequestExecutor.handleErrorResponse(AmazonHttpClient.java:1879)\n\t... 12 more"))
        out.append(Line(at + 0.4, "INFO", "CoarseGrainedExecutorBackend", f"Got assigned task {task + 200 + executor}"))
        at += dice.uniform(19, 47)
    return out


def stderr_style(started, line):
    """The error and output groups: what log4j prints on the terminal."""
    at = started + dt.timedelta(seconds=line.seconds)
    return line.text if line.level is None else f"{at:%y/%m/%d %H:%M:%S} {line.level} {line.source}: {line.text}"


def continuous_style(started, line):
    """The continuous log group, with milliseconds and the thread."""
    at = started + dt.timedelta(seconds=line.seconds)
    if line.level is None:
        return line.text
    return (f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} {line.level:<5} [main] {line.source} "
            f"({line.source}.scala:{SCALA[line.level]}): {line.text}")
