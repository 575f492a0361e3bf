"""AgentCore: what its control plane remembers, and its OAuth2 credential providers."""
import secrets
import string
import time
from dataclasses import dataclass, field

from moto.core.utils import get_service_model

from . import agentcore_mcp
from .constraints import complaints
from .keyring import ACCOUNT
from .registry import operation
from .reply import AwsError

SERVICE = "bedrock-agentcore-control"
SMALL, ANY = string.digits + string.ascii_lowercase, string.digits + string.ascii_uppercase
ON_THE_WAY = ("CREATING", "UPDATING", "SYNCHRONIZING", "DELETING")


@dataclass
class Target:
    """`found` is what the last synchronisation that went well brought."""
    id: str
    settings: dict
    status: str = "CREATING"
    reasons: list = field(default_factory=list)
    created: float = field(default_factory=time.time)
    synchronized: float | None = None
    found: object = None
    deleted: float | None = None


@dataclass
class Gateway:
    """`limits` are those of the store."""
    id: str
    settings: dict
    limits: dict
    changed: float = field(default_factory=time.time)
    created: float = field(default_factory=time.time)
    targets: dict = field(default_factory=dict)
    sessions: dict = field(default_factory=dict)  # of its clients, by id: agentcore_sessions.Session
    deleted: float | None = None

    @property
    def status(self):
        if self.deleted:
            return "DELETING"
        settled = time.time() - self.changed > self.limits["settles_s"]
        return "READY" if settled else "CREATING" if self.changed == self.created else "UPDATING"

    @property
    def mcp(self):
        return (self.settings.get("protocolConfiguration") or {}).get("mcp") or {}

    @property
    def versions(self):
        return self.mcp.get("supportedVersions") or ["2025-11-25", "2025-06-18", "2025-03-26"]


class AgentCoreStore:
    """Providers by name, gateways by id, and the limits of a gateway (a control call changes them). `settles_s` is how long one is
    CREATING or UPDATING, and how long what was deleted is still to be seen."""

    def __init__(self):
        self.providers, self.gateways, self.tokens = {}, {}, agentcore_mcp.Tokens()
        self.limits = {"invocation_s": 900.0, "payload_bytes": 6 * 1024 * 1024, "settles_s": 0.1}


def is_left(one, limits):
    """Whether it was not deleted, or is still to be seen."""
    return one.deleted is None or time.time() - one.deleted <= limits["settles_s"]


def store(call):
    """What is remembered, without what was deleted a while ago."""
    agentcore = call.world.agentcore
    agentcore.gateways = {name: one for name, one in agentcore.gateways.items() if is_left(one, agentcore.limits)}
    for gateway in agentcore.gateways.values():
        gateway.targets = {name: one for name, one in gateway.targets.items() if is_left(one, agentcore.limits)}
    return agentcore


def refuse_on_the_way(what, one):
    """One change at a time."""
    if one.status in ON_THE_WAY:
        raise AwsError("ConflictException", f"{what} {one.id} is {one.status}", 409)


def checked(call, name):
    """The parameters; AWS's own refusal where its model does not allow them."""
    wrong = list(complaints(get_service_model(SERVICE).operation_model(name).input_shape, call.parameters))
    if wrong:
        raise AwsError("ValidationException", "; ".join(wrong), 400)
    return call.parameters


def missing(what, name):
    return AwsError("ResourceNotFoundException", f"{what} {name} not found", 404)


def a_name(letters):
    """The last part of an id."""
    return "".join(secrets.choice(letters) for _ in range(10))


def gateway_of(call):
    """The gateway that a request names."""
    gateway_id = call.parameters["gatewayIdentifier"]
    if gateway_id not in store(call).gateways:
        raise missing("Gateway", gateway_id)
    return store(call).gateways[gateway_id]


def arn_of(call, gateway):
    return f"arn:aws:bedrock-agentcore:{call.region}:{ACCOUNT}:gateway/{gateway.id}"


def _provider_answer(call, name, provider):
    arn = f"arn:aws:acps:{call.region}:{ACCOUNT}:token-vault/default/oauth2credentialprovider/{name}"
    secret = f"arn:aws:secretsmanager:{call.region}:{ACCOUNT}:secret:bedrock-agentcore-identity!default/oauth2/{name}-AbCdEf"
    config = {key: {inner: value for inner, value in one.items() if inner != "clientSecret"}
              for key, one in provider["oauth2ProviderConfigInput"].items()}
    return {"name": name, "credentialProviderArn": arn, "clientSecretArn": {"secretArn": secret}, "status": "READY",
            "credentialProviderVendor": provider["credentialProviderVendor"], "oauth2ProviderConfigOutput": config,
            "createdTime": provider["created"], "lastUpdatedTime": time.time()}


@operation(SERVICE, "CreateOauth2CredentialProvider")
def create_provider(call):
    given = checked(call, "CreateOauth2CredentialProvider")
    if given["name"] in store(call).providers:
        raise AwsError("ConflictException", f"Credential provider {given['name']} already exists", 409)
    store(call).providers[given["name"]] = {**given, "created": time.time()}
    return _provider_answer(call, given["name"], store(call).providers[given["name"]])


@operation(SERVICE, "UpdateOauth2CredentialProvider")
def update_provider(call):
    given = checked(call, "UpdateOauth2CredentialProvider")
    provider = _provider(call)
    provider.update(given)
    store(call).tokens.forget()
    return _provider_answer(call, given["name"], provider)


@operation(SERVICE, "GetOauth2CredentialProvider")
def get_provider(call):
    return _provider_answer(call, call.parameters["name"], _provider(call))


@operation(SERVICE, "DeleteOauth2CredentialProvider")
def delete_provider(call):
    _provider(call)
    del store(call).providers[call.parameters["name"]]
    return {}


def _provider(call):
    name = call.parameters["name"]
    if name not in store(call).providers:
        raise missing("Credential provider", name)
    return store(call).providers[name]
