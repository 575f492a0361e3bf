"""Waiting for conditions."""
import time


def wait_for(condition, seconds, what, pause_s=0.02):
    """The first true value of `condition`, asked after each pause; fails after `seconds`."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(pause_s)
