"""CloudWatch alarms: metric and composite, their history, and the relations between them."""
import datetime as dt

from . import paging
from .registry import operation
from .reply import AwsError


def invalid(message):
    return AwsError("ValidationError", message, 400)


def not_found(name):
    return AwsError("ResourceNotFound", f"Alarm {name} does not exist", 404)


def _page(call, items):
    limit = call.get("MaxRecords", 50)
    if not 1 <= limit <= 100:
        raise invalid(f"1 validation error detected: Value '{limit}' at 'maxRecords' failed to satisfy constraint: "
                      "Member must have value less than or equal to 100")
    page, token = paging.cut(items, limit, call.get("NextToken"),
                             AwsError("InvalidNextToken", "The next token specified is invalid.", 400))
    return page, {"NextToken": token} if token else {}


@operation("cloudwatch", "PutMetricAlarm")
def put_metric_alarm(call):
    fields = {k: v for k, v in call.parameters.items() if k not in ("AlarmName", "Tags")}
    call.store.alarms.put(call.parameters["AlarmName"], False, fields)
    return {}


@operation("cloudwatch", "PutCompositeAlarm")
def put_composite_alarm(call):
    fields = {k: v for k, v in call.parameters.items() if k not in ("AlarmName", "Tags")}
    call.store.alarms.put(call.parameters["AlarmName"], True, fields)
    return {}


@operation("cloudwatch", "SetAlarmState")
def set_alarm_state(call):
    asked = call.parameters
    if not call.store.alarms.find(asked["AlarmName"]):
        raise not_found(asked["AlarmName"])
    call.store.alarms.set_state(asked["AlarmName"], asked["StateValue"], asked["StateReason"],
                                asked.get("StateReasonData"))
    return {}


@operation("cloudwatch", "DescribeAlarms")
def describe_alarms(call):
    """Without AlarmTypes only metric alarms come back, whatever else is asked. Relations give a short form."""
    alarms, asked = call.store.alarms, call.parameters
    related = [m for m in ("ChildrenOfAlarmName", "ParentsOfAlarmName") if asked.get(m)]
    if related:
        return _describe_related(call, related[0])
    names, prefix = call.get("AlarmNames"), call.get("AlarmNamePrefix")
    if names and prefix:
        raise invalid("AlarmNames and AlarmNamePrefix cannot both be specified")
    types = call.get("AlarmTypes") or ["MetricAlarm"]
    pool = (list(alarms.metric.values()) if "MetricAlarm" in types else []) + \
           (list(alarms.composite.values()) if "CompositeAlarm" in types else [])
    state, action = call.get("StateValue"), call.get("ActionPrefix")
    rows = [a for a in pool if (not names or a["AlarmName"] in names) and a["AlarmName"].startswith(prefix or "")
            and state in (None, a["StateValue"])
            and (not action or any(x.startswith(action) for x in a["AlarmActions"]))]
    rows, token = _page(call, sorted(rows, key=lambda a: a["AlarmName"]))
    return {"MetricAlarms": [a for a in rows if a["AlarmName"] in alarms.metric],
            "CompositeAlarms": [a for a in rows if a["AlarmName"] in alarms.composite], **token}


def _describe_related(call, relation):
    """AWS gives name, ARN, state and its time for children, name and ARN for parents."""
    if set(call.parameters) - {relation, "MaxRecords", "NextToken"}:
        raise invalid(f"{relation} cannot be combined with other parameters than MaxRecords and NextToken")
    alarms, name = call.store.alarms, call.parameters[relation]
    if not alarms.find(name):
        raise not_found(name)
    down = relation == "ChildrenOfAlarmName"
    kept = ("AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp") if down else ("AlarmName", "AlarmArn")
    found = sorted(n for n in (alarms.children(name) if down else alarms.parents(name)) if alarms.find(n))
    rows, token = _page(call, found)
    short = {n: {k: alarms.find(n)[k] for k in kept} for n in rows}
    return {"MetricAlarms": [short[n] for n in rows if n in alarms.metric],
            "CompositeAlarms": [short[n] for n in rows if n in alarms.composite], **token}


@operation("cloudwatch", "DescribeAlarmHistory")
def describe_alarm_history(call):
    """Metric alarms only unless AlarmTypes says more; newest first unless ScanBy says otherwise; kept for 30 days."""
    types, name, kind = call.get("AlarmTypes") or ["MetricAlarm"], call.get("AlarmName"), call.get("HistoryItemType")
    first, last = call.get("StartDate"), call.get("EndDate")
    oldest = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=30)
    items = [i for i in call.store.alarms.history
             if i["Timestamp"] >= oldest and i["AlarmType"] in types
             and name in (None, i["AlarmName"]) and kind in (None, i["HistoryItemType"])
             and (first is None or seconds(first) <= i["Timestamp"].timestamp())
             and (last is None or i["Timestamp"].timestamp() <= seconds(last))]
    items.sort(key=lambda i: i["Timestamp"], reverse=call.get("ScanBy") != "TimestampAscending")
    page, token = _page(call, items)
    return {"AlarmHistoryItems": page, **token}


@operation("cloudwatch", "DescribeAlarmContributors")
def describe_alarm_contributors(call):
    """Contributors belong to alarms over many series; the sandbox has none of those."""
    if not call.store.alarms.find(call.parameters["AlarmName"]):
        raise AwsError("ResourceNotFoundException", f"Alarm {call.parameters['AlarmName']} does not exist", 404)
    return {"AlarmContributors": []}


def seconds(value):
    """A timestamp of a request as epoch seconds."""
    if hasattr(value, "timestamp"):
        return (value if value.tzinfo else value.replace(tzinfo=dt.timezone.utc)).timestamp()
    return float(value)
