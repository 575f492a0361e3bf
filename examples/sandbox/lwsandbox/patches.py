"""Control call `patch`: merges members into every object of a reply that carries a given id."""
ID_MEMBERS = ("JobRunId", "Id", "AlarmName", "RunId", "Name", "id", "logStreamName")


class Patches:
    def __init__(self):
        self._sets = {}

    def add(self, orders):
        """Takes one {service, id, set} or a list. A member set to null is removed."""
        orders = orders if isinstance(orders, list) else [orders]
        if not all(isinstance(o, dict) and {"service", "id", "set"} <= set(o) for o in orders):
            raise ValueError("a patch has service, id and set")
        for order in orders:
            merge(self._sets.setdefault((order["service"], order["id"]), {}), order["set"], keep_null=True)

    def clear(self):
        self._sets.clear()

    def apply(self, service, value):
        """-> the value with all patches in it; what has none is handed back as it is."""
        if not self._sets:
            return value
        if isinstance(value, list):
            return [self.apply(service, v) for v in value]
        if not isinstance(value, dict):
            return value
        out = {k: self.apply(service, v) for k, v in value.items()}
        for name in ID_MEMBERS:
            if isinstance(out.get(name), str) and (service, out[name]) in self._sets:
                merge(out, self._sets[service, out[name]])
        return out


def merge(into, changes, keep_null=False):
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value, keep_null)
        elif value is None and not keep_null:
            into.pop(key, None)
        else:
            into[key] = value
