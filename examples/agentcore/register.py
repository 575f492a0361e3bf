#!/usr/bin/env python3
"""Puts lakewarden behind an AgentCore Gateway: credential provider, gateway, target, in this order. Takes boto3.

    register.py up        makes what is not there, updates what is, waits until the target is READY
    register.py sync      has the gateway read the lists of tools, prompts and resources again: after each upgrade of lakewarden
    register.py remove    takes all of it away again

`up --dry-run` prints the requests and sends none.

The secret of the app client comes from the variable GATEWAY_CLIENT_SECRET; without it Cognito is asked (DescribeUserPoolClient).
"""
import argparse
import json
import os
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from filling import request
from waiting import Failed, calm, find, gone, items, settled

DISCOVERY = "/.well-known/openid-configuration"
UP = ("issuer", "client_id", "allowed_client", "endpoint", "gateway_role_arn")  # what `up` must know


def arguments(words=None):
    """The command line. A setting may also be a variable of the same name: ENDPOINT, CLIENT_ID, ..."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("up", "sync", "remove"))

    def add(name, text, **more):
        parser.add_argument(f"--{name}", help=text, default=os.environ.get(name.upper().replace("-", "_")), **more)

    add("endpoint", "lakewarden's URL as the gateway reaches it: https://HOST/mcp")
    add("issuer", "the user pool: https://cognito-idp.REGION.amazonaws.com/POOL")
    add("client-id", "app client of the gateway (client_credentials)")
    add("allowed-client", "app client that may use the gateway; repeatable", action="append")
    add("gateway-role-arn", "role of the gateway")
    parser.add_argument("--scope", action="append", help="scope of the gateway's tokens (default: lakewarden/read); repeatable")
    parser.add_argument("--name", default="lakewarden", help="of provider, gateway and target (default: lakewarden)")
    parser.add_argument("--timeout", type=float, default=300, help="seconds to wait for each step (default: 300)")
    parser.add_argument("--dry-run", action="store_true", help="print the requests of `up`, with the names of what is not known yet")
    given = parser.parse_args(words)
    if isinstance(given.allowed_client, str):
        given.allowed_client = given.allowed_client.split(",")
    if given.dry_run and given.command != "up":
        parser.error("--dry-run goes with up")
    needed = UP if given.command == "up" and not given.dry_run else ()
    missing = [f"--{name.replace('_', '-')}" for name in needed if not getattr(given, name)]
    if missing:
        parser.error(f"up needs {', '.join(missing)}")
    return given


def secret_of(given):
    """From the environment, or from Cognito: never from the command line, where everybody on the machine could read it."""
    secret = os.environ.get("GATEWAY_CLIENT_SECRET")
    if secret:
        return secret
    cognito = boto3.client("cognito-idp")
    pool = given.issuer.rpartition("/")[2]
    return cognito.describe_user_pool_client(UserPoolId=pool, ClientId=given.client_id)["UserPoolClient"]["ClientSecret"]


def values_of(given):
    """What stands for the names in the request files, as far as the command line says it."""
    known = {"NAME": given.name, "ENDPOINT": given.endpoint, "CLIENT_ID": given.client_id, "ALLOWED_CLIENT": given.allowed_client,
             "GATEWAY_ROLE_ARN": given.gateway_role_arn, "SCOPE": given.scope or ["lakewarden/read"],
             "DISCOVERY_URL": given.issuer and given.issuer + DISCOVERY}
    return {name: value for name, value in known.items() if value}


def put_provider(agentcore, values):
    """-> its ARN"""
    try:
        agentcore.get_oauth2_credential_provider(name=values["NAME"])
        put = agentcore.update_oauth2_credential_provider
    except agentcore.exceptions.ResourceNotFoundException:
        put = agentcore.create_oauth2_credential_provider
    put(**request("provider", values))
    return settled("the credential provider", values["TIMEOUT"],
                   lambda: agentcore.get_oauth2_credential_provider(name=values["NAME"]))["credentialProviderArn"]


def put_gateway(agentcore, values):
    """-> the gateway"""
    found = find(agentcore, "list_gateways", values["NAME"])

    def look():
        return agentcore.get_gateway(gatewayIdentifier=found["gatewayId"])

    if found:
        calm("the gateway", values["TIMEOUT"], look)
        agentcore.update_gateway(gatewayIdentifier=found["gatewayId"], **request("gateway", values))
    else:
        found = agentcore.create_gateway(**request("gateway", values))
    return settled("the gateway", values["TIMEOUT"], look)


def put_target(agentcore, values):
    """-> the target. Creating and updating has its lists read."""
    gateway = values["GATEWAY_ID"]
    found = find(agentcore, "list_gateway_targets", values["NAME"], gatewayIdentifier=gateway)
    if found:
        calm("the target", values["TIMEOUT"], lambda: look_at_target(agentcore, values, found["targetId"]))
        agentcore.update_gateway_target(targetId=found["targetId"], **request("target", values))
    else:
        found = agentcore.create_gateway_target(**request("target", values))
    return wait_for_target(agentcore, values, found["targetId"])


def look_at_target(agentcore, values, target):
    """Its description."""
    return agentcore.get_gateway_target(gatewayIdentifier=values["GATEWAY_ID"], targetId=target)


def wait_for_target(agentcore, values, target):
    """Its description, once its lists have been read."""
    return settled("the target", values["TIMEOUT"], lambda: look_at_target(agentcore, values, target))


def up(agentcore, values):
    """All three, in order."""
    values["PROVIDER_ARN"] = put_provider(agentcore, values)
    gateway = put_gateway(agentcore, values)
    values["GATEWAY_ID"] = gateway["gatewayId"]
    target = put_target(agentcore, values)
    return {"gateway_url": gateway["gatewayUrl"], "gateway_id": gateway["gatewayId"], "target_id": target["targetId"],
            "status": target["status"]}


def place_of(agentcore, values):
    """-> (gateway or None, target or None), by their names."""
    gateway = find(agentcore, "list_gateways", values["NAME"])
    if not gateway:
        return None, None
    values["GATEWAY_ID"] = gateway["gatewayId"]
    return gateway, find(agentcore, "list_gateway_targets", values["NAME"], gatewayIdentifier=gateway["gatewayId"])


def sync(agentcore, values):
    """The lists anew."""
    gateway, target = place_of(agentcore, values)
    if not target:
        raise Failed(f"there is no gateway {values['NAME']} with such a target: register.py up")
    calm("the target", values["TIMEOUT"], lambda: look_at_target(agentcore, values, target["targetId"]))
    agentcore.synchronize_gateway_targets(gatewayIdentifier=gateway["gatewayId"], targetIdList=[target["targetId"]])
    return {"status": wait_for_target(agentcore, values, target["targetId"])["status"]}


def refuse_shared(agentcore, gateway, values):
    """A gateway that has targets besides ours is somebody's."""
    targets = items(agentcore, "list_gateway_targets", gatewayIdentifier=gateway["gatewayId"])
    others = sorted(one["name"] for one in targets if one["name"] != values["NAME"])
    if others:
        raise Failed(f"the gateway {values['NAME']} has other targets: {', '.join(others)}. Nothing was removed")


