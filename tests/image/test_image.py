"""What the Dockerfile makes: small, for nobody's user, and able to answer where there is no library and nothing writable."""
import json
import os
import shutil
import stat
import subprocess

import pytest
from conftest import ROOT, fetch

MIB = 1024 * 1024
pytestmark = pytest.mark.timeout(3000)  # the first test waits for the image: a Debian from nothing, and the release in it


def files_of(image):
    return {str(path.relative_to(image)): path for path in image.rglob("*") if path.is_file()}


def test_it_holds_three_files(image):
    assert sorted(files_of(image)) == ["etc/ssl/certs/ca-certificates.crt", "usr/local/bin/lakewarden",
                                       "usr/share/doc/lakewarden/LICENSE"]


def test_it_is_small(image):
    assert sum(path.stat().st_size for path in files_of(image).values()) < 16 * MIB


def test_the_program_needs_no_library(image):
    program = image / "usr/local/bin/lakewarden"
    headers = subprocess.run(["readelf", "--program-headers", program], capture_output=True, text=True, check=True).stdout
    assert "INTERP" not in headers
    assert stat.S_IMODE(program.stat().st_mode) == 0o755


def test_it_runs_as_nobody(stages):
    user, group = stages[-1].last("USER").split(":")
    assert int(user) > 0 and int(group) > 0


def test_the_label_is_the_registrys_name(stages):
    """The registry of MCP servers compares the two."""
    name = json.loads((ROOT / "server.json").read_text())["name"]
    assert stages[-1].labels() == {"io.modelcontextprotocol.server.name": name}


def test_the_port_is_the_one_it_listens_on(stages):
    command = stages[-1].command()
    assert command[command.index("--listen") + 1].endswith(":" + stages[-1].last("EXPOSE"))


def test_nothing_built_here_gets_in(tmp_path):
    """What .dockerignore leaves out: programs of another machine and all that was downloaded."""
    from build import ignored_by
    ignore = ignored_by((ROOT / ".dockerignore").read_text())(ROOT)
    for name in (".git", ".cache", "build", "build-asan", "build-release", ".venv", ".venv-mcp1", ".sandbox"):
        assert ignore(str(ROOT), [name]) == [name]
    assert ignore(str(ROOT / "tests" / "interop" / "node"), ["node_modules"]) == ["node_modules"]
    assert ignore(str(ROOT), ["dev", "meson.build", "packaging"]) == []


def test_it_serves_as_the_runtime_asks(container):
    """POST /mcp on port 8000, sessions of the platform's own, ping without a token; read-only, as nobody."""
    one = container("http", "--listen", "127.0.0.1:0", "--stateless", "--auth", "none", LAKEWARDEN_REGION="eu-central-1")
    address = one.logged("listening")["address"]
    assert fetch(address, "/ping").strip() == "ok"
    listed = json.loads(fetch(address, "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}))
    assert len(listed["result"]["tools"]) == 13
    assert one.stop() == 0


def test_its_own_command_wants_to_know_who_may_call(container):
    """Without a word on identity it does not serve everybody on all addresses: it says what is missing, and ends."""
    one = container()
    status = one.process.wait(10)
    assert status != 0 and "cognito" in one.process.stderr.read()


def test_it_serves_on_stdio(container):
    one = container("stdio", LAKEWARDEN_REGION="eu-central-1")
    out, _ = one.process.communicate('{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n', timeout=10)
    assert len(json.loads(out)["result"]["tools"]) == 13 and one.process.returncode == 0


def test_it_finds_the_authorities(container):
    """No file to trust by would be a warning of doctor's."""
    one = container("doctor", "--json", "--region", "eu-central-1")
    out, err = one.process.communicate(timeout=60)
    assert "certificate" not in (out + err).lower() or "/etc/ssl/certs/ca-certificates.crt" in out, out + err


def test_root_is_needed_for_none_of_it(image):
    for path in files_of(image).values():
        assert path.stat().st_mode & stat.S_IROTH, path
    assert shutil.which("unshare") and os.geteuid() == 0  # what this suite itself needs
