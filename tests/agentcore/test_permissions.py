"""What was really asked of AWS, and by which role, against the policies that the program prints."""
import json
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from calls import calls_of
from gateway import Gateway
from place import ACCOUNT, READER, WRITER

NO_PERMISSION = {"sts:GetCallerIdentity"}  # STS answers it whatever a policy says
WRITES = {"airflow:InvokeRestApi", "athena:StartQueryExecution", "emr-serverless:StartJobRun", "glue:StartJobRun",
          "lambda:UpdateEventSourceMapping"}


@pytest.fixture(scope="module")
def actions(lakewarden):
    """(service, operation) as the sandbox's journal names them -> the IAM action."""
    runner = Path(lakewarden).parent / "tests" / "golden" / "request_runner"
    listed = subprocess.run([runner, "--list"], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return {tuple(row[0].replace("_", "-").rsplit("-", 1)): row[1] for row in rows}


def policy(lakewarden, role):
    """The statements."""
    printed = subprocess.run([lakewarden, "iam", role, f"account={ACCOUNT}"], capture_output=True, text=True, check=True).stdout
    return json.loads(printed)["Statement"]


def allowed(statements):
    return {action for one in statements for action in one["Action"]}


def asked_by(place, actions, role):
    """The actions that were taken with keys of that role."""
    name = role.rpartition("/")[2]
    return {actions[record["service"], record["operation"]] for record in place.control("GET", "journal")
            if f"assumed-role/{name}/" in (record["arn"] or "")}


def test_roles_ask_for_what_their_policies_allow(clean, lakewarden, actions):
    """After all tools have been used, those that write with effect. Nothing was denied, so nothing was asked in vain."""
    gateway = Gateway(clean)
    for name, (arguments, _) in sorted(calls_of(clean.facts).items(), key=lambda item: "retry" in item[0] or "update" in item[0]):
        assert not gateway.call(name, **arguments)["isError"], name
    reads, writes = asked_by(clean, actions, READER), asked_by(clean, actions, WRITER)
    assert len(reads) > 25 and writes == WRITES
    assert reads - NO_PERMISSION <= allowed(policy(lakewarden, "read"))
    assert writes - NO_PERMISSION <= allowed(policy(lakewarden, "write"))
    assert not [record for record in clean.control("GET", "journal") if record["error"] in ("AccessDenied", "AccessDeniedException")
                and "lake-" in (record["arn"] or "")]
    own = {actions[record["service"], record["operation"]] for record in clean.control("GET", "journal")
           if (record["arn"] or "").endswith(":user/writer") and record["service"] != "bedrock-agentcore-control"}
    assert own == {"sts:AssumeRole"}


def test_resources_are_those_of_the_night(clean, lakewarden):
    """The patterns of the statements cover what the tools of the night touch."""
    def covers(role, sid, arn):
        one = next(one for one in policy(lakewarden, role) if one["Sid"] == sid)
        return any(fnmatchcase(arn, pattern) for pattern in one["Resource"])

    where = f"us-east-1:{ACCOUNT}"
    assert covers("read", "Jobs", f"arn:aws:glue:{where}:job/{clean.facts['job_name']}")
    assert covers("write", "RetryJobs", f"arn:aws:glue:{where}:job/{clean.facts['job_name']}")
    assert covers("read", "Logs", f"arn:aws:logs:{where}:log-group:/aws-glue/jobs/error:log-stream:{clean.facts['second_run_id']}")
    assert covers("read", "Logs", f"arn:aws:logs:{where}:log-group:airflow-{clean.facts['airflow_environment']}-Task:log-stream:a")
    assert covers("read", "Objects", f"arn:aws:s3:::{clean.facts['bucket']}/orders/a.parquet")
    assert covers("read", "Kafka", clean.facts["cluster_arn"])
    assert covers("read", "Secrets", f"arn:aws:secretsmanager:{where}:secret:lakewarden/servicenow-AbCdEf")
    assert not covers("write", "RetryJobs", "arn:aws:glue:us-east-1:999999999999:job/a")
    assert not covers("write", "RetryAirflow", f"arn:aws:airflow:{where}:role/acme-prod/Admin")
