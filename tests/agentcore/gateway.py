"""Registers a target at a gateway of the sandbox by the requests of examples/agentcore, and speaks to that gateway."""
import sys

from place import EXAMPLES, MODERN, post
from waiting import wait_for

sys.path.insert(0, str(EXAMPLES))
from filling import request  # noqa: E402  (the examples are no package)

ON_THE_WAY = ("CREATING", "UPDATING", "SYNCHRONIZING")


class Gateway:
    """A gateway with one target. `changes` are merged into its request, and `target_changes` into that of the target."""

    def __init__(self, place, changes=None, target_changes=None, **values):
        self.place, self.ids = place, 0
        filled = place.values(**values)
        filled["PROVIDER_ARN"] = place.agentcore.create_oauth2_credential_provider(**request("provider", filled))["credentialProviderArn"]
        self.made = place.agentcore.create_gateway(**{**request("gateway", filled), **(changes or {})})
        filled["GATEWAY_ID"] = self.made["gatewayId"]
        self.url = self.made["gatewayUrl"]
        wait_for(lambda: place.agentcore.get_gateway(gatewayIdentifier=self.made["gatewayId"])["status"] == "READY", 20, "the gateway")
        created = place.agentcore.create_gateway_target(**{**request("target", filled), **(target_changes or {})})
        assert created["status"] == "CREATING"
        self.target_id = created["targetId"]
        self.target = self.settled()

    def settled(self):
        """The target, once it is on its way no more."""
        def look():
            found = self.place.agentcore.get_gateway_target(gatewayIdentifier=self.made["gatewayId"], targetId=self.target_id)
            return found if found["status"] not in ON_THE_WAY else None
        return wait_for(look, 20, "the target to settle")

    def ask(self, method, modern=False, token=None, headers=None, **params):
        """-> (status, headers, message)"""
        self.ids += 1
        if modern:
            params["_meta"] = MODERN | params.get("_meta", {})
        message = {"jsonrpc": "2.0", "id": self.ids, "method": method, "params": params}
        return post(self.url, message, token or self.place.token(), **(headers or {}))

    def result(self, method, modern=False, **params):
        status, _, message = self.ask(method, modern, **params)
        assert status == 200 and "result" in message, (status, message)
        return message["result"]

    def call(self, tool, modern=False, **arguments):
        """A tool of lakewarden's by its own name."""
        return self.result("tools/call", modern, name=f"lakewarden___{tool}", arguments=arguments)


def versions(*names):
    """A gateway that supports these alone."""
    return {"protocolConfiguration": {"mcp": {"supportedVersions": list(names)}}}
