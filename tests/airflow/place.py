"""Where the suite plays: a sandbox, whose MWAA stands before a real Airflow, and lakewarden called on it."""
import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from lwsandbox import processes
from waiting import wait_for

PACKAGE = Path(__file__).resolve().parents[2] / "examples" / "sandbox"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
FOREIGN = re.compile(r"AWS_|LAKEWARDEN_")


class Sandbox:
    """One process, and what it printed about itself."""

    def __init__(self, log):
        end, write_end = os.pipe()
        try:
            self.process = processes.start([sys.executable, "-m", "lwsandbox", "serve", "--port", "0"], log,
                                           {**os.environ, "PYTHONPATH": str(PACKAGE), "PYTHONDONTWRITEBYTECODE": "1"},
                                           write_end)
        finally:
            os.close(write_end)
        try:
            self.facts = json.loads(processes.read_line(self.process, end, log, 60))
        except BaseException:
            self.stop()
            raise
        finally:
            os.close(end)

    def __getitem__(self, name):
        return self.facts[name]

    def client(self, service):
        key = self["keys"]["writer"]
        return boto3.client(service, region_name=self["region"], endpoint_url=self["endpoint"],
                            aws_access_key_id=key["akid"], aws_secret_access_key=key["secret"],
                            config=Config(retries={"total_max_attempts": 1}, proxies={}, inject_host_prefix=False))

    def control(self, name, document):
        request = urllib.request.Request(f"{self['control_url']}/{name}", json.dumps(document).encode(), method="POST")
        with DIRECT.open(request, timeout=10) as answer:
            return json.load(answer)

    def stop(self):
        processes.stop(processes.mark(self.process.pid), 10)
        self.process.wait(10)


class Refused(Exception):
    """What Airflow refused: its own status and document."""

    def __init__(self, status, document):
        super().__init__(f"{status} {document}")
        self.status, self.document = status, document


class Stage:
    """A real Airflow behind the sandbox: asked as MWAA is asked, and shown to the tools."""

    def __init__(self, airflow, sandbox, lakewarden):
        self.airflow, self.sandbox, self._lakewarden = airflow, sandbox, lakewarden
        self.environment, self.three, self.inputs = airflow.environment, airflow.three, airflow.folder / "inputs"
        self.inputs.mkdir()
        self._mwaa, self._logs = sandbox.client("mwaa"), sandbox.client("logs")
        sandbox.control("mwaa", {"name": self.environment, "version": airflow.version, "url": airflow.url,
                                 "user": "admin", "password": "admin"})

    def ask(self, method, path, body=None, query=None, environment=None):
        """-> the document of Airflow. Raises Refused for any answer that is no 2xx."""
        given = {"Name": environment or self.environment, "Method": method, "Path": path}
        given.update({} if body is None else {"Body": body}, **({} if query is None else {"QueryParameters": query}))
        try:
            return self._mwaa.invoke_rest_api(**given)["RestApiResponse"]
        except ClientError as problem:
            if problem.response["Error"]["Code"] not in ("RestApiClientException", "RestApiServerException"):
                raise
            raise Refused(problem.response["RestApiStatusCode"], problem.response["RestApiResponse"]) from None

    def trigger(self, dag, run, **conf):
        """Starts a run whose input, unless it is told, is a file of its own that is not there. -> that path"""
        path = self.inputs / f"{dag}.{run}.csv"
        body = {"dag_run_id": run, "conf": {"input": str(path), **conf}}
        self.ask("POST", f"/dags/{dag}/dagRuns", {**body, **({"logical_date": None} if self.three else {})})
        return path

    def run_state(self, dag, run):
        return self.ask("GET", f"/dags/{dag}/dagRuns/{run}")["state"]

    def tasks(self, dag, run):
        """-> {(task, map index): (state, try number)}"""
        rows = self.ask("POST", "/dags/~/dagRuns/~/taskInstances/list", {"dag_ids": [dag], "dag_run_ids": [run]})
        return {(row["task_id"], row["map_index"]): (row["state"], row["try_number"]) for row in rows["task_instances"]}

    def streams(self, prefix="", environment=None):
        """The log streams of tasks, by name, each with its messages."""
        group, found = f"airflow-{environment or self.environment}-Task", {}
        pages = self._logs.get_paginator("describe_log_streams").paginate(
            logGroupName=group, **({"logStreamNamePrefix": prefix} if prefix else {}))
        for stream in (s for page in pages for s in page["logStreams"]):
            events = self._logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"],
                                               startFromHead=True)["events"]
            found[stream["logStreamName"]] = [e["message"] for e in events]
        return found

    def call(self, tool, **arguments):
        """-> the whole answer of a tool, called from the command line."""
        key = self.sandbox["keys"]["writer"]
        env = {k: v for k, v in os.environ.items() if not FOREIGN.match(k)}
        env.update(AWS_ENDPOINT_URL=self.sandbox["endpoint"], AWS_ACCESS_KEY_ID=key["akid"], NO_PROXY="127.0.0.1",
                   AWS_SECRET_ACCESS_KEY=key["secret"], AWS_REGION=self.sandbox["region"],
                   AWS_EC2_METADATA_DISABLED="true")
        words = [f"{name}={value if isinstance(value, str) else json.dumps(value)}"
                 for name, value in arguments.items()]
        done = subprocess.run([self._lakewarden, "call", tool, f"environment_name={self.environment}", *words, "--json",
                               "--writes", "allow"], env=env, capture_output=True, text=True, timeout=90, check=False)
        assert done.stdout, f"{tool} said nothing: {done.stderr}"
        return json.loads(done.stdout)


def until(condition, what, limit_s=240):
    """Waits until `condition` gives something true, and hands it back. On a busy machine Airflow takes half a minute for a task."""
    return wait_for(condition, limit_s, what, pause_s=0.2)
