"""The runs of suite conformance, carried out once, a few at a time, while the tests wait for theirs."""
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from execute import Programs, outcomes  # noqa: E402 (behind the line that finds it)
from runs import planned  # noqa: E402 (behind the line that finds it)

PLAN = planned()


def pytest_generate_tests(metafunc):
    if "scenario_of_run" in metafunc.fixturenames:
        cases = [(run, name) for run in PLAN for name in run.names]
        metafunc.parametrize("scenario_of_run", cases, ids=[f"{run.title}: {name}" for run, name in cases])


@pytest.fixture(scope="session")
def plan():
    return PLAN


@pytest.fixture(scope="session")
def programs(lakewarden):
    """The program under test and the fixture of the same build."""
    return Programs(lakewarden)


@pytest.fixture(scope="session")
def carried_out(programs, tmp_path_factory):
    """A run's outcome by its title; waits for it."""
    with outcomes(PLAN, programs, tmp_path_factory.mktemp("conformance")) as futures:
        by_title = dict(zip((run.title for run in PLAN), futures))
        yield lambda title: by_title[title].result()
