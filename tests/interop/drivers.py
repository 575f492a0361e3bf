"""Runs one of the four clients with a plan and takes its report."""
import json
import os
import subprocess
from pathlib import Path

CLIENTS = Path(__file__).with_name("clients")
DRIVER_LIMIT_S = 150


class Drivers:
    """`interpreters` says what runs a driver: {"typescript-v1": [...], ...}."""

    def __init__(self, interpreters):
        self.interpreters = interpreters

    def start(self, client, plan):
        """A driver under way. It may be given words (lines) for steps that wait for one."""
        environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        process = subprocess.Popen(self.interpreters[client], cwd=CLIENTS, env=environment, text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.tell(process, json.dumps(plan))
        return process

    @staticmethod
    def tell(process, line):
        process.stdin.write(line + "\n")
        process.stdin.flush()

    @staticmethod
    def finish(process):
        """Waits for the end of a driver; its report."""
        try:
            out, errors = process.communicate(timeout=DRIVER_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, errors = process.communicate()
            raise AssertionError(f"the client never came to an end:\n{out}{errors}") from None
        assert process.returncode == 0, errors
        return json.loads(out)

    def run(self, client, plan):
        return self.finish(self.start(client, plan))


def named_steps(plan_steps, report):
    """Reports of steps by the name the plan gives them; steps that run together are flattened."""
    found = {}
    for step, result in zip(plan_steps, report["steps"]):
        if "together" in step:
            found.update(named_steps(step["together"], {"steps": result}))
        else:
            found[step["name"]] = result
    return found
