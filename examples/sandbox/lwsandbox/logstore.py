"""The log groups of one region: streams of events in the order of their time."""
import bisect
import zlib
from operator import itemgetter
from typing import NamedTuple

from .clock import now
from .reply import AwsError


def now_ms():
    return int(now().timestamp() * 1000)


class Event(NamedTuple):
    timestamp: int  # epoch ms
    id: str         # 56 digits, as AWS has them
    message: str
    ingestion: int  # epoch ms; not to be seen before


class Stream:
    def __init__(self, name):
        self.name, self.created, self._events = name, now_ms(), []

    def add(self, events):
        """[(timestamp ms, message), ...]. An event with a time to come is seen once that time has come."""
        for timestamp, message in events:
            serial = f"{timestamp:020d}{zlib.crc32(self.name.encode()):010d}{len(self._events):026d}"
            self._events.append(Event(timestamp, serial, message, timestamp + 400))
        self._events.sort(key=itemgetter(0))
        self.created = min(self.created, self._events[0].timestamp) if self._events else self.created

    def visible(self):
        end = bisect.bisect_right(self._events, now_ms(), key=lambda e: e.ingestion)
        return self._events[:end]


class LogStore:
    def __init__(self):
        self.groups = {}

    def add_group(self, name):
        return self.groups.setdefault(name, {"created": now_ms(), "streams": {}})

    def add(self, group, stream, events):
        """Creates what is not there yet. For seeding: takes events of any age, which PutLogEvents does not."""
        streams = self.add_group(group)["streams"]
        streams.setdefault(stream, Stream(stream)).add(events)

    def group(self, name, identifier=None):
        name = name or (identifier or "").split(":log-group:")[-1].removesuffix(":*")
        if name not in self.groups:
            raise AwsError("ResourceNotFoundException", "The specified log group does not exist.", 400)
        return name, self.groups[name]["streams"]

    def stream(self, streams, name):
        if name not in streams:
            raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.", 400)
        return streams[name]
