"""The request files of examples/agentcore against botocore's models, and against moto."""
import json
import re

import boto3
import botocore.session
import pytest
from botocore.validate import ParamValidator
from gateway import request
from lwsandbox.constraints import complaints
from moto import mock_aws
from place import ROOT

MODEL = botocore.session.get_session().get_service_model("bedrock-agentcore-control")
VALUES = {
    "NAME": "lakewarden", "DISCOVERY_URL": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_EXAMPLE01/.well-known/openid-configuration",
    "ISSUER": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_EXAMPLE01",
    "CLIENT_ID": "1example23456789", "CLIENT_SECRET": "secret", "ALLOWED_CLIENT": ["1example23456789", "2example23456789"],
    "GATEWAY_ROLE_ARN": "arn:aws:iam::111122223333:role/gateway", "RUNTIME_ROLE_ARN": "arn:aws:iam::111122223333:role/lakewarden",
    "READ_ROLE_ARN": "arn:aws:iam::111122223333:role/lakewarden-read", "ENDPOINT": "https://lakewarden.example.com/mcp",
    "SCOPE": ["lakewarden/read", "lakewarden/write"], "GATEWAY_ID": "lakewarden-a1b2c3d4e5",
    "PROVIDER_ARN": "arn:aws:acps:eu-central-1:111122223333:token-vault/default/oauth2credentialprovider/lakewarden",
    "CONTAINER_URI": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/lakewarden:0.1.0"}
FILES = {"provider": ["CreateOauth2CredentialProvider", "UpdateOauth2CredentialProvider"], "gateway": ["CreateGateway"],
         "target": ["CreateGatewayTarget"], "runtime": ["CreateAgentRuntime"]}
UPDATES = {"gateway": ("UpdateGateway", {"gatewayIdentifier": "lakewarden-a1b2c3d4e5"}),
           "target": ("UpdateGatewayTarget", {"targetId": "A1B2C3D4E5"})}
CASES = [(file, operation, {}) for file, operations in FILES.items() for operation in operations] + \
        [(file, *update) for file, update in UPDATES.items()]


def faults_of(operation, parameters):
    """What botocore's own validator says, and what the model says besides: patterns, lengths, enumerations, unions."""
    shape = MODEL.operation_model(operation).input_shape
    report = ParamValidator().validate(parameters, shape)
    return [report.generate_report()] if report.has_errors() else list(complaints(shape, parameters))


@pytest.mark.parametrize("file,operation,more", CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_request_is_valid(file, operation, more):
    assert faults_of(operation, {**request(file, VALUES), **more}) == []


@pytest.mark.parametrize("file", FILES)
def test_every_name_is_filled_in(file):
    """And a name without a value stays to be seen."""
    assert "${" not in str(request(file, VALUES)) and "${" in str(request(file, {}))


@pytest.mark.parametrize("file,operation,change,word", [
    ("target", "CreateGatewayTarget", {"NAME": "lake_warden"}, "name does not match"),
    ("target", "CreateGatewayTarget", {"ENDPOINT": "http://lakewarden.example.com/mcp"}, "endpoint does not match"),
    ("target", "CreateGatewayTarget", {"SCOPE": ["https://lakewarden.example.com/a/very/long/path/that/names/the/resource/server/read"]},
     "scopes[0] has"),
    ("target", "CreateGatewayTarget", {"PROVIDER_ARN": "lakewarden"}, "providerArn does not match"),
    ("gateway", "CreateGateway", {"DISCOVERY_URL": "https://example.com/pool"}, "discoveryUrl does not match"),
    ("gateway", "CreateGateway", {"ALLOWED_CLIENT": []}, "allowedClients"),
    ("gateway", "CreateGateway", {"NAME": "a" * 49}, "name does not match"),
    ("runtime", "CreateAgentRuntime", {"CONTAINER_URI": "lakewarden:latest"}, "containerUri does not match")])
def test_model_refuses(file, operation, change, word):
    """What the service would refuse is seen here: so the test above can fail."""
    assert word in " ".join(faults_of(operation, request(file, {**VALUES, **change})))


def test_sessions_and_streaming_as_the_document_has_them():
    """What docs/agentcore.md would have added to the gateway's request is taken."""
    shown = re.search(r"```json\n(.*?)```", (ROOT / "docs" / "agentcore.md").read_text(), re.DOTALL).group(1)
    gateway = request("gateway", VALUES)
    gateway["protocolConfiguration"]["mcp"].update(json.loads(shown))
    assert faults_of("CreateGateway", gateway) == []


def test_provider_arn_is_of_the_pattern():
    """The one that the service returns; its example in older documents has another service name."""
    answer = MODEL.operation_model("CreateOauth2CredentialProvider").output_shape.members["credentialProviderArn"]
    assert list(complaints(answer, VALUES["PROVIDER_ARN"], "arn")) == []
    assert list(complaints(answer, VALUES["PROVIDER_ARN"].replace(":acps:", ":bedrock-agentcore:"), "arn"))


@mock_aws
def test_moto_takes_gateway_target_and_runtime(monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    agentcore = boto3.client("bedrock-agentcore-control", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="a")
    made = agentcore.create_gateway(**request("gateway", VALUES))
    target = agentcore.create_gateway_target(**request("target", {**VALUES, "GATEWAY_ID": made["gatewayId"]}))
    kept = agentcore.get_gateway_target(gatewayIdentifier=made["gatewayId"], targetId=target["targetId"])
    assert kept["targetConfiguration"] == request("target", VALUES)["targetConfiguration"]
    assert agentcore.list_gateways()["items"][0]["name"] == "lakewarden"
    runtime = agentcore.create_agent_runtime(**request("runtime", VALUES))
    kept = agentcore.get_agent_runtime(agentRuntimeId=runtime["agentRuntimeId"])
    assert kept["protocolConfiguration"] == {"serverProtocol": "MCP"}
