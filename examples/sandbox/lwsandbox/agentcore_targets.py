"""AgentCore: MCP servers as targets of gateways, and what is found at them."""
import threading
import time

from . import agentcore_find
from .agentcore import ANY, SERVICE, Target, a_name, arn_of, checked, gateway_of, missing, refuse_on_the_way, store
from .agentcore_mcp import TargetError
from .registry import operation
from .reply import AwsError

BLOCKED_HEADERS = {"authorization", "cookie", "host", "origin", "accept", "content-type", "content-length", "user-agent", "retry-after",
                   "location", "transfer-encoding", "etag", "server", "date", "connection"}


def _target(call):
    gateway, target_id = gateway_of(call), call.parameters["targetId"]
    if target_id not in gateway.targets:
        raise missing("Target", target_id)
    return gateway, gateway.targets[target_id]


def _target_answer(call, gateway, target):
    kept = {key: value for key, value in target.settings.items() if key not in ("clientToken", "gatewayIdentifier", "targetId")}
    said = {"statusReasons": target.reasons} if target.reasons else {}
    when = {"lastSynchronizedAt": target.synchronized} if target.synchronized else {}
    return {**kept, **said, **when, "gatewayArn": arn_of(call, gateway), "targetId": target.id,
            "status": target.status, "createdAt": target.created, "updatedAt": time.time()}


def _refuse_target(call, given):
    """What the service says no to at once. http is for loopback only, and the sandbox's way alone."""
    server = given["targetConfiguration"].get("mcp", {}).get("mcpServer")
    if not server:
        raise AwsError("ValidationException", "the sandbox takes MCP servers as targets only", 400)
    if server.get("listingMode", "DEFAULT") != "DEFAULT":
        raise AwsError("ValidationException", "the sandbox lists in mode DEFAULT only", 400)
    configurations = given.get("credentialProviderConfigurations") or []
    kind = configurations[0]["credentialProviderType"] if len(configurations) == 1 else None
    if kind == "JWT_PASSTHROUGH":
        raise AwsError("ValidationException", "JWT_PASSTHROUGH is not supported for MCP server targets", 400)
    if kind != "OAUTH":
        raise AwsError("ValidationException", "exactly one credential provider configuration of type OAUTH is needed here", 400)
    arn = configurations[0]["credentialProvider"]["oauthCredentialProvider"]["providerArn"]
    if arn.rpartition("/")[2] not in store(call).providers:
        raise missing("Credential provider", arn)
    metadata = given.get("metadataConfiguration") or {}
    for name in metadata.get("allowedRequestHeaders", []) + metadata.get("allowedResponseHeaders", []):
        if name.lower() in BLOCKED_HEADERS:
            raise AwsError("ValidationException", f"header {name} may not be propagated", 400)


def _checked_target(call, name):
    """As `checked`, but an endpoint on loopback may be http."""
    server = (call.parameters.get("targetConfiguration") or {}).get("mcp", {}).get("mcpServer") or {}
    endpoint = server.get("endpoint", "")
    local = endpoint.startswith("http://127.0.0.1:")
    if local:
        server["endpoint"] = "https" + endpoint[4:]
    given = checked(call, name)
    if local:
        server["endpoint"] = endpoint
    _refuse_target(call, given)
    return given


def synchronize(world, gateway, target, failed):
    """In a thread of its own, as the service does after it has answered."""
    def run():
        try:
            target.found = agentcore_find.find_all(world.agentcore, gateway, target)
            target.reasons, target.synchronized, target.status = [], time.time(), "READY"  # in this order: others are looking
        except TargetError as problem:
            reason = f"Failed to connect and fetch tools from the provided MCP target server. Error - {problem}"
            target.reasons, target.status = [reason[:2048]], failed
    threading.Thread(target=run, daemon=True).start()


@operation(SERVICE, "CreateGatewayTarget")
def create_target(call):
    given = _checked_target(call, "CreateGatewayTarget")
    gateway = gateway_of(call)
    refuse_on_the_way("Gateway", gateway)
    if any(target.settings["name"] == given["name"] for target in gateway.targets.values()):
        raise AwsError("ConflictException", f"A target with name {given['name']} already exists", 409)
    target = Target(a_name(ANY), given)
    gateway.targets[target.id] = target
    answer = _target_answer(call, gateway, target)
    synchronize(call.world, gateway, target, "FAILED")
    return answer


@operation(SERVICE, "UpdateGatewayTarget")
def update_target(call):
    given = _checked_target(call, "UpdateGatewayTarget")
    gateway, target = _target(call)
    refuse_on_the_way("Target", target)
    target.settings, target.status = {**given, "name": given.get("name", target.settings["name"])}, "UPDATING"
    answer = _target_answer(call, gateway, target)
    synchronize(call.world, gateway, target, "UPDATE_UNSUCCESSFUL")
    return answer


@operation(SERVICE, "SynchronizeGatewayTargets")
def synchronize_targets(call):
    checked(call, "SynchronizeGatewayTargets")
    call.parameters["targetId"] = call.parameters["targetIdList"][0]
    gateway, target = _target(call)
    refuse_on_the_way("Target", target)
    target.status = "SYNCHRONIZING"
    answer = _target_answer(call, gateway, target)
    synchronize(call.world, gateway, target, "SYNCHRONIZE_UNSUCCESSFUL")
    return {"targets": [answer]}


@operation(SERVICE, "GetGatewayTarget")
def get_target(call):
    return _target_answer(call, *_target(call))


@operation(SERVICE, "ListGatewayTargets")
def list_targets(call):
    gateway = gateway_of(call)
    return {"items": [_target_answer(call, gateway, target) for target in gateway.targets.values()]}


@operation(SERVICE, "DeleteGatewayTarget")
def delete_target(call):
    gateway, target = _target(call)
    refuse_on_the_way("Target", target)
    target.status, target.deleted = "DELETING", time.time()
    return {"gatewayArn": arn_of(call, gateway), "targetId": target.id, "status": "DELETING"}
