"""The worker program as its parent sees it: a job on stdin, events on stdout."""
import json
import signal
import subprocess


class Worker:
    """One child. `run` is the short way."""

    def __init__(self, program, job):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        start_new_session=True)
        self.events = []
        self.process.stdin.write(json.dumps(job).encode() + b"\n")
        self.process.stdin.flush()

    def event(self, wanted):
        """Reads on until that event comes; None when the child ended before."""
        for line in self.process.stdout:
            self.events.append(json.loads(line))
            if self.events[-1]["event"] == wanted:
                return self.events[-1]
        return None

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def end(self, seconds=60):
        """Waits for the end; stdin stays open until then. Returns the result, or None."""
        found = self.event("result")
        self.process.stdin.close()
        self.process.wait(seconds)
        self.errors = self.process.stderr.read().decode()
        return found

    def kill(self):
        self.process.kill()
        self.process.wait(10)


def run(program, job):
    """The result of a job; the process must end well."""
    worker = Worker(program, job)
    result = worker.end()
    assert worker.process.returncode == 0 and not worker.errors, (worker.process.returncode, worker.errors, worker.events)
    return result


def plain(broker, **members):
    """A job for the broker's plain listener."""
    return {"bootstrap": broker.address, "security": {"protocol": "PLAINTEXT", "plaintext_allowed": True},
            "timeout_ms": 60000, **members}


def replay(broker, source, target=None, **members):
    """A replay job for the plain listener; `members` are of its "replay"."""
    plan = {"source": source, "group": f"lakewarden-replay-{source}", **({"target": target} if target else {}), **members}
    return plain(broker, action="replay", replay=plan)
