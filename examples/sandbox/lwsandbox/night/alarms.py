"""The alarms of the night, what they went through, and the metrics behind them."""
import datetime as dt
import json

from .jobs import FIRST_SECONDS, HEALTHY, JOB, SECOND_SECONDS

ALARM, QUIET, COMPOSITE = "nightly-orders-load-failed", "hourly-customers-sync-failed", "lake-night-shift"
NAMESPACE, METRIC = "Acme/DataLake", "FailedRuns"
TOPIC = "arn:aws:sns:us-east-1:123456789012:data-lake-oncall"
PERIOD_S = 300


def seed(night, alarms, facts):
    for name, job in ((ALARM, JOB), (QUIET, HEALTHY)):
        alarms.put(name, False, {
            "AlarmDescription": f"A run of {job} failed. Runbook: https://wiki.example.com/runbooks/{job}",
            "AlarmActions": [TOPIC], "OKActions": [TOPIC], "Namespace": NAMESPACE, "MetricName": METRIC,
            "Statistic": "Sum", "Dimensions": [{"Name": "JobName", "Value": job}], "Period": PERIOD_S,
            "EvaluationPeriods": 1, "DatapointsToAlarm": 1, "Threshold": 1.0, "TreatMissingData": "ignore",
            "ComparisonOperator": "GreaterThanOrEqualToThreshold"}, night.at(9, 20, days_ago=214))
        _turn(alarms, name, "OK", 0.0, night.at(9, 40, days_ago=214))
    alarms.put(COMPOSITE, True, {
        "AlarmDescription": "Wakes the night shift.", "AlarmActions": [TOPIC],
        "AlarmRule": f'ALARM("{ALARM}") OR ALARM("{QUIET}")'}, night.at(9, 30, days_ago=214))
    alarms.set_state(COMPOSITE, "OK", "No child is in ALARM", None, night.at(9, 41, days_ago=214))
    _story(night, alarms)
    _points(night, alarms, facts)


def _story(night, alarms):
    """A failure 26 nights ago that was put right within the hour, and last night's, which was not."""
    for days_ago, ends in ((26, True), (0, False)):
        _turn(alarms, ALARM, "ALARM", 1.0, night.at(2, 10, 37.4, days_ago))
        _follow(alarms, "ALARM", night.at(2, 10, 38.1, days_ago))
        if ends:
            _turn(alarms, ALARM, "OK", 0.0, night.at(3, 1, 12.9, days_ago))
            _follow(alarms, "OK", night.at(3, 1, 13.6, days_ago))


def _turn(alarms, name, state, value, when):
    start = when - dt.timedelta(seconds=PERIOD_S)
    stamp = start.strftime("%Y-%m-%dT%H:%M:00.000+0000")
    word = "was greater than or equal to" if state == "ALARM" else "was not greater than or equal to"
    reason = (f"Threshold Crossed: 1 out of the last 1 datapoints [{value} ({start:%d/%m/%y %H:%M:00})] {word} the "
              "threshold (1.0)" + (" (minimum 1 datapoint for OK -> ALARM transition)." if state == "ALARM" else "."))
    data = {"version": "1.0", "queryDate": when.strftime("%Y-%m-%dT%H:%M:%S.000+0000"), "startDate": stamp,
            "statistic": "Sum", "period": PERIOD_S, "recentDatapoints": [value], "threshold": 1.0,
            "evaluatedDatapoints": [{"timestamp": stamp, "sampleCount": 1.0, "value": value}]}
    alarms.set_state(name, state, reason, json.dumps(data), when)
    if state == "ALARM":
        alarms.note(name, "Action", f"Successfully executed action {TOPIC}",
                    {"actionState": "Succeeded", "notificationResource": TOPIC, "version": "1.0"}, when)


def _follow(alarms, state, when):
    arn = alarms.find(ALARM)["AlarmArn"]
    alarms.set_state(COMPOSITE, state, f"{arn} transitioned to {state} at {when:%A %d %B, %Y %H:%M:%S UTC}",
                     json.dumps({"triggeringAlarms": [{"arn": arn, "state": {"value": state}}]}), when)


def _points(night, alarms, facts):
    """One point at the end of each run: 1 if it failed. Glue's own count of failed tasks for the night besides."""
    job = [{"Name": "JobName", "Value": JOB}]
    alarms.add_point(NAMESPACE, METRIC, job, night.at(2, 8, 10, 26), 1.0)
    for days_ago in range(20, 0, -1):
        alarms.add_point(NAMESPACE, METRIC, job, night.at(2, 16, 30, days_ago), 0.0)
    for began, took in ((facts["first_at"], FIRST_SECONDS), (facts["second_at"], SECOND_SECONDS)):
        alarms.add_point(NAMESPACE, METRIC, job, began + dt.timedelta(seconds=took), 1.0)
    for hour in range(24):
        alarms.add_point(NAMESPACE, METRIC, [{"Name": "JobName", "Value": HEALTHY}],
                         night.at(4) - dt.timedelta(hours=hour), 0.0)
    failed = [*job, {"Name": "JobRunId", "Value": "ALL"}, {"Name": "Type", "Value": "count"}]
    for minute, count in enumerate((0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 11, 23, 31, 34)):
        alarms.add_point("Glue", "glue.driver.aggregate.numFailedTasks", failed,
                         facts["second_at"] + dt.timedelta(minutes=minute + 1), float(count))
