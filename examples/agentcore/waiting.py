"""Finding things by their name, and waiting until the service has done what it was asked for."""
import time

BAD = ("FAILED", "CREATE_FAILED", "UPDATE_FAILED", "UPDATE_UNSUCCESSFUL", "SYNCHRONIZE_UNSUCCESSFUL")
ON_THE_WAY = ("CREATING", "UPDATING", "SYNCHRONIZING", "DELETING")
PAUSE_S = 0.2
PAUSE_MAX_S = 5


class Failed(Exception):
    """What was asked for was not done; the sentence is for people."""


def items(agentcore, listing, **where):
    """What stands on all pages of a list."""
    for page in agentcore.get_paginator(listing).paginate(**where):
        yield from page["items"]


def find(agentcore, listing, name, **where):
    """The item of that name, or None."""
    return next((item for item in items(agentcore, listing, **where) if item["name"] == name), None)


def pauses(seconds):
    """Ends when that much time has passed; the pauses between grow."""
    until, pause = time.monotonic() + seconds, PAUSE_S
    while time.monotonic() < until:
        yield
        time.sleep(pause)
        pause = min(pause * 1.5, PAUSE_MAX_S)


def settled(what, seconds, get):
    """Its description once it is READY. A provider of an older kind has no status: it is ready when it is there."""
    status = "unknown"
    for _ in pauses(seconds):
        found = get()
        status = found.get("status", "READY")
        if status == "READY":
            return found
        if status in BAD or status.endswith("_PENDING_AUTH"):
            reasons = found.get("statusReasons") or [found.get("failureReason", "no reason was given")]
            raise Failed(f"{what} is {status}: {'; '.join(reasons)}")
    raise Failed(f"{what} is still {status} after {seconds:g} s")


def calm(what, seconds, get):
    """Waits until nothing is on its way, for the service takes one change at a time. Whether the last one went well does not matter."""
    status = "unknown"
    for _ in pauses(seconds):
        status = get().get("status", "READY")
        if status not in ON_THE_WAY:
            return
    raise Failed(f"{what} is still {status} after {seconds:g} s")


def gone(what, seconds, missing, get):
    """Waits until it is not found any more."""
    for _ in pauses(seconds):
        try:
            get()
        except missing:
            return
    raise Failed(f"{what} is still there after {seconds:g} s")
