"""Lambda: functions, and the event source mappings that feed them. A mapping that is switched goes its way in seconds."""
import datetime as dt
import uuid

from . import paging
from .clock import now
from .keyring import ACCOUNT
from .registry import operation
from .reply import AwsError

ON_THE_WAY = ("Creating", "Enabling", "Updating", "Disabling", "Deleting")


def missing(message):
    return AwsError("ResourceNotFoundException", message, 404, Type="User")


class LambdaStore:
    """Functions by name, mappings by UUID; a mapping keeps beside it what becomes of it."""

    def __init__(self, region):
        self._region, self.functions, self.concurrency, self.mappings, self._plans = region, {}, {}, {}, {}

    def arn(self, name):
        return f"arn:aws:lambda:{self._region}:{ACCOUNT}:function:{name}"

    def add_function(self, name, **fields):
        made = fields.pop("LastModified", "2026-03-02T10:11:12.000+0000")
        self.functions[name] = {
            "FunctionName": name, "FunctionArn": self.arn(name), "Runtime": "python3.12", "Handler": "app.handler",
            "Role": f"arn:aws:iam::{ACCOUNT}:role/{name}", "CodeSize": 48213, "Timeout": 30, "MemorySize": 512,
            "LastModified": made, "Version": "$LATEST", "PackageType": "Zip", "Architectures": ["x86_64"],
            "State": "Active", "LastUpdateStatus": "Successful",
            "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"}, **fields}

    def function(self, text):
        """By name, ARN or part of one, with or without a qualifier."""
        parts = text.split(":")
        name = parts[parts.index("function") + 1] if "function" in parts else parts[0]
        if name not in self.functions:
            raise missing(f"Function not found: {self.arn(name)}")
        return self.functions[name]

    def add_mapping(self, name, **fields):
        known = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}/{fields.get('Topics')}"))
        self.mappings[known] = {
            "UUID": known, "BatchSize": 100, "MaximumBatchingWindowInSeconds": 0, "FunctionArn": self.arn(name),
            "LastModified": now(), "LastProcessingResult": "OK", "State": "Enabled", "MaximumRetryAttempts": -1,
            "StateTransitionReason": "USER_INITIATED", "MaximumRecordAgeInSeconds": -1, "DestinationConfig": {},
            "StartingPosition": "TRIM_HORIZON",
            "EventSourceMappingArn": f"arn:aws:lambda:{self._region}:{ACCOUNT}:event-source-mapping:{known}", **fields}
        return self.mappings[known]

    def mapping(self, known):
        if known not in self.mappings:
            raise missing("The resource you requested does not exist.")
        row = self.mappings[known]
        at, state = self._plans.get(known, (None, None))
        if at and at <= now():
            del self._plans[known]
            row.update(State=state, LastModified=at)
            if state == "Enabled":
                row["LastProcessingResult"] = "No records processed"
        return row

    def switch(self, known, on, seconds):
        """Enabled to Disabled or back, by way of the state between them."""
        row = self.mapping(known)
        if row["State"] in ON_THE_WAY:
            raise AwsError("ResourceInUseException", "Cannot update the event source mapping because it is in use.",
                           400, Type="User")
        goal = "Enabled" if on else "Disabled"
        if row["State"] != goal:
            row.update(State="Enabling" if on else "Disabling", LastModified=now(), StateTransitionReason="USER_INITIATED")
            self._plans[known] = (now() + dt.timedelta(seconds=seconds), goal)


@operation("lambda", "GetFunctionConfiguration")
def get_function_configuration(call):
    return call.store.lambda_.function(call.parameters["FunctionName"])


@operation("lambda", "GetFunctionConcurrency")
def get_function_concurrency(call):
    name = call.store.lambda_.function(call.parameters["FunctionName"])["FunctionName"]
    kept = call.store.lambda_.concurrency.get(name)
    return {} if kept is None else {"ReservedConcurrentExecutions": kept}


@operation("lambda", "ListEventSourceMappings")
def list_event_source_mappings(call):
    """By function: only those of exactly that function or alias. By source: whoever reads from it."""
    store, name, source = call.store.lambda_, call.get("FunctionName"), call.get("EventSourceArn")
    limit = call.get("MaxItems", 100)
    if not 1 <= limit <= 10000:
        raise AwsError("InvalidParameterValueException", "MaxItems must be between 1 and 10000", 400, Type="User")
    rows = [store.mapping(known) for known in sorted(store.mappings)]
    if name:
        arn = name if name.startswith("arn:") else store.arn(name.split("function:")[-1])
        rows = [row for row in rows if row["FunctionArn"] == arn]
    if source:
        rows = [row for row in rows if row.get("EventSourceArn") == source]
    bad = AwsError("InvalidParameterValueException", "Invalid pagination token", 400, Type="User")
    page, marker = paging.cut(rows, min(limit, 100), call.get("Marker"), bad)
    return {"EventSourceMappings": page, **({"NextMarker": marker} if marker else {})}


@operation("lambda", "GetEventSourceMapping")
def get_event_source_mapping(call):
    return call.store.lambda_.mapping(call.parameters["UUID"])


@operation("lambda", "UpdateEventSourceMapping")
def update_event_source_mapping(call):
    asked, store = dict(call.parameters), call.store.lambda_
    known, enabled = asked.pop("UUID"), asked.pop("Enabled", None)
    row = store.mapping(known)
    if "FunctionName" in asked:
        asked["FunctionArn"] = store.function(asked.pop("FunctionName"))["FunctionArn"]
    if enabled is not None:
        store.switch(known, enabled, call.world.pace["starting_s"])
    row.update(asked)
    return row
