"""CloudTrail: the calls that changed something, looked up by one attribute, newest first."""
import datetime as dt
import json
import uuid

from . import paging
from .keyring import ACCOUNT
from .registry import operation
from .reply import AwsError

UTC = dt.timezone.utc
ATTRIBUTES = {"EventId": "EventId", "EventName": "EventName", "EventSource": "EventSource", "Username": "Username",
              "AccessKeyId": "AccessKeyId", "ReadOnly": "ReadOnly"}


class TrailStore:
    """Events in the order they happened."""

    def __init__(self):
        self.events = []

    def add(self, at, name, source, arn, request, resources=(), address="198.51.100.7", agent="aws-cli/2.17", error=None):
        """`resources` are (type, name); they are what ResourceName finds."""
        event_id, user = str(uuid.uuid4()), arn.rsplit("/", 1)[-1]
        detail = {"eventVersion": "1.11", "userIdentity": {"type": "AssumedRole" if ":assumed-role/" in arn else "IAMUser",
                                                            "arn": arn, "accountId": ACCOUNT},
                  "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "eventSource": source, "eventName": name,
                  "awsRegion": "us-east-1", "sourceIPAddress": address, "userAgent": agent, "requestParameters": request,
                  "eventID": event_id, "readOnly": False, "eventType": "AwsApiCall", "managementEvent": True,
                  **({"errorCode": error} if error else {})}
        self.events.append({"EventId": event_id, "EventName": name, "ReadOnly": "false", "EventTime": at,
                            "EventSource": source, "Username": user, "CloudTrailEvent": json.dumps(detail),
                            "Resources": [{"ResourceType": t, "ResourceName": n} for t, n in resources]})


def record(call, name, source, request, resources=()):
    """A call that was made just now. The real service would show it some minutes later."""
    call.store.trail.add(dt.datetime.now(UTC), name, source, call.key.arn, request, resources)


def fits(event, attribute):
    key, value = attribute["AttributeKey"], attribute["AttributeValue"]
    if key == "ResourceName":
        return any(r["ResourceName"] == value for r in event["Resources"])
    if key == "ResourceType":
        return any(r["ResourceType"] == value for r in event["Resources"])
    return event.get(ATTRIBUTES[key]) == value


def moment(value):
    """A time of a request, which moto parses without its zone."""
    return value.replace(tzinfo=value.tzinfo or UTC) if value else None


@operation("cloudtrail", "LookupEvents")
def lookup_events(call):
    attributes = call.get("LookupAttributes", [])
    if len(attributes) > 1:
        raise AwsError("InvalidLookupAttributesException", "You can specify only one lookup attribute.", 400)
    start, end = moment(call.get("StartTime")), moment(call.get("EndTime"))
    if start and end and start > end:
        raise AwsError("InvalidTimeRangeException", "The start time is after the end time.", 400)
    found = [e for e in call.store.trail.events if all(fits(e, a) for a in attributes)
             and (not start or e["EventTime"] >= start) and (not end or e["EventTime"] <= end)]
    found.sort(key=lambda e: e["EventTime"], reverse=True)
    page, token = paging.cut(found, min(call.get("MaxResults", 50), 50), call.get("NextToken"),
                             AwsError("InvalidNextTokenException", "Invalid NextToken", 400))
    return {"Events": page, **({"NextToken": token} if token else {})}