def remove(agentcore, values):
    """The other way round. What is not there is no fault."""
    gateway, target = place_of(agentcore, values)
    if gateway:
        refuse_shared(agentcore, gateway, values)
    missing = agentcore.exceptions.ResourceNotFoundException
    removed = []
    if target:
        def look():
            return look_at_target(agentcore, values, target["targetId"])

        calm("the target", values["TIMEOUT"], look)
        agentcore.delete_gateway_target(gatewayIdentifier=gateway["gatewayId"], targetId=target["targetId"])
        gone("the target", values["TIMEOUT"], missing, look)
        removed.append("target")
    if gateway:
        agentcore.delete_gateway(gatewayIdentifier=gateway["gatewayId"])
        gone("the gateway", values["TIMEOUT"], missing, lambda: agentcore.get_gateway(gatewayIdentifier=gateway["gatewayId"]))
        removed.append("gateway")
    try:
        agentcore.get_oauth2_credential_provider(name=values["NAME"])
        agentcore.delete_oauth2_credential_provider(name=values["NAME"])
        removed.append("provider")
    except missing:
        pass
    return {"removed": removed}


def show(values):
    """The requests as they would be sent; what is not known yet, and the secret, keep their names."""
    return {"CreateOauth2CredentialProvider": request("provider", values), "CreateGateway": request("gateway", values),
            "CreateGatewayTarget": request("target", values)}


def main():
    given = arguments()
    values = {**values_of(given), "TIMEOUT": given.timeout}
    try:
        if given.dry_run:
            said = show(values)
        else:
            if given.command == "up":
                values["CLIENT_SECRET"] = secret_of(given)
            said = {"up": up, "sync": sync, "remove": remove}[given.command](boto3.client("bedrock-agentcore-control"), values)
    except (Failed, BotoCoreError, ClientError) as problem:
        sys.exit(f"register.py: {problem}")
    print(json.dumps(said, indent=2))


if __name__ == "__main__":
    main()
