"""The image, made as the Dockerfile says in folders of this machine: no container engine is needed, but root and debootstrap."""
import json
import platform
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="session")
def stages():
    from dockerfile import stages_of
    return stages_of((ROOT / "Dockerfile").read_text())


@pytest.fixture(scope="session")
def image(stages, cache):
    """The folder that would be the image's file system."""
    from build import Build
    keep = cache / "image"
    keep.mkdir(exist_ok=True)
    build = Build(ROOT, keep, ARCHITECTURES[platform.machine()])
    for number, stage in enumerate(stages):
        folder = build.carry_out(stage, keep / f"stage-{number}")
    return folder


class Container:
    """The image's command in its folder, as the user it names, with nothing writable."""

    def __init__(self, image, stage, words, env):
        user, group = stage.last("USER").split(":")
        read_only = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
        self.process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", read_only, "sh", image, "chroot", f"--userspec={user}:{group}", image, *words],
            env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def logged(self, event):
        """Reads the log up to the line of that event."""
        for line in self.process.stderr:
            if json.loads(line)["event"] == event:
                return json.loads(line)
        raise AssertionError(f"it ended with status {self.process.wait()} before it logged {event}")

    def stop(self, limit_s=10):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=limit_s)
        return self.process.returncode


@pytest.fixture()
def container(image, stages):
    """Starts the image's entry point; the words stand for CMD, and no words for CMD as it is."""
    started = []

    def start(*words, **env):
        entry = json.loads(stages[-1].last("ENTRYPOINT"))
        started.append(Container(image, stages[-1], [*entry, *words] if words else stages[-1].command(), env))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def fetch(address, path, body=None):
    headers = {"Content-Type": "application/json"} if body else {}
    request = urllib.request.Request(f"http://{address}{path}", json.dumps(body).encode() if body else None, headers)
    with DIRECT.open(request, timeout=10) as answer:
        return answer.read().decode()
