"""Runs the official conformance suite and says how it went: run.py LAKEWARDEN [--record] [WORD...]. Ends with 1 when anything
failed. With words, only the runs whose title has one of them.

--record writes what succeeded and what the fixture was asked into checks/ and calls/, for a new version of the suite."""
import argparse
import json
import shutil
import sys
from pathlib import Path

from execute import Programs, outcomes
from runs import planned
from verdict import summary

HERE = Path(__file__).resolve().parent


def faults_of(outcome):
    """(scenario, what is wrong); where a run broke off, that stands for all that did not run."""
    faults = [(scenario.name, fault) for scenario in outcome.scenarios for fault in scenario.faults()
              if scenario.checks is not None or not outcome.broken]
    return [*faults, ("", outcome.broken)] if outcome.broken else faults


def report(futures):
    """Prints a line a run as they end, then what failed; returns the outcomes and how many faults there were."""
    done = []
    for future in futures:
        done.append(future.result())
        print(summary(done[-1].run.title, done[-1].scenarios), flush=True)
    rows = [(outcome.run.title, *fault) for outcome in done for fault in faults_of(outcome)]
    if rows:
        print("\nwhat failed:")
    for row in rows:
        print("  {:<24} {:<46} {}".format(*row))
    return done, len(rows)


def write(path, members):
    """A line for each member, so that a difference can be read."""
    lines = [f"  {json.dumps(name)}: {json.dumps(members[name])}" for name in sorted(members)]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def record(done):
    """Keeps what it has for runs that were left out."""
    for outcome in done:
        path = HERE / "checks" / f"{outcome.run.wire}.json"
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        write(path, known | {scenario.name: scenario.succeeded() for scenario in outcome.scenarios})
        if outcome.run.server == "fixture":
            write(HERE / "calls" / f"{outcome.run.title.replace(' ', '-')}.json", dict(outcome.calls()))


def main():
    options = argparse.ArgumentParser(description="Runs the official conformance suite.")
    options.add_argument("lakewarden")
    options.add_argument("--record", action="store_true", help="write checks/ and calls/")
    options.add_argument("words", nargs="*", help="only the runs whose title has one of these words")
    chosen = options.parse_intermixed_args()
    runs = [run for run in planned() if not chosen.words or set(chosen.words) & set(run.title.split())]
    kept = Path(chosen.lakewarden).parent / "conformance-results"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    with outcomes(runs, Programs(chosen.lakewarden), kept) as futures:
        done, faults = report(futures)
    if faults:
        print(f"\nfiles of checks and servers' logs, a folder a run: {kept}")
    elif chosen.record:
        record(done)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
