"""The alarms of one region, what happened to them, and the metrics they look at."""
import datetime as dt
import json
import re

from .keyring import ACCOUNT

RULE_TERM = re.compile(r'\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*["\']?([^"\')]+?)["\']?\s*\)')


def now():
    return dt.datetime.now(dt.timezone.utc)


class AlarmStore:
    def __init__(self, region):
        self._region, self.metric, self.composite, self.history, self._points = region, {}, {}, [], {}

    def put(self, name, composite, fields, when=None):
        """Creates or changes an alarm. A new one is INSUFFICIENT_DATA until something sets its state."""
        when, table = when or now(), self.composite if composite else self.metric
        arn = f"arn:aws:cloudwatch:{self._region}:{ACCOUNT}:alarm:{name}"
        fresh = {"StateValue": "INSUFFICIENT_DATA", "StateReason": "Unchecked: Initial alarm creation",
                 "StateUpdatedTimestamp": when, "StateTransitionedTimestamp": when}
        old = table.get(name)
        state = {k: old[k] for k in (*fresh, "StateReasonData") if k in old} if old else fresh
        table[name] = {"AlarmName": name, "AlarmArn": arn, "ActionsEnabled": True, "OKActions": [], "AlarmActions": [],
                       "InsufficientDataActions": [], "AlarmConfigurationUpdatedTimestamp": when, **fields, **state}
        if not composite:
            table[name].setdefault("Dimensions", [])
        verb = "updated" if old else "created"
        self.note(name, "ConfigurationUpdate", f'Alarm "{name}" {verb}',
                  {"type": "Update" if old else "Create", "version": "1.0"}, when)

    def find(self, name):
        return self.metric.get(name) or self.composite.get(name)

    def set_state(self, name, value, reason, data=None, when=None):
        """`data` is StateReasonData, a JSON text. A change of state goes into the history."""
        alarm, when = self.find(name), when or now()
        old = {"stateValue": alarm["StateValue"], "stateReason": alarm["StateReason"]}
        if "StateReasonData" in alarm:
            old["stateReasonData"] = json.loads(alarm["StateReasonData"])
        new = {"stateValue": value, "stateReason": reason}
        if data:
            new["stateReasonData"] = json.loads(data)
        alarm.pop("StateReasonData", None)
        alarm.update({"StateValue": value, "StateReason": reason, "StateUpdatedTimestamp": when,
                      **({"StateReasonData": data} if data else {})})
        if old["stateValue"] != value:
            alarm["StateTransitionedTimestamp"] = when
            self.note(name, "StateUpdate", f"Alarm updated from {old['stateValue']} to {value}",
                      {"version": "1.0", "oldState": old, "newState": new}, when)

    def note(self, name, kind, summary, data, when):
        self.history.append({"AlarmName": name, "AlarmType": "CompositeAlarm" if name in self.composite else
                             "MetricAlarm", "Timestamp": when, "HistoryItemType": kind, "HistorySummary": summary,
                             "HistoryData": json.dumps(data)})

    def children(self, name):
        """Names in the rule of a composite alarm."""
        return set(RULE_TERM.findall(self.composite[name]["AlarmRule"])) if name in self.composite else set()

    def parents(self, name):
        return {n for n in self.composite if name in self.children(n)}

    @staticmethod
    def _series(namespace, metric, dimensions):
        return namespace, metric, tuple(sorted((d["Name"], d["Value"]) for d in dimensions or []))

    def add_point(self, namespace, metric, dimensions, when, value):
        self._points.setdefault(self._series(namespace, metric, dimensions), []).append((when.timestamp(), value))

    def points(self, namespace, metric, dimensions):
        """[(epoch seconds, value), ...]"""
        return self._points.get(self._series(namespace, metric, dimensions), [])
