"""Fetching what tests need."""
import subprocess

TRIES = 3


def fetch(command, **options):
    """Runs a command that fetches something, up to three times: where it comes from may fail for a moment."""
    for tries_left in reversed(range(TRIES)):
        if subprocess.run(command, check=not tries_left, **options).returncode == 0:
            return
