"""What the release tests share: the program alone in a folder that is the root of its world."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from doubles import Answers, NameServer

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "wire")]  # for waiting, and for wire_certificates and wire_tokens
from wire_certificates import pem_of_key, self_signed

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDRELEASE", "AWS_SECRET_ACCESS_KEY": "release", "AWS_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture(scope="session")
def release(lakewarden):
    """The program as it is shipped: stripped, above the folder that it was built in."""
    built = Path(lakewarden)
    return built.parents[1] / "lakewarden" if built.parent.name == "tree" else built


class World:
    """A folder with the program and nothing else, and ways to start it there."""

    def __init__(self, root, program):
        self.root = root
        shutil.copy(program, root / "lakewarden")

    def write(self, path, content):
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())

    def command(self, *arguments):
        enter = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
        return [*enter, "chroot", str(self.root), "/lakewarden", *arguments]

    def run(self, *arguments, **env):
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=60, check=False,
                              env={"PATH": os.environ["PATH"], **KEYS, **env})

    def start(self, *arguments, **env):
        return subprocess.Popen(self.command(*arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env={"PATH": os.environ["PATH"], **KEYS, **env})


@pytest.fixture
def world(tmp_path, release):
    return World(tmp_path, release)


@pytest.fixture
def answers():
    """An HTTP server on loopback that refuses everything, and remembers which host it was asked as."""
    with Answers() as server:
        yield server


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """A folder with cert.pem and key.pem, for a server on 127.0.0.1."""
    folder = tmp_path_factory.mktemp("authority")
    key = ec.generate_private_key(ec.SECP256R1())
    (folder / "cert.pem").write_bytes(self_signed(key))
    (folder / "key.pem").write_bytes(pem_of_key(key))
    return folder


@pytest.fixture
def name_server():
    with NameServer() as server:
        yield server
