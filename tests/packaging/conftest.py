"""The bundle as it is packed, unpacked and started by a desktop client. The program in it is the build under test."""
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "examples" / "mcpb"))
LIMIT_S = 60


class Bundler:
    """The official bundler."""

    def __init__(self, node):
        self.node, self.main = node, HERE / "node" / "node_modules" / "@anthropic-ai" / "mcpb" / "dist" / "cli" / "cli.js"

    def __call__(self, *words):
        return subprocess.run([self.node, self.main, *words], capture_output=True, text=True, timeout=LIMIT_S, check=False)

    def client_config(self, manifest, folder, user_config):
        """What a client makes of the manifest."""
        script = HERE / "node" / "client_config.mjs"  # beside the packages it imports
        asked = json.dumps({"manifest": manifest, "folder": str(folder), "user_config": user_config})
        done = subprocess.run([self.node, script], input=asked, capture_output=True, text=True, timeout=LIMIT_S, check=True)
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def bundler(node):
    return Bundler(node)


@pytest.fixture(scope="session")
def laid_out(lakewarden, tmp_path_factory):
    """The folder that is packed."""
    import bundle
    folder = tmp_path_factory.mktemp("bundle") / "lakewarden"
    bundle.lay_out(folder, {platform.machine(): lakewarden})
    return folder


@pytest.fixture(scope="session")
def packed(bundler, laid_out):
    target = laid_out.parent / "lakewarden.mcpb"
    done = bundler("pack", str(laid_out), str(target))
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture()
def unpacked(bundler, packed, tmp_path):
    """A fresh copy, as a client has it after the installation."""
    folder = tmp_path / "un packed"
    done = bundler("unpack", str(packed), str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture()
def start(bundler, tmp_path):
    """Starts an unpacked bundle as a client does, says `lines`, and returns what was answered and the process."""

    def run(folder, user_config, lines):
        manifest = json.loads((folder / "manifest.json").read_text())
        config = bundler.client_config(manifest, folder, user_config)
        assert config, "the client found settings missing"
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **config["env"]}
        done = subprocess.run([config["command"], *config["args"]], input="".join(json.dumps(line) + "\n" for line in lines),
                              env=env, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        return [json.loads(line) for line in done.stdout.splitlines()], done

    return run
