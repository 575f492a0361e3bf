"""Asks the program about every incident and prints how often it is right: run.py PROGRAM. Ends with 1 below the target."""
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import judge  # noqa: E402 (behind the line that finds it)
import load  # noqa: E402 (behind the line that finds it)
from ask import ask  # noqa: E402 (behind the line that finds it)
from fake_aws import Server  # noqa: E402 (behind the line that finds it)
from snapshot import Snapshot  # noqa: E402 (behind the line that finds it)

TARGET = 0.95


def answer_to(incident, program, aws, home):
    """-> (answer to an incident that has begun, requests that the snapshot has nothing for)"""
    aws.script = Snapshot(incident)
    return ask(program, aws.url, incident, home), aws.script.unknown


def main(program):
    aws, score, home = Server(), judge.Score(), tempfile.mkdtemp()
    try:
        for incident in [*load.written(), *map(load.of_signature, load.signatures())]:
            incident = load.begin(incident)
            answer, unknown = answer_to(incident, program, aws, home)
            score.add(incident, answer)
            for sentence in judge.faults(incident, answer):
                print(f"{incident['name']}: {sentence}" + (f" (asked in vain: {unknown[0][:120]})" if unknown else ""))
    finally:
        aws.close()
    print("\n".join(score.lines()))
    return 0 if score.share_right() >= TARGET and score.undiagnosed == score.healthy and not score.unfounded else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
