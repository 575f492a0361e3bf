"""Brokers for the suite: one for each version, started once and stopped by their own process id."""
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from broker import Broker, fetch_jars, missing_parts  # noqa: E402 (needs the path above)

VERSIONS = ("3.9.2", "4.3.1")


def beside(lakewarden, name):
    program = Path(lakewarden).parent / name
    assert os.access(program, os.X_OK), f"{program} is not there: it is built where librdkafka is (librdkafka-dev)"
    return str(program)


@pytest.fixture(scope="session")
def worker_program(lakewarden):
    """The worker as it ships."""
    return beside(lakewarden, "lakewarden-kafka")


@pytest.fixture(scope="session")
def crashing_program(lakewarden):
    """The worker with points at which it kills itself."""
    return beside(lakewarden, "tests/kafka/kafka_worker_crashing")


@pytest.fixture(scope="session")
def drive_program(lakewarden):
    """The parent's side alone: jobs on stdin, their results on stdout."""
    return beside(lakewarden, "tests/kafka/kafka_drive")


@pytest.fixture(scope="session", params=VERSIONS)
def broker(request, cache, tmp_path_factory):
    """A broker with a plain listener."""
    lacking = missing_parts()
    assert not lacking, f"a Kafka broker {lacking}"
    one = Broker(fetch_jars(cache, request.param), tmp_path_factory.mktemp("broker"))
    try:
        yield one.start()
    finally:
        one.stop()
