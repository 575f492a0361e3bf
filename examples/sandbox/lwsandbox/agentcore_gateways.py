"""AgentCore: gateways."""
import time

from .agentcore import SERVICE, SMALL, Gateway, a_name, arn_of, checked, gateway_of, refuse_on_the_way, store
from .registry import operation
from .reply import AwsError


def _gateway_answer(call, gateway):
    kept = {key: value for key, value in gateway.settings.items() if key not in ("clientToken", "tags", "gatewayIdentifier")}
    return {**kept, "gatewayId": gateway.id, "gatewayArn": arn_of(call, gateway),
            "gatewayUrl": f"{call.world.base}/agentcore/{gateway.id}/mcp", "status": gateway.status,
            "createdAt": gateway.created, "updatedAt": gateway.changed}


def _refuse_gateway(given):
    if given["authorizerType"] not in ("CUSTOM_JWT", "NONE"):
        raise AwsError("ValidationException", f"the sandbox has no authorizer {given['authorizerType']}", 400)
    if given["authorizerType"] == "CUSTOM_JWT" and not given.get("authorizerConfiguration"):
        raise AwsError("ValidationException", "authorizerConfiguration is required for CUSTOM_JWT", 400)


@operation(SERVICE, "CreateGateway")
def create_gateway(call):
    given = checked(call, "CreateGateway")
    _refuse_gateway(given)
    for gateway in store(call).gateways.values():
        if gateway.settings["name"] == given["name"]:
            raise AwsError("ConflictException", f"A gateway with name {given['name']} already exists", 409)
    gateway = Gateway(f"{given['name'].lower()}-{a_name(SMALL)}", given, store(call).limits)
    gateway.created = gateway.changed
    store(call).gateways[gateway.id] = gateway
    return _gateway_answer(call, gateway)


@operation(SERVICE, "UpdateGateway")
def update_gateway(call):
    given = checked(call, "UpdateGateway")
    _refuse_gateway(given)
    gateway = gateway_of(call)
    refuse_on_the_way("Gateway", gateway)
    gateway.settings, gateway.changed = given, time.time()
    return _gateway_answer(call, gateway)


@operation(SERVICE, "GetGateway")
def get_gateway(call):
    return _gateway_answer(call, gateway_of(call))


@operation(SERVICE, "ListGateways")
def list_gateways(call):
    return {"items": [_gateway_answer(call, gateway) for gateway in store(call).gateways.values()]}


@operation(SERVICE, "DeleteGateway")
def delete_gateway(call):
    gateway = gateway_of(call)
    if gateway.targets:
        raise AwsError("ConflictException", "The gateway has targets associated with it. Delete all targets before deleting it.", 409)
    refuse_on_the_way("Gateway", gateway)
    gateway.deleted = time.time()
    return {"gatewayId": gateway.id, "status": "DELETING"}
