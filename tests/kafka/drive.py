"""The parent's side of the worker, without a tool around it: it restarts children that die."""
import json
import subprocess


class Drive:
    """One parent; `job` gives it a job and waits for the result."""

    def __init__(self, program, worker):
        self.worker = worker
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        start_new_session=True)

    def send(self, job, **options):
        line = {"program": self.worker, "job": {k: v for k, v in job.items() if k != "timeout_ms"}, **options}
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        assert line, f"the parent died: {self.process.wait(10)}"
        return json.loads(line)

    def job(self, job, **options):
        self.send(job, **options)
        answer = self.receive()
        assert "result" in answer, answer
        return answer["result"]

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
