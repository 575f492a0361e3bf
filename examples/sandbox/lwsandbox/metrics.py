"""CloudWatch metric data: points put and points read back, gathered by period."""
import datetime as dt
import math
import re

from .cloudwatch import invalid, seconds
from .registry import operation
from .reply import not_implemented

STATISTICS = {"Average": lambda v: sum(v) / len(v), "Sum": sum, "Minimum": min, "Maximum": max,
              "SampleCount": lambda v: float(len(v))}


@operation("cloudwatch", "PutMetricData")
def put_metric_data(call):
    for datum in call.parameters["MetricData"]:
        when = dt.datetime.fromtimestamp(seconds(datum["Timestamp"]), dt.timezone.utc) if "Timestamp" in datum \
            else dt.datetime.now(dt.timezone.utc)
        for value in datum.get("Values") or [datum["Value"]]:
            call.store.alarms.add_point(call.parameters["Namespace"], datum["MetricName"], datum.get("Dimensions"),
                                        when, float(value))
    return {}


@operation("cloudwatch", "GetMetricData")
def get_metric_data(call):
    first, last = seconds(call.parameters["StartTime"]), seconds(call.parameters["EndTime"])
    if first >= last:
        raise invalid("The parameter StartTime must be less than the parameter EndTime.")
    ids = [q["Id"] for q in call.parameters["MetricDataQueries"]]
    if len(set(ids)) != len(ids) or not all(re.fullmatch(r"[a-z][a-zA-Z0-9_]{0,254}", i) for i in ids):
        raise invalid("The value for MetricDataQueries Id must be unique, start with a lower-case letter and hold "
                      "letters, digits and underscores only.")
    ascending = call.get("ScanBy") == "TimestampAscending"
    return {"MetricDataResults": [_answer(call, q, first, last, ascending)
                                  for q in call.parameters["MetricDataQueries"] if q.get("ReturnData", True)],
            "Messages": []}


def _answer(call, query, first, last, ascending):
    if "MetricStat" not in query:
        raise not_implemented("metric math")
    stat = query["MetricStat"]
    metric, period = stat["Metric"], stat["Period"]
    buckets = {}
    for at, value in call.store.alarms.points(metric["Namespace"], metric["MetricName"], metric.get("Dimensions")):
        slot = math.floor(at / period) * period
        if math.floor(first / period) * period <= slot < last:
            buckets.setdefault(slot, []).append(value)
    rows = sorted(buckets.items(), reverse=not ascending)
    return {"Id": query["Id"], "Label": query.get("Label") or metric["MetricName"],
            "Timestamps": [dt.datetime.fromtimestamp(slot, dt.timezone.utc) for slot, _ in rows],
            "Values": [float(_statistic(stat["Stat"])(values)) for _, values in rows], "StatusCode": "Complete"}


def _statistic(name):
    if name in STATISTICS:
        return STATISTICS[name]
    match = re.fullmatch(r"p(\d{1,2}(?:\.\d+)?|100)", name)
    if not match:
        raise invalid(f"The statistic {name} is not known.")
    rank = float(match[1]) / 100
    return lambda values: sorted(values)[max(0, math.ceil(rank * len(values)) - 1)]
