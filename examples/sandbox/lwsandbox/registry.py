"""The table of operations: each service module adds its own, the application looks them up."""
from dataclasses import dataclass
from typing import Any

OPERATIONS = {}  # (botocore service name, operation) -> function(call) -> result in the shape of the API


def operation(service, name):
    """Registers the function that answers one operation."""
    def register(function):
        OPERATIONS[service, name] = function
        return function
    return register


@dataclass
class Call:
    """One identified, signed and permitted request: what an operation gets."""
    world: Any         # state.World: keys, Cognito, night
    store: Any         # state.Region: the account's things in the region of the signature
    region: str
    key: Any           # keyring.Key of the caller
    parameters: dict   # parsed by botocore's model, names as in the API
    fault: dict | None

    def get(self, name, default=None):
        value = self.parameters.get(name)
        return default if value is None else value
