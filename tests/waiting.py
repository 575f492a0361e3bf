"""Waiting for conditions."""
import time


def wait_for(condition, seconds, what):
    """The first true value of `condition`, asked often; fails after `seconds`."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.02)
