"""Runs the official conformance suite and says how it went: run.py [--record] LAKEWARDEN. Ends with 1 when anything failed.

--record writes what was checked into checks/, for a new version of the suite: read the difference before it is committed."""
import json
import sys
import tempfile
from pathlib import Path

from execute import Programs, outcomes
from runs import planned
from verdict import summary

HERE = Path(__file__).resolve().parent


def report(futures):
    """Prints a line a run as they end, then what failed; returns the outcomes."""
    done = []
    for future in futures:
        done.append(future.result())
        print(summary(done[-1].run.title, done[-1].scenarios), flush=True)
    rows = [(outcome.run.title, scenario.name, fault)
            for outcome in done for scenario in outcome.scenarios for fault in scenario.faults()]
    if rows:
        print("\nwhat failed:")
    for row in rows:
        print("  {:<24} {:<46} {}".format(*row))
    return done, len(rows)


def record(done):
    for outcome in done:
        path = HERE / "checks" / f"{outcome.run.wire}.json"
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        known |= {scenario.name: scenario.succeeded() for scenario in outcome.scenarios}
        lines = [f"  {json.dumps(name)}: {json.dumps(known[name])}" for name in sorted(known)]
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main(*arguments):
    with tempfile.TemporaryDirectory() as folder, \
            outcomes(planned(), Programs(arguments[-1]), Path(folder)) as futures:
        done, faults = report(futures)
    if "--record" in arguments:
        record(done)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
