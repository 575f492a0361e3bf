"""The time by which runs, queries and mappings go their way. It is the machine's, unless `POST clock` makes it stand still or pass."""
import datetime as dt

UTC = dt.timezone.utc


class Clock:
    """`stands`: the moment at which it was stopped, or None while it goes; `passed`: how far it was moved."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.stands, self.passed = None, dt.timedelta()

    def now(self):
        return (self.stands or dt.datetime.now(UTC)) + self.passed

    def set(self, stands=None, pass_s=0):
        if stands is not None:
            self.stands = dt.datetime.now(UTC) if stands else None
        self.passed += dt.timedelta(seconds=float(pass_s))


CLOCK = Clock()  # one for the process, as its world is
now = CLOCK.now
