"""What runs during the tests, and short ways to speak to it."""
import base64
import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import boto3
from botocore.config import Config
from logs import json_lines
from waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "agentcore"
ACCOUNT = "123456789012"
READER, WRITER = f"arn:aws:iam::{ACCOUNT}:role/lake-reader", f"arn:aws:iam::{ACCOUNT}:role/lake-writer"
ROLES = ["--read-role-arn", READER, "--write-role-arn", WRITER]
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"}, "io.modelcontextprotocol/clientCapabilities": {}}


def aws_environment(facts, key="writer"):
    """Nothing of this machine's own, and the sandbox for all of AWS."""
    pair = facts["keys"][key]
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_ENDPOINT_URL": facts["endpoint"], "AWS_REGION": facts["region"],
            "AWS_DEFAULT_REGION": facts["region"], "AWS_ACCESS_KEY_ID": pair["akid"], "AWS_SECRET_ACCESS_KEY": pair["secret"],
            "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


@contextmanager
def lakewarden_running(program, facts, log, settings=(), listen="127.0.0.1:0", variables=None):
    """Yields (process, address). It must end well within its drain timeout."""
    command = [program, "http"]
    if listen:
        command += ["--listen", listen, "--issuer", facts["issuer"], "--region", facts["region"],
                    "--servicenow-url", facts["servicenow_url"], "--servicenow-secret", facts["servicenow_secret"]]
        command += [word for client in facts["clients"].values() for word in ("--client-id", client["id"])]
    with log.open("wb") as stderr:
        process = subprocess.Popen([*command, *settings], stderr=stderr, stdout=subprocess.DEVNULL,
                                   env={**aws_environment(facts), **(variables or {})})
    try:
        yield process, wait_for(lambda: address_in(log, process), 20, "the server to listen")
    finally:
        process.terminate()
        status = process.wait(20)
    assert status == 0, log.read_text()


def address_in(log, process):
    """Where a server listens, by its log; None as long as it does not."""
    for line in json_lines(log):
        if line["event"] == "listening":
            return line["address"]
    assert process.poll() is None, log.read_text()
    return None


def post(url, message, token=None, **headers):
    """-> (status, headers, JSON or text)"""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    every = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
    if token:
        every["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, body, every)
    try:
        with DIRECT.open(request, timeout=60) as answer:
            status, said, text = answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as problem:
        with problem:
            status, said, text = problem.code, problem.headers, problem.read().decode()
    try:
        return status, said, json.loads(text)
    except ValueError:
        return status, said, text


class Place:
    """The sandbox's facts, the server's address, and an AgentCore client."""

    def __init__(self, facts, address):
        self.facts, self.address, self.url = facts, address, f"http://{address}/mcp"
        key = facts["keys"]["writer"]
        config = Config(retries={"total_max_attempts": 1}, proxies={}, read_timeout=20)
        self.agentcore = boto3.client("bedrock-agentcore-control", region_name=facts["region"], endpoint_url=facts["endpoint"],
                                      aws_access_key_id=key["akid"], aws_secret_access_key=key["secret"], config=config)

    def control(self, method, name, document=None):
        body = None if document is None else json.dumps(document).encode()
        with DIRECT.open(urllib.request.Request(f"{self.facts['control_url']}/{name}", body, method=method), timeout=20) as answer:
            return json.load(answer)

    def token(self, client="operator", scope=None):
        one = self.facts["clients"][client]
        form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
        pair = base64.b64encode(f"{one['id']}:{one['secret']}".encode()).decode()
        request = urllib.request.Request(self.facts["token_url"], urllib.parse.urlencode(form).encode(), {"Authorization": f"Basic {pair}"})
        with DIRECT.open(request, timeout=20) as answer:
            return json.load(answer)["access_token"]

    def values(self, **more):
        """What the request files of the examples need here."""
        operator = self.facts["clients"]["operator"]
        return {"NAME": "lakewarden", "DISCOVERY_URL": f"{self.facts['issuer']}/.well-known/openid-configuration",
                "CLIENT_ID": operator["id"], "CLIENT_SECRET": operator["secret"], "ALLOWED_CLIENT": [operator["id"]],
                "GATEWAY_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/gateway", "ENDPOINT": self.url,
                "SCOPE": ["lakewarden/read", "lakewarden/write"], **more}
