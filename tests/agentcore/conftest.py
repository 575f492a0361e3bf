"""A sandbox with AgentCore in it, and a lakewarden behind its Cognito that looks and changes as two roles."""
import pytest
from place import ROLES, Place, lakewarden_running
from starting import sandbox_running


@pytest.fixture(scope="session")
def facts(tmp_path_factory):
    """One sandbox for the whole run."""
    with sandbox_running(tmp_path_factory.mktemp("sandbox")) as said:
        yield said


@pytest.fixture
def clean(facts, lakewarden, tmp_path):
    """The seeded night with nothing registered, and a server that remembers nothing."""
    with lakewarden_running(lakewarden, facts, tmp_path / "lakewarden.log", ["--writes", "allow", *ROLES]) as (_, address):
        place = Place(facts, address)
        place.control("POST", "reset")
        place.control("DELETE", "journal")
        yield place
