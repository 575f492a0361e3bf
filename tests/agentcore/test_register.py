"""examples/agentcore/register.py against the sandbox: in order, again, and away again."""
import json
import subprocess
import sys

import pytest
from place import EXAMPLES, Place, aws_environment, post
from scripted import scripted_running

SCRIPT = EXAMPLES / "register.py"


def run(place, command, *more, secret=None, words=True, **changes):
    """-> (status, what it printed, what it complained of)"""
    values = place.values(**changes)
    given = ["--issuer", place.facts["issuer"], "--client-id", values["CLIENT_ID"], "--allowed-client", values["ALLOWED_CLIENT"][0],
             "--endpoint", values["ENDPOINT"], "--gateway-role-arn", values["GATEWAY_ROLE_ARN"], "--scope", "lakewarden/read",
             "--scope", "lakewarden/write", "--timeout", "20"]
    variables = {**aws_environment(place.facts), "GATEWAY_CLIENT_SECRET": secret or values["CLIENT_SECRET"]}
    done = subprocess.run([sys.executable, SCRIPT, command, *(given if words else ()), *more], capture_output=True, text=True, timeout=90,
                          check=False, env=variables)
    return done.returncode, json.loads(done.stdout) if done.returncode == 0 else done.stdout, done.stderr


def operations(place):
    """What AgentCore was asked to change, in order."""
    names = [record["operation"] for record in place.control("GET", "journal") if record["service"] == "bedrock-agentcore-control"]
    return [name for name in names if not name.startswith(("Get", "List"))]


def test_up_twice_and_away_twice(clean):
    code, said, _ = run(clean, "up")
    assert code == 0 and said["status"] == "READY"
    tools = post(said["gateway_url"], {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, clean.token())[2]["result"]["tools"]
    assert len(tools) == 14
    assert operations(clean) == ["CreateOauth2CredentialProvider", "CreateGateway", "CreateGatewayTarget"]
    assert run(clean, "up")[1] == said
    assert operations(clean)[3:] == ["UpdateOauth2CredentialProvider", "UpdateGateway", "UpdateGatewayTarget"]
    assert run(clean, "sync", words=False)[1] == {"status": "READY"}
    assert run(clean, "remove", words=False)[1] == {"removed": ["target", "gateway", "provider"]}
    assert operations(clean)[6:] == ["SynchronizeGatewayTargets", "DeleteGatewayTarget", "DeleteGateway", "DeleteOauth2CredentialProvider"]
    assert run(clean, "remove", words=False)[1] == {"removed": []}
    assert clean.agentcore.list_gateways()["items"] == []


@pytest.fixture
def place(facts):
    """The sandbox alone, with nothing registered."""
    one = Place(facts, "127.0.0.1:1")
    one.control("DELETE", "agentcore")
    one.control("DELETE", "journal")
    return one


def test_reasons_of_a_failure_are_shown(place):
    """And what failed can be put right and tried again."""
    with scripted_running({"tools/list": {"tools": [{"name": "a", "inputSchema": {"type": "object", "$defs": {}}}]}}) as (scripted, url):
        code, _, complaint = run(place, "up", ENDPOINT=url)
        assert code == 1 and "the target is FAILED" in complaint and "uses $defs" in complaint
        scripted.answers["tools/list"] = {"tools": [{"name": "a", "inputSchema": {"type": "object"}}]}
        assert run(place, "up", ENDPOINT=url)[1]["status"] == "READY"


def test_a_wrong_secret_is_said(place):
    code, _, complaint = run(place, "up", secret="wrong")
    assert code == 1 and "invalid_client" in complaint and "Traceback" not in complaint


def test_what_aws_refuses_is_said(place):
    """In a sentence, without a trace of Python."""
    code, _, complaint = run(place, "up", "--name", "lake_warden")
    assert code == 1 and "ValidationException" in complaint and "name does not match" in complaint and "Traceback" not in complaint


def test_sync_needs_something_to_synchronise(place):
    code, _, complaint = run(place, "sync", words=False)
    assert code == 1 and complaint.startswith("register.py: there is no gateway lakewarden")


def test_a_gateway_that_others_use_is_not_removed(clean):
    said = run(clean, "up")[1]
    ours = clean.agentcore.get_gateway_target(gatewayIdentifier=said["gateway_id"], targetId=said["target_id"])
    same = {name: ours[name] for name in ("targetConfiguration", "credentialProviderConfigurations")}
    clean.agentcore.create_gateway_target(gatewayIdentifier=said["gateway_id"], name="billing", **same)
    changes = operations(clean)
    code, _, complaint = run(clean, "remove", words=False)
    assert code == 1 and "has other targets: billing" in complaint and operations(clean) == changes


def test_dry_run_sends_nothing(place):
    code, said, _ = run(place, "up", "--dry-run")
    assert code == 0 and list(said) == ["CreateOauth2CredentialProvider", "CreateGateway", "CreateGatewayTarget"]
    assert "${CLIENT_SECRET}" in json.dumps(said) and place.values()["CLIENT_SECRET"] not in json.dumps(said)
    assert said["CreateGatewayTarget"]["credentialProviderConfigurations"][0]["credentialProvider"]["oauthCredentialProvider"]["scopes"] == [
        "lakewarden/read", "lakewarden/write"]
    assert operations(place) == []


def test_what_is_missing_is_named(place):
    code, _, complaint = run(place, "up", words=False)
    assert code == 2 and "up needs --issuer, --client-id, --allowed-client, --endpoint, --gateway-role-arn" in complaint
    assert operations(place) == []
