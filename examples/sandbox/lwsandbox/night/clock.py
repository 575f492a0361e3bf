"""When the night was. Everything in it hangs on the start of the sandbox, so that it is always last night."""
import datetime as dt

UTC = dt.timezone.utc


class Night:
    """`at(2, 5)` is 02:05 UTC of the night. Before 04:00 UTC the night of the day before is the last one."""

    def __init__(self, now=None):
        now = now or dt.datetime.now(UTC)
        day = now.date() if now.hour >= 4 else now.date() - dt.timedelta(days=1)
        self.midnight = dt.datetime.combine(day, dt.time(), UTC)
        self.now = now

    def at(self, hour, minute=0, second=0.0, days_ago=0):
        return self.midnight + dt.timedelta(days=-days_ago, hours=hour, minutes=minute, seconds=second)

    def dt(self, days_ago=0):
        """The partition value of a night."""
        return self.at(0, days_ago=days_ago).strftime("%Y-%m-%d")
