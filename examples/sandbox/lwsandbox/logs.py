"""CloudWatch Logs: groups, streams, tails and filters, with the tokens and empty pages of the real one."""
import re
import secrets

from . import paging
from .keyring import ACCOUNT
from .logpattern import compile_pattern
from .logstore import Stream, now_ms
from .registry import operation
from .reply import AwsError

PAGE_BYTES = 1024 * 1024
PAGE_EVENTS = 10000


def invalid(message):
    return AwsError("InvalidParameterException", message, 400)


def bounded(call, default, most):
    limit = call.get("limit", default)
    if not 1 <= limit <= most:
        raise invalid(f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
                      f"Member must have value less than or equal to {most}")
    return limit


def cut(items, call, limit):
    page, token = paging.cut(items, limit, call.get("nextToken"), invalid("The specified nextToken is invalid."))
    return page, {"nextToken": token} if token else {}


def arn(call, group):
    return f"arn:aws:logs:{call.region}:{ACCOUNT}:log-group:{group}"


@operation("logs", "CreateLogGroup")
def create_log_group(call):
    if call.parameters["logGroupName"] in call.store.logs.groups:
        raise AwsError("ResourceAlreadyExistsException", "The specified log group already exists", 400)
    call.store.logs.add_group(call.parameters["logGroupName"])
    return {}


@operation("logs", "CreateLogStream")
def create_log_stream(call):
    _, streams = call.store.logs.group(call.parameters["logGroupName"])
    name = call.parameters["logStreamName"]
    if name in streams:
        raise AwsError("ResourceAlreadyExistsException", "The specified log stream already exists", 400)
    streams[name] = Stream(name)
    return {}


@operation("logs", "PutLogEvents")
def put_log_events(call):
    _, streams = call.store.logs.group(call.parameters["logGroupName"])
    stream = call.store.logs.stream(streams, call.parameters["logStreamName"])
    stream.add([(e["timestamp"], e["message"]) for e in call.parameters["logEvents"]])
    return {"nextSequenceToken": str(now_ms())}


@operation("logs", "DescribeLogGroups")
def describe_log_groups(call):
    prefix, part = call.get("logGroupNamePrefix", ""), call.get("logGroupNamePattern", "")
    names = sorted(n for n in call.store.logs.groups if n.startswith(prefix) and part.lower() in n.lower())
    names, token = cut(names, call, bounded(call, 50, 50))
    return {"logGroups": [{"logGroupName": n, "arn": arn(call, n) + ":*", "logGroupArn": arn(call, n),
                           "creationTime": call.store.logs.groups[n]["created"], "metricFilterCount": 0,
                           "storedBytes": 0, "logGroupClass": "STANDARD"} for n in names], **token}


@operation("logs", "DescribeLogStreams")
def describe_log_streams(call):
    group, streams = call.store.logs.group(call.get("logGroupName"), call.get("logGroupIdentifier"))
    by_time, prefix = call.get("orderBy") == "LastEventTime", call.get("logStreamNamePrefix", "")
    if by_time and prefix:
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    rows = [_describe(call, group, s) for n, s in streams.items() if n.startswith(prefix)]
    rows = [r for r in rows if r]
    rows.sort(key=lambda r: (r.get("lastEventTimestamp", 0) if by_time else 0, r["logStreamName"]),
              reverse=call.get("descending", False))
    rows, token = cut(rows, call, bounded(call, 50, 50))
    return {"logStreams": call.world.patches.apply("logs", rows), **token}


def _describe(call, group, stream):
    events = stream.visible()
    row = {"logStreamName": stream.name, "creationTime": stream.created, "storedBytes": 0,
           "arn": f"{arn(call, group)}:log-stream:{stream.name}"}
    if events:
        row.update(firstEventTimestamp=events[0].timestamp, lastEventTimestamp=events[-1].timestamp,
                   lastIngestionTime=events[-1].ingestion, uploadSequenceToken=events[-1].id)
    return row if stream.created <= now_ms() else None


def fill(rows, limit, from_end=False):
    """As many rows of (event, anything) as fit into one answer, from the front or from the end."""
    taken, room = [], PAGE_BYTES
    for event, what in reversed(rows) if from_end else rows:
        room -= len(event.message.encode()) + 26
        if len(taken) == limit or (room < 0 and taken):
            break
        taken.append((event, what))
    return taken[::-1] if from_end else taken


@operation("logs", "GetLogEvents")
def get_log_events(call):
    """Tokens name a place in the stream. At either end the token that was sent comes back, as at AWS."""
    _, streams = call.store.logs.group(call.get("logGroupName"), call.get("logGroupIdentifier"))
    events = call.store.logs.stream(streams, call.parameters["logStreamName"]).visible()
    first, last = call.get("startTime", 0), call.get("endTime", 1 << 62)
    rows = [(e, i) for i, e in enumerate(events) if first <= e.timestamp < last]
    backward = not call.get("startFromHead", False)
    at = len(events) if backward else 0
    if token := call.get("nextToken"):
        match = re.fullmatch(r"([fb])/(\d{56})/s", token)
        if not match:
            raise invalid("The specified nextToken is invalid.")
        backward, at = match[1] == "b", int(match[2])
    rows = [r for r in rows if (r[1] < at if backward else r[1] >= at)]
    rows = fill(rows, bounded(call, PAGE_EVENTS, PAGE_EVENTS), from_end=backward)
    start, end = (rows[0][1], rows[-1][1] + 1) if rows else (at, at)
    return {"events": [{"timestamp": e.timestamp, "message": e.message, "ingestionTime": e.ingestion}
                       for e, _ in rows],
            "nextForwardToken": f"f/{end:056d}/s", "nextBackwardToken": f"b/{start:056d}/s"}


@operation("logs", "FilterLogEvents")
def filter_log_events(call):
    """All streams asked for, ordered by time. A fault of kind `empty` gives a page without events.

    A token is never the same twice, not even after an empty page: paginators stop at one they know."""
    _, streams = call.store.logs.group(call.get("logGroupName"), call.get("logGroupIdentifier"))
    names, prefix = call.get("logStreamNames"), call.get("logStreamNamePrefix")
    if names and prefix:
        raise invalid("LogStreamNamePrefix and LogStreamNames cannot both be specified.")
    if names:
        chosen = [call.store.logs.stream(streams, n) for n in names]
    else:
        chosen = [s for n, s in streams.items() if n.startswith(prefix or "")]
    wanted, limit = compile_pattern(call.get("filterPattern")), bounded(call, PAGE_EVENTS, PAGE_EVENTS)
    first, last = call.get("startTime", 0), call.get("endTime", 1 << 62)
    found = sorted((e.timestamp, e.id, s.name, e) for s in chosen for e in s.visible()
                   if first <= e.timestamp <= last and wanted(e.message))
    try:
        start = int(paging.unseal(call.get("nextToken")).split(":")[0]) if call.get("nextToken") else 0
    except ValueError:
        raise invalid("The specified nextToken is invalid.") from None
    empty = call.fault is not None and call.fault["kind"] == "empty"
    page = [] if empty else fill([(e, name) for _, _, name, e in found[start:]], limit)
    end = start + len(page)
    rows = [{"logStreamName": name, "timestamp": e.timestamp, "message": e.message,
             "ingestionTime": e.ingestion, "eventId": e.id} for e, name in page]
    more = {"nextToken": paging.seal(f"{end}:{secrets.token_hex(4)}")} if empty or end < len(found) else {}
    return {"events": rows, "searchedLogStreams": [], **more}
